import type { Chain } from '../../sections/chain/schema.ts';
import type { WireBlock } from './wire.ts';

/** What a chain makes of having nothing to do. */
export type EmptyBlocks = NonNullable<Chain['emptyBlocks']>;

/** Learns from the blocks of a chain whether it makes empty ones. */
export interface DemandWatch {
	see(blocks: readonly WireBlock[]): void;
	/** What the owner says, else what was seen. */
	emptyBlocks(): EmptyBlocks;
}

const remembered = 64;
/** One empty block may be an accident: a transaction that became void while the block was made. */
const emptyUntilMade = 2;
const fullUntilNotMade = 8;
/** Blocks on demand come when transactions do: their longest gap is far from their shortest. */
const irregularRatio = 5;

interface Seen {
	readonly transactions: number;
	readonly atMs: number | undefined;
}

export function createDemandWatch(told: boolean | undefined): DemandWatch {
	const seen = new Map<string, Seen>();
	let isOfSlots = false;
	return {
		see(blocks) {
			for (const { block, transactions, atMs, isOfSlot } of blocks) {
				isOfSlots ||= isOfSlot === true;
				// The first block of a chain has no transactions on any chain.
				if (transactions === undefined || block.number === 0) continue;
				seen.set(String(block.number), { transactions, atMs });
			}
			for (const number of seen.keys()) {
				if (seen.size <= remembered) break;
				seen.delete(number);
			}
		},
		emptyBlocks() {
			if (told !== undefined) return told ? 'made' : 'notMade';
			if (isOfSlots) return 'made';
			const all = [...seen.values()];
			const empty = all.filter(({ transactions }) => transactions === 0).length;
			if (empty >= emptyUntilMade) return 'made';
			const isOnDemand = empty === 0 && all.length >= fullUntilNotMade && isIrregular(all);
			return isOnDemand ? 'notMade' : 'unknown';
		},
	};
}

function isIrregular(all: readonly Seen[]): boolean {
	const times = all.flatMap(({ atMs }) => atMs ?? []).sort((a, b) => a - b);
	const gaps = times.slice(1).map((time, index) => time - (times[index] ?? time));
	if (gaps.length < fullUntilNotMade - 1) return false;
	return Math.max(...gaps) > irregularRatio * Math.max(1000, Math.min(...gaps));
}
