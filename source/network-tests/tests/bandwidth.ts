import * as z from 'zod';
import { createRequester } from '../requester.ts';
import type { Question, Requester, TimedReply } from '../requester.ts';
import type { SummaryOf } from '../results.ts';
import { stamp } from '../test.ts';
import type { NetTest } from '../test.ts';

const defaults = { bytes: 5_000_000, durationMs: 15_000 };
const sampleMs = 250;
const path = '/api/v1/nettest';
const notServed = 'this node serves no test transfers; nodes of `nodetop demo` do';
const tooBusy = 'this machine was too busy to measure a rate';
/** Fewer bytes are too few to measure a rate. */
const leastBytes = 64 * 1024;

const takenSchema = z.object({ bytes: z.int() });

type Direction = 'download' | 'upload';
type Transfer = NonNullable<SummaryOf<'bandwidth'>['download']>;

/**
 * Moves a bounded number of bytes each way between here and a node that serves `/api/v1/nettest`. Other
 * nodes cannot be measured, because their answers carry too few bytes.
 */
export const bandwidth: NetTest<'bandwidth'> = {
	name: 'bandwidth',
	title: 'download and upload rates, where the node serves them',
	weight: 'heavy',
	defaults,
	async run(tested, options, context) {
		const { sample, summary } = stamp('bandwidth', tested, context.now);
		if (!tested.endpoint.isHttp) {
			return { ...summary('cannot'), reason: 'the node does not speak HTTP' };
		}
		const { bytes = defaults.bytes, durationMs = defaults.durationMs } = options;
		const requester = createRequester(tested.endpoint, 1, context.delay);
		const wanted: readonly Direction[] = options.direction
			? [options.direction]
			: ['download', 'upload'];
		const results: Partial<Record<Direction, Transfer>> = {};
		const emit = (direction: Direction) => (moved: Moved) => {
			context.emit({ ...sample(), direction, ...moved });
		};
		try {
			for (const direction of wanted) {
				if (context.signal.aborted) break;
				// A node that does not serve downloads serves no uploads either: nothing more is sent to it.
				if (
					results.download &&
					'cannot' in results.download &&
					results.download.cannot === notServed
				) {
					results.upload = results.download;
					break;
				}
				const limits = { bytes, durationMs, signal: context.signal };
				results[direction] = await transfer(requester, direction, limits, emit(direction));
			}
		} finally {
			requester.close();
		}
		const reasons = Object.values(results).map((each) =>
			'cannot' in each ? each.cannot : undefined,
		);
		const [reason] = reasons;
		const isNone = reason !== undefined && reasons.every((each) => each !== undefined);
		return {
			...summary(context.signal.aborted ? 'cancelled' : isNone ? 'cannot' : 'measured'),
			...results,
			...(isNone && { reason }),
		};
	},
};

interface Moved {
	readonly bytes: number;
	readonly elapsedMs: number;
	readonly bytesPerSecond: number;
}

interface Limits {
	readonly bytes: number;
	readonly durationMs: number;
	readonly signal: AbortSignal;
}

async function transfer(
	requester: Requester,
	direction: Direction,
	limits: Limits,
	emit: (moved: Moved) => void,
): Promise<Transfer> {
	const meter = createMeter(emit);
	const base = { test: 'bandwidth', timeoutMs: limits.durationMs, signal: limits.signal } as const;
	let answer = '';
	const question: Question =
		direction === 'download'
			? {
					...base,
					path: `${path}/download?bytes=${limits.bytes}`,
					onData: (chunk) => {
						meter.add(chunk.length);
					},
					maxBodyBytes: limits.bytes,
				}
			: {
					...base,
					path: `${path}/upload`,
					upload: { bytes: limits.bytes, onSent: meter.add },
					maxBodyBytes: 4096,
					onData: (chunk) => {
						answer += chunk.toString('latin1');
					},
				};
	const reply = await requester.send(question);
	const measured = meter.result();
	const why = whyNot(reply);
	if (why !== undefined) return { cannot: why };
	if (direction === 'upload') {
		// The socket takes bytes before they arrive; the reply shows when the last one did.
		const elapsedMs = reply.totalMs ?? measured.elapsedMs;
		if (reply.totalMs === undefined) return { cannot: 'the upload did not end in time' };
		if (takenBytes(answer) !== limits.bytes) {
			return { cannot: 'the node does not confirm the whole upload' };
		}
		return {
			...measured,
			elapsedMs: round(elapsedMs),
			bytesPerSecond: rate(limits.bytes, elapsedMs),
		};
	}
	if (measured.bytes < Math.min(leastBytes, limits.bytes)) {
		return { cannot: `only ${measured.bytes} bytes arrived: too few to measure a rate` };
	}
	return measured;
}

