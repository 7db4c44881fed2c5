import { formatMs } from '../domain/format.ts';
import type { Response } from 'got';
import { clean } from '../domain/clean.ts';
import { PollError } from '../domain/errors.ts';
import { tunnelErrorIn } from '../domain/tunnel/tunnel-error.ts';
import type { TunnelError } from '../domain/tunnel/tunnel-error.ts';

const excerptCells = 80;

/** A status that is not an answer, as a `PollError` that says what to do. */
export function statusError(
	reply: Pick<Response<string>, 'statusCode' | 'headers' | 'body'>,
): PollError {
	const status = reply.statusCode;
	const detail = excerpt(reply.body);
	const text = detail === '' ? `HTTP ${status}` : `HTTP ${status}: ${detail}`;
	if (status === 401 || status === 403 || status === 407) {
		return /invalid host/i.test(reply.body.slice(0, excerptSource))
			? new PollError('unauthorized', text, {
					nextStep:
						'poll it by IP address, or add the host name to the node’s allowed hosts (geth: --http.vhosts)',
				})
			: new PollError('unauthorized', text, {
					nextStep: 'give the node’s credentials: token, tokenFile or headers in its profile entry',
				});
	}
	if (status === 402) {
		return new PollError('unauthorized', text, {
			nextStep: 'the server wants to be paid: see the plan and the quota of the account there',
		});
	}
	const retryAfterMs = parseRetryAfter(reply.headers['retry-after'], Date.now());
	if (status === 429 || (status === 503 && retryAfterMs !== undefined)) {
		return new PollError('rateLimited', text, {
			nextStep:
				status === 429
					? 'poll less often: a longer intervalMs for this node'
					: 'it asks to be left alone for a while: a limit of requests, or maintenance',
			...(retryAfterMs !== undefined && { retryAfterMs }),
		});
	}
	if (status >= 300 && status < 400) {
		return new PollError(
			'badResponse',
			`HTTP ${status}: redirects to ${redirectIn(reply.headers)}`,
			{
				nextStep: 'nodetop follows no redirects: configure the address that answers itself',
			},
		);
	}
	if (status === 404 || status === 405) {
		return new PollError('unsupported', text, {
			nextStep: 'check the path and the kind: `nodetop add URL` finds out what answers there',
		});
	}
	return new PollError('badResponse', text, {
		httpStatus: status,
		nextStep:
			status >= 500 ? 'look at the node’s log, or at the proxy in front of it' : 'check the URL',
	});
}

/** Where a redirect leads: its origin alone, for path and query may hold what we were asked to keep. */
function redirectIn({ location }: Response<string>['headers']): string {
	if (location === undefined || location === '') return 'nowhere';
	const url = URL.parse(location);
	if (!url) return 'another path of this address';
	return clean(url.host === '' ? url.protocol : `${url.protocol}//${url.host}`, excerptCells);
}

/** Who asks for more is mistaken, and past 24 days no timer can wait it out. */
const maxRetryAfterMs = 3_600_000;

/**
 * Seconds or an HTTP date, as milliseconds from now, an hour at most; `undefined` for anything else.
 */
export function parseRetryAfter(value: string | undefined, nowMs: number): number | undefined {
	if (value === undefined) return undefined;
	const isSeconds = /^\d+(\.\d+)?$/.test(value.trim());
	const waitMs = isSeconds ? Number(value) * 1000 : Date.parse(value) - nowMs;
	return Number.isNaN(waitMs) ? undefined : Math.min(Math.max(0, waitMs), maxRetryAfterMs);
}

/** What the transport threw, as a `PollError`. Decides on codes, never on message text. */
export function transportError(
	error: unknown,
	address: string,
	timeoutMs: number,
	signal: AbortSignal,
): PollError {
	if (error instanceof PollError) return error;
	if (signal.aborted && signal.reason instanceof PollError) return signal.reason;
	if (signal.aborted) return timeoutError(address, timeoutMs, error);
	const tunnel = tunnelErrorIn(error);
	if (tunnel) return tunnelProblem(tunnel, address);
	return socketError(systemCode(error), address, timeoutMs, error);
}

