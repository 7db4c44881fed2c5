import type { ConnectSample, ReplySample, Stretch } from './case.ts';
import { jitterOf, median } from './samples.ts';

/** When so many bytes of a reply were there. */
export interface Arrival {
	readonly atMs: number;
	readonly bytes: number;
}

const leastBytes = 16_384;
/** Below this two arrivals are one. */
const leastGapMs = 0.05;

/**
 * The fastest stretch of at least a quarter of a reply, of what comes after its first third. A reply over
 * a long path comes in bursts with pauses of a round trip while TCP starts slowly (RFC 5681), so its mean
 * rate tells of the path's length: what limits a burst itself is the bandwidth.
 */
export function fastestStretch(arrivals: readonly Arrival[]): Stretch | undefined {
	const total = arrivals.at(-1)?.bytes ?? 0;
	if (total < leastBytes) return undefined;
	const first = arrivals.findIndex(({ bytes }) => bytes >= total / 3);
	const counted = arrivals.slice(first);
	let fastest: Stretch | undefined;
	const take = (bytes: number, ms: number) => {
		const each = { bytes, ms: Math.max(leastGapMs, ms) };
		if (!fastest || each.bytes / each.ms > fastest.bytes / fastest.ms) fastest = each;
	};
	let from = 0;
	for (const [index, to] of counted.entries()) {
		// What one reading of the socket brought came at once, whatever the pause before it.
		const piece = to.bytes - (arrivals[first + index - 1]?.bytes ?? 0);
		if (piece >= total / 4) take(piece, 0);
		for (let start = counted[from]; start; start = counted[from]) {
			const bytes = to.bytes - start.bytes;
			if (bytes < total / 4) break;
			take(bytes, to.atMs - start.atMs);
			from += 1;
		}
	}
	return fastest;
}

/** A rate that grows by more from one round trip to the next is TCP’s that still starts, not the path’s. */
const growth = 1.4;
const leastWindowMs = 20;

/** A round trip, or what jitter makes of one. */
export function windowOf(connects: readonly ConnectSample[]): number {
	const times = connects
		.flatMap((sample) => ('ms' in sample ? [sample.ms] : []))
		.toSorted((a, b) => a - b);
	return Math.max(leastWindowMs, median(times) ?? 0, 2 * jitterOf(times));
}

/**
 * The end of a reply, two windows long, where no more came in the last than in the one before: where a
 * sender paces its packets (BBR does), bursts tell nothing, but a path that is full carries the same each
 * round trip, and one that is not carries up to twice as much. `undefined` where it still grows.
 */
export function steadyStretch(arrivals: readonly Arrival[], windowMs: number): Stretch | undefined {
	const [first, last] = [arrivals[0], arrivals.at(-1)];
	if (!first || !last || last.bytes < leastBytes) return undefined;
	if (last.atMs - first.atMs < 3 * windowMs) return undefined;
	const bytesBefore = (atMs: number) =>
		arrivals.findLast((arrival) => arrival.atMs <= atMs)?.bytes ?? 0;
	const [middle, start] = [windowMs, 2 * windowMs].map((ms) => bytesBefore(last.atMs - ms));
	if (middle === undefined || start === undefined) return undefined;
	const isGrowing = last.bytes - middle > growth * (middle - start);
	return isGrowing ? undefined : { bytes: last.bytes - start, ms: 2 * windowMs };
}

/** What one reply tells of the rate that the path carries. */
export function stretchesOf(
	arrivals: readonly Arrival[],
	windowMs: number,
): Pick<ReplySample, 'stretch' | 'steady'> {
	const stretch = fastestStretch(arrivals);
	const steady = steadyStretch(arrivals, windowMs);
	return { ...(stretch && { stretch }), ...(steady && { steady }) };
}
