import { describe, expect, it } from 'vitest';
import type { PathProbe } from '../../source/diagnosis/case.ts';
import { transferRate } from '../../source/diagnosis/samples.ts';

const stretch = (bytes: number, ms: number) => ({
	firstByteMs: 90,
	totalMs: 250,
	bytes: 146_000,
	stretch: { bytes, ms },
	steady: { bytes: 40_000, ms: 40 },
});

function pathOf(connectMs: readonly number[], stretchMs: number): PathProbe {
	return {
		target: 'n',
		host: 'n.example',
		isLoopback: false,
		connects: connectMs.map((ms) => ({ ms })),
		replies: [stretchMs - 2, stretchMs, stretchMs + 2].map((ms) => stretch(36_800, ms)),
	};
}

const even = [40, 40.2, 40.4, 40.1, 40.3];
const shaken = [35, 37, 38, 40, 41, 43, 45];

describe('the rate of long replies', () => {
	it('is what was measured where the path is even', () => {
		const { measured, atMost } = transferRate(pathOf(even, 36.8)) ?? {};
		expect(measured).toBeCloseTo(1e6);
		expect((atMost ?? 0) / 1e6).toBeCloseTo(1, 1);
	});

	it('may be many times that where packets are apart by jitter', () => {
		const { measured, atMost } = transferRate(pathOf(shaken, 14)) ?? {};
		expect(measured).toBeLessThan(2.7e6);
		expect(atMost).toBeGreaterThan(3e6);
	});

	it('is not changed by packets that were lost', () => {
		const { atMost } = transferRate(pathOf([...even, 1040, 240.5], 36.8)) ?? {};
		expect((atMost ?? 0) / 1e6).toBeCloseTo(1, 1);
	});

	it('is not known without a long reply', () => {
		expect(transferRate({ ...pathOf(even, 36.8), replies: [] })).toBeUndefined();
	});
});
