import { PollError } from '../domain/errors.ts';
import type { Endpoint } from '../sections/poll/schema.ts';
import type { PollContext } from './adapter.ts';
import { createPatience, stillAsked } from './patience.ts';
import type { Patience } from './patience.ts';
import type { Answered } from './rest-client.ts';
import { beginSecondary } from './secondary.ts';
import type { Secondary } from './secondary.ts';

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
	/** For questions that are asked in another way than by `also`. */
	readonly secondary: Pick<Secondary, 'signal' | 'endpoint' | 'isOurs'>;
}

/** Keeps, from poll to poll, what a node does not offer and what it said to rare questions. */
export interface Inquiry {
	/**
	 * Runs a poll's questions and aborts what still runs when it is done. A poll that fails makes
	 * everything be asked anew, because the node may have restarted or been replaced, unless it failed because
	 * of this machine.
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
			const secondary = beginSecondary(context, timeoutMs);
			try {
				return await ask(createRound(knownByName, patience, context, secondary));
			} catch (error) {
				const isOurs = error instanceof PollError && secondary.isOurs(error);
				if (!isOurs) knownByName.clear();
				throw error;
			} finally {
				secondary.end();
			}
		},
		close: patience.close,
	};
}

function createRound(
	knownByName: Map<string, Known>,
	patience: Patience,
	context: PollContext,
	secondary: Secondary,
): Round {
	const { now } = context;
	return {
		secondary,
		async main(name, ask, { everyMs = 0, isPatient = false } = {}) {
			const told = isPatient
				? await patience.ask(name, ask, secondary.signal)
				: await ask(context.signal);
			if (told === stillAsked) throw secondary.timeUp();
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
				const lastingMs = waitAfter(error);
				const status = lastingMs === undefined ? 'failed' : 'unavailable';
				const endpoint = withHelp(secondary.endpoint(name, error, status), error);
				const retryMs = lastingMs ?? (everyMs > 0 ? Math.min(everyMs, retryRareMs) : 0);
				const waitMs = endpoint.status === 'unmeasured' ? 0 : retryMs;
				knownByName.set(name, { endpoint, dueAtMs: now() + waitMs, value });
				return value;
			}
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

/**
 * How long a question is left alone after an error that asking again does not mend: being refused or limited is
 * no fault of the node, nor is an answer that is too large for nodetop.
 */
function waitAfter({ code, retryAfterMs, isOwnLimit }: PollError): number | undefined {
	if (isOwnLimit) return recheckMissingMs;
	if (code === 'unsupported' || code === 'unauthorized') return retryAfterMs ?? recheckMissingMs;
	return code === 'rateLimited' ? (retryAfterMs ?? recheckLimitedMs) : undefined;
}

function withHelp(endpoint: Endpoint, { code, message, nextStep }: PollError): Endpoint {
	if (code !== 'unauthorized' || nextStep === undefined) return endpoint;
	return { ...endpoint, message: `${message}; ${nextStep}` };
}
