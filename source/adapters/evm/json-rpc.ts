import { randomInt } from 'node:crypto';
import * as z from 'zod';
import { cleanText } from '../../domain/clean.ts';
import { saysDatabaseClosed, speaksOfStore } from '../../domain/database-closed.ts';
import { PollError } from '../../domain/errors.ts';
import { statusError } from '../http-errors.ts';
import { parseJson } from '../http.ts';
import type { Http, Reply } from '../http.ts';
import { toCount } from '../quantity.ts';

export interface Call {
	readonly method: string;
	readonly params: readonly unknown[];
}

export type Answer =
	| { readonly status: 'ok'; readonly value: unknown }
	| {
			readonly status: 'error';
			readonly code: number | undefined;
			readonly message: string;
			/** Of a limit, where its data says it. */
			readonly retryAfterMs?: number;
	  }
	/** The transport failed, or the server left this question out. */
	| {
			readonly status: 'unanswered';
			readonly message: string;
			/** The answer passed a limit of nodetop's. */
			readonly isOwnLimit?: boolean;
			/** This machine was at fault. */
			readonly isOurs?: boolean;
	  };

export type RpcError = Extract<Answer, { status: 'error' }>;
type Reported = Exclude<Answer, { status: 'unanswered' }>;

export interface Exchange {
	readonly url: string;
	readonly signal: AbortSignal;
	readonly http: Http;
	/** Of the reply; that of `http` unless given. */
	readonly maxBodyBytes?: number;
}

/** When a reply came, and when its server says that it was written. */
export type Timing = Pick<Reply, 'latencyMs' | 'serverTimeMs'>;

/**
 * Statuses under which servers send a JSON-RPC error: besu 400, litecoind 404 and 500, gateways 403
 * and 413 for batches they refuse. 401, 429 and 503 keep their HTTP meaning.
 */
const statusesWithAnswer = [400, 403, 404, 405, 413, 415, 422, 500, 501];

/**
 * One call. Resolves also with an error that the node answered. Throws `PollError`: the transport's,
 * `badResponse` for what is no JSON, `unsupported` for JSON that is no JSON-RPC reply.
 */
export async function callOnce(
	call: Call,
	exchange: Exchange,
): Promise<{ answer: Reported } & Timing> {
	const id = nextId(call);
	const reply = await post(toRequest(call, id), exchange);
	if (reply.status === 403) throw statusOf(reply);
	const body = reply.status < 300 ? parseJson(reply) : parsedOr(reply, statusOf(reply));
	const read = readAnswer(body);
	if (!read) throw reply.status < 300 ? notJsonRpc() : statusOf(reply);
	// An error may carry another id, or none, when the server could not read ours.
	if (read.id !== id && read.answer.status === 'error') throw errorOfStranger(read.answer);
	if (read.id === id) return { answer: read.answer, ...timingOf(reply) };
	if (!isReplayOf(call, read.id)) throw foreignAnswer();
	exchange.http.markCached?.(replayed);
	return { answer: read.answer, latencyMs: reply.latencyMs, serverTimeMs: undefined };
}

/**
 * Several calls in one request, answered by id in whatever order, perhaps not all of them. Resolves
 * with `undefined` when the server does not take batches: it answers the array with one object or
 * with an HTTP error. `isLasting` tells a refusal from a server that failed this once.
 */
export async function callBatch(
	calls: readonly Call[],
	exchange: Exchange,
): Promise<({ answers: Map<Call, Answer> } & Timing) | { isLasting: boolean }> {
	const asked = new Map(calls.map((call) => [nextId(call), call]));
	const requests = [...asked].map(([id, call]) => toRequest(call, id));
	const reply = await post(requests, exchange);
	if (reply.status >= 300) {
		// The vhost check of geth refuses single calls as well; asking again would only hide it.
		if (/invalid host/i.test(reply.body)) throw statusOf(reply);
		return { isLasting: reply.status < 500 };
	}
	const body = parseJson(reply);
	if (!Array.isArray(body)) {
		const single = readAnswer(body);
		if (single?.answer.status === 'error' && isLimit(single.answer))
			throw toPollError(single.answer);
		if (typeof body !== 'object' || body === null) throw notJsonRpc();
		return { isLasting: true };
	}
	const answers = new Map<Call, Answer>();
	let isReplay = false;
	for (const item of body as unknown[]) {
		const read = readAnswer(item);
		const own = typeof read?.id === 'number' ? asked.get(read.id) : undefined;
		const call = own ?? calls.find((each) => isReplayOf(each, read?.id));
		if (!read || !call || answers.has(call)) continue;
		answers.set(call, read.answer);
		isReplay ||= own === undefined;
	}
	if (!isReplay) return { answers, ...timingOf(reply) };
	exchange.http.markCached?.(replayed);
	return { answers, latencyMs: reply.latencyMs, serverTimeMs: undefined };
}

