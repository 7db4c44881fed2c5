import { describe, expect, it } from 'vitest';
import { reachOf, trendOf } from '../../source/history/analysis/forecast.ts';
import { createRandom } from './random.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Growth by `perDay`, with noise and a weekly pattern, by the hour. */
function growth(days: number, perDay: number, seed: number): (readonly [number, number])[] {
	const random = createRandom(seed);
	return Array.from({ length: days * 24 }, (_, hour) => {
		const week = Math.sin((2 * Math.PI * hour) / (7 * 24)) * 4 * perDay;
		const noise = (random() + random() + random() - 1.5) * 2 * perDay;
		return [hour * hourMs, 1000 + (perDay * hour) / 24 + week + noise] as const;
	});
}

describe('a forecast', () => {
	it.each([1, 2, 3, 4, 5, 6, 7, 8])(
		'is within 10 %% on noisy growth with a weekly pattern (seed %i)',
		(seed) => {
			const trend = trendOf(growth(30, 10, seed));
			expect(Math.abs((trend?.perDay ?? 0) / 10 - 1)).toBeLessThan(0.1);
			// It is near 1300 now, and reaches 2000 in about 70 days.
			const { days, earliest, latest } = trend ? reachOf(trend, 2000) : {};
			expect(Math.abs((days ?? 0) / 70 - 1)).toBeLessThan(0.1);
			expect(earliest).toBeLessThan(days ?? 0);
			expect(latest).toBeGreaterThan(days ?? 0);
		},
	);

	it('is not moved by a few outliers', () => {
		const line = growth(5, 0, 3).map(([atMs], n) => [atMs, 1000 + (10 * n) / 24] as const);
		const spoilt = line.map(([atMs, value], n): readonly [number, number] => [
			atMs,
			n % 17 === 0 ? 9000 : value,
		]);
		expect(trendOf(spoilt)?.perDay).toBeCloseTo(10, 0);
	});

	it('says nothing of what moves away, stands still, or was hardly seen', () => {
		const line = (perDay: number) =>
			Array.from({ length: 48 }, (_, n) => [n * hourMs, 500 + (perDay * n) / 24] as const);
		const rising = trendOf(line(3));
		expect(rising && reachOf(rising, 0).days).toBeUndefined();
		const still = trendOf(line(0));
		expect(still && reachOf(still, 0).days).toBeUndefined();
		const falling = trendOf(line(-10));
		expect(falling && reachOf(falling, 0).days).toBeCloseTo((500 - 10 * (47 / 24)) / 10, 1);
		expect(trendOf(line(3).slice(0, 5))).toBeUndefined();
		expect(trendOf([[dayMs, 1]])).toBeUndefined();
	});
});