/** What the proxy of a node said, or why there is none: only where it does not reach the node, the node is to blame. */
export function tunnelProblem({ fault, message, cause }: TunnelError, address: string): PollError {
	const { code, nextStep } = tunnelFaults[fault];
	return new PollError(code, `${message} (on the way to ${address})`, { nextStep, cause });
}

const tunnelFaults = {
	proxy: {
		code: 'noNetwork',
		nextStep: 'check `proxy` of this node: its address, and that the proxy runs',
	},
	us: {
		code: 'unauthorized',
		nextStep: 'give user and password in `proxy` of this node, or allow the address in the proxy',
	},
	destination: {
		code: 'unreachable',
		nextStep: 'start the node, or check host and port as the proxy sees them',
	},
} as const;

/** Alerts by which a server ends a handshake because of us (RFC 8446, section 6.2), as OpenSSL names them. */
const refusesUs =
	/_ALERT_(?:CERTIFICATE_\w+|BAD_CERTIFICATE|UNSUPPORTED_CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED|HANDSHAKE_FAILURE)$/;

/** For a socket of any kind: the system's error code as a `PollError`. */
export function socketError(
	code: string | undefined,
	address: string,
	timeoutMs: number,
	cause: unknown,
): PollError {
	if (code === 'ETIMEDOUT') return timeoutError(address, timeoutMs, cause);
	const known = code === undefined ? undefined : socketErrors[code];
	if (known)
		return new PollError(known.code, `${known.what} (${address})`, {
			nextStep: known.nextStep,
			cause,
		});
	const detail = rawWords(cause);
	const quote = detail === '' ? '' : `: ${detail}`;
	if (code === 'HPE_INVALID_CONSTANT') {
		return new PollError('badResponse', `the answer is not HTTP (${address})${quote}`, {
			nextStep: 'this port speaks another protocol: check the port, and http or https',
			cause,
		});
	}
	if (code?.startsWith('HPE_')) {
		return new PollError('badResponse', `the answer is broken HTTP: ${code} (${address})${quote}`, {
			nextStep: 'look at the proxy in front of the node; check the port, and http or https',
			cause,
		});
	}
	if (code !== undefined && refusesUs.test(code)) {
		const what = /CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE/.test(code)
			? 'the server wants a client certificate'
			: 'the server refuses our client certificate';
		return new PollError('unauthorized', `${what} (${address}): ${code}`, {
			nextStep: 'give certFile and keyFile for this node: a certificate that the server trusts',
			cause,
		});
	}
	if (code !== undefined && /CERT|SELF_SIGNED|ERR_TLS|ERR_SSL|UNABLE_TO_/.test(code)) {
		return new PollError('unreachable', `TLS certificate refused: ${code} (${address})`, {
			nextStep:
				'give the issuing authority as caFile of this node (or NODE_EXTRA_CA_CERTS), or set insecure for it',
			cause,
		});
	}
	return new PollError('unreachable', `cannot talk to ${address}: ${code ?? 'unknown error'}`, {
		nextStep: 'check that the node runs and that the URL is right',
		cause,
	});
}

export function timeoutError(address: string, timeoutMs: number, cause?: unknown): PollError {
	return new PollError(
		'timeout',
		`no complete answer from ${address} within ${formatMs(timeoutMs)}`,
		{
			nextStep:
				'the process may be frozen or overloaded; look at its host, or allow more with timeoutMs',
			cause,
		},
	);
}

export function systemCode(error: unknown): string | undefined {
	return error instanceof Error && 'code' in error && typeof error.code === 'string'
		? error.code
		: undefined;
}

const socketErrors: Readonly<
	Record<
		string,
		| {
				code: 'unreachable' | 'badResponse' | 'noNetwork' | 'tooBusy';
				what: string;
				nextStep: string;
		  }
		| undefined
	>
