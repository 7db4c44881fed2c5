import { describe, expect, it } from 'vitest';
import { createHistogram } from '../../source/network-tests/statistics/histogram.ts';

/** A fixed sequence that looks random: the fractional parts of n × φ, in ms over five decades. */
const values = Array.from({ length: 5000 }, (_, n) => 10 ** (((n * 0.618_033_988_75) % 1) * 5 - 1));

describe('histogram', () => {
	it.each([0.5, 0.95, 0.99, 0.999])(
		'gives the %d percentile within 1/64 of the exact one',
		(ratio) => {
			const histogram = createHistogram();
			for (const value of values) histogram.add(value);
			const sorted = values.toSorted((a, b) => a - b);
			const exact = sorted[Math.ceil(ratio * values.length) - 1] ?? 0;
			const told = histogram.percentile(ratio) ?? 0;
			expect(told).toBeGreaterThanOrEqual(exact);
			expect(told / exact).toBeLessThan(1 + 1 / 64);
		},
	);

	it('keeps the least, the most and the mean exact', () => {
		const histogram = createHistogram();
		for (const value of [0.25, 3, 1000.5]) histogram.add(value);
		expect(histogram.spread()).toMatchObject({ min: 0.25, max: 1000.5, avg: 334.583, n: 3 });
	});

	it('says nothing before the first value, and takes no nonsense', () => {
		const histogram = createHistogram();
		histogram.add(Number.NaN);
		histogram.add(-1);
		expect(histogram.spread()).toBeUndefined();
		expect(histogram.buckets(10)).toEqual([]);
	});

	it('counts every value in one of at most so many buckets, whatever their range', () => {
		const histogram = createHistogram();
		for (const value of [...values, 0, 3_600_000]) histogram.add(value);
		const buckets = histogram.buckets(12);
		expect(buckets.length).toBeLessThanOrEqual(12);
		expect(buckets.reduce((sum, { count }) => sum + count, 0)).toBe(values.length + 2);
		expect(buckets.map(({ upToMs }) => upToMs)).toEqual(
			buckets.map(({ upToMs }) => upToMs).toSorted((a, b) => a - b),
		);
	});
});
