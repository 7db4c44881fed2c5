import { isRetransmitted } from '../domain/retransmission.ts';
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

/** Within a connection a lost packet is sent again after no less than this (Linux and others: 200 ms). */
const resentMs = 190;

/** Attempts that took a retransmission longer than the others do, or were never answered. */
export function lossOf(path: PathProbe | undefined): { lost: number; of: number } | undefined {
	const times = connectTimes(path);
	const middle = median(times);
	const unanswered = connectErrors(path).filter((code) => !isRefusal(code)).length;
	const of = times.length + unanswered;
	if (middle === undefined || of < 5) return undefined;
	const late = times.filter((ms) => isRetransmitted(ms, middle)).length;
	return { lost: late + unanswered, of };
}

/** Of the times, so many at each end are left out: a lost packet, or this machine being busy. */
const outlierShare = 0.1;

/** Bytes per second of long replies: as it was measured, and at most, had jitter not smeared them. */
export interface TransferRate {
	readonly measured: number;
	readonly atMost: number;
}

const leastLongBytes = 16_384;
/** Shorter ones may be late for a busy machine. */
const leastBodyMs = 40;
/** So many times what the round trips explain is the path’s rate, not TCP’s start. */
const farBeyond = 2;
/** A quarter of a reply that starts slowly is a round’s window or less, which no pacing spreads over more. */
const pacedShare = 0.6;

/**
 * How fast the bodies that were long enough to tell arrive; medians over the replies. A body that took
 * far longer than its round trips explain tells the rate by itself, and so does one whose fastest stretch
 * takes longer than Linux’s pacing spreads it (twice the window a round trip). Of another a steady end does,
 * only where no burst of it was faster: packets of a burst arrive as far apart as the path's jitter sets
 * them, so that much of its time is no sign of a narrow path.
 */
export function transferRate(path: PathProbe | undefined): TransferRate | undefined {
	const times = connectTimes(path);
	const roundTripMs = median(times) ?? 0;
	const smearMs = jitterOf(times);
	const long = (path?.replies ?? []).filter(({ bytes }) => bytes >= leastLongBytes);
	const rates = long.flatMap((reply) => rateOfReply(reply, roundTripMs, smearMs) ?? []);
	// Where most replies tell nothing, the others are chance.
	if (rates.length * 2 <= long.length) return undefined;
	const measured = medianOf(rates.map((rate) => rate.measured));
	const atMost = medianOf(rates.map((rate) => rate.atMost));
	return measured === undefined || atMost === undefined ? undefined : { measured, atMost };
}

function rateOfReply(
	{ bytes, firstByteMs, totalMs, stretch, steady }: ReplySample,
	roundTripMs: number,
	smearMs: number,
): TransferRate | undefined {
	const bodyMs = totalMs - firstByteMs;
	const explainedMs = slowStartRounds(bytes) * roundTripMs + smearMs;
	if (bodyMs >= Math.max(leastBodyMs, farBeyond * explainedMs)) {
		return { measured: rate(bytes, bodyMs), atMost: rate(bytes, bodyMs - smearMs) };
	}
	if (!stretch) return undefined;
	const slow = {
		measured: rate(stretch.bytes, stretch.ms),
		atMost: rate(stretch.bytes, stretch.ms - smearMs),
	};
	if (stretch.ms - smearMs > pacedShare * roundTripMs) return slow;
	if (!steady) return undefined;
	const measured = rate(steady.bytes, steady.ms);
	return { measured, atMost: Math.max(measured, rate(stretch.bytes, stretch.ms - smearMs / 2)) };
}

const firstWindowBytes = 10 * 1460;

/**
 * Round trips after the first byte that a sender needs for so much: its window is 10 packets at first
 * (RFC 6928) and doubles each time (RFC 5681); with delayed acknowledgements it grows by half, a third slower.
 */
function slowStartRounds(bytes: number): number {
	return Math.max(0, Math.ceil(Math.log2(1 + bytes / firstWindowBytes)) - 1);
}

function rate(bytes: number, ms: number): number {
	return ms > 0 ? (bytes * 1000) / ms : Number.POSITIVE_INFINITY;
}

function medianOf(values: readonly number[]): number | undefined {
	return median(values.toSorted((a, b) => a - b));
}

/** How far apart sorted times are, but for those that waited for a packet to be sent again; 0 of none. */
export function jitterOf(sorted: readonly number[]): number {
	return spread(sorted.filter((ms) => ms <= (median(sorted) ?? 0) + resentMs));
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

/** How long a node may think without being slow. */
export const slowThinkingMs = 250;
const timesConnect = 4;

/** Whether so much thinking is the node's own, and not the path's. */
export function isSlowThinking(thinkingMs: number, connectMs: number): boolean {
	return thinkingMs >= slowThinkingMs && thinkingMs >= connectMs * timesConnect;
}

/** Replies that the node was slow to begin, where most were not; times sorted. */
export interface Pauses {
	readonly slowMs: readonly number[];
	readonly usualMs: number;
	readonly of: number;
}

/** Of a node that stops now and then; `undefined` of one that is always slow, or never, or only once. */
export function pausesOf(path: PathProbe | undefined): Pauses | undefined {
	const connect = median(connectTimes(path)) ?? 0;
	const thinking = (path?.replies ?? [])
		.map(({ firstByteMs }) => firstByteMs - connect)
		.toSorted((a, b) => a - b);
	const slowMs = thinking.filter((ms) => isSlowThinking(ms, connect));
	const usualMs = median(thinking) ?? 0;
	if (slowMs.length < 2 || isSlowThinking(usualMs, connect)) return undefined;
	return { slowMs, usualMs, of: thinking.length };
}
