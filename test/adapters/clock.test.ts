import { expect, it } from 'vitest';
import { clockFrom } from '../../source/adapters/clock.ts';

it.each([
	// The header is cut to whole seconds: 12:00:00.500 in the mean.
	['in step', 1_000_000, 100, 1_000_550, 0, 550],
	['an hour ahead', 4_600_000, 0, 1_000_500, 3_600_000, 500],
	['behind, asked over a slow line', 990_000, 4000, 1_002_500, -10_000, 2500],
])('a clock %s', (_name, serverTimeMs, latencyMs, nowMs, offsetMs, uncertaintyMs) => {
	expect(clockFrom({ serverTimeMs, latencyMs }, nowMs)).toEqual({
		offsetMs,
		uncertaintyMs,
		source: 'httpDate',
	});
});

it('is absent without a Date header', () => {
	expect(clockFrom({ serverTimeMs: undefined, latencyMs: 1 }, 1)).toBeUndefined();
});
