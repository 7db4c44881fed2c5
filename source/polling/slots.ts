import { evenShare } from '../domain/jitter.ts';

/** The slots of one target: slot n is at `startedAtMs + n × intervalMs`, and its jitter later. */
export interface Slots {
	/** Of the targets that are polled, which one it is: decides on its jitter. */
	readonly index: number;
	/** The part of an interval over which polls are spread; 0: none. */
	readonly spread: number;
	intervalMs: number;
	/** On the steady clock. */
	startedAtMs: number;
	slot: number;
	missedSlots: number;
	/** Polls that failed in a row. */
	failures: number;
}

export interface JobResult {
	readonly failed: boolean;
	/** How long the node wants no further poll. */
	readonly retryAfterMs?: number | undefined;
}

/**
 * So many targets have the same jitter and are polled closely one after another. With a jitter of its own, each poll
 * found its code and data gone from the processor's caches: ten nodes cost a seventh more processor time.
 */
const batchSize = 16;
/** Far enough that the latency of one does not include the work for the one before. */
const apartMs = 4;
/** Of short intervals less, so that a batch stays well within one. */
const apartRatio = 0.004;

/** A node that restarts is polled at full pace; only a longer outage is polled less often. */
const failuresAtFullPace = 3;
/** One that answers again is to be seen within two seconds. */
const maxBackoffMs = 2000;
const backoffJitter = 0.2;

export function beginSlots(
	intervalMs: number,
	nowMs: number,
	{ index = 0, spread = 0 }: { readonly index?: number; readonly spread?: number } = {},
): Slots {
	return { index, spread, intervalMs, startedAtMs: nowMs, slot: 0, missedSlots: 0, failures: 0 };
}

/** Slots at another interval from now on; what was counted stays. */
export function movedSlots(slots: Slots, intervalMs: number, nowMs: number): Slots {
	return { ...slots, intervalMs, startedAtMs: nowMs, slot: 0 };
}

/**
 * How much later than its slot a poll begins; two polls that follow each other are never closer than
 * 1 − 0.4 × `spread` intervals.
 */
export function jitterMs({ index, spread, intervalMs }: Slots, slot: number): number {
	if (spread === 0) return 0;
	const batch = Math.floor(index / batchSize);
	const apart = Math.min(apartMs, apartRatio * intervalMs);
	return evenShare(batch + slot) * spread * intervalMs + (index % batchSize) * apart;
}

/**
 * Notes how a poll ended, and gives the time to wait for the next one. Slots that passed meanwhile are
 * counted as missed and not made up for. `random` is in 0 ≤ x < 1.
 */
export function nextDelayMs(
	slots: Slots,
	result: JobResult,
	{ nowMs, random }: { readonly nowMs: number; readonly random: number },
): number {
	slots.failures = result.failed ? slots.failures + 1 : 0;
	const due = Math.floor((nowMs - slots.startedAtMs) / slots.intervalMs) + 1;
	slots.missedSlots += Math.max(0, due - slots.slot - 1);
	slots.slot = due;
	const dueAtMs = slots.startedAtMs + due * slots.intervalMs + jitterMs(slots, due);
	const toSlotMs = dueAtMs - nowMs;
	const backoffMs = backoff(slots.failures, slots.intervalMs, random);
	return Math.max(toSlotMs, backoffMs, result.retryAfterMs ?? 0);
}

/** How long to stay away after so many failures in a row; 0 while at full pace. */
function backoff(failures: number, intervalMs: number, random: number): number {
	if (failures <= failuresAtFullPace) return 0;
	const doubled = intervalMs * 2 ** Math.min(failures - failuresAtFullPace, 10);
	const bounded = Math.min(doubled, Math.max(maxBackoffMs, intervalMs));
	return bounded * (1 - backoffJitter * random);
}
