import { formatMs } from '../domain/format.ts';
import type { Clock } from '../domain/clock.ts';
import { PollError } from '../domain/errors.ts';
import { busyError, isOurs, waitWithoutDelay } from '../domain/own-delay.ts';
import type { DelayMeter, DelaySpan } from '../domain/own-delay.ts';
import { linkAbort } from '../domain/linked-abort.ts';
import { validReading } from '../sections/valid-reading.ts';
import type { Reading } from '../sections/snapshot.ts';
import type { Vertex } from '../sections/dag/schema.ts';
import type { Target } from '../domain/target.ts';
import type { PollResult } from '../sections/poll/poll-result.ts';

/**
 * Reads one node once. Rejects with a `PollError` when its main question got no usable answer. `delay` says by how
 * much this process was late since the poll began.
 */
export type Poll = (signal: AbortSignal, delay: Pick<DelaySpan, 'soFarMs'>) => Promise<Reading>;

export interface AttemptContext {
	readonly clock: Pick<Clock, 'now' | 'steadyNow' | 'setTimeout' | 'clearTimeout'>;
	readonly delay: DelayMeter;
	readonly missedSlots: number;
	/** Aborted when nobody wants the result any more. */
	readonly signal: AbortSignal;
	/** Receives what an adapter threw by mistake, with its stack. */
	readonly reportBug: (error: unknown) => void;
}

/**
 * Polls one target once and never rejects: a deadline aborts what is slow, whatever comes after it
 * is dropped, the reading is validated, and a bug in an adapter is that node's `internal` error
 * while the other nodes are polled on. What this process was late by is not counted against the node.
 */
export async function attempt(
	target: Target,
	poll: Poll,
	context: AttemptContext,
): Promise<PollResult> {
	const { missedSlots, clock } = context;
	const deadline = linkAbort(context.signal);
	const span = context.delay.begin();
	const stopWaiting = waitWithoutDelay({
		limitMs: target.timeoutMs,
		span,
		clock,
		onEnd: (why) =>
			deadline.abort(why === 'late' ? busyError(span.soFarMs()) : deadlineError(target)),
	});
	const { signal } = deadline;
	try {
		const reading = await beforeAbort(poll(signal, span), signal);
		return {
			target,
			atMs: clock.now(),
			missedSlots,
			outcome: { status: 'read', reading: timed(validated(reading), span.soFarMs()) },
		};
	} catch (thrown) {
		const error = toPollError(thrown, signal, target, span.soFarMs());
		if (error.code === 'internal' && !context.signal.aborted) context.reportBug(thrown);
		return { target, atMs: clock.now(), missedSlots, outcome: { status: 'failed', error } };
	} finally {
		span.end();
		stopWaiting();
		deadline.unlink();
	}
}

/** Less is far from any limit: while a program starts, its first times are so much too long. */
const leastLateMs = 250;

/** A time in which this process was late says nothing about the node, and neither does a clock that it read. */
function timed(reading: Reading, lateMs: number): Reading {
	if (reading.latencyMs === undefined || lateMs < leastLateMs) return reading;
	if (!isOurs(lateMs, reading.latencyMs)) return reading;
	const { latencyMs: _latencyMs, clock: _clock, ...rest } = reading;
	return rest;
}

const validVertices = new WeakSet<Vertex>();

/**
 * The reading itself, once it fits the schema. Vertices that an adapter hands over again are the bulk
 * of a reading; they were validated before. Throws `ZodError`.
 */
function validated(reading: Reading): Reading {
	const recent = reading.dag?.recent;
	if (!recent) return validReading(reading);
	const fresh = recent.filter((vertex) => !validVertices.has(vertex));
	validReading({ ...reading, dag: { ...reading.dag, recent: fresh } });
	for (const vertex of fresh) validVertices.add(vertex);
	return reading;
}

/** Settles as the poll does, or rejects at the abort even if the poll does not listen to it. */
function beforeAbort<T>(poll: Promise<T>, signal: AbortSignal): Promise<T> {
	const aborted = new Promise<never>((_resolve, reject) => {
		signal.addEventListener('abort', () => {
			reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
		});
	});
	return Promise.race([poll, aborted]);
}

function deadlineError(target: Target): PollError {
	return new PollError('timeout', `no complete answer within ${formatMs(target.timeoutMs)}`, {
		nextStep:
			'the process may be frozen or overloaded: check its host; or allow more time with timeoutMs',
	});
}

/** What the poll threw, or why it was ended; a time limit that passed while this process was late is ours. */
function toPollError(
	thrown: unknown,
	signal: AbortSignal,
	target: Target,
	lateMs: number,
): PollError {
	if (thrown instanceof PollError) {
		const isLate = thrown.code === 'timeout' && !signal.aborted && isOurs(lateMs, target.timeoutMs);
		return isLate ? busyError(lateMs) : thrown;
	}
	if (signal.aborted && signal.reason instanceof PollError) return signal.reason;
	const message = thrown instanceof Error ? thrown.message : String(thrown);
	return new PollError('internal', `nodetop could not read this node: ${message}`, {
		nextStep: 'this is a bug in nodetop: please report it with the output of --once --json',
		cause: thrown,
	});
}
