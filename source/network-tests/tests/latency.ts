import { byteCapReason, caps, mostUnansweredInARow } from '../caps.ts';
import { definedRounded } from '../defined-rounded.ts';
import { lateCode } from '../exchange.ts';
import { createHistogram, rounded } from '../statistics/histogram.ts';
import { pause } from '../../domain/waiting.ts';
import { byteCap, createRequester } from '../requester.ts';
import type { TimedReply } from '../requester.ts';
import { stamp } from '../test.ts';
import type { NetTest } from '../test.ts';

const defaults = { count: 100, intervalMs: 50, timeoutMs: 3000 };
const mostBuckets = 12;

/**
 * Requests on one open connection, one after the other: the spread of the node's replies without the time
 * to connect. The first request, which connects, is reported separately.
 */
export const latency: NetTest<'latency'> = {
	name: 'latency',
	title: 'spread of the replies on an open connection',
	weight: 'light',
	async run(tested, options, context) {
		const { sample, summary } = stamp('latency', tested, context.now);
		const { count = defaults.count, intervalMs = defaults.intervalMs } = options;
		const { timeoutMs = defaults.timeoutMs } = options;
		const { signal } = context;
		if (!tested.endpoint.isHttp) {
			return { ...summary('cannot'), reason: 'the node does not speak HTTP: try ping' };
		}
		const requester = createRequester(tested.endpoint, 1, context.delay);
		const tally = createTally();
		let endedEarly: string | undefined;
		const ask = () => requester.send({ test: 'latency', timeoutMs, signal });
		try {
			const first = await ask();
			const untilMs = performance.now() + count * intervalMs + caps.durationMs.most;
			for (let n = 0; n < count && !signal.aborted; n++) {
				const unanswered = tally.unanswered();
				endedEarly = whyEnough({ isSpent: requester.isSpent(), unanswered, untilMs });
				if (endedEarly !== undefined) break;
				await pause(n === 0 ? 0 : intervalMs, signal);
				const reply = await ask();
				if (reply.error === 'ABORTED') break;
				if (reply.error === byteCap) continue;
				const { totalMs, error } = reply.isLate ? { error: lateCode } : reply;
				context.emit({ ...sample(), ...definedRounded({ totalMs, error }) });
				tally.add(reply);
			}
			return {
				...summary(signal.aborted ? 'cancelled' : 'measured'),
				...definedRounded({ endedEarly, connectMs: first.isLate ? undefined : first.totalMs }),
				...tally.figures(),
			};
		} finally {
			requester.close();
		}
	},
};

function createTally() {
	const histogram = createHistogram();
	let failed = 0;
	let late = 0;
	let unanswered = 0;
	let before: number | undefined;
	let moved = 0;
	let moves = 0;
	return {
		/** How many in a row got no answer. */
		unanswered: () => unanswered,
		add({ totalMs, isLate }: TimedReply): void {
			if (isLate) {
				late += 1;
				return;
			}
			if (totalMs === undefined) {
				failed += 1;
				unanswered += 1;
				return;
			}
			unanswered = 0;
			histogram.add(totalMs);
			if (before !== undefined) {
				moved += Math.abs(totalMs - before);
				moves += 1;
			}
			before = totalMs;
		},
		figures: () => ({
			...definedRounded({ totalMs: histogram.spread() }),
			...(moves > 0 && { jitterMs: rounded(moved / moves) }),
			failed,
			...(late > 0 && { late }),
			histogram: histogram.buckets(mostBuckets),
		}),
	};
}

function whyEnough(state: {
	readonly isSpent: boolean;
	readonly unanswered: number;
	readonly untilMs: number;
}): string | undefined {
	if (state.isSpent) return byteCapReason;
	if (state.unanswered >= mostUnansweredInARow)
		return `${state.unanswered} requests in a row got no answer`;
	return performance.now() > state.untilMs ? 'the replies take too long' : undefined;
}
