import { describe, expect, it } from 'vitest';
import type { PathProbe } from '../../source/diagnosis/case.ts';
import { transferRate } from '../../source/diagnosis/samples.ts';
import {
	fastestStretch,
	steadyStretch,
	stretchesOf,
	windowOf,
} from '../../source/diagnosis/stretches.ts';
import type { Arrival } from '../../source/diagnosis/stretches.ts';
import { arrive } from './arrivals.ts';
import type { Sender } from './arrivals.ts';

const megabyte = 1_000_000;

function rateOf(arrivals: readonly Arrival[]): number {
	const stretch = fastestStretch(arrivals);
	return stretch ? (stretch.bytes * 1000) / stretch.ms : 0;
}

describe('the bandwidth of one reply', () => {
	it.each([
		[17_000, 40],
		[40_000, 40],
		[100_000, 40],
		[150_000, 200],
		[150_000, 5],
	])('%i bytes over a fast path of %i ms are fast, whatever their mean', (bytes, rttMs) => {
		for (const readMs of [0, 3]) {
			const path = { rttMs, bytesPerSecond: 50 * megabyte, readMs };
			expect(rateOf(arrive(bytes, path))).toBeGreaterThan(10 * megabyte);
		}
	});

	it.each([
		[60_000, 5],
		[100_000, 40],
		[150_000, 40],
	])('%i bytes at 1 MB/s over %i ms are told within 15 %%', (bytes, rttMs) => {
		const path = { rttMs, bytesPerSecond: megabyte };
		expect(Math.abs(rateOf(arrive(bytes, path)) / megabyte - 1)).toBeLessThan(0.15);
	});

	it('says nothing of what is short', () => {
		expect(fastestStretch(arrive(16_000, { rttMs: 1, bytesPerSecond: megabyte }))).toBeUndefined();
		expect(fastestStretch([])).toBeUndefined();
	});
});

/** Five replies of so many bytes, and connections of such a path, as they are measured. */
function measured(bytes: number, sender: Sender): PathProbe {
	const { rttMs, jitterMs = 0 } = sender;
	const connects = Array.from({ length: 30 }, (_, n) => ({
		ms: rttMs + (2 * ((n * 0.618034) % 1) - 1) * jitterMs,
	}));
	const replies = Array.from({ length: 5 }, () => {
		const arrivals = arrive(bytes, sender);
		const firstByteMs = rttMs + (arrivals[0]?.atMs ?? 0);
		const totalMs = rttMs + (arrivals.at(-1)?.atMs ?? 0);
		return { bytes, firstByteMs, totalMs, ...stretchesOf(arrivals, windowOf(connects)) };
	});
	return { target: 'n', host: 'n.example', isLoopback: false, connects, replies };
}

const limit = 2.5 * megabyte;

describe('the rate of a path', () => {
	it.each([
		[146_000, { rttMs: 1 }],
		[146_000, { rttMs: 40, jitterMs: 5 }],
		[146_000, { rttMs: 90, jitterMs: 10 }],
		[146_000, { rttMs: 250, jitterMs: 20 }],
		[600_000, { rttMs: 250, jitterMs: 20 }],
		[30_000, { rttMs: 120 }],
	])('of %i bytes over %o is nothing that is narrow, paced or not', (bytes, path) => {
		for (const isPaced of [false, true]) {
			const sender = { ...path, isPaced, bytesPerSecond: 50 * megabyte };
			const atMost = transferRate(measured(bytes, sender))?.atMost ?? Number.POSITIVE_INFINITY;
			expect({ isPaced, isNarrow: atMost <= limit }).toEqual({ isPaced, isNarrow: false });
		}
	});

	it.each([
		[146_000, { rttMs: 1, bytesPerSecond: 125_000 }],
		[146_000, { rttMs: 1, bytesPerSecond: 250_000 }],
		[146_000, { rttMs: 40, jitterMs: 5, bytesPerSecond: megabyte }],
		[146_000, { rttMs: 90, jitterMs: 10, bytesPerSecond: 250_000 }],
		[900_000, { rttMs: 250, bytesPerSecond: 250_000 }],
	])('of %i bytes over %o is told within 15 %%, paced or not', (bytes, path) => {
		for (const isPaced of [false, true]) {
			const { measured: told = 0, atMost = Number.NaN } =
				transferRate(measured(bytes, { ...path, isPaced })) ?? {};
			const off = Math.abs(told / path.bytesPerSecond - 1);
			expect({ isPaced, told, isNear: off < 0.15 }).toMatchObject({ isNear: true });
			expect(atMost).toBeLessThan(limit);
		}
	});

	it('is not known from a few replies among many', () => {
		const path = measured(146_000, { rttMs: 40, bytesPerSecond: 250_000 });
		const [one] = path.replies;
		const replies = [
			...(one ? [one] : []),
			...measured(146_000, { ...wide, isPaced: true }).replies,
		];
		expect(transferRate({ ...path, replies })).toBeUndefined();
	});

	it('is told beside loss: a second’s wait for a packet is no jitter', () => {
		const path = measured(146_000, { rttMs: 40, bytesPerSecond: 250_000 });
		const lossy = path.connects.map((sample, n) => (n % 6 === 0 ? { ms: 1040 } : sample));
		expect(windowOf(lossy)).toBe(windowOf(path.connects));
		expect(transferRate({ ...path, connects: lossy })?.measured).toBeCloseTo(250_000, -5);
	});

	it('has no steady end while it grows, or where it is short', () => {
		expect(steadyStretch(arrive(146_000, { ...wide, isPaced: true }), 40)).toBeUndefined();
		expect(steadyStretch(arrive(20_000, wide), 40)).toBeUndefined();
		expect(steadyStretch([], 40)).toBeUndefined();
	});
});

const wide = { rttMs: 40, bytesPerSecond: 50 * megabyte };
