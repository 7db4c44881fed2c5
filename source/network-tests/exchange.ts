import { connect, isIP } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { isOurs, ownDelay } from '../domain/own-delay.ts';
import type { DelayMeter } from '../domain/own-delay.ts';
import { showHostPort } from './endpoint.ts';
import type { Endpoint } from './endpoint.ts';
import type { TestName } from './results.ts';

/** The result of one marked request, layer by layer; a layer that was not reached is absent. */
export interface Exchange {
	readonly connectMs?: number;
	readonly tlsMs?: number;
	readonly firstByteMs?: number;
	readonly totalMs?: number;
	readonly status?: number;
	readonly bytes?: number;
	/** The system's error code. */
	readonly error?: string;
}

export interface ExchangeOptions {
	readonly test: TestName;
	readonly timeoutMs: number;
	readonly signal: AbortSignal;
	/** Of this process by default. */
	readonly delay?: DelayMeter;
	/** Sends no request after the handshake. */
	readonly onlyConnect?: boolean;
}

const maxBodyBytes = 256 * 1024;
const maxHeadBytes = 16 * 1024;
const lastChunk = '0\r\n\r\n';

/** Headers by which the owner of a node recognises test traffic. */
export function testHeaders(test: TestName): Record<string, string> {
	return { 'user-agent': 'nodetop-nettest', 'x-nodetop-test': test, accept: '*/*' };
}

/**
 * Opens a connection and sends one marked GET without credentials; any reply measures the time. Where this
 * process was late meanwhile, the result is `lateCode`. Never rejects.
 */
export async function exchange(endpoint: Endpoint, options: ExchangeOptions): Promise<Exchange> {
	const span = (options.delay ?? ownDelay).begin();
	const started = performance.now();
	const result = await exchangeOnce(endpoint, options);
	return isOurs(span.end(), performance.now() - started) ? { error: lateCode } : result;
}

async function exchangeOnce(endpoint: Endpoint, options: ExchangeOptions): Promise<Exchange> {
	const started = performance.now();
	const dialled = await dial(endpoint.address, endpoint.port, options);
	if ('error' in dialled) return dialled;
	const { connectMs } = dialled;
	let { socket } = dialled;
	if (options.onlyConnect === true || !endpoint.isHttp) {
		socket.destroy();
		return { connectMs };
	}
	try {
		const secured = endpoint.isTls ? await secure(socket, endpoint, options) : undefined;
		if (secured && 'error' in secured) return { connectMs, error: secured.error };
		socket = secured?.socket ?? socket;
		const left = { ...options, timeoutMs: options.timeoutMs - (performance.now() - started) };
		const reply = await ask(endpoint, socket, left);
		return {
			connectMs,
			...(secured && { tlsMs: secured.tlsMs }),
			...reply,
			...(reply.error === undefined && { totalMs: performance.now() - started }),
		};
	} finally {
		socket.destroy();
	}
}

/** The error of what was measured while this process was late: it says nothing about the other end. */
export const lateCode = 'OWN_DELAY';

/**
 * One TCP connection; `lateCode` where no answer came in time, but this process was late meanwhile. Never
 * rejects. The caller destroys the socket.
 */
export async function dial(
	address: string,
	port: number,
	options: Pick<ExchangeOptions, 'timeoutMs' | 'signal' | 'delay'>,
): Promise<Connected | Failed> {
	const span = (options.delay ?? ownDelay).begin();
	const dialled = await dialOnce(address, port, options);
	const lateMs = span.end();
	if ('socket' in dialled) return { ...dialled, isLate: isOurs(lateMs, dialled.connectMs) };
	const isLate = dialled.error === 'ETIMEDOUT' && isOurs(lateMs, options.timeoutMs);
	return isLate ? { error: lateCode } : dialled;
}

interface Failed {
	readonly error: string;
}

interface Connected {
	readonly socket: Socket;
	readonly connectMs: number;
	/** This process was late meanwhile: the other end answered, but its time is not known. */
	readonly isLate: boolean;
}

function dialOnce(
	address: string,
	port: number,
	{ timeoutMs, signal }: Pick<ExchangeOptions, 'timeoutMs' | 'signal'>,
): Promise<Omit<Connected, 'isLate'> | Failed> {
	return new Promise((done) => {
		const started = performance.now();
		const socket = connect({ host: address, port, noDelay: true });
		const end = (error: string) => {
			clearTimeout(deadline);
			signal.removeEventListener('abort', abort);
			socket.destroy();
			done({ error });
		};
		const abort = () => {
			end('ABORTED');
		};
		const deadline = setTimeout(end, timeoutMs, 'ETIMEDOUT');
		socket.once('connect', () => {
			const connectMs = performance.now() - started;
			clearTimeout(deadline);
			signal.removeEventListener('abort', abort);
			socket.removeAllListeners('error');
			socket.on('error', () => undefined);
			done({ socket, connectMs });
		});
		socket.once('error', (error) => {
			end(codeOf(error));
		});
		if (signal.aborted) abort();
		else signal.addEventListener('abort', abort, { once: true });
	});
}

