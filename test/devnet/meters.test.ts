import { expect, test } from 'vitest';
import { createRateWindow, createSampleWindow } from '../../devnet/meters.ts';
import { createRandom } from '../../devnet/random.ts';

test('a rate is over the window, or over the life when that is shorter', () => {
	const rate = createRateWindow(10_000, 0);
	for (let second = 0; second < 5; second += 1) rate.add(100, second * 1000);
	expect(rate.perSecond(5000)).toBe(100);
	expect(rate.perSecond(10_000)).toBeCloseTo(40);
	expect(rate.perSecond(60_000)).toBe(0);
});

test('percentiles are by nearest rank, and nothing measured is no distribution', () => {
	const window = createSampleWindow(1000);
	expect(window.distribution(0)).toBeUndefined();
	for (let value = 1; value <= 200; value += 1) window.add(value, value);
	expect(window.distribution(200)).toEqual({
		min: 1,
		avg: 100.5,
		p50: 100,
		p95: 190,
		p99: 198,
		max: 200,
		n: 200,
	});
	expect(window.distribution(1150)).toMatchObject({ min: 151, max: 200, n: 50 });
	expect(window.distribution(5000)).toBeUndefined();
});

test('draws follow from the seed, and have the moments they should', () => {
	const draw = (seed: string) => {
		const random = createRandom(seed);
		return Array.from({ length: 20_000 }, () => random.next());
	};
	expect(draw('a')).toEqual(draw('a'));
	expect(draw('a')).not.toEqual(draw('b'));
	const mean = draw('a').reduce((sum, value) => sum + value, 0) / 20_000;
	expect(mean).toBeCloseTo(0.5, 1);
	const random = createRandom('c');
	const gaps = Array.from({ length: 20_000 }, () => random.exponential(500));
	const meanGap = gaps.reduce((sum, value) => sum + value, 0) / gaps.length;
	expect(meanGap).toBeGreaterThan(485);
	expect(meanGap).toBeLessThan(515);
	expect(new Set(random.sample([1, 2, 3, 4], 3)).size).toBe(3);
	expect(new Set(random.sample([1, 2], 9))).toEqual(new Set([1, 2]));
	expect(random.hex(5)).toMatch(/^[0-9a-f]{10}$/);
});
