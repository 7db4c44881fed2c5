import type { Got, Response } from 'got';
import { JsonBoundError, parseBoundedJson } from '../domain/bounded-json.ts';
import { PollError } from '../domain/errors.ts';
import { linkAbort } from '../domain/linked-abort.ts';
import { authoritiesOf } from '../domain/authorities.ts';
import { defined } from '../domain/defined.ts';
import type { Mask } from '../domain/mask.ts';
import type { Target } from '../domain/target.ts';
import { createTunnelAgents } from '../domain/tunnel/agents.ts';
import type { TunnelAgents } from '../domain/tunnel/agents.ts';
import { createCacheWatch } from './http-cache.ts';
import { createCertificateWatch } from './http-certificate.ts';
import { createConnector } from './http-connection.ts';
import { maskOf } from './target-secrets.ts';
import { excerpt, statusError, systemCode, transportError } from './http-errors.ts';

/** A reply whose status was 2xx, or another status that the caller said it accepts. */
export interface Reply {
	readonly status: number;
	readonly contentType: string;
	/** At most `maxBodyBytes` long, decompressed. */
	readonly body: string;
	/** From the request's start to the body's last byte. */
	readonly latencyMs: number;
	/** The server's `Date` header in Unix ms; one second coarse. */
	readonly serverTimeMs: number | undefined;
	/** Of the target's secrets, for what is unescaped only when the body is read. */
	readonly mask?: Mask | undefined;
}

export interface HttpRequest {
	readonly url: string;
	readonly signal: AbortSignal;
	/** Sent as JSON in a POST; without it the request is a GET. */
	readonly json?: unknown;
	readonly accept?: string;
	/** Statuses outside 2xx whose reply the caller wants to read. */
	readonly acceptStatus?: readonly number[];
	/** One connection per request, for servers that write after their reply. */
	readonly freshConnection?: boolean;
	readonly maxBodyBytes?: number;
}

/** HTTP for one target: its credentials, and only towards its own origin. */
export interface Http {
	request(request: HttpRequest): Promise<Reply>;
	/** What shows that replies since the last call came from a cache; `undefined` where nothing does. */
	takeCacheSign?(): string | undefined;
	/** How old a cache called its replies since the last call, in seconds. */
	takeCacheAge?(): number | undefined;
	/** What in a reply's body shows that it came from a cache. */
	markCached?(sign: string): void;
	/** When the certificate ends that the target's own server presented last; undefined without TLS. */
	certificateEndsAtMs?(): number | undefined;
}

const defaultMaxBodyBytes = 4 * 1024 * 1024;

/**
 * Bodies are decoded here, whole. got's own way to text decodes each chunk with a converter made for
 * the reply, and the text then outlives its poll: it has to be collected with the old objects.
 */
const utf8 = new TextDecoder();

/** One instance for the whole process: keep-alive, no retries (the scheduler retries), no redirects. */
let shared: Promise<Got> | undefined;
function instance(): Promise<Got> {
	// Loaded by the first request: a screen is painted before it asks its first node.
	shared ??= import('got').then(({ default: got }) =>
		got.extend({
			retry: { limit: 0 },
			followRedirect: false,
			throwHttpErrors: false,
			decompress: true,
			headers: { 'user-agent': 'nodetop' },
			https: { rejectUnauthorized: true },
		}),
	);
	return shared;
}

/**
 * Binds HTTP to a target. Token, headers and URL credentials are sent to the target's origin (and
 * to its `metricsUrl`'s origin only when that is the same), never elsewhere.
 */
