import { formatMs } from '../domain/format.ts';
import { systemClock } from '../domain/clock.ts';
import { PollError } from '../domain/errors.ts';
import { linkAbort } from '../domain/linked-abort.ts';
import { busyError, isOurs, waitWithoutDelay } from '../domain/own-delay.ts';
import type { Endpoint } from '../sections/poll/schema.ts';
import type { PollContext } from './adapter.ts';

/** The questions of one poll beside its main one: their failure makes the node poorer, not dead. */
export interface Secondary {
	/** Aborted when their time is up: a question that hangs must not cost the answers that are there. */
	readonly signal: AbortSignal;
	/** A question that failed, as an endpoint; `status` is that of a question that this machine could ask. */
	endpoint(name: string, error: PollError, status: 'failed' | 'unavailable'): Endpoint;
	/** Whether this machine is at fault, not the node. */
	isOurs(error: PollError): boolean;
	/** Why their time is up, for what outlasts it. */
	timeUp(): PollError;
	/** Aborts what still runs. Call it when the poll is done. */
	end(): void;
}

/** Of the poll's time. */
const share = 0.8;
/** One for all polls: an abort without a reason makes an error, with its stack, each time. */
const ended = new Error('the poll is done');

export function beginSecondary({ signal, delay }: PollContext, timeoutMs: number): Secondary {
	const limitMs = timeoutMs * share;
	const linked = linkAbort(signal);
	const stopWaiting = waitWithoutDelay({
		limitMs,
		span: delay,
		clock: systemClock,
		onEnd: (why) => linked.abort(why === 'late' ? busyError(delay.soFarMs()) : tooSlow(limitMs)),
	});
	function isOursToo(error: PollError): boolean {
		// The node had all of its time when this wait ended in silence.
		const hadItsTime = error === linked.signal.reason;
		return isOurFault(error, hadItsTime ? 0 : delay.soFarMs(), timeoutMs);
	}
	return {
		signal: linked.signal,
		isOurs: isOursToo,
		endpoint: (name, error, status) => ({
			name,
			status: isOursToo(error) ? 'unmeasured' : status,
			message: error.message,
		}),
		timeUp: () => {
			const { reason } = linked.signal;
			return reason instanceof PollError ? reason : tooSlow(limitMs);
		},
		end() {
			stopWaiting();
			linked.abort(ended);
			linked.unlink();
		},
	};
}

/** Whether a question failed because of this machine: it was late, or the system refused before anything was sent. */
export function isOurFault({ code }: PollError, lateMs: number, timeoutMs: number): boolean {
	if (code === 'tooBusy' || code === 'noNetwork') return true;
	return code === 'timeout' && isOurs(lateMs, timeoutMs);
}

/** What the node does not offer is no failure. */
export function statusOf({ code }: PollError): 'failed' | 'unavailable' {
	return code === 'unsupported' ? 'unavailable' : 'failed';
}

function tooSlow(limitMs: number): PollError {
	return new PollError('timeout', `no answer within ${formatMs(limitMs)}`, {
		nextStep: 'the rest of the node answers: look at its log',
	});
}
