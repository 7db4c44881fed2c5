import { PollError } from '../domain/errors.ts';
import { linkAbort } from '../domain/linked-abort.ts';
import type { Endpoint } from '../sections/poll/schema.ts';
import type { PollContext } from './adapter.ts';
import { createPatience, stillAsked } from './patience.ts';
import type { Patience } from './patience.ts';
import type { Answered } from './rest-client.ts';

type Ask<T> = (signal: AbortSignal) => Promise<Answered<T>>;

export interface Pace {
	/** Asked again only after this time; what was said stays known meanwhile. */
	readonly everyMs?: number;
	/**
	 * A question that may take longer than a poll: it goes on for a minute, and a later poll finds its
	 * answer. One such question is asked at a time.
	 */
	readonly isPatient?: boolean;
}

/** The questions of one poll. */
export interface Round {
	/** The question without whose answer the poll has failed. Throws its `PollError`. */
	main<T>(name: string, ask: Ask<T>, pace?: Pace): Promise<Answered<T>>;
	/** A question whose failure is an endpoint's state. Answers `undefined` then. */
	also<T>(name: string, ask: Ask<T>, pace?: Pace): Promise<T | undefined>;
	/** One entry for each question asked so far, in the order of first asking. */
	endpoints(): Endpoint[];
}

/** Keeps, from poll to poll, what a node does not offer and what it said to rare questions. */
export interface Inquiry {
	/**
	 * Runs a poll's questions and aborts what still runs when it is done. A poll that fails makes
	 * everything be asked anew: the node may have restarted or been replaced.
	 */
	poll<T>(context: PollContext, timeoutMs: number, ask: (round: Round) => Promise<T>): Promise<T>;
	/** Ends a patient question. */
	close(): void;
}

interface Known {
	endpoint: Endpoint;
	/** Not asked again before. */
	dueAtMs: number;
	value?: unknown;
}

/** A question that hangs must not cost the answers that are there. */
const secondaryShare = 0.8;
const recheckMissingMs = 10 * 60_000;
const recheckLimitedMs = 60_000;
const retryRareMs = 15_000;

/**
 * Asks politely: what the node does not offer, or not to us, is `unavailable` and left alone for ten
 * minutes (or as long as the error says), so that its log does not fill with our questions.
 */
export function createInquiry(): Inquiry {
	const knownByName = new Map<string, Known>();
	const patience = createPatience();
	return {
		async poll(context, timeoutMs, ask) {
			const round = createRound(knownByName, patience, context, timeoutMs);
			try {
				return await ask(round);
			} catch (error) {
				knownByName.clear();
				throw error;
			} finally {
				round.end();
			}
		},
		close: patience.close,
	};
}

function createRound(
	knownByName: Map<string, Known>,
	patience: Patience,
	context: PollContext,
	timeoutMs: number,
): Round & { readonly end: () => void } {
	const { now } = context;
	const limitMs = timeoutMs * secondaryShare;
	const secondary = linkAbort(context.signal);
	const timer = setTimeout(() => {
		secondary.abort(tooSlow(limitMs));
	}, limitMs);
	return {
		async main(name, ask, { everyMs = 0, isPatient = false } = {}) {
			const told = isPatient
				? await patience.ask(name, ask, secondary.signal)
				: await ask(context.signal);
			if (told === stillAsked) throw tooSlow(limitMs);
			knownByName.set(name, answered(name, told, everyMs, now()));
			return told;
		},
		async also<T>(name: string, ask: Ask<T>, { everyMs = 0, isPatient = false }: Pace = {}) {
			const before = knownByName.get(name);
			// What is kept under a question's name is what that question answered before.
			const kept = before?.value as T | undefined;
			if (before && now() < before.dueAtMs) return kept;
			try {
				const { signal } = secondary;
				const told = isPatient ? await patience.ask(name, ask, signal) : await ask(signal);
				if (told === stillAsked) return kept;
				knownByName.set(name, answered(name, told, everyMs, now()));
				return told.value;
			} catch (error) {
				if (!(error instanceof PollError) || context.signal.aborted) throw error;
				const isMissing = error.code === 'unsupported' || error.code === 'unauthorized';
				const value = isMissing ? undefined : kept;
				const waitMs = waitAfter(error) ?? (everyMs > 0 ? Math.min(everyMs, retryRareMs) : 0);
				const endpoint = failedEndpoint(name, error);
				knownByName.set(name, { endpoint, dueAtMs: now() + waitMs, value });
				return value;
			}
		},
		end() {
			clearTimeout(timer);
			secondary.abort();
			secondary.unlink();
		},
		endpoints: () => [...knownByName.values()].map(({ endpoint }) => endpoint),
	};
}

/** What a rare question answered is kept until it is asked again. */
function answered<T>(
	name: string,
	{ value, latencyMs }: Answered<T>,
	everyMs: number,
	nowMs: number,
): Known {
	const endpoint: Endpoint = { name, status: 'ok', latencyMs };
	return { endpoint, dueAtMs: nowMs + everyMs, ...(everyMs > 0 && { value }) };
}

/** How long a question is left alone after an error that asking again does not mend. */
function waitAfter({ code, retryAfterMs, isOwnLimit }: PollError): number | undefined {
	if (isOwnLimit) return recheckMissingMs;
	if (code === 'unsupported' || code === 'unauthorized') return retryAfterMs ?? recheckMissingMs;
	return code === 'rateLimited' ? (retryAfterMs ?? recheckLimitedMs) : undefined;
}

/** Being refused or limited is no fault of the node, nor is an answer that is too large for nodetop. */
function failedEndpoint(name: string, error: PollError): Endpoint {
	const status = waitAfter(error) === undefined ? 'failed' : 'unavailable';
	const message =
		error.code === 'unauthorized' && error.nextStep !== undefined
			? `${error.message}; ${error.nextStep}`
			: error.message;
	return { name, status, message };
}

function tooSlow(limitMs: number): PollError {
	return new PollError('timeout', `no answer within ${(limitMs / 1000).toFixed(1)} s`, {
		nextStep: 'the rest of the node answers: look at its log',
	});
}
