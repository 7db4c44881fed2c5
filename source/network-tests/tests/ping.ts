import { exchange, lateCode } from '../exchange.ts';
import type { Exchange } from '../exchange.ts';
import { definedRounded } from '../defined-rounded.ts';
import { byteCapReason, mostReceivedBytes } from '../caps.ts';
import { createHistogram, rounded } from '../statistics/histogram.ts';
import { ownDelay } from '../../domain/own-delay.ts';
import { isRetransmitted } from '../../domain/retransmission.ts';
import { pause } from '../../domain/waiting.ts';
import type { SummaryOf } from '../results.ts';
import { stamp } from '../test.ts';
import type { NetTest, TestedNode, TestContext, TestOptions } from '../test.ts';

const defaults = { count: 10, intervalMs: 200, timeoutMs: 3000 };
const mostBuckets = 12;

/**
 * Opens a new connection at fixed intervals, whether or not the one before has ended, and times TCP, TLS,
 * first byte and total. Loss means lost packets: a connection that needed a second packet counts.
 */
export const ping: NetTest<'ping'> = {
	name: 'ping',
	title: 'TCP, TLS and HTTP times, loss and jitter',
	weight: 'light',
	async run(tested, options, context) {
		const { sample, summary } = stamp('ping', tested, context.now);
		const tally = createTally();
		const endedEarly = await repeat(tested, options, context, (result, isLost) => {
			const { connectMs, tlsMs, firstByteMs, totalMs, error } = result;
			tally.add(result, isLost);
			context.emit({
				...sample(),
				...definedRounded({ connectMs, tlsMs, firstByteMs, totalMs }),
				lost: isLost,
				...(error !== undefined && { error }),
			});
		});
		const { dnsMs } = tested.endpoint;
		return {
			...summary(context.signal.aborted ? 'cancelled' : 'measured'),
			...tally.figures(),
			...definedRounded({ dnsMs, endedEarly }),
		};
	},
};

/** Starts each exchange when it is due; resolves when all have ended, with the reason if that was early. */
async function repeat(
	{ endpoint }: TestedNode,
	options: TestOptions,
	{ signal, delay = ownDelay }: TestContext,
	take: (result: Exchange, isLost: boolean) => void,
): Promise<string | undefined> {
	const { count = defaults.count, intervalMs = defaults.intervalMs } = options;
	const { timeoutMs = defaults.timeoutMs } = options;
	const startedAt = performance.now();
	let fastestMs = Number.POSITIVE_INFINITY;
	let receivedBytes = 0;
	let endedEarly: string | undefined;
	const one = async (): Promise<void> => {
		const result = await exchange(endpoint, { test: 'ping', timeoutMs, signal, delay });
		if (result.error === 'ABORTED') return;
		receivedBytes += result.bytes ?? 0;
		fastestMs = Math.min(fastestMs, result.connectMs ?? Number.POSITIVE_INFINITY);
		const isAgain = isRetransmitted(result.connectMs ?? 0, fastestMs);
		const isSilent = result.connectMs === undefined && result.error === 'ETIMEDOUT';
		take(result, isAgain || isSilent);
	};
	const underway: Promise<void>[] = [];
	for (let n = 0; n < count && !signal.aborted; n++) {
		await pause(startedAt + n * intervalMs - performance.now(), signal);
		if (receivedBytes >= mostReceivedBytes) {
			endedEarly = byteCapReason;
			break;
		}
		if (!signal.aborted) underway.push(one());
	}
	await Promise.all(underway);
	return endedEarly;
}

type Figures = Omit<SummaryOf<'ping'>, keyof ReturnType<ReturnType<typeof stamp>['summary']>>;

/** Counts and times of all connections; the times only of those that lost no packet. */
export function createTally() {
	const layers = ['connectMs', 'tlsMs', 'firstByteMs', 'totalMs'] as const;
	const histograms = new Map(layers.map((layer) => [layer, createHistogram()]));
	const counts = { sent: 0, lost: 0, retransmitted: 0, refused: 0, late: 0 };
	let before: number | undefined;
	let moved = 0;
	let moves = 0;
	return {
		add(result: Exchange, isLost: boolean): void {
			if (result.error === lateCode) {
				counts.late += 1;
				return;
			}
			counts.sent += 1;
			if (isLost) counts.lost += 1;
			if (isLost && result.connectMs !== undefined) counts.retransmitted += 1;
			if (result.error === 'ECONNREFUSED') counts.refused += 1;
			// A time with a second's wait for a lost packet measures loss, not the path.
			if (isLost) return;
			for (const layer of layers) {
				const ms = result[layer];
				if (ms !== undefined) histograms.get(layer)?.add(ms);
			}
			if (result.connectMs === undefined) return;
			if (before !== undefined) {
				moved += Math.abs(result.connectMs - before);
				moves += 1;
			}
			before = result.connectMs;
		},
		figures(): Figures {
			const spreads = layers.map((layer) => [layer, histograms.get(layer)?.spread()] as const);
			const { late, ...ofPath } = counts;
			return {
				...ofPath,
				...(late > 0 && { late }),
				...(counts.sent > 0 && { lossRatio: rounded(counts.lost / counts.sent) }),
				...definedRounded(Object.fromEntries(spreads)),
				...(moves > 0 && { jitterMs: rounded(moved / moves) }),
				histogram: histograms.get('connectMs')?.buckets(mostBuckets) ?? [],
			};
		},
	};
}
