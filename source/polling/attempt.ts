import type { Clock } from '../domain/clock.ts';
import { PollError } from '../domain/errors.ts';
import { linkAbort } from '../domain/linked-abort.ts';
import { readingSchema } from '../sections/snapshot.ts';
import type { Reading } from '../sections/snapshot.ts';
import type { Vertex } from '../sections/dag/schema.ts';
import type { Target } from '../domain/target.ts';
import type { PollResult } from '../sections/poll/poll-result.ts';

/** Reads one node once. Rejects with a `PollError` when its main question got no usable answer. */
export type Poll = (signal: AbortSignal) => Promise<Reading>;

export interface AttemptContext {
	readonly clock: Pick<Clock, 'now' | 'setTimeout' | 'clearTimeout'>;
	readonly missedSlots: number;
	/** Aborted when nobody wants the result any more. */
	readonly signal: AbortSignal;
	/** Receives what an adapter threw by mistake, with its stack. */
	readonly reportBug: (error: unknown) => void;
}

/**
 * Polls one target once and never rejects: a deadline aborts what is slow, whatever comes after it
 * is dropped, the reading is validated, and a bug in an adapter is that node's `internal` error
 * while the other nodes are polled on.
 */
export async function attempt(
	target: Target,
	poll: Poll,
	context: AttemptContext,
): Promise<PollResult> {
	const { missedSlots, clock } = context;
	const deadline = linkAbort(context.signal);
	const timer = clock.setTimeout(() => {
		deadline.abort(deadlineError(target));
	}, target.timeoutMs);
	const { signal } = deadline;
	try {
		const reading = await beforeAbort(poll(signal), signal);
		return {
			target,
			atMs: clock.now(),
			missedSlots,
			outcome: { status: 'read', reading: validated(reading) },
		};
	} catch (thrown) {
		const error = toPollError(thrown, signal);
		if (error.code === 'internal' && !context.signal.aborted) context.reportBug(thrown);
		return { target, atMs: clock.now(), missedSlots, outcome: { status: 'failed', error } };
	} finally {
		clock.clearTimeout(timer);
		deadline.unlink();
	}
}

const validVertices = new WeakSet<Vertex>();

/**
 * The reading itself, once it fits the schema. Vertices that an adapter hands over again are the bulk
 * of a reading; they were validated before. Throws `ZodError`.
 */
function validated(reading: Reading): Reading {
	const recent = reading.dag?.recent;
	if (!recent) {
		readingSchema.parse(reading);
		return reading;
	}
	const fresh = recent.filter((vertex) => !validVertices.has(vertex));
	readingSchema.parse({ ...reading, dag: { ...reading.dag, recent: fresh } });
	for (const vertex of fresh) validVertices.add(vertex);
	return reading;
}

/** Settles as the poll does, or rejects at the abort even if the poll does not listen to it. */
function beforeAbort<T>(poll: Promise<T>, signal: AbortSignal): Promise<T> {
	const context: { stop?: () => void } = {};
	const aborted = new Promise<never>((_resolve, reject) => {
		context.stop = () => {
			reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
		};
		signal.addEventListener('abort', context.stop, { once: true });
	});
	return Promise.race([poll, aborted]).finally(() => {
		if (context.stop) signal.removeEventListener('abort', context.stop);
	});
}

function deadlineError(target: Target): PollError {
	return new PollError('timeout', `no complete answer within ${target.timeoutMs / 1000} s`, {
		nextStep:
			'the process may be frozen or overloaded: look at its host; or allow more with timeoutMs',
	});
}

function toPollError(thrown: unknown, signal: AbortSignal): PollError {
	if (thrown instanceof PollError) return thrown;
	if (signal.aborted && signal.reason instanceof PollError) return signal.reason;
	const message = thrown instanceof Error ? thrown.message : String(thrown);
	return new PollError('internal', `nodetop could not read this node: ${message}`, {
		nextStep: 'this is a bug of nodetop: please report it with the output of --once --json',
		cause: thrown,
	});
}