function timingOf({ latencyMs, serverTimeMs }: Reply): Timing {
	return { latencyMs, serverTimeMs };
}

/**
 * Whether the node does not offer the method. By code -32601; by text for Ganache (-32700) and
 * Hardhat (-32004), as recorded from 7.9.2 and 2.29.1.
 */
export function isMethodMissing({ code, message }: RpcError): boolean {
	if (code === -32601) return true;
	return /not (exist|available|found|supported)/i.test(message) && !speaksOfStore(message);
}

/**
 * -32005: EIP-1474 "limit exceeded"; -32072: Conflux's throttle; -32012 and -32097: providers' capacity;
 * 429: gateways. Providers that keep to -32000 say it in words.
 */
const limitCodes: ReadonlySet<number | undefined> = new Set([-32005, -32012, -32072, -32097, 429]);
const limitWords =
	/rate.?limit|too many requests|requests? limit|(?:requests|calls) per second|compute units|usage limit/i;
export function isLimit({ code, message }: RpcError): boolean {
	return limitCodes.has(code) || limitWords.test(message);
}

let lastId: number | undefined;
/** What was asked last, by id: a cache in front of a node may answer with what it kept of it. */
const recent = new Map<number, string>();
const mostRecent = 1024;
const replayed = 'ids of earlier questions';

/** Ids of a run begin at random, so that the answer that a cache kept of another run is none of ours. */
function nextId(call: Call): number {
	lastId = lastId === undefined ? randomInt(1, 2 ** 40) : lastId + 1;
	recent.set(lastId, wordsOf(call));
	recent.delete(lastId - mostRecent);
	return lastId;
}

/** Whether an id is that of the same question, asked before. */
function isReplayOf(call: Call, id: number | null | undefined): boolean {
	return typeof id === 'number' && recent.get(id) === wordsOf(call);
}

function wordsOf({ method, params }: Call): string {
	return JSON.stringify([method, params]);
}

function foreignAnswer(): PollError {
	return new PollError(
		'badResponse',
		'the answer belongs to another question: its id is not ours',
		{
			nextStep:
				'look at the proxy or cache in front of the node: it replays old answers, or mixes them up',
		},
	);
}

/**
 * An error that answers no question of ours. Without a code it is no JSON-RPC at all, but the words of a
 * proxy or gateway; with one it comes from a program that could not read the question.
 */
function errorOfStranger(error: RpcError): PollError {
	if (isLimit(error)) return toPollError(error);
	if (error.code === undefined) {
		return new PollError('badResponse', `an error instead of an answer: ${error.message}`, {
			nextStep: 'these are the words of a proxy or gateway: look at it, and at the node behind it',
		});
	}
	return new PollError(
		'unsupported',
		`speaks JSON-RPC, but not Ethereum’s: ${error.message} (${error.code})`,
		{ nextStep: 'check the port and the kind: `nodetop add URL` finds out what answers there' },
	);
}

/** Where a limit comes without the time that it lasts. */
const limitedRetryMs = 5000;

/** Gateways and firewalls of nodes refuse methods with the code of a method that does not exist. */
const notAllowed =
	/\b(not (?:allowed|permitted|whitelisted|authorized)|forbidden|blocked|access denied|disallowed)\b/i;

