import type { DagNode } from './dag-node.ts';

export type ConsensusStatus = 'active' | 'syncing' | 'stalled';

/** The health enum of QuDAG's node operations plan, as Rust's serde writes it. */
export type NodeHealth =
	| 'Healthy'
	| { readonly Degraded: readonly string[] }
	| { readonly Unhealthy: readonly string[] };

const stalledAfterMs = 10_000;
const slowFinalityMs = 5000;
const connectingMs = 5000;
/** A node reports an equivocation for this long. */
const equivocationShownMs = 60_000;

/**
 * Stalled: vertices have been pending for 10 s and none became final. Syncing: far behind its peers
 * and fetching, or what it fetched is not final yet. Active otherwise.
 */
export function consensusStatus(node: DagNode, nowMs: number): ConsensusStatus {
	const isStill = withoutFinalityMs(node, nowMs) >= stalledAfterMs;
	if (isStill && !node.sync.isFarBehind()) return 'stalled';
	return node.sync.isCatchingUp() ? 'syncing' : 'active';
}

/** How long vertices have been pending without any becoming final; 0 when none is pending. */
function withoutFinalityMs(node: DagNode, nowMs: number): number {
	const oldestAtMs = node.dag.oldestPendingAtMs();
	if (oldestAtMs === undefined) return 0;
	return nowMs - Math.max(oldestAtMs, node.finality.lastAtMs ?? 0, node.startedAtMs);
}

/** The node's own view of its health, with reasons in words. */
export function healthOf(node: DagNode, nowMs: number): NodeHealth {
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
		const seconds = Math.floor(withoutFinalityMs(node, nowMs) / 1000);
		unhealthy.push(
			`nothing became final for ${seconds} s, ${node.dag.totals().pending} vertices are pending`,
		);
	}
	if (node.disk.isFull())
		unhealthy.push(`the disk is full: ${node.disk.failedWrites} writes failed`);
	const equivocators = node.dag
		.equivocatorsSince(nowMs - equivocationShownMs)
		.filter((author) => author !== node.name);
	if (equivocators.length > 0) {
		degraded.push(`equivocation: one number twice by ${equivocators.join(', ')}`);
	}
	if (status === 'syncing') degraded.push('behind its peers and fetching');
	const finalityMs = node.finality.distribution()?.avg ?? 0;
	if (finalityMs > slowFinalityMs) {
		degraded.push(`finality takes ${(finalityMs / 1000).toFixed(1)} s`);
	}
	if (unhealthy.length > 0) return { Unhealthy: [...unhealthy, ...degraded] };
	return degraded.length > 0 ? { Degraded: degraded } : 'Healthy';
}

/** The health without its reasons. */
export function healthLevel(health: NodeHealth): 'Healthy' | 'Degraded' | 'Unhealthy' {
	if (health === 'Healthy') return health;
	return 'Degraded' in health ? 'Degraded' : 'Unhealthy';
}
