import type { ClientOptions, WebSocket } from 'ws';
import { authoritiesOf } from '../domain/authorities.ts';
import { defined } from '../domain/defined.ts';
import { PollError } from '../domain/errors.ts';
import type { Target } from '../domain/target.ts';
import { createTunnelAgents } from '../domain/tunnel/agents.ts';
import { tunnelErrorIn } from '../domain/tunnel/tunnel-error.ts';
import {
	socketError,
	statusError,
	systemCode,
	timeoutError,
	tunnelProblem,
} from './http-errors.ts';

/** The server hung up: what some do with a method name or a frame that they cannot read. */
export class ConnectionLost extends PollError {}

/** HTTP answers where a WebSocket was wanted. */
export class NoWebSocket extends PollError {}

export interface SocketOptions {
	readonly maxMessageBytes: number;
	/** Which port or option to look at when no WebSocket of the kind answers. */
	readonly nextStep: string;
	/** What a message means; an error ends the connection. */
	onMessage(message: Buffer, isBinary: boolean): PollError | undefined;
	/** Called once, with the reason. */
	onLost(error: PollError): void;
}

export interface OpenSocket {
	/** Rejects with the reason when it does not open. */
	readonly opened: Promise<void>;
	send(text: string): void;
	close(): void;
}

/** Opens a WebSocket with the target's credentials. Follows no redirect. */
export function openSocket(
	Socket: typeof WebSocket,
	target: Target,
	options: SocketOptions,
): OpenSocket {
	const { maxMessageBytes, onMessage, onLost } = options;
	const socket = new Socket(
		addressOf(target, options.nextStep),
		optionsFor(target, maxMessageBytes),
	);
	const opening = Promise.withResolvers<void>();
	// The next caller sees the error; without one nobody has to.
	opening.promise.catch(() => undefined);
	let isLost = false;
	const lose = (error: PollError): void => {
		if (isLost) return;
		isLost = true;
		opening.reject(error);
		onLost(error);
		socket.terminate();
	};
	socket.on('open', () => {
		opening.resolve();
	});
	socket.on('unexpected-response', (_request, { statusCode = 0, headers, statusMessage = '' }) => {
		lose(refusal(statusError({ statusCode, headers, body: statusMessage }), statusCode));
	});
	socket.on('error', (error) => {
		lose(toPollError(error, target, options));
	});
	socket.on('close', () => {
		lose(closedBy(target));
	});
	socket.on('message', (data, isBinary) => {
		if (!Buffer.isBuffer(data)) return;
		const error = onMessage(data, isBinary);
		if (error) lose(error);
	});
	return {
		opened: opening.promise,
		send: (text) => {
			socket.send(text);
		},
		close: () => {
			socket.terminate();
		},
	};
}

function optionsFor(target: Target, maxMessageBytes: number): ClientOptions {
	const { url, proxy, tls, timeoutMs, insecure } = target;
	const agents = proxy && createTunnelAgents(proxy, { keepAlive: false, timeoutMs });
	return {
		...(agents && { agent: agents[url.startsWith('wss:') ? 'https' : 'http'] }),
		maxPayload: maxMessageBytes,
		perMessageDeflate: false,
		followRedirects: false,
		handshakeTimeout: timeoutMs,
		rejectUnauthorized: insecure !== true,
		...defined({ cert: tls?.certificate, key: tls?.key?.reveal(), ca: authoritiesOf(tls) }),
		headers: headersFor(target),
	};
}

/** A server that answers the handshake as any page, and neither refuses us nor fails. */
function refusal(error: PollError, status: number): PollError {
	const isPage = error.code === 'unsupported' || (error.code === 'badResponse' && status < 500);
	if (!isPage) return error;
	return new NoWebSocket('unsupported', `HTTP answers there, but no WebSocket (HTTP ${status})`, {
		nextStep: 'write http:// or https://, or give the port of WebSockets',
	});
}

/** `ws` refuses a URL with a fragment, which means nothing here. */
function addressOf({ url }: Target, nextStep: string): URL {
	const address = URL.parse(url);
	if (!address) throw new PollError('unsupported', 'the address is no URL', { nextStep });
	address.hash = '';
	return address;
}

function headersFor({ token, headers = {} }: Target): Record<string, string> {
	const own = Object.entries(headers).map(([name, value]) => [name, value.reveal()] as const);
	const bearer = token === undefined ? {} : { authorization: `Bearer ${token.reveal()}` };
	return { 'user-agent': 'nodetop', ...bearer, ...Object.fromEntries(own) };
}

export interface Budget {
	/** Whether so many bytes more are within it. */
	take(bytes: number): boolean;
	renew(): void;
}

/** Messages that no call waits for may come to so many bytes between two answers. */
export const maxUnsolicitedBytes = 256 * 1024;

export function createBudget(mostBytes = maxUnsolicitedBytes): Budget {
	let taken = 0;
	return {
		take(bytes) {
			taken += bytes;
			return taken <= mostBytes;
		},
		renew() {
			taken = 0;
		},
	};
}

export function floodProblem(): PollError {
	return new PollError(
		'badResponse',
		`the node sends more than ${maxUnsolicitedBytes / 1024} KiB that nobody asked for`,
		{ nextStep: 'check the port and the kind: nodetop subscribes to nothing' },
	);
}

function toPollError(
	error: Error,
	target: Target,
	{ maxMessageBytes, nextStep }: SocketOptions,
): PollError {
	const code = systemCode(error);
	if (code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') {
		return new PollError(
			'badResponse',
			`a message is larger than ${maxMessageBytes / 1_048_576} MiB`,
			{ nextStep, cause: error },
		);
	}
	if (code?.startsWith('WS_ERR_') === true) {
		return new PollError('badResponse', `the answer is no WebSocket frame: ${code}`, {
			nextStep,
			cause: error,
		});
	}
	const tunnel = tunnelErrorIn(error);
	if (tunnel) return tunnelProblem(tunnel, hostOf(target));
	return socketError(code, hostOf(target), target.timeoutMs, error);
}

function closedBy(target: Target): ConnectionLost {
	return new ConnectionLost('unreachable', `the node closed the connection (${hostOf(target)})`, {
		nextStep: 'look at the node’s log; it is asked again at the next poll',
	});
}

function hostOf({ url }: Target): string {
	return URL.parse(url)?.host ?? 'an address that is no URL';
}

/** Settles as `promise` does, or rejects at the abort with its reason. */
export async function untilAbort<T>(
	promise: Promise<T>,
	signal: AbortSignal,
	target: Target,
): Promise<T> {
	const aborted = Promise.withResolvers<never>();
	const stop = (): void => {
		const { reason }: { readonly reason: unknown } = signal;
		const error =
			reason instanceof PollError ? reason : timeoutError(hostOf(target), target.timeoutMs, reason);
		aborted.reject(error);
	};
	if (signal.aborted) stop();
	else signal.addEventListener('abort', stop, { once: true });
	try {
		return await Promise.race([promise, aborted.promise]);
	} finally {
		signal.removeEventListener('abort', stop);
	}
}
