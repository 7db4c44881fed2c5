import { definedRounded } from '../defined-rounded.ts';
import { createHistogram } from '../statistics/histogram.ts';
import type { Histogram } from '../statistics/histogram.ts';
import { byteCapReason, mostInFlight } from '../caps.ts';
import { pause } from '../../domain/waiting.ts';
import { byteCap, createRequester } from '../requester.ts';
import type { Reply, Requester } from '../requester.ts';
import { stamp } from '../test.ts';
import type { NetTest } from '../test.ts';

const defaults = { ratePerSecond: 50, durationMs: 10_000 };
const defaultTimeoutMs = 5000;
const sampleMs = 1000;
const mostBuckets = 12;

/**
 * Sends at a stated rate whether or not the replies come (open loop), and counts each latency from when
 * its request was due: a node that stalls for a second is then seen in as many requests as it would have
 * kept waiting (coordinated omission; G. Tene, "How NOT to Measure Latency").
 */
export const stress: NetTest<'stress'> = {
	name: 'stress',
	title: 'replies at a stated rate, corrected for coordinated omission',
	weight: 'heavy',
	defaults,
	async run(subject, options, context) {
		const { sample, summary } = stamp('stress', subject, context.now);
		if (!subject.endpoint.isHttp) {
			return { ...summary('cannot'), reason: 'the node does not speak HTTP: try ping' };
		}
		const load = createLoad(options);
		const requester = createRequester(subject.endpoint, mostInFlight);
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

/** One run at a rate: sends, and counts what came of it. */
function createLoad(options: Load) {
	const { ratePerSecond = defaults.ratePerSecond, durationMs = defaults.durationMs } = options;
	const { timeoutMs = defaultTimeoutMs } = options;
	const tally = createTally();
	let endedEarly: string | undefined;
	let startedAt = performance.now();
	let elapsedMs = 0;

	async function one(requester: Requester, dueAt: number, signal: AbortSignal): Promise<void> {
		const ended = tally.sent(dueAt);
		ended(await requester.send({ test: 'stress', timeoutMs, signal }));
	}

	return {
		async run(requester: Requester, signal: AbortSignal): Promise<void> {
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
		},
		progress: () => tally.progress(performance.now() - startedAt),
		figures: () => ({
			ratePerSecond,
			...definedRounded({ endedEarly }),
			...tally.figures(elapsedMs),
		}),
	};
}

/** Counts requests, and times each from when it was due and from when it was sent. */
function createTally() {
	const fromDue: Histogram = createHistogram();
	const fromSent: Histogram = createHistogram();
	const errors = new Map<string, number>();
	const counts = { sent: 0, completed: 0, failed: 0 };
	let inFlight = 0;
	let mostAtOnce = 0;

	return {
		/** A request goes out; call the result with its reply. */
		sent(dueAt: number) {
			counts.sent += 1;
			inFlight += 1;
			mostAtOnce = Math.max(mostAtOnce, inFlight);
			const sentAt = performance.now();
			return (reply: Reply): void => {
				inFlight -= 1;
				if (reply.error === 'ABORTED' || reply.error === byteCap) return;
				if (reply.error !== undefined || isRefused(reply.status)) {
					counts.failed += 1;
					const code = reply.error ?? `HTTP ${reply.status}`;
					errors.set(code, (errors.get(code) ?? 0) + 1);
					return;
				}
				const endedAt = performance.now();
				counts.completed += 1;
				// A timer may fire a little early: nothing is counted from before it was sent.
				fromDue.add(endedAt - Math.min(dueAt, sentAt));
				fromSent.add(endedAt - sentAt);
			};
		},
		progress: (elapsedMs: number) => ({
			...counts,
			inFlight,
			elapsedMs: Math.round(elapsedMs),
			...definedRounded({ p99Ms: fromDue.percentile(0.99) }),
		}),
		figures: (elapsedMs: number) => ({
			...counts,
			mostInFlight: mostAtOnce,
			...definedRounded({
				achievedPerSecond: elapsedMs > 0 ? (counts.completed * 1000) / elapsedMs : undefined,
				latencyMs: fromDue.spread(),
				serviceMs: fromSent.spread(),
			}),
			errors: Object.fromEntries(errors),
			histogram: fromDue.buckets(mostBuckets),
		}),
	};
}

/** Broken by the load, or sent away for it (RFC 6585). */
function isRefused(status = 0): boolean {
	return status >= 500 || status === 429;
}
