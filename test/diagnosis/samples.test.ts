import { describe, expect, it } from 'vitest';
import type { PathProbe } from '../../source/diagnosis/case.ts';
import {
	connectTimes,
	isSlowThinking,
	jitterOf,
	lossOf,
	median,
	pausesOf,
	thinkingTime,
	transferRate,
} from '../../source/diagnosis/samples.ts';

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

describe('the times of connections', () => {
	const times = (...samples: readonly (number | string)[]): PathProbe => ({
		target: 'n',
		host: 'n.example',
		isLoopback: false,
		connects: samples.map((each) => (typeof each === 'number' ? { ms: each } : { error: each })),
		replies: [],
	});

	it('are sorted, and their middle is one of them', () => {
		expect(connectTimes(times(100, 9, 'ETIMEDOUT', 20))).toEqual([9, 20, 100]);
		expect(connectTimes(undefined)).toEqual([]);
		expect([median([]), median([1]), median([1, 2]), median([1, 2, 3])]).toEqual([
			undefined,
			1,
			1,
			2,
		]);
	});

	it('tell of loss by what waited for a packet, and by what nobody answered', () => {
		expect(lossOf(times(10, 11, 12, 10, 1010))).toEqual({ lost: 1, of: 5 });
		expect(lossOf(times(10, 11, 12, 'ETIMEDOUT', 1010))).toEqual({ lost: 2, of: 5 });
		// A refusal is an answer.
		expect(lossOf(times(10, 11, 12, 10, 'ECONNREFUSED', 'ECONNRESET'))).toBeUndefined();
		expect(lossOf(times(10, 11, 12, 10, 10, 'ECONNREFUSED'))).toEqual({ lost: 0, of: 5 });
		expect(lossOf(times(10, 11, 12, 10))).toBeUndefined();
		const mute = Array.from({ length: 6 }, () => 'ETIMEDOUT');
		expect(lossOf(times(...mute))).toBeUndefined();
		expect(lossOf(undefined)).toBeUndefined();
	});

	it('vary by their jitter, without the ends and without what was sent again', () => {
		expect(jitterOf([])).toBe(0);
		expect(jitterOf([10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 30])).toBe(8);
		expect(jitterOf([10, 10, 10, 10, 12, 12, 1010, 1011])).toBe(2);
		expect(jitterOf([10, 10, 200])).toBe(190);
		expect(jitterOf([10, 10, 201])).toBe(0);
	});
});

describe('the rate of replies of some length', () => {
	const rateOf = (
		replies: readonly PathProbe['replies'][number][],
		connectMs: readonly number[] = [10],
	) => transferRate({ ...pathOf(connectMs, 1), replies });
	const long = (bytes: number, bodyMs: number) => ({
		firstByteMs: 100,
		totalMs: 100 + bodyMs,
		bytes,
	});

	it('is their bytes over their time, where round trips explain no half of it', () => {
		expect(rateOf([long(16_384, 40)])).toEqual({ measured: 409_600, atMost: 409_600 });
		expect(rateOf([long(16_383, 40)])).toBeUndefined();
		expect(rateOf([long(16_384, 39)])).toBeUndefined();
		// 100 kB take two more round trips after the first byte.
		expect(rateOf([long(100_000, 40)], [10])).toBeDefined();
		expect(rateOf([long(100_000, 79)], [20])).toBeUndefined();
		expect(rateOf([long(100_000, 80)], [20])).toEqual({ measured: 1_250_000, atMost: 1_250_000 });
	});

	it('is at most what it would be without the jitter of the path', () => {
		const shaking = [10, 10, 30, 30];
		expect(rateOf([long(20_000, 99)], shaking)).toEqual({
			measured: (20_000 * 1000) / 99,
			atMost: (20_000 * 1000) / 79,
		});
	});

	it('is the middle of the replies that tell it, if most do', () => {
		const each = [long(40_000, 400), long(40_000, 100), long(40_000, 200)];
		expect(rateOf(each)).toMatchObject({ measured: 200_000 });
		const short = long(40_000, 39);
		expect(rateOf([...each, short, short])).toMatchObject({ measured: 200_000 });
		expect(rateOf([...each, short, short, short])).toBeUndefined();
		expect(rateOf([...each, long(100, 1), long(100, 1), long(100, 1)])).toMatchObject({
			measured: 200_000,
		});
		expect(transferRate(undefined)).toBeUndefined();
	});

	it('is that of the fastest stretch, where pacing does not explain its time', () => {
		const stretched = (ms: number, steady?: { bytes: number; ms: number }) =>
			rateOf(
				[{ ...long(146_000, 60), stretch: { bytes: 30_000, ms }, ...(steady && { steady }) }],
				[40],
			);
		expect(stretched(25)).toEqual({ measured: 1_200_000, atMost: 1_200_000 });
		expect(stretched(24)).toBeUndefined();
		expect(stretched(20, { bytes: 40_000, ms: 40 })).toEqual({
			measured: 1_000_000,
			atMost: 1_500_000,
		});
		expect(stretched(20, { bytes: 90_000, ms: 30 })).toEqual({
			measured: 3_000_000,
			atMost: 3_000_000,
		});
	});

	it('has no bounds where all of it came at once', () => {
		const once = {
			...long(146_000, 60),
			stretch: { bytes: 30_000, ms: 0 },
			steady: { bytes: 9, ms: 1 },
		};
		expect(rateOf([once], [40])).toEqual({ measured: 9000, atMost: Number.POSITIVE_INFINITY });
	});
});

describe('the time that a node thinks', () => {
	const thinks = (...firstBytes: readonly number[]): PathProbe => ({
		...pathOf([100], 1),
		replies: firstBytes.map((firstByteMs) => ({
			firstByteMs,
			totalMs: firstByteMs + 1,
			bytes: 100,
		})),
	});

	it('is that to its answer, less that to reach it', () => {
		expect(thinkingTime(thinks(300, 1000, 120))).toBe(200);
		expect(thinkingTime(thinks())).toBeUndefined();
		expect(thinkingTime({ ...thinks(300), connects: [] })).toBeUndefined();
		expect(thinkingTime(undefined)).toBeUndefined();
	});

	it('is slow past a quarter of a second that is far more than the path takes', () => {
		expect(isSlowThinking(250, 0)).toBe(true);
		expect(isSlowThinking(249, 0)).toBe(false);
		expect(isSlowThinking(400, 100)).toBe(true);
		expect(isSlowThinking(399, 100)).toBe(false);
	});

	it('has pauses where several answers are slow and most are not', () => {
		expect(pausesOf(thinks(1100, 110, 600, 120, 130))).toEqual({
			slowMs: [500, 1000],
			usualMs: 30,
			of: 5,
		});
		expect(pausesOf(thinks(110, 120, 600))).toBeUndefined();
		expect(pausesOf(thinks(600, 700, 800))).toBeUndefined();
		expect(pausesOf(thinks(110, 120, 130))).toBeUndefined();
		expect(pausesOf(undefined)).toBeUndefined();
		const unconnected = { ...thinks(600, 700, 110, 120), connects: [] };
		expect(pausesOf(unconnected)).toEqual({ slowMs: [600, 700], usualMs: 120, of: 4 });
	});
});
