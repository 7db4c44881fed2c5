import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	countOf,
	distributionOf,
	increaseOf,
	poolHistograms,
	quantileOf,
	toHistogram,
} from '../../../source/adapters/bft/histogram.ts';
import type { Histogram } from '../../../source/adapters/bft/histogram.ts';

function histogram(
	counts: readonly (readonly [number, number])[],
	extra: { sum?: number; count?: number } = {},
): Histogram {
	const made = toHistogram(counts, extra);
	if (!made) throw new Error('no histogram');
	return made;
}

/** 10 up to 0.1, 20 more up to 0.5, 10 more up to 1, none above. */
const plain = histogram(
	[
		[0.1, 10],
		[0.5, 30],
		[1, 40],
		[Infinity, 40],
	],
	{ sum: 14 },
);

describe('quantiles', () => {
	it.each([
		// The cases of Prometheus' own documentation of histogram_quantile, reckoned by hand.
		['the lowest', 0, 0],
		['in the first bucket, which begins at 0', 0.125, 0.05],
		['at a bound', 0.25, 0.1],
		['between two bounds', 0.5, 0.3],
		['of the tail', 0.95, 0.9],
		['the highest', 1, 1],
	])('%s: %f', (_name, q, value) => {
		expect(quantileOf(plain, q)).toBeCloseTo(value, 12);
	});

	it('above the highest bound is that bound, for more is not known', () => {
		const slow = histogram([
			[0.1, 1],
			[0.5, 2],
			[Infinity, 10],
		]);
		expect(quantileOf(slow, 0.99)).toBe(0.5);
		expect(quantileOf(slow, 0.05)).toBeCloseTo(0.05, 12);
	});

	it('of values below zero keep to their bucket', () => {
		const negative = histogram([
			[-1, 5],
			[0, 10],
			[Infinity, 10],
		]);
		expect(quantileOf(negative, 0.25)).toBe(-1);
		expect(quantileOf(negative, 0.75)).toBeCloseTo(-0.5, 12);
	});

	it('skip empty buckets', () => {
		const gap = histogram([
			[1, 0],
			[2, 0],
			[4, 8],
			[8, 8],
			[Infinity, 8],
		]);
		expect(quantileOf(gap, 0.5)).toBe(3);
		expect(quantileOf(gap, 0)).toBe(2);
	});

	it.each([
		[
			'nothing observed',
			histogram([
				[1, 0],
				[Infinity, 0],
			]),
			0.5,
		],
		['only the number known', histogram([[Infinity, 9]]), 0.5],
		['a share below 0', plain, -0.1],
		['a share above 1', plain, 1.1],
		['a share that is no number', plain, Number.NaN],
	])('%s: none', (_name, of, q) => {
		expect(quantileOf(of, q)).toBeUndefined();
	});

	it('never fall with the share, and lie within the bounds', () => {
		const anyHistogram = fc
			.array(fc.tuple(fc.integer({ min: 1, max: 50 }), fc.nat(20)), { minLength: 1, maxLength: 12 })
			.map((steps) => {
				const counts = new Map(steps);
				let total = 0;
				const pairs = [...counts]
					.sort(([a], [b]) => a - b)
					.map(([bound, more]): [number, number] => [bound, (total += more)]);
				return histogram([...pairs, [Infinity, total]]);
			});
		fc.assert(
			fc.property(
				anyHistogram,
				fc.array(fc.double({ min: 0, max: 1, noNaN: true })),
				(of, shares) => {
					const values = shares.sort((a, b) => a - b).map((q) => quantileOf(of, q));
					fc.pre(countOf(of) > 0);
					for (const [index, value = -1] of values.entries()) {
						expect(value).toBeGreaterThanOrEqual(0);
						expect(value).toBeLessThanOrEqual(50);
						expect(value).toBeGreaterThanOrEqual((values[index - 1] ?? 0) - 1e-9);
					}
				},
			),
		);
	});
});

