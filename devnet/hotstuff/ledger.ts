import type { World } from '../node-process.ts';
import type { Block } from './block.ts';
import type { BlockTree } from './block-tree.ts';
import type { QuorumCertificate } from './committee.ts';
import type { Counters } from './counters.ts';
import type { LedgerState } from './ledger-state.ts';
import type { Mempool } from './mempool.ts';
import type { ValidatorRecords } from './validator-records.ts';

export interface LedgerOptions {
	readonly world: World;
	readonly tree: BlockTree;
	readonly counters: Counters;
	readonly mempool: Mempool;
	readonly state: LedgerState;
	readonly validators: ValidatorRecords;
	/** A certificate or a child names a block that is not held. */
	readonly onMissing: (blockId: string) => void;
}

/** Commits blocks by their certificates, and measures how long that took. */
export class Ledger {
	readonly #options: LedgerOptions;
	/** When each block that is not committed arrived here. */
	readonly #arrivals = new Map<string, number>();
	readonly #conflicts = new Set<string>();
	#newestArrivalMs = -Infinity;
	#lastCommitAtMs: number | undefined;
	#lastCommitAtWallMs: number | undefined;

	constructor(options: LedgerOptions) {
		this.#options = options;
	}

	/** When the newest block arrived; `-Infinity` before the first. */
	get newestArrivalMs(): number {
		return this.#newestArrivalMs;
	}

	/** `undefined` before the first commit of this run. */
	get lastCommitAtMs(): number | undefined {
		return this.#lastCommitAtMs;
	}

	/** Unix ms by the replica's own clock. */
	get lastCommitAtWallMs(): number | undefined {
		return this.#lastCommitAtWallMs;
	}

	/** A certificate of a block commits the parent when their views follow one another. */
	onCertificate({ blockId }: QuorumCertificate): void {
		const { tree, onMissing } = this.#options;
		const certified = tree.get(blockId);
		if (!certified) {
			onMissing(blockId);
			return;
		}
		const parent = tree.get(certified.parent);
		if (parent && certified.view === parent.view + 1) this.#commit(parent.id);
	}

	onArrival({ id, transactions }: Block): void {
		const { world, mempool, counters } = this.#options;
		this.#newestArrivalMs = world.nowMs();
		this.#arrivals.set(id, this.#newestArrivalMs);
		for (const each of transactions) {
			const arrivedAtMs = mempool.arrivedAtMs(each);
			if (arrivedAtMs === undefined) continue;
			counters.confirmationTime.observe((this.#newestArrivalMs - arrivedAtMs) / 1000);
		}
	}

	/** Counts, once, a block that others committed and that contradicts the chain committed here. */
	onConflict(blockId: string): void {
		if (this.#conflicts.has(blockId)) return;
		this.#conflicts.add(blockId);
		this.#options.counters.safetyViolations += 1;
	}

	#commit(id: string): void {
		const { world, tree, mempool, state, counters, onMissing } = this.#options;
		const result = tree.commit(id);
		if (result.outcome === 'missing') onMissing(result.id);
		if (result.outcome === 'conflict') this.onConflict(id);
		if (result.outcome !== 'committed') return;
		counters.decisions += 1;
		this.#measure(result.blocks);
		state.apply(result.blocks);
		for (const each of this.#arrivals.keys()) {
			const height = tree.get(each)?.height ?? 0;
			if (height <= tree.committed.height) this.#arrivals.delete(each);
		}
		this.#lastCommitAtMs = world.nowMs();
		this.#lastCommitAtWallMs = world.wallNowMs();
		mempool.remove(result.blocks);
	}

	#measure(blocks: readonly Block[]): void {
		const { world, counters, mempool, validators } = this.#options;
		const secondsSince = (atMs: number) => (world.nowMs() - atMs) / 1000;
		for (const block of blocks) {
			const { id, transactions, timestampMs } = block;
			counters.blocksCommitted += 1;
			counters.transactionsCommitted += transactions.length;
			validators.onCommit(block, world.wallNowMs());
			counters.finalizationTime.observe(Math.max(0, world.wallNowMs() - timestampMs) / 1000);
			for (const each of transactions) {
				counters.transactionSize.observe(each.length);
				const receivedAtMs = mempool.arrivedAtMs(each);
				if (receivedAtMs !== undefined) counters.endToEndTime.observe(secondsSince(receivedAtMs));
			}
			const arrivedAtMs = this.#arrivals.get(id);
			if (arrivedAtMs !== undefined) counters.commitTime.observe(secondsSince(arrivedAtMs));
		}
		if (this.#lastCommitAtMs !== undefined) {
			counters.blockTime.observe(secondsSince(this.#lastCommitAtMs));
		}
	}
}