> = {
	ECONNREFUSED: {
		code: 'unreachable',
		what: 'connection refused: nothing listens there',
		nextStep: 'start the node, or check host and port',
	},
	ENOTFOUND: {
		code: 'unreachable',
		what: 'host name not found',
		nextStep: 'check the spelling of the host, and this machine’s DNS',
	},
	EAI_AGAIN: {
		code: 'unreachable',
		what: 'host name could not be looked up',
		nextStep: 'check this machine’s DNS and network',
	},
	ECONNRESET: {
		code: 'unreachable',
		what: 'connection closed before the answer was complete',
		nextStep: 'the node or a proxy hung up: look at its log; check http or https, and the port',
	},
	ERR_HTTP_CONTENT_LENGTH_MISMATCH: {
		code: 'unreachable',
		what: 'connection closed before the answer was complete',
		nextStep: 'the node or a proxy hung up: look at its log',
	},
	ERR_READING_RESPONSE_STREAM: {
		code: 'badResponse',
		what: 'the answer is packed, but cannot be unpacked',
		nextStep: 'look at the proxy in front of the node: its compression is broken',
	},
	EPIPE: {
		code: 'unreachable',
		what: 'connection closed while asking',
		nextStep: 'look at the node’s log',
	},
	EHOSTUNREACH: {
		code: 'unreachable',
		what: 'no route to the host',
		nextStep: 'check the address, the route and the firewall',
	},
	ENETUNREACH: {
		code: 'noNetwork',
		what: 'this machine has no route to it',
		nextStep: 'check this machine’s network: ip route, and whether it has IPv6 if the address does',
	},
	ENETDOWN: {
		code: 'noNetwork',
		what: 'the network of this machine is down',
		nextStep: 'check this machine’s network: ip link',
	},
	EADDRNOTAVAIL: {
		code: 'noNetwork',
		what: 'this machine has no address or port left to connect from',
		nextStep: 'check this machine’s network: ip address, and ss -s for its open connections',
	},
	EMFILE: outOfFiles('this process has too many files open'),
	ENFILE: outOfFiles('this machine has too many files open'),
	ENOBUFS: outOfFiles('this machine has no memory left for connections'),
	ENOMEM: outOfFiles('this machine has no memory left for connections'),
	ENOENT: {
		code: 'unreachable',
		what: 'no such socket',
		nextStep: 'start the node, or check the path of its socket',
	},
	EACCES: {
		code: 'unreachable',
		what: 'permission denied',
		nextStep: 'run nodetop as a user who may open that socket',
	},
	EPROTO: {
		code: 'badResponse',
		what: 'TLS handshake failed',
		nextStep: 'this port may speak plain HTTP: try http:// instead of https://',
	},
};

function outOfFiles(what: string) {
	return {
		code: 'tooBusy' as const,
		what,
		nextStep: 'allow more (ulimit -n), or poll fewer nodes from this machine',
	};
}

/** The first words of what is no HTTP, which Node's parser keeps. */
function rawWords(cause: unknown): string {
	for (let error = cause; error instanceof Error; error = error.cause) {
		if ('rawPacket' in error && Buffer.isBuffer(error.rawPacket))
			return excerpt(error.rawPacket.subarray(0, excerptSource).toString('latin1'));
	}
	return '';
}

/** So much of a body is looked at for its first words. */
const excerptSource = 4096;

/** The first words of a body that is not what was asked for, without tags; of JSON, what it calls the error. */
export function excerpt(body: string): string {
	const start = (errorIn(body) ?? body).slice(0, excerptSource).replaceAll(/<[^<>]*>/g, ' ');
	return clean(start.replaceAll(/\s+/g, ' '), excerptCells);
}

/** Node APIs put the reason of a refusal into `{"error": "…"}`. */
function errorIn(body: string): string | undefined {
	if (body.length > excerptSource || !body.trimStart().startsWith('{')) return undefined;
	try {
		const value: unknown = JSON.parse(body);
		if (typeof value !== 'object' || value === null || !('error' in value)) return undefined;
		return typeof value.error === 'string' && value.error !== '' ? value.error : undefined;
	} catch {
		return undefined;
	}
}
