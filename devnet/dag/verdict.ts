import type { DagNode } from './dag-node.ts';

export type ConsensusStatus = 'active' | 'syncing' | 'stalled';

/** As Rust's serde writes the enum of the node operations plan. */
export type Verdict =
	| 'Healthy'
	| { readonly Degraded: readonly string[] }
	| { readonly Unhealthy: readonly string[] };

const stalledAfterMs = 10_000;
const slowFinalityMs = 5000;
const connectingMs = 5000;
/** For so long a node speaks of an author that gave one number twice. */
const doubleSeenForMs = 60_000;

/**
 * Stalled: vertices have been pending for 10 s and none became final. Syncing: far behind its peers
 * and fetching, or what it fetched is not final yet. Else active.
 */
export function consensusStatus(node: DagNode, nowMs: number): ConsensusStatus {
	const stillMs = stillForMs(node, nowMs);
	if (stillMs >= stalledAfterMs && !node.sync.isFarBehind()) return 'stalled';
	return node.sync.isCatchingUp() ? 'syncing' : 'active';
}

/** For how long nothing became final though something could: 0 when nothing is pending. */
function stillForMs(node: DagNode, nowMs: number): number {
	const oldestAtMs = node.dag.oldestPendingAtMs();
	if (oldestAtMs === undefined) return 0;
	return nowMs - Math.max(oldestAtMs, node.finality.lastAtMs ?? 0, node.startedAtMs);
}

/** The node's own view of its health, with reasons in words. */
export function verdictOf(node: DagNode, nowMs: number): Verdict {
	const peers = node.peers.all();
	const lost = peers.filter(({ isConnected }) => !isConnected).map(({ name }) => name);
	const status = consensusStatus(node, nowMs);
	const unhealthy: string[] = [];
	const degraded: string[] = [];
	if (nowMs - node.startedAtMs < connectingMs && lost.length > 0) {
		degraded.push(`connecting to ${lost.length} of ${peers.length} peers`);
	} else if (lost.length === peers.length) {
		unhealthy.push('no peers');
	} else if (lost.length > 0) {
		degraded.push(`${lost.length} of ${peers.length} peers lost: ${lost.slice(0, 5).join(', ')}`);
	}
	if (status === 'stalled') {
		const seconds = Math.floor(stillForMs(node, nowMs) / 1000);
		unhealthy.push(
			`nothing became final for ${seconds} s, ${node.dag.totals().pending} vertices are pending`,
		);
	}
	if (node.disk.isFull())
		unhealthy.push(`the disk is full: ${node.disk.failedWrites} writes failed`);
	const double = node.dag
		.doubleAuthorsSince(nowMs - doubleSeenForMs)
		.filter((author) => author !== node.name);
	if (double.length > 0) degraded.push(`equivocation: one number twice by ${double.join(', ')}`);
	if (status === 'syncing') degraded.push('behind its peers and fetching');
	const finalityMs = node.finality.distribution()?.avg ?? 0;
	if (finalityMs > slowFinalityMs) {
		degraded.push(`finality takes ${(finalityMs / 1000).toFixed(1)} s`);
	}
	if (unhealthy.length > 0) return { Unhealthy: [...unhealthy, ...degraded] };
	return degraded.length > 0 ? { Degraded: degraded } : 'Healthy';
}

/** The word of a verdict, without its reasons. */
export function wordOf(verdict: Verdict): 'Healthy' | 'Degraded' | 'Unhealthy' {
	if (verdict === 'Healthy') return verdict;
	return 'Degraded' in verdict ? 'Degraded' : 'Unhealthy';
}
