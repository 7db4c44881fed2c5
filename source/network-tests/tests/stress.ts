import { isOurs, ownDelay } from '../../domain/own-delay.ts';
import type { DelayMeter } from '../../domain/own-delay.ts';
import { definedRounded } from '../defined-rounded.ts';
import { createHistogram } from '../statistics/histogram.ts';
import type { Histogram } from '../statistics/histogram.ts';
import { byteCapReason, mostInFlight } from '../caps.ts';
import { pause } from '../../domain/waiting.ts';
import { byteCap, createRequester } from '../requester.ts';
import type { Requester, TimedReply } from '../requester.ts';
import { stamp } from '../test.ts';
import type { NetTest } from '../test.ts';

const defaults = { ratePerSecond: 50, durationMs: 10_000 };
const defaultTimeoutMs = 5000;
const sampleMs = 1000;
const mostBuckets = 12;

/**
 * Sends at a fixed rate whether or not the replies arrive (open loop), and measures each latency from the
 * time at which its request was due. So a node that stalls for a second slows all requests of that second
 * (coordinated omission; G. Tene, "How NOT to Measure Latency").
 */
export const stress: NetTest<'stress'> = {
	name: 'stress',
	title: 'latency at a fixed rate, corrected for coordinated omission',
	weight: 'heavy',
	defaults,
	async run(tested, options, context) {
		const { sample, summary } = stamp('stress', tested, context.now);
		if (!tested.endpoint.isHttp) {
			return { ...summary('cannot'), reason: 'the node does not speak HTTP: try ping' };
		}
		const load = createLoad(options, context.delay);
		const requester = createRequester(tested.endpoint, mostInFlight, context.delay);
		const timer = setInterval(() => {
			context.emit({ ...sample(), ...load.progress() });
		}, sampleMs);
		try {
			await load.run(requester, context.signal);
		} finally {
			clearInterval(timer);
			requester.close();
		}
		context.emit({ ...sample(), ...load.progress() });
		return { ...summary(context.signal.aborted ? 'cancelled' : 'measured'), ...load.figures() };
	},
};

interface Load {
	readonly ratePerSecond?: number | undefined;
	readonly durationMs?: number | undefined;
	readonly timeoutMs?: number | undefined;
}

/** One run at a fixed rate: sends the requests and counts their results. */
function createLoad(options: Load, delay: DelayMeter = ownDelay) {
	const { ratePerSecond = defaults.ratePerSecond, durationMs = defaults.durationMs } = options;
	const { timeoutMs = defaultTimeoutMs } = options;
	const tally = createTally();
	let endedEarly: string | undefined;
	let startedAt = performance.now();
	let elapsedMs = 0;
	let isLate = false;

	async function one(requester: Requester, dueAt: number, signal: AbortSignal): Promise<void> {
		const ended = tally.sent(dueAt);
		ended(await requester.send({ test: 'stress', timeoutMs, signal }));
	}

	return {
		async run(requester: Requester, signal: AbortSignal): Promise<void> {
			const span = delay.begin();
			startedAt = performance.now();
			const total = Math.max(1, Math.round((ratePerSecond * durationMs) / 1000));
			const underway = new Set<Promise<void>>();
			for (let n = 0; n < total && !signal.aborted; n++) {
				const dueAt = startedAt + (n * 1000) / ratePerSecond;
				const waitMs = dueAt - performance.now();
				if (waitMs > 0) await pause(waitMs, signal);
				if (requester.isSpent()) {
					endedEarly = byteCapReason;
					break;
				}
				const request = one(requester, dueAt, signal).finally(() => underway.delete(request));
				underway.add(request);
			}
			await Promise.all(underway);
			elapsedMs = performance.now() - startedAt;
			isLate = isOurs(span.end(), elapsedMs);
		},
		progress: () => tally.progress(performance.now() - startedAt),
		figures: () => ({
			ratePerSecond,
			...definedRounded({ endedEarly }),
			// What this process could not send, the node did not fail to complete.
			...tally.figures(isLate ? 0 : elapsedMs),
		}),
	};
}

interface Times {
	readonly dueAt: number;
	readonly sentAt: number;
}

/** Counts requests and their results. */
function createTally() {
	const timing = createTiming();
	const errors = new Map<string, number>();
	const counts = { sent: 0, completed: 0, failed: 0 };
	let inFlight = 0;
	let mostAtOnce = 0;

	function take(reply: TimedReply, times: Times): void {
		if (reply.error === 'ABORTED' || reply.error === byteCap) return;
		if (reply.error === 'ETIMEDOUT' && reply.isLate) {
			timing.addLate();
			return;
		}
		if (reply.error !== undefined || isRefused(reply.status)) {
			counts.failed += 1;
			const code = reply.error ?? `HTTP ${reply.status}`;
			errors.set(code, (errors.get(code) ?? 0) + 1);
			return;
		}
		counts.completed += 1;
		timing.add(reply, times);
	}

	return {
		/** Counts a request that is sent now; call the returned function with its reply. */
		sent(dueAt: number) {
			counts.sent += 1;
			inFlight += 1;
			mostAtOnce = Math.max(mostAtOnce, inFlight);
			const sentAt = performance.now();
			return (reply: TimedReply): void => {
				inFlight -= 1;
				take(reply, { dueAt, sentAt });
			};
		},
		progress: (elapsedMs: number) => ({
			...counts,
			...timing.late(),
			inFlight,
			elapsedMs: Math.round(elapsedMs),
			...definedRounded({ p99Ms: timing.fromDue.percentile(0.99) }),
		}),
		figures: (elapsedMs: number) => ({
			...counts,
			...timing.late(),
			mostInFlight: mostAtOnce,
			...definedRounded({
				achievedPerSecond: elapsedMs > 0 ? (counts.completed * 1000) / elapsedMs : undefined,
				latencyMs: timing.fromDue.spread(),
				serviceMs: timing.fromSent.spread(),
			}),
			errors: Object.fromEntries(errors),
			histogram: timing.fromDue.buckets(mostBuckets),
		}),
	};
}

/** Times each request from when it was due and from when it was sent, unless this process was late. */
function createTiming() {
	const fromDue: Histogram = createHistogram();
	const fromSent: Histogram = createHistogram();
	let late = 0;
	return {
		fromDue,
		fromSent,
		late: () => late > 0 && { late },
		addLate(): void {
			late += 1;
		},
		add({ lateMs, isLate }: TimedReply, { dueAt, sentAt }: Times): void {
			const endedAt = performance.now();
			// A timer may fire a little early, but no latency begins after the request was sent.
			const dueMs = endedAt - Math.min(dueAt, sentAt);
			// Nothing but this process holds back a request that is due.
			const heldBackMs = Math.max(0, sentAt - dueAt);
			if (isOurs(heldBackMs + lateMs, dueMs)) late += 1;
			else fromDue.add(dueMs);
			if (!isLate) fromSent.add(endedAt - sentAt);
		},
	};
}

/** The server failed under the load or limited it (RFC 6585). */
function isRefused(status = 0): boolean {
	return status >= 500 || status === 429;
}
