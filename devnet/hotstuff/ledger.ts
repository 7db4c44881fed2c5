import type { World } from '../node-process.ts';
import type { BlockTree } from './block-tree.ts';
import type { QuorumCertificate } from './committee.ts';
import type { Counters } from './counters.ts';
import type { Mempool } from './mempool.ts';

/** Commits what certificates settle, and measures how long that took. */
export interface Ledger {
	/** A certificate certifies its block, and commits the parent when their views are in a row. */
	settle(certificate: QuorumCertificate): void;
	noteArrival(blockId: string): void;
	/** Counts a block, once, that is committed elsewhere and contradicts what is committed here. */
	noteConflict(blockId: string): void;
	/** When the newest block came; `-Infinity` before the first. */
	readonly newestArrivalMs: number;
	/** `undefined` before the first commit of this life. */
	readonly lastCommitAtMs: number | undefined;
	/** Unix ms by the replica's own clock. */
	readonly lastCommitAtWallMs: number | undefined;
}

interface LedgerOptions {
	readonly world: World;
	readonly tree: BlockTree;
	readonly counters: Counters;
	readonly mempool: Mempool;
	/** A block is named by a certificate, or by a child, and not held. */
	readonly onMissing: (blockId: string) => void;
}

export function createLedger(options: LedgerOptions): Ledger {
	const { world, tree, counters, mempool, onMissing } = options;
	/** When each block that is not committed came here. */
	const arrivals = new Map<string, number>();
	const conflicts = new Set<string>();
	let newestArrivalMs = -Infinity;
	let lastCommitAtMs: number | undefined;
	let lastCommitAtWallMs: number | undefined;

	const noteConflict = (id: string): void => {
		if (conflicts.has(id)) return;
		conflicts.add(id);
		counters.safetyViolations += 1;
	};

	const commit = (id: string): void => {
		const result = tree.commit(id);
		if (result.outcome === 'missing') onMissing(result.id);
		if (result.outcome === 'conflict') noteConflict(id);
		if (result.outcome !== 'committed') return;
		const nowMs = world.nowMs();
		for (const block of result.blocks) {
			counters.blocksCommitted += 1;
			counters.transactionsCommitted += block.transactions.length;
			const arrivedAtMs = arrivals.get(block.id);
			if (arrivedAtMs !== undefined) counters.commitTime.observe((nowMs - arrivedAtMs) / 1000);
		}
		for (const each of arrivals.keys()) {
			if ((tree.get(each)?.height ?? 0) <= tree.committed.height) arrivals.delete(each);
		}
		if (lastCommitAtMs !== undefined) counters.blockTime.observe((nowMs - lastCommitAtMs) / 1000);
		lastCommitAtMs = nowMs;
		lastCommitAtWallMs = world.wallNowMs();
		mempool.remove(result.blocks);
	};

	return {
		settle({ blockId }) {
			const certified = tree.get(blockId);
			if (!certified) {
				onMissing(blockId);
				return;
			}
			const parent = tree.get(certified.parent);
			if (parent && certified.view === parent.view + 1) commit(parent.id);
		},
		noteArrival(blockId) {
			newestArrivalMs = world.nowMs();
			arrivals.set(blockId, newestArrivalMs);
		},
		noteConflict,
		get newestArrivalMs() {
			return newestArrivalMs;
		},
		get lastCommitAtMs() {
			return lastCommitAtMs;
		},
		get lastCommitAtWallMs() {
			return lastCommitAtWallMs;
		},
	};
}
