import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	formatAge,
	formatBytes,
	formatCompactBytes,
	formatCount,
	formatUptime,
	formatMs,
	formatRate,
	formatRatio,
} from '../../source/domain/format.ts';

describe('formats', () => {
	it.each([
		[formatCount(1_234_567), '1,234,567'],
		[formatCount('18446744073709551615'), '18,446,744,073,709,551,615'],
		[formatCount(0), '0'],
		[formatCount(Number.NaN), '—'],
		[formatBytes(45_678_901), '45.7 MB'],
		[formatBytes(0), '0 B'],
		[formatBytes(Number.NaN), '—'],
		[formatCompactBytes(268_435_456), '268MB'],
		[formatRate(1_234_567), '1.23 MB/s'],
		[formatUptime(222_735), '2 days, 13:52:15'],
		[formatUptime(86_400), '1 day, 00:00:00'],
		[formatUptime(59.9), '00:00:59'],
		[formatUptime(Number.NaN), '—'],
		[formatRate(-7.28e-12), '0 B/s'],
		[formatMs(0.42), '0.4 ms'],
		[formatMs(9.96), '10 ms'],
		[formatMs(23.4), '23 ms'],
		[formatMs(0), '0 s'],
		[formatMs(80), '80 ms'],
		[formatMs(788), '788 ms'],
		[formatMs(999.7), '1 s'],
		[formatMs(4160), '4.2 s'],
		[formatMs(9960), '10 s'],
		[formatMs(12_000), '12 s'],
		[formatMs(-12_000), '-12 s'],
		[formatMs(59_600), '1m 00s'],
		[formatMs(90_000), '1m 30s'],
		[formatMs(127_900), '2m 07s'],
		[formatMs(11_100_000), '3h 05m'],
		[formatMs(222_333_000), '2d 13h'],
		[formatMs(Number.POSITIVE_INFINITY), '—'],
		[formatRatio(0.125), '12.5%'],
		[formatRatio(-0), '0.0%'],
		[formatAge('2026-01-01T00:00:00Z', Date.parse('2026-01-01T00:00:07.9Z')), '7 s'],
		[formatAge('2026-01-01T00:00:09Z', Date.parse('2026-01-01T00:00:07Z')), '0 s'],
		[formatAge('never', 0), '—'],
	])('%s', (text, expected) => {
		expect(text).toBe(expected);
	});

	it('never print what is no number', () => {
		const formats = [
			formatCount,
			formatBytes,
			formatCompactBytes,
			formatRate,
			formatMs,
			formatRatio,
		];
		fc.assert(
			fc.property(fc.double({ min: 0 }), fc.constantFrom(...formats), (value, format) => {
				expect(format(value)).not.toMatch(/NaN|Infinity|-0|undefined/);
			}),
		);
	});
});