/** A TLS handshake over a connection. The certificate is not verified, because only the time matters. */
function secure(
	under: Socket,
	{ host }: Endpoint,
	{ timeoutMs, signal }: Pick<ExchangeOptions, 'timeoutMs' | 'signal'>,
): Promise<{ readonly socket: Socket; readonly tlsMs: number } | { readonly error: string }> {
	return new Promise((done) => {
		const started = performance.now();
		const name = isIP(host) === 0 ? { servername: host } : {};
		const socket = connectTls({ socket: under, ...name, rejectUnauthorized: false });
		const end = (error: string) => {
			clearTimeout(deadline);
			signal.removeEventListener('abort', abort);
			socket.destroy();
			done({ error });
		};
		const abort = () => {
			end('ABORTED');
		};
		const deadline = setTimeout(end, timeoutMs, 'ETIMEDOUT');
		socket.once('error', (error) => {
			end(codeOf(error));
		});
		socket.once('secureConnect', () => {
			clearTimeout(deadline);
			signal.removeEventListener('abort', abort);
			socket.on('error', () => undefined);
			done({ socket, tlsMs: performance.now() - started });
		});
		if (signal.aborted) abort();
		else signal.addEventListener('abort', abort, { once: true });
	});
}

/**
 * One GET, written by hand: the work of an HTTP client would be measured too, and on a short path it is a
 * large part of the whole. Never rejects.
 */
function ask(
	endpoint: Pick<Endpoint, 'host' | 'port' | 'path'>,
	socket: Socket,
	{ test, timeoutMs, signal }: ExchangeOptions,
): Promise<Pick<Exchange, 'firstByteMs' | 'status' | 'bytes' | 'error'>> {
	return new Promise((done) => {
		const started = performance.now();
		const reply = createReplyReader();
		let firstByteMs: number | undefined;
		const end = (error?: string) => {
			clearTimeout(deadline);
			signal.removeEventListener('abort', abort);
			done({
				...(firstByteMs !== undefined && { firstByteMs }),
				...reply.read(),
				...(error !== undefined && { error }),
			});
		};
		const abort = () => {
			end('ABORTED');
		};
		const deadline = setTimeout(end, Math.max(1, timeoutMs), 'ETIMEDOUT');
		socket.on('data', (chunk: Buffer) => {
			firstByteMs ??= performance.now() - started;
			const state = reply.take(chunk);
			if (state === 'complete') end();
			else if (state === 'tooLarge') end('TOO_LARGE');
		});
		socket.once('end', () => {
			end(firstByteMs === undefined ? 'ECONNRESET' : undefined);
		});
		socket.once('error', (error) => {
			end(codeOf(error));
		});
		if (signal.aborted) abort();
		else signal.addEventListener('abort', abort, { once: true });
		const headers = {
			host: showHostPort(endpoint.host, endpoint.port),
			...testHeaders(test),
			connection: 'close',
		};
		const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
		socket.write(`GET ${endpoint.path} HTTP/1.1\r\n${lines.join('')}\r\n`);
	});
}

/** Detects the end of a reply: by its length, its last chunk, or because there is no body. */
function createReplyReader() {
	let head = '';
	let bodyBytes: number | undefined;
	let isEndless = false;
	let wantedBytes = Number.POSITIVE_INFINITY;
	let tail = '';
	return {
		take(chunk: Buffer): 'more' | 'complete' | 'tooLarge' {
			const text = chunk.toString('latin1');
			if (bodyBytes === undefined) {
				head += text;
				const border = head.indexOf('\r\n\r\n');
				if (border < 0) return head.length > maxHeadBytes ? 'tooLarge' : 'more';
				tail = head.slice(border + 4);
				bodyBytes = tail.length;
				head = head.slice(0, border);
				isEndless = /^transfer-encoding:.*chunked/im.test(head);
				const isEmpty = /^HTTP\/1\.[01] (?:204|304)/.test(head);
				const length = /^content-length:\s*(\d+)/im.exec(head)?.[1];
				if (isEmpty) wantedBytes = 0;
				else if (length !== undefined) wantedBytes = Number(length);
			} else {
				tail = (tail + text).slice(-lastChunk.length);
				bodyBytes += chunk.length;
			}
			if (bodyBytes > maxBodyBytes) return 'tooLarge';
			const isLast = isEndless && tail.endsWith(lastChunk);
			return bodyBytes >= wantedBytes || isLast ? 'complete' : 'more';
		},
		read() {
			const status = /^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1];
			return {
				...(status !== undefined && { status: Number(status) }),
				...(bodyBytes !== undefined && { bytes: bodyBytes }),
			};
		},
	};
}

export function codeOf(error: unknown): string {
	return error instanceof Error && 'code' in error ? String(error.code) : 'FAILED';
}