/** The bytes that the node confirms: a server may answer before it has read anything. */
function takenBytes(answer: string): number | undefined {
	try {
		return takenSchema.parse(JSON.parse(answer)).bytes;
	} catch {
		// The node does not serve test transfers.
		return undefined;
	}
}

function whyNot({ status, error, isLate }: TimedReply): string | undefined {
	if (error === 'ABORTED') return undefined;
	if (isLate && (error === 'ETIMEDOUT' || status === 200)) return tooBusy;
	if (error === 'ETIMEDOUT') return undefined;
	if (error !== undefined) return `the transfer failed: ${error}`;
	if (status === 404 || status === 405 || status === 501) {
		return notServed;
	}
	if (status === 429) return 'the node limits test transfers: try later';
	return status === 200 ? undefined : `the node answered the transfer with HTTP ${status}`;
}

const markMs = 5;
/** A shorter half is dominated by chance. */
const leastSteadyMs = 200;

/**
 * Counts bytes. The rate is that of their second half: a sender starts slowly (RFC 5681), and over a long
 * path the start is a large part of the whole.
 */
function createMeter(emit: (moved: Moved) => void) {
	let bytes = 0;
	let startedAt: number | undefined;
	let firstBytes = 0;
	let endedAt = 0;
	let sampledAt = 0;
	let sampledBytes = 0;
	let peak = 0;
	const marks: { readonly atMs: number; readonly bytes: number }[] = [];
	const steadyRate = (): number | undefined => {
		const middle = marks.find((mark) => mark.bytes >= bytes / 2);
		if (!middle || endedAt - middle.atMs < leastSteadyMs) return undefined;
		return rate(bytes - middle.bytes, endedAt - middle.atMs);
	};
	return {
		add(size: number): void {
			const now = performance.now();
			// The first piece marks the start, because its own travel time is unknown.
			if (startedAt === undefined) {
				startedAt = now;
				firstBytes = size;
				sampledBytes = size;
				sampledAt = now;
			}
			bytes += size;
			endedAt = now;
			if (now - (marks.at(-1)?.atMs ?? 0) >= markMs) marks.push({ atMs: now, bytes });
			if (now - sampledAt < sampleMs) return;
			const bytesPerSecond = rate(bytes - sampledBytes, now - sampledAt);
			peak = Math.max(peak, bytesPerSecond);
			sampledAt = now;
			sampledBytes = bytes;
			emit({ bytes, elapsedMs: round(now - startedAt), bytesPerSecond });
		},
		result() {
			const elapsedMs = startedAt === undefined ? 0 : endedAt - startedAt;
			const mean = steadyRate() ?? rate(bytes - firstBytes, elapsedMs);
			return {
				bytes,
				elapsedMs: round(elapsedMs),
				bytesPerSecond: mean,
				// A transfer may end before its fastest part is sampled.
				...(peak > 0 && { peakBytesPerSecond: Math.max(peak, mean) }),
			};
		},
	};
}

function rate(bytes: number, elapsedMs: number): number {
	return elapsedMs > 0 ? Math.round((bytes * 1000) / elapsedMs) : 0;
}

function round(ms: number): number {
	return Math.round(ms * 100) / 100;
}
