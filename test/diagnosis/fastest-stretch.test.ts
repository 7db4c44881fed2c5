import { describe, expect, it } from 'vitest';
import { fastestStretch } from '../../source/diagnosis/measure-path.ts';
import type { Arrival } from '../../source/diagnosis/measure-path.ts';

const packetBytes = 1460;

/** A reply of `bytes` over a path, each packet read alone unless several come within `readMs`. */
function arrive(
	bytes: number,
	{
		rttMs,
		bytesPerSecond,
		readMs = 0,
	}: Record<'rttMs' | 'bytesPerSecond', number> & { readMs?: number },
): Arrival[] {
	const arrivals: Arrival[] = [];
	let sent = 0;
	let window = 10;
	let atMs = 0;
	for (let round = 0; sent < bytes; round++, window *= 2) {
		atMs = Math.max(atMs, round * rttMs);
		for (let packet = 0; packet < window && sent < bytes; packet++) {
			const size = Math.min(packetBytes, bytes - sent);
			sent += size;
			atMs += (size * 1000) / bytesPerSecond;
			const last = arrivals.at(-1);
			if (last && atMs - last.atMs < readMs)
				arrivals[arrivals.length - 1] = { ...last, bytes: sent };
			else arrivals.push({ atMs, bytes: sent });
		}
	}
	return arrivals;
}

const megabyte = 1_000_000;

function rateOf(arrivals: readonly Arrival[]): number {
	const { stretch } = fastestStretch(arrivals);
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
		expect(fastestStretch(arrive(16_000, { rttMs: 1, bytesPerSecond: megabyte }))).toEqual({});
		expect(fastestStretch([])).toEqual({});
	});
});