/** An error that leaves nothing to show, as a `PollError`. -32002 is geth's "request timed out". */
export function toPollError(error: RpcError): PollError {
	const { code, message } = error;
	const detail = code === undefined ? message : `${message} (${code})`;
	if (isLimit(error)) {
		return new PollError('rateLimited', `the node limits requests: ${detail}`, {
			nextStep: 'poll less often: a longer intervalMs for this node',
			retryAfterMs: error.retryAfterMs ?? limitedRetryMs,
		});
	}
	if (code === 401 || code === 403) {
		return new PollError('unauthorized', `the node refuses: ${detail}`, {
			nextStep: 'give the node’s credentials: token, tokenFile or headers in its profile entry',
		});
	}
	if (saysDatabaseClosed(message)) {
		return new PollError('badResponse', `its database is closed: ${detail}`, {
			nextStep:
				'read the node’s log for why the database was closed, and check the disk; then restart the node',
		});
	}
	if (code === -32002) {
		return new PollError('timeout', `the node gave up on the question: ${detail}`, {
			nextStep: 'the node is overloaded: look at its load, its disk and its log',
		});
	}
	if (notAllowed.test(message)) {
		return new PollError('unauthorized', `the questions are not allowed here: ${detail}`, {
			nextStep:
				'allow eth, net and web3 at the node or at the gateway before it, or ask another port',
		});
	}
	if (isMethodMissing(error)) {
		return new PollError('unsupported', `speaks JSON-RPC, but not Ethereum’s: ${detail}`, {
			nextStep: 'check the port, and that the node’s API offers eth, net and web3',
		});
	}
	return new PollError('badResponse', `the node answers every question with an error: ${detail}`, {
		nextStep: 'look at the node’s log',
	});
}

export function notJsonRpc(): PollError {
	return new PollError('unsupported', 'what answers there does not speak JSON-RPC', {
		nextStep: 'check the port and the kind: `nodetop add URL` finds out what answers there',
	});
}

/** A question knows more than the wire may carry. */
function toRequest({ method, params }: Call, id: number) {
	return { jsonrpc: '2.0', id, method, params };
}

function post(json: unknown, { url, signal, http, maxBodyBytes }: Exchange): Promise<Reply> {
	const limit = maxBodyBytes === undefined ? {} : { maxBodyBytes };
	return http.request({ url, signal, json, acceptStatus: statusesWithAnswer, ...limit });
}

const envelope = z.object({
	id: z.unknown().optional(),
	result: z.unknown().optional(),
	error: z.unknown().optional(),
});
const errorObject = z.object({
	code: z.number().optional().catch(undefined),
	message: z.unknown().optional(),
	data: z.unknown().optional(),
});
/** Infura's `data.rate.backoff_seconds`. */
const backoffData = z.object({ rate: z.object({ backoff_seconds: z.number().nonnegative() }) });
const maxBackoffSeconds = 3600;

function backoffOf(data: unknown): number | undefined {
	const parsed = backoffData.safeParse(data);
	if (!parsed.success) return undefined;
	return Math.min(parsed.data.rate.backoff_seconds, maxBackoffSeconds) * 1000;
}

function readAnswer(
	item: unknown,
): { id: number | null | undefined; answer: Reported } | undefined {
	const parsed = envelope.safeParse(item);
	if (!parsed.success) return undefined;
	const { id, result, error } = parsed.data;
	// `"result": null` beside an error is JSON-RPC 1.0; `"error": null` beside a result as well.
	if (error !== undefined && error !== null) {
		const details = errorObject.safeParse(error);
		const { code, message, data } = details.success
			? details.data
			: { code: undefined, message: error, data: undefined };
		const retryAfterMs = backoffOf(data);
		const answer = {
			status: 'error' as const,
			code,
			message: cleanText(message) ?? 'an error without a message',
			...(retryAfterMs !== undefined && { retryAfterMs }),
		};
		return { id: toId(id), answer };
	}
	if (result === undefined) return undefined;
	return { id: toId(id), answer: { status: 'ok', value: result } };
}

/** Some servers turn a numeric id into text. */
function toId(id: unknown): number | null | undefined {
	return id === null ? null : toCount(id);
}

function statusOf({ status, body }: Reply): PollError {
	return statusError({ statusCode: status, headers: {}, body });
}

function parsedOr(reply: Reply, otherwise: PollError): unknown {
	try {
		return parseJson(reply);
	} catch (error) {
		otherwise.cause = error;
		throw otherwise;
	}
}