describe('reading', () => {
	it('sorts the bounds and lifts counts that fall', () => {
		const torn = histogram([
			[1, 5],
			[Infinity, 9],
			[0.1, 6],
		]);
		expect(torn.bounds).toEqual([0.1, 1, Infinity]);
		expect(torn.counts).toEqual([6, 6, 9]);
	});

	it('takes the count where there is no last bucket', () => {
		expect(countOf(histogram([[1, 5]], { count: 7 }))).toBe(7);
	});

	it.each([
		['neither last bucket nor count', [[1, 5]] as const, {}],
		[
			'a bound that is no number',
			[
				[Number.NaN, 5],
				[Infinity, 5],
			] as const,
			{},
		],
		[
			'a count that is no number',
			[
				[1, Number.NaN],
				[Infinity, 5],
			] as const,
			{},
		],
	])('%s: none', (_name, counts, extra) => {
		expect(toHistogram(counts, extra)).toBeUndefined();
	});

	it('knows no sum that is no number', () => {
		expect(histogram([[Infinity, 1]], { sum: Number.NaN }).sum).toBeUndefined();
	});
});

describe('pooling', () => {
	it('adds buckets, and no averages of percentiles', () => {
		const fast = histogram(
			[
				[0.1, 99],
				[1, 99],
				[Infinity, 99],
			],
			{ sum: 5 },
		);
		const slow = histogram(
			[
				[0.1, 0],
				[1, 1],
				[Infinity, 1],
			],
			{ sum: 1 },
		);
		const pooled = poolHistograms([fast, slow]);
		expect(pooled && quantileOf(pooled, 0.5)).toBeCloseTo(0.1 * (50 / 99), 12);
		expect(pooled?.sum).toBe(6);
		// The mean of both medians would be 0.3.
		expect(quantileOf(slow, 0.5)).toBeCloseTo(0.55, 12);
	});

	it('of other layouts keeps the bounds that all have', () => {
		const pooled = poolHistograms([
			histogram([
				[0.1, 1],
				[0.5, 2],
				[1, 3],
				[Infinity, 4],
			]),
			histogram([
				[0.2, 10],
				[0.5, 20],
				[Infinity, 30],
			]),
		]);
		expect(pooled?.bounds).toEqual([0.5, Infinity]);
		expect(pooled?.counts).toEqual([22, 34]);
		expect(pooled?.sum).toBeUndefined();
	});

	it('of one is that one, of none is nothing', () => {
		expect(poolHistograms([plain])).toBe(plain);
		expect(poolHistograms([])).toBeUndefined();
	});
});

describe('the increase', () => {
	it('is what came between two readings', () => {
		const after = histogram(
			[
				[0.1, 10],
				[0.5, 34],
				[1, 50],
				[Infinity, 52],
			],
			{ sum: 30 },
		);
		const increase = increaseOf(plain, after);
		expect(increase).toEqual({
			bounds: [0.1, 0.5, 1, Infinity],
			counts: [0, 4, 10, 12],
			sum: 16,
		});
		expect(distributionOf(increase, 1000)).toMatchObject({ n: 12, avg: 1333.333333 });
	});

	it('after a restart is all since then, and never negative', () => {
		const young = histogram(
			[
				[0.1, 1],
				[0.5, 1],
				[1, 1],
				[Infinity, 1],
			],
			{ sum: 0.05 },
		);
		expect(increaseOf(plain, young)).toEqual(young);
	});

	it('of nothing is empty', () => {
		expect(countOf(increaseOf(plain, plain))).toBe(0);
		expect(distributionOf(increaseOf(plain, plain), 1000)).toBeUndefined();
	});

	it('is of the bounds that both have', () => {
		const other = histogram([
			[0.5, 31],
			[2, 45],
			[Infinity, 45],
		]);
		expect(increaseOf(plain, other)).toMatchObject({ bounds: [0.5, Infinity], counts: [1, 5] });
	});
});

it('a distribution tells what buckets can: no smallest, no largest', () => {
	expect(distributionOf(plain, 1000)).toEqual({ avg: 350, p50: 300, p95: 900, p99: 980, n: 40 });
	expect(distributionOf(histogram([[Infinity, 3]], { sum: 6 }), 1)).toEqual({ avg: 2, n: 3 });
});
