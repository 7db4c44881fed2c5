import type { ClientRequest } from 'node:http';
import type { Method } from 'got';
import { authoritiesOf } from '../../domain/authorities.ts';
import { clean } from '../../domain/clean.ts';
import { unusedProxyHint } from '../../domain/connection.ts';
import type { Connection } from '../../domain/connection.ts';
import { defined } from '../../domain/defined.ts';
import type { Secret } from '../../domain/secret.ts';
import { createTunnelAgents } from '../../domain/tunnel/agents.ts';
import { tunnelErrorIn } from '../../domain/tunnel/tunnel-error.ts';
import { parseRetryAfter } from './retry.ts';
import type { Outcome } from './retry.ts';

export interface HttpMessage {
	readonly url: Secret;
	readonly method?: Method;
	readonly body?: string;
	readonly headers?: Readonly<Record<string, string>>;
	/** Further secrets that an answer might repeat: they are masked in the reason. */
	readonly secrets?: readonly Secret[];
	/** How the server is reached, where not as usual. */
	readonly connection?: Connection | undefined;
	readonly signal: AbortSignal;
	readonly now: () => number;
	/** Reads a wait in ms from the body of a 429, for services that write it there. */
	readonly readRetryAfterMs?: (body: string) => number | undefined;
}

const maxAnswerUnits = 64 * 1024;
const excerptCells = 120;
/** A last resort: the signal of the message ends it before. */
const tunnelTimeoutMs = 60_000;

/**
 * Sends one HTTP request and gives its outcome. A 2xx status is enough, whatever the body. 408, 425, 429,
 * 5xx and a missing answer are worth another attempt; any other status is final. Follows no redirect: the
 * message and its credentials are for the configured address only.
 */
export async function sendHttp(request: HttpMessage): Promise<Outcome> {
	const { default: got } = await import('got');
	let answer: Answer | undefined;
	let isSent = false;
	let body = '';
	const unanswered = (error?: unknown): Outcome => ({
		kind: 'failed',
		reason: transportReason(error, request),
		mayHaveArrived: isSent,
	});
	try {
		const stream = got.stream(request.url.reveal(), {
			method: request.method ?? 'POST',
			headers: { 'user-agent': 'nodetop', ...request.headers },
			...(request.body !== undefined && { body: request.body }),
			retry: { limit: 0 },
			followRedirect: false,
			throwHttpErrors: false,
			signal: request.signal,
			...connectionOptions(request.connection),
		});
		stream.once('request', (sending: ClientRequest) => {
			sending.once('finish', () => {
				isSent = true;
			});
		});
		stream.once('response', (response: Answer) => {
			answer = response;
		});
		for await (const chunk of stream) {
			body += String(chunk);
			if (body.length > maxAnswerUnits) break;
		}
	} catch (error) {
		if (answer === undefined) return unanswered(error);
	}
	if (answer === undefined) return unanswered();
	return outcomeOf(request, answer, body);
}

/** Agents for this one request: messages are rare. */
function connectionOptions({ proxy, tls }: Connection = {}) {
	const https = defined({
		certificate: tls?.certificate,
		key: tls?.key?.reveal(),
		certificateAuthority: authoritiesOf(tls),
	});
	return {
		...(tls && { https }),
		...(proxy && {
			agent: createTunnelAgents(proxy, { keepAlive: false, timeoutMs: tunnelTimeoutMs }),
		}),
	};
}

interface Answer {
	readonly statusCode: number;
	readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

function outcomeOf(
	request: HttpMessage,
	{ statusCode: status, headers }: Answer,
	body: string,
): Outcome {
	if (status >= 200 && status <= 299) return { kind: 'sent' };
	const text = excerpt(body, request);
	const reason = `HTTP ${status} from ${hostOf(request.url)}${text === '' ? '' : `: ${text}`}`;
	const mayWorkLater = status === 408 || status === 425 || status === 429 || status >= 500;
	if (mayWorkLater) {
		const retryAfter = [headers['retry-after']].flat()[0];
		const retryAfterMs =
			request.readRetryAfterMs?.(body) ?? parseRetryAfter(retryAfter, request.now());
		// 503 says that nothing was done; another error may have come after it was.
		const mayHaveArrived = status >= 500 && status !== 503;
		return { kind: 'failed', reason, retryAfterMs, mayHaveArrived };
	}
	const isRedirect = status >= 300 && status <= 399;
	return {
		kind: 'refused',
		reason: isRedirect ? `${reason}: it redirects, and redirects are not followed` : reason,
	};
}

/** The first words of an answer, with the secrets of the request masked. */
function excerpt(body: string, { url, secrets = [] }: HttpMessage): string {
	const { pathname, search, href } = new URL(url.reveal());
	const hidden = [href, `${pathname}${search}`, pathname, ...secrets.map((s) => s.reveal())];
	let text = body.slice(0, 4096);
	for (const secret of hidden) if (secret.length > 3) text = text.replaceAll(secret, '***');
	return clean(text.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' '), excerptCells);
}

function hostOf(url: Secret): string {
	return URL.parse(url.reveal())?.host ?? 'the configured address';
}

function transportReason(error: unknown, { url, signal, connection }: HttpMessage): string {
	const why = signal.aborted
		? `no answer from ${hostOf(url)} in time`
		: `${hostOf(url)} cannot be reached: ${causeOf(error)}`;
	const { unusedProxy } = connection ?? {};
	return unusedProxy === undefined ? why : `${why}; ${unusedProxyHint(unusedProxy, 'channel')}`;
}

/** The words of a proxy, or the code of the system. */
export function causeOf(error: unknown): string {
	const tunnel = tunnelErrorIn(error);
	if (tunnel) return tunnel.message;
	return clean(
		error instanceof Error && 'code' in error ? String(error.code) : 'no connection',
		60,
	);
}
