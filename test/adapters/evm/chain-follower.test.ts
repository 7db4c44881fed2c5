import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createChainFollower } from '../../../source/adapters/evm/chain-follower.ts';
import type { WireBlock } from '../../../source/adapters/evm/wire.ts';

/** A chain as hashes: `['0', '1', '2b']`; a block's number is its place. */
type Hashes = readonly string[];

function blockOf(chain: Hashes, number: number): WireBlock | undefined {
	const hash = chain[number];
	return hash === undefined
		? undefined
		: { block: { number, hash }, atMs: undefined, parentHash: chain[number - 1] };
}

function startNode() {
	const follower = createChainFollower();
	let asked = 0;
	return {
		asked: () => asked,
		view: () => follower.view(),
		hashes: () => follower.view().recent?.map(({ hash }) => hash),
		/** One poll while the node follows `chain`. */
		async poll(chain: Hashes, nowMs = 1000) {
			const fetch = (numbers: readonly number[]) => {
				asked += numbers.length;
				return Promise.resolve(numbers.flatMap((number) => blockOf(chain, number) ?? []));
			};
			await follower.follow(blockOf(chain, chain.length - 1), fetch, nowMs);
		},
	};
}

const straight = (length: number) => Array.from({ length }, (_, number) => String(number));

describe('a reorganisation whose older blocks the node does not give', () => {
	/** As a node that has pruned them, or a provider that limits: only the newest nine blocks. */
	function startPruned() {
		const follower = createChainFollower();
		let questions = 0;
		const poll = async (chain: Hashes, lowest: number) => {
			const fetch = (numbers: readonly number[]) => {
				questions += 1;
				const given = numbers.filter((number) => number >= lowest);
				return Promise.resolve(given.flatMap((number) => blockOf(chain, number) ?? []));
			};
			await follower.follow(blockOf(chain, chain.length - 1), fetch, 1000);
		};
		return { poll, questions: () => questions, reorgs: () => follower.view().reorgs };
	}
	const branch = (length: number, from: number) =>
		straight(length).map((hash, number) => (number < from ? hash : `${hash}b`));

	test('is asked for a few times, and never without end', async () => {
		const node = startPruned();
		await node.poll(straight(100), 0);
		const before = node.questions();
		await node.poll(branch(101, 80), 92);
		expect(node.questions() - before).toBeLessThanOrEqual(3);
	});

	test('is told after three polls, as at least so deep', async () => {
		const node = startPruned();
		await node.poll(straight(100), 0);
		await node.poll(branch(101, 80), 92);
		await node.poll(branch(102, 80), 93);
		expect(node.reorgs()).toEqual({ count: 0 });
		await node.poll(branch(103, 80), 94);
		expect(node.reorgs()).toMatchObject({ count: 1, lastDepth: 6, lastDepthIsAtLeast: true });
		await node.poll(branch(104, 80), 95);
		expect(node.reorgs()).toMatchObject({ count: 1 });
	});

	test('that gives them at the next poll is joined as usual', async () => {
		const node = startPruned();
		await node.poll(straight(100), 0);
		await node.poll(branch(101, 80), 95);
		await node.poll(branch(102, 95), 0);
		expect(node.reorgs()).toMatchObject({ count: 1, lastDepth: 5, lastForkNumber: 94 });
	});
});

const foundAtMs = Date.UTC(2026, 0, 2);

describe('the chain that a node follows', () => {
	test('is read back a little at first, then block by block', async () => {
		const node = startNode();
		await node.poll(straight(30));
		expect(node.hashes()).toEqual(straight(30).slice(-13));
		const before = node.asked();
		await node.poll(straight(31));
		expect(node.asked()).toBe(before);
		await node.poll(straight(35));
		expect(node.asked()).toBe(before + 3);
		expect(node.hashes()).toEqual(straight(35).slice(17));
		expect(node.view().reorgs).toEqual({ count: 0 });
	});

	test('keeps the newest 64', async () => {
		const node = startNode();
		for (let length = 10; length < 120; length += 3) await node.poll(straight(length));
		expect(node.hashes()).toEqual(straight(118).slice(-64));
	});

	test.each([
		['one block, at the same height', 10, [...straight(9), '9b'], 1, 8],
		['three blocks, and the head only rose', 10, [...straight(7), '7b', '8b', '9b', '10b'], 3, 6],
		['nine blocks, found by walking back twice', 20, [...straight(11), ...letters(11, 22)], 9, 10],
		['to a lower head', 10, [...straight(6), '6b'], 4, 5],
	])('a reorganisation of %s', async (_what, length, after, lastDepth, lastForkNumber) => {
		const node = startNode();
		await node.poll(straight(length));
		await node.poll(after, foundAtMs);
		expect(node.view().reorgs).toEqual({
			count: 1,
			lastDepth,
			lastForkNumber,
			lastAt: new Date(foundAtMs).toISOString(),
		});
		expect(node.hashes()?.at(-1)).toBe(after.at(-1));
		expect(node.hashes()).toEqual(after.slice(-(node.hashes()?.length ?? 0)));
	});

	test('a head that goes back and comes again is no reorganisation', async () => {
		const node = startNode();
		await node.poll(straight(10));
		await node.poll(straight(8));
		expect(node.hashes()?.at(-1)).toBe('7');
		await node.poll(straight(11));
		expect(node.view().reorgs).toEqual({ count: 0 });
		expect(node.hashes()?.at(-1)).toBe('10');
	});

	test('a node that was far away is followed anew, without a claim', async () => {
		const node = startNode();
		await node.poll(straight(10));
		await node.poll(straight(500));
		expect(node.view().reorgs).toEqual({ count: 0 });
		expect(node.hashes()).toEqual(straight(500).slice(-13));
	});

	test('another chain altogether is one reorganisation to no common block', async () => {
		const node = startNode();
		await node.poll(straight(6));
		await node.poll(letters(0, 7));
		expect(node.view().reorgs).toMatchObject({ count: 1, lastDepth: 6 });
		expect(node.view().reorgs).not.toHaveProperty('lastForkNumber');
	});

	test('whatever happens, the recent blocks are the end of the node’s chain', async () => {
		const step = fc.record({ drop: fc.nat(8), add: fc.nat(12) });
		await fc.assert(
			fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
				const node = startNode();
				let chain = straight(20);
				let changes = 0;
				let isShorter = false;
				for (const [index, { drop, add }] of steps.entries()) {
					const kept = chain.slice(0, Math.max(1, chain.length - drop));
					isShorter ||= drop > 0;
					if (isShorter && add > 0) {
						changes++;
						isShorter = false;
					}
					chain = [
						...kept,
						...Array.from({ length: add }, (_, n) => `${kept.length + n}-${index}`),
					];
					await node.poll(chain);
					const hashes = node.hashes() ?? [];
					expect(hashes).toEqual(chain.slice(chain.length - hashes.length));
				}
				expect(node.view().reorgs?.count ?? 0).toBeLessThanOrEqual(changes);
			}),
		);
	});
});

function letters(from: number, to: number): string[] {
	return Array.from({ length: to - from }, (_, index) => `${from + index}b`);
}
