import { describe, expect, it } from 'vitest';
import { newestAtMs, paceOf, paceOfNetwork, stillLimitMs } from '../../source/analysis/pace.ts';
import { at, chain, node, nowMs, vertices } from './nodes.ts';

describe('the pace of times', () => {
	it('is their mean and longest gap, in any order, those that are none left out', () => {
		expect(paceOf([9000, 0, Number.NaN, 3000, 1000])).toEqual({
			meanGapMs: 3000,
			longestGapMs: 6000,
			isRegular: false,
		});
	});

	it('takes three gaps to know', () => {
		expect(paceOf([0, 1000, 2000])).toBeUndefined();
		expect(paceOf([0, 1000, 2000, 3000])?.meanGapMs).toBe(1000);
	});

	it.each([
		[[0, 2000, 4000, 8000], true],
		[[0, 2000, 4000, 8001], false],
	])('of %j is regular: %s', (times, isRegular) => {
		expect(paceOf(times)?.isRegular).toBe(isRegular);
	});
});

describe('the pace of a network', () => {
	const paced = (name: string, gapSeconds: number) =>
		node(name, { chain: chain({ blocks: 'aaaaaa', gapSeconds }) });

	it('is that of the fastest of its first eight nodes', () => {
		const slow = Array.from({ length: 7 }, (_, index) => paced(`n${index}`, 9));
		expect(paceOfNetwork([...slow, paced('x', 4), paced('y', 2)])?.meanGapMs).toBe(4000);
		// Nodes without blocks are none of the eight.
		expect(paceOfNetwork([node('z'), ...slow, paced('x', 4)])?.meanGapMs).toBe(4000);
	});

	it('of equals is that with the shorter longest gap', () => {
		const uneven = chain({ blocks: 'aaaa', gapSeconds: 3 });
		const [zero, one, two, three] = (uneven.recent ?? []).map(({ number, hash }, index) => ({
			number,
			...(hash !== undefined && { hash }),
			at: at([9, 8, 7, 0][index] ?? 0),
		}));
		const recent = [zero, one, two, three].flatMap((block) => block ?? []);
		const found = paceOfNetwork([node('a', { chain: { recent } }), paced('b', 3)]);
		expect(found).toEqual({ meanGapMs: 3000, longestGapMs: 3000, isRegular: true });
		expect(paceOfNetwork([node('a', { chain: { recent } })])?.longestGapMs).toBe(7000);
	});

	it('is of vertices where there are no blocks, and unknown without times', () => {
		expect(paceOfNetwork([node('a', { dag: { recent: vertices('abcdef') } })])?.meanGapMs).toBe(
			300,
		);
		const undatedNode = node('a', {
			chain: { recent: [1, 2, 3, 4, 5].map((number) => ({ number, hash: `0x${number}` })) },
		});
		for (let times = 0; times < 2; times += 1) {
			expect(paceOfNetwork([undatedNode])).toBeUndefined();
			expect(paceOfNetwork([undatedNode, paced('b', 4)])?.meanGapMs).toBe(4000);
		}
		expect(paceOfNetwork([])).toBeUndefined();
	});
});

describe('how long a network may stand still', () => {
	const pace = (meanGapMs: number, longestGapMs: number, isRegular = true) => ({
		meanGapMs,
		longestGapMs,
		isRegular,
	});
	it.each([
		['ten seconds at least', pace(1000, 2000), {}, 10_000],
		['five usual gaps', pace(4000, 5000), {}, 20_000],
		['two of the longest', pace(4000, 30_000), {}, 60_000],
		['five minutes at an unknown pace', undefined, {}, 300_000],
		[
			'five minutes where gaps come as work does',
			pace(1000, 9000, false),
			{ isOnDemand: true },
			300_000,
		],
		['as its gaps where they are all alike', pace(4000, 4000), { isOnDemand: true }, 20_000],
		['as long as it rests', pace(1000, 1000), { isResting: true }, undefined],
		['as its gaps where they are uneven and work waits', pace(1000, 9000, false), {}, 18_000],
	])('%s', (_what, known, state, limitMs) => {
		expect(stillLimitMs(known, { isOnDemand: false, isResting: false, ...state })).toBe(limitMs);
	});
});

it('the newest time of a node is that of its head, its newest vertex or what became final', () => {
	expect(newestAtMs(node('a', { chain: chain({ blocks: 'aa', ageSeconds: 5 }) }))).toBe(
		nowMs - 5000,
	);
	const recent = vertices('ab', 7);
	expect(newestAtMs(node('a', { dag: { recent } }))).toBe(nowMs - 7000);
	expect(newestAtMs(node('a', { consensus: { lastFinalizedAt: at(9) } }))).toBe(nowMs - 9000);
	expect(newestAtMs(node('a', { chain: {}, dag: {} }))).toBeUndefined();
	expect(newestAtMs(node('a'))).toBeUndefined();
});
