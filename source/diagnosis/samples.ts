import type { ConnectSample, PathProbe, ReplySample } from './case.ts';

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

/** Of the times, so many at each end are left out: a lost packet, or this machine being busy. */
const outlierShare = 0.1;

type Stretch = NonNullable<ReplySample['stretch']>;

/** Bytes per second of long replies: as it was measured, and at most, had jitter not smeared them. */
export interface TransferRate {
	readonly measured: number;
	readonly atMost: number;
}

/**
 * How fast the bodies that were long enough to tell arrive; medians over the replies, of the fastest
 * stretch where it was seen. Packets of a burst arrive as far apart as the path's jitter sets them, so
 * that much of its time is no sign of a narrow path.
 */
export function transferRate(path: PathProbe | undefined): TransferRate | undefined {
	const times = connectTimes(path);
	const smearMs = spread(times.filter((ms) => ms <= (median(times) ?? 0) + retransmissionMs));
	const long = (path?.replies ?? []).filter(
		({ bytes, totalMs, firstByteMs }) => bytes >= 16_384 && totalMs > firstByteMs,
	);
	const measured = medianRate(long.map(({ stretch, ...whole }) => stretch ?? bodyOf(whole)));
	const atMost = medianRate(
		long.map(({ stretch, ...whole }) =>
			stretch ? { ...stretch, ms: stretch.ms - smearMs } : bodyOf(whole),
		),
	);
	return measured === undefined || atMost === undefined ? undefined : { measured, atMost };
}

function bodyOf({ bytes, totalMs, firstByteMs }: ReplySample): Stretch {
	return { bytes, ms: totalMs - firstByteMs };
}

function medianRate(stretches: readonly Stretch[]): number | undefined {
	const rates = stretches.map(({ bytes, ms }) => (ms > 0 ? (bytes * 1000) / ms : Infinity));
	return median(rates.toSorted((a, b) => a - b));
}

/** The range of sorted numbers without those at its ends; 0 of none. */
function spread(sorted: readonly number[]): number {
	const at = (ratio: number) => sorted[Math.round((sorted.length - 1) * ratio)] ?? 0;
	return at(1 - outlierShare) - at(outlierShare);
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
