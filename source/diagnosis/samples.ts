import type { ConnectSample, PathProbe } from './case.ts';

/** Codes of a connection that was answered by a refusal: something is there, but nobody listens. */
const refusals = new Set(['ECONNREFUSED', 'ECONNRESET']);

/** The times of the attempts that connected, sorted. */
export function connectTimes(path: PathProbe | undefined): number[] {
	return (path?.connects ?? [])
		.flatMap((sample) => ('ms' in sample ? [sample.ms] : []))
		.toSorted((a, b) => a - b);
}

export function connectErrors(path: PathProbe | undefined): string[] {
	return (path?.connects ?? []).flatMap((sample) => ('error' in sample ? [sample.error] : []));
}

export function isRefusal(code: string): boolean {
	return refusals.has(code);
}

export function errorOf(sample: ConnectSample | undefined): string | undefined {
	return sample && 'error' in sample ? sample.error : undefined;
}

/** The middle of sorted numbers; `undefined` of none. */
export function median(sorted: readonly number[]): number | undefined {
	return sorted.length === 0 ? undefined : sorted[Math.floor((sorted.length - 1) / 2)];
}

/** A lost packet is sent again after no less than this (RFC 6298 says 1 s; Linux and others use 200 ms). */
const retransmissionMs = 190;

/** Attempts that took a retransmission longer than the others do, or were never answered. */
export function lossOf(path: PathProbe | undefined): { lost: number; of: number } | undefined {
	const times = connectTimes(path);
	const middle = median(times);
	const unanswered = connectErrors(path).filter((code) => !isRefusal(code)).length;
	const of = times.length + unanswered;
	if (middle === undefined || of < 5) return undefined;
	const late = times.filter((ms) => ms > middle + retransmissionMs).length;
	return { lost: late + unanswered, of };
}

/** A burst is smeared by about the spread of single packets: below this many times it, that is all. */
const smear = 4;

/**
 * Bytes per second of the bodies that were long enough to tell; the median over the replies. The fastest
 * stretch counts where it was seen, and only if it took longer than the path's own jitter explains.
 */
export function transferRate(path: PathProbe | undefined): number | undefined {
	const jitterMs = middleHalf(connectTimes(path));
	const rates = (path?.replies ?? [])
		.filter(({ bytes, totalMs, firstByteMs }) => bytes >= 16_384 && totalMs > firstByteMs)
		.flatMap(({ bytes, totalMs, firstByteMs, stretch }) => {
			if (!stretch) return [(bytes * 1000) / (totalMs - firstByteMs)];
			return stretch.ms < smear * jitterMs ? [] : [(stretch.bytes * 1000) / stretch.ms];
		})
		.toSorted((a, b) => a - b);
	return median(rates);
}

/** The range that the middle half of sorted numbers takes; 0 of none. */
function middleHalf(sorted: readonly number[]): number {
	const at = (ratio: number) => sorted[Math.floor((sorted.length - 1) * ratio)] ?? 0;
	return at(0.75) - at(0.25);
}

/** What the node itself takes between a question and its answer, over the time to reach it. */
export function thinkingTime(path: PathProbe | undefined): number | undefined {
	const firstBytes = (path?.replies ?? [])
		.map(({ firstByteMs }) => firstByteMs)
		.toSorted((a, b) => a - b);
	const first = median(firstBytes);
	const roundTrip = median(connectTimes(path));
	return first === undefined || roundTrip === undefined ? undefined : first - roundTrip;
}
