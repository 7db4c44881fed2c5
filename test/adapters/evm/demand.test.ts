import { expect, it } from 'vitest';
import { createDemandWatch } from '../../../source/adapters/evm/demand.ts';
import type { WireBlock } from '../../../source/adapters/evm/wire.ts';

/** Blocks from number 1 on, with so many transactions each, at these seconds. */
function blocks(transactions: readonly number[], seconds: readonly number[]): WireBlock[] {
	return transactions.map((count, index) => ({
		block: { number: index + 1 },
		atMs: (seconds[index] ?? 0) * 1000,
		transactions: count,
	}));
}

const every2s = Array.from({ length: 10 }, (_, index) => index * 2);
const atWill = [0, 1, 2, 400, 401, 900, 901, 2000, 2001, 5000];
const full = Array.from({ length: 10 }, () => 3);

it.each<[string, readonly WireBlock[], string]>([
	['nothing seen', [], 'unknown'],
	['full blocks at will', blocks(full, atWill), 'notMade'],
	['full blocks on an interval', blocks(full, every2s), 'unknown'],
	['too few blocks', blocks(full.slice(0, 7), atWill), 'unknown'],
	['empty blocks', blocks([0, 3, 0, 0, 3, 3, 3, 3, 3, 3], every2s), 'made'],
	['one empty block', blocks([0, ...full.slice(1)], atWill), 'unknown'],
	['a genesis', [{ block: { number: 0 }, atMs: 0, transactions: 0 }], 'unknown'],
	['blocks that do not tell', [{ block: { number: 7 }, atMs: 0 }], 'unknown'],
	['slots', [{ block: { number: 7 }, atMs: 0, transactions: 9, isOfSlot: true }], 'made'],
])('%s', (_name, seen, expected) => {
	const watch = createDemandWatch(undefined);
	watch.see(seen);
	expect(watch.emptyBlocks()).toBe(expected);
});

it('believes the owner', () => {
	const watch = createDemandWatch(false);
	watch.see(blocks([0, 0, 0], every2s));
	expect(watch.emptyBlocks()).toBe('notMade');
	expect(createDemandWatch(true).emptyBlocks()).toBe('made');
});

it('keeps a bounded number of blocks', () => {
	const watch = createDemandWatch(undefined);
	watch.see(blocks([0, 0], every2s));
	watch.see(
		Array.from({ length: 64 }, (_, index) => ({
			block: { number: 100 + index },
			atMs: index * 1000,
			transactions: 1,
		})),
	);
	expect(watch.emptyBlocks()).toBe('unknown');
});
