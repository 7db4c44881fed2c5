import { Agent, request as requestHttp } from 'node:http';
import { Agent as SecureAgent, request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import { isOurs, ownDelay } from '../domain/own-delay.ts';
import type { DelayMeter } from '../domain/own-delay.ts';
import { mostReceivedBytes } from './caps.ts';
import { showHostPort } from './endpoint.ts';
import type { Endpoint } from './endpoint.ts';
import { codeOf, testHeaders } from './exchange.ts';
import type { TestName } from './results.ts';

export interface Question {
	readonly test: TestName;
	readonly timeoutMs: number;
	readonly signal: AbortSignal;
	/** The path of the node's URL by default. */
	readonly path?: string;
	/** Sends a POST with so many bytes, as fast as the path takes them. */
	readonly upload?: { readonly bytes: number; readonly onSent: (bytes: number) => void };
	/** Called with each piece of the reply. */
	readonly onData?: (chunk: Buffer) => void;
	readonly maxBodyBytes?: number;
}

interface Reply {
	readonly status?: number;
	readonly totalMs?: number;
	readonly error?: string;
}

/** A reply, and by how much this process was late while it waited for it. */
export interface TimedReply extends Reply {
	readonly lateMs: number;
	/** So late that the time says more of this machine than of the node. */
	readonly isLate: boolean;
}

/** Sends marked requests to one node over kept-alive connections. */
export interface Requester {
	/** Never rejects. */
	send(question: Question): Promise<TimedReply>;
	/** Whether the replies have reached the limit of a test: then nothing more is sent. */
	isSpent(): boolean;
	close(): void;
}

/** The error of a request that exceeded the limit of received bytes, or would have. */
export const byteCap = 'BYTE_CAP';
const defaultMaxBodyBytes = 1024 * 1024;
const pieceBytes = 64 * 1024;

export function createRequester(
	endpoint: Endpoint,
	mostSockets: number,
	delay: DelayMeter = ownDelay,
): Requester {
	const options = { keepAlive: true, maxSockets: mostSockets, noDelay: true };
	const agent = endpoint.isTls ? new SecureAgent(options) : new Agent(options);
	let receivedBytes = 0;
	const isSpent = () => receivedBytes > mostReceivedBytes;
	const receive = (bytes: number) => {
		receivedBytes += bytes;
		return isSpent();
	};
	return {
		isSpent,
		async send(question) {
			if (isSpent()) return { error: byteCap, lateMs: 0, isLate: false };
			const span = delay.begin();
			const started = performance.now();
			const reply = await send(endpoint, agent, { ...question, receive });
			const lateMs = span.end();
			return { ...reply, lateMs, isLate: isOurs(lateMs, performance.now() - started) };
		},
		close: () => {
			agent.destroy();
		},
	};
}

interface Sent extends Question {
	/** Counts received bytes; returns whether the limit is reached. */
	readonly receive: (bytes: number) => boolean;
}

function send(endpoint: Endpoint, agent: Agent, question: Sent): Promise<Reply> {
	return new Promise((done) => {
		const { test, signal, upload, maxBodyBytes = defaultMaxBodyBytes } = question;
		const started = performance.now();
		const request = (endpoint.isTls ? requestHttps : requestHttp)({
			agent,
			host: endpoint.address,
			...(endpoint.isTls && isIP(endpoint.host) === 0 && { servername: endpoint.host }),
			rejectUnauthorized: false,
			port: endpoint.port,
			method: upload ? 'POST' : 'GET',
			path: question.path ?? endpoint.path,
			headers: {
				...testHeaders(test),
				host: showHostPort(endpoint.host, endpoint.port),
				...(upload && {
					'content-type': 'application/octet-stream',
					'content-length': upload.bytes,
				}),
			},
		});
		const end = (reply: Reply) => {
			clearTimeout(deadline);
			signal.removeEventListener('abort', abort);
			if (reply.error !== undefined) request.destroy();
			done(reply);
		};
		const abort = () => {
			end({ error: 'ABORTED' });
		};
		const deadline = setTimeout(end, question.timeoutMs, { error: 'ETIMEDOUT' });
		request.on('error', (error) => {
			end({ error: codeOf(error) });
		});
		request.once('response', (reply) => {
			let bytes = 0;
			reply.on('data', (chunk: Buffer) => {
				bytes += chunk.length;
				question.onData?.(chunk);
				const isSpent = question.receive(chunk.length);
				if (bytes > maxBodyBytes) end({ error: 'TOO_LARGE' });
				else if (isSpent) end({ error: byteCap });
			});
			reply.once('end', () => {
				end({ status: reply.statusCode ?? 0, totalMs: performance.now() - started });
			});
			reply.once('error', (error) => {
				end({ error: codeOf(error) });
			});
		});
		if (signal.aborted) abort();
		else signal.addEventListener('abort', abort, { once: true });
		if (upload) pour(request, upload);
		else request.end();
	});
}

/** Writes as much as the socket takes, and waits for it to drain. */
function pour(
	request: ReturnType<typeof requestHttp>,
	{ bytes, onSent }: NonNullable<Question['upload']>,
): void {
	const piece = Buffer.alloc(pieceBytes, 'nodetop ');
	let left = bytes;
	const write = (): void => {
		while (left > 0 && !request.destroyed) {
			const size = Math.min(left, piece.length);
			left -= size;
			const isRoom = request.write(piece.subarray(0, size));
			onSent(size);
			if (!isRoom) {
				request.once('drain', write);
				return;
			}
		}
		if (left === 0) request.end();
	};
	write();
}