export function createHttp(target: Target): Http {
	const origin = URL.canParse(target.url) ? new URL(target.url).origin : undefined;
	const tunnels = tunnelsOf(target);
	const clientOf = createClients(target, tunnels?.kept);
	const cache = createCacheWatch();
	const certificate = createCertificateWatch();
	return {
		certificateEndsAtMs: certificate.endsAtMs,
		takeCacheSign: cache.takeSign,
		takeCacheAge: cache.takeAge,
		markCached: cache.mark,
		async request(request) {
			const url = new URL(request.url);
			const isOwnOrigin = url.origin === origin;
			if (!isOwnOrigin) {
				url.username = '';
				url.password = '';
			}
			const send = await clientOf(isOwnOrigin);
			const started = performance.now();
			// A certificate is that of the target, and of no one else.
			const seen = isOwnOrigin ? certificate.see : () => undefined;
			const reply = await ask({ send, target, url, fresh: tunnels?.fresh, seen }, request);
			const latencyMs = toHundredths(performance.now() - started);
			const isCached = cache.see(request.url, reply.headers);
			return readReply(reply, request, { latencyMs, mask: maskOf(target), isCached });
		},
	};
}

/** For a target's own origin and for others; each is made by the first request that needs it. */
function createClients(
	target: Target,
	agents: TunnelAgents | undefined,
): (isOwnOrigin: boolean) => Promise<Got> {
	let own: Promise<Got> | undefined;
	let foreign: Promise<Got> | undefined;
	const make = (headers: Record<string, string>): Promise<Got> =>
		instance().then((got) => got.extend({ ...optionsOf(target, agents), headers }));
	return (isOwnOrigin) =>
		isOwnOrigin
			? (own ??= make({ ...usualHeaders, ...credentialsOf(target) }))
			: (foreign ??= make(usualHeaders));
}

/** What is the same for each request is worked out once: a request has dozens of options. */
function optionsOf(target: Target, agents: TunnelAgents | undefined) {
	return {
		...(agents && { agent: agents }),
		// Only a last resort: who asks sets the limit, by the signal, and knows whether we ourselves are late.
		timeout: { request: 2 * target.timeoutMs },
		https: httpsOptions(target),
	};
}

function tunnelsOf({ proxy, timeoutMs }: Target) {
	return (
		proxy && {
			kept: createTunnelAgents(proxy, { keepAlive: true, timeoutMs }),
			fresh: createTunnelAgents(proxy, { keepAlive: false, timeoutMs }),
		}
	);
}

function httpsOptions({ insecure, tls }: Target) {
	return {
		rejectUnauthorized: insecure !== true,
		...defined({
			certificate: tls?.certificate,
			key: tls?.key?.reveal(),
			certificateAuthority: authoritiesOf(tls),
		}),
	};
}

/** One request, and what it goes by. */
interface Asking {
	readonly send: Got;
	readonly target: Target;
	readonly url: URL;
	/** For a connection of its own through the target's proxy. */
	readonly fresh: TunnelAgents | undefined;
	/** Takes the connection over which the answer comes. */
	readonly seen: (socket: object) => void;
}

/** Every question only reads, so one that an old connection has lost may be asked again over a new one. */
async function ask(asking: Asking, request: HttpRequest): Promise<Response<Uint8Array>> {
	const first = await askOnce(asking, request);
	if (first !== 'connectionWasOld') return first;
	const second = await askOnce(asking, { ...request, freshConnection: true });
	if (second !== 'connectionWasOld') return second;
	throw new Error('a fresh connection cannot be an old one');
}

async function askOnce(
	{ send, target, url, fresh, seen }: Asking,
	request: HttpRequest,
): Promise<Response<Uint8Array> | 'connectionWasOld'> {
	const tooLarge = linkAbort(request.signal);
	let isTooLarge = false;
	const maxBodyBytes = request.maxBodyBytes ?? defaultMaxBodyBytes;
	const connector = createConnector(request.freshConnection === true, fresh, seen);
	const options = {
		responseType: 'buffer' as const,
		signal: tooLarge.signal,
		request: connector.request,
		...headersOf(request),
		...(request.json !== undefined && { method: 'POST' as const, json: request.json }),
	};
	try {
		const pending = send(url, options);
		void pending.on('downloadProgress', ({ transferred }) => {
			if (transferred <= maxBodyBytes) return;
			isTooLarge = true;
			tooLarge.abort();
		});
		return await pending;
	} catch (error) {
		if (isTooLarge) throw bodyTooLarge(maxBodyBytes, error);
		const wasClosed = closedCodes.has(systemCode(error) ?? '');
		if (wasClosed && !request.signal.aborted && connector.failedOnOldConnection())
			return 'connectionWasOld';
		throw transportError(error, url.host, target.timeoutMs, request.signal);
	} finally {
		tooLarge.unlink();
	}
}

/** What the system says of a connection that the other end has closed. */
const closedCodes: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE']);

const usualHeaders = { accept: 'application/json' };

function credentialsOf({ token, headers = {} }: Target): Record<string, string> {
	return {
		...(token && { authorization: `Bearer ${token.reveal()}` }),
		...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.reveal()])),
	};
}

/** The headers of a request that not every request has. */
function headersOf({ accept, freshConnection }: HttpRequest) {
	if (accept === undefined && freshConnection !== true) return {};
	const headers = {
		...(accept !== undefined && { accept }),
		...(freshConnection === true && { connection: 'close' }),
	};
	return { headers };
}

function bodyTooLarge(maxBodyBytes: number, cause: unknown): PollError {
	return new PollError('badResponse', `the answer is larger than ${maxBodyBytes / 1_048_576} MiB`, {
		nextStep: 'check that the URL is the node’s API and not a file or a page',
		isOwnLimit: true,
		cause,
	});
}

interface ReplyContext {
	readonly latencyMs: number;
	readonly mask: Mask | undefined;
	/** Then its date is of another time. */
	readonly isCached: boolean;
}

/** A server may send back what it was sent: the target's secrets are masked before anything reads on. */
function readReply(
	reply: Response<Uint8Array>,
	request: HttpRequest,
	{ latencyMs, mask, isCached }: ReplyContext,
): Reply {
	const { statusCode: status, headers } = reply;
	const received = utf8.decode(reply.body);
	const body = mask ? mask.text(received) : received;
	const isWanted =
		(status >= 200 && status <= 299) || (request.acceptStatus ?? []).includes(status);
	if (!isWanted) throw statusError({ statusCode: status, headers, body });
	const serverTimeMs = Date.parse(headers.date ?? '');
	return {
		status,
		contentType: headers['content-type'] ?? '',
		body,
		latencyMs,
		serverTimeMs: isCached || Number.isNaN(serverTimeMs) ? undefined : serverTimeMs,
		...(mask && { mask }),
	};
}

/**
 * The body as JSON. Throws `badResponse` for JSON past the bounds, and with the first words of what came
 * instead of JSON, so that an HTML page of a proxy is recognised at a glance.
 */
export function parseJson({ body, mask }: Pick<Reply, 'body' | 'mask'>): unknown {
	try {
		const value = parseBoundedJson(body);
		// An escape may hide a secret until it is read.
		return mask && body.includes('\\') ? mask.all(value) : value;
	} catch (error) {
		throw error instanceof JsonBoundError ? tooMuch(error) : notJson(body, error);
	}
}

function tooMuch(error: JsonBoundError): PollError {
	return new PollError('badResponse', `the answer ${error.message}`, {
		nextStep: 'check the URL: no node answers like this; it may be another service',
		isOwnLimit: true,
		cause: error,
	});
}

/** What begins as JSON does. */
const brokenJson = 'JSON that is cut off or damaged';

function notJson(body: string, cause: unknown): PollError {
	const detail = excerpt(body);
	const what = bodyKind(body);
	return new PollError(
		'badResponse',
		`expected JSON, got ${what}${detail === '' ? '' : `: ${detail}`}`,
		{
			nextStep:
				what === brokenJson
					? 'ask by hand: a proxy in between, or the node itself, cuts or damages its answers'
					: 'check the URL: this may be a proxy or a web server, not the node',
			cause,
		},
	);
}

function bodyKind(body: string): string {
	const start = body.trimStart();
	if (start === '') return 'an empty answer';
	if (/^\[?\s*\{\s*"/.test(start.slice(0, 64))) return brokenJson;
	return start.startsWith('<') ? 'a web page' : 'something else';
}

/** Finer than this is noise. */
function toHundredths(ms: number): number {
	return Math.round(ms * 100) / 100;
}
