import type { WebSocket } from 'ws';
import * as z from 'zod';
import { parseBoundedJson } from '../../../domain/bounded-json.ts';
import { cleanText } from '../../../domain/clean.ts';
import { PollError } from '../../../domain/errors.ts';
import type { Target } from '../../../domain/target.ts';
import { socketError, statusError, systemCode, timeoutError } from '../../http-errors.ts';
import { readAs } from '../../rest-client.ts';
import type { Answered } from '../../rest-client.ts';

/** wRPC (workflow-rs) in its JSON encoding: a result stands in `params`, a notification has no id. */
const frameSchema = z.object({
	id: z.number().optional(),
	params: z.unknown().optional(),
	error: z.object({ message: z.unknown().optional() }).nullish(),
});

/** One connection, kept from call to call and made anew by the first call after a loss. */
export interface WrpcClient {
	/** Throws `PollError`; `ConnectionLost` when the server hung up instead of answering. */
	call<T>(call: WrpcCall<T>, signal: AbortSignal): Promise<Answered<T>>;
	close(): void;
}

export interface WrpcCall<T> {
	readonly method: string;
	readonly params?: Readonly<Record<string, unknown>>;
	readonly schema: z.ZodType<T>;
}

/** The server hung up: what it does with a method name or a frame that it cannot read. */
export class ConnectionLost extends PollError {}

interface Pending {
	readonly resolve: (params: unknown) => void;
	readonly reject: (error: PollError) => void;
}

interface Connection {
	readonly socket: WebSocket;
	readonly opened: Promise<void>;
	readonly pending: Map<number, Pending>;
}

const maxMessageBytes = 4 * 1024 * 1024;
/** Messages that no call waits for may come to so many bytes between two answers. */
const maxUnsolicitedBytes = 256 * 1024;

export function createWrpcClient(target: Target): WrpcClient {
	let connection: Connection | undefined;
	let lastId = 0;

	async function connected(): Promise<Connection> {
		// Loaded by the first call: a screen is painted before it asks its first node.
		const ws = await import('ws');
		connection ??= connect(ws.WebSocket, target, (lost) => {
			if (connection === lost) connection = undefined;
		});
		return connection;
	}

	return {
		async call({ method, params = {}, schema }, signal) {
			const current = await connected();
			await untilAbort(current.opened, signal, target);
			const id = (lastId += 1);
			const startedMs = performance.now();
			const answered = new Promise<unknown>((resolve, reject) => {
				current.pending.set(id, { resolve, reject });
			});
			current.socket.send(JSON.stringify({ id, method, params }));
			try {
				const value = readAs(schema, await untilAbort(answered, signal, target), method);
				const latencyMs = Math.round((performance.now() - startedMs) * 100) / 100;
				return { value, latencyMs, serverTimeMs: undefined };
			} finally {
				current.pending.delete(id);
			}
		},
		close() {
			connection?.socket.terminate();
			connection = undefined;
		},
	};
}

function connect(
	Socket: typeof WebSocket,
	target: Target,
	onLost: (lost: Connection) => void,
): Connection {
	const socket = new Socket(addressOf(target), {
		maxPayload: maxMessageBytes,
		perMessageDeflate: false,
		followRedirects: false,
		handshakeTimeout: target.timeoutMs,
		rejectUnauthorized: target.insecure !== true,
		headers: headersFor(target),
	});
	const pending = new Map<number, Pending>();
	const opening = Promise.withResolvers<void>();
	// Whoever calls next sees the error; without a caller nobody has to.
	opening.promise.catch(() => undefined);
	const connection: Connection = { socket, pending, opened: opening.promise };
	const lose = (error: PollError): void => {
		onLost(connection);
		opening.reject(error);
		for (const { reject } of pending.values()) reject(error);
		pending.clear();
		socket.terminate();
	};
	socket.on('open', () => {
		opening.resolve();
	});
	socket.on('unexpected-response', (_request, response) => {
		const { statusCode = 0, headers } = response;
		lose(statusError({ statusCode, headers, body: response.statusMessage ?? '' }));
	});
	socket.on('error', (error) => {
		lose(toPollError(error, target));
	});
	socket.on('close', () => {
		lose(closedBy(target));
	});
	const budget = createBudget(maxUnsolicitedBytes);
	socket.on('message', (data, isBinary) => {
		if (isBinary || !Buffer.isBuffer(data)) {
			lose(binaryProblem());
			return;
		}
		// What nobody waits for is counted, and not even parsed.
		if (pending.size === 0) {
			if (!budget.take(data.length)) lose(floodProblem());
			return;
		}
		const settled = settle(data.toString('utf8'), pending);
		if (settled instanceof PollError) lose(settled);
		else if (settled === 'answered') budget.renew();
		else if (!budget.take(data.length)) lose(floodProblem());
	});
	return connection;
}

/** `ws` refuses a URL with a fragment, which means nothing here. */
function addressOf({ url }: Target): URL {
	const address = URL.parse(url);
	if (!address) {
		throw new PollError('unsupported', 'the address is no URL', {
			nextStep: 'write it as ws://HOST:18110',
		});
	}
	address.hash = '';
	return address;
}

function headersFor({ token, headers = {} }: Target): Record<string, string> {
	const own = Object.entries(headers).map(([name, value]) => [name, value.reveal()] as const);
	const bearer = token === undefined ? {} : { authorization: `Bearer ${token.reveal()}` };
	return { 'user-agent': 'nodetop', ...bearer, ...Object.fromEntries(own) };
}

interface Budget {
	/** Whether so many bytes more are within it. */
	take(bytes: number): boolean;
	renew(): void;
}

function createBudget(mostBytes: number): Budget {
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

/** Gives a frame to the call with its id. A frame of no call is `unsolicited`; no frame at all is an error. */
function settle(
	text: string,
	pending: Map<number, Pending>,
): PollError | 'answered' | 'unsolicited' {
	let json: unknown;
	try {
		json = parseBoundedJson(text);
	} catch (error) {
		return new PollError('badResponse', 'what answers there does not send JSON', {
			nextStep: 'take the port of --rpclisten-json (18110), not that of the Borsh encoding',
			cause: error,
		});
	}
	const frame = frameSchema.safeParse(json);
	if (!frame.success) {
		return new PollError('unsupported', 'what answers there does not speak Kaspa’s wRPC', {
			nextStep: 'check the port and the kind of the node',
		});
	}
	const { id, params, error } = frame.data;
	const call = id === undefined ? undefined : pending.get(id);
	if (!call) return 'unsolicited';
	if (error) call.reject(errorOf(error.message));
	else call.resolve(params);
	return 'answered';
}

/** The code is always 0, so only the text tells what the matter is. */
function errorOf(message: unknown): PollError {
	const said = cleanText(message) ?? 'an error without a message';
	const isMissing = /method not found|deserialization/i.test(said);
	return new PollError(isMissing ? 'unsupported' : 'badResponse', `the node answers: ${said}`, {
		nextStep: isMissing ? 'this version of the node does not offer it' : 'look at the node’s log',
	});
}

function toPollError(error: Error, target: Target): PollError {
	const code = systemCode(error);
	if (code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') {
		return new PollError(
			'badResponse',
			`a message is larger than ${maxMessageBytes / 1_048_576} MiB`,
			{ nextStep: 'check that the URL is the node’s wRPC', cause: error },
		);
	}
	if (code?.startsWith('WS_ERR_') === true) {
		return new PollError('badResponse', `the answer is no WebSocket frame: ${code}`, {
			nextStep: 'check the port: wRPC with JSON is on 18110 (--rpclisten-json)',
			cause: error,
		});
	}
	return socketError(code, hostOf(target), target.timeoutMs, error);
}

function closedBy(target: Target): ConnectionLost {
	return new ConnectionLost('unreachable', `the node closed the connection (${hostOf(target)})`, {
		nextStep: 'look at the node’s log; it is asked again at the next poll',
	});
}

function floodProblem(): PollError {
	return new PollError(
		'badResponse',
		`the node sends more than ${maxUnsolicitedBytes / 1024} KiB that nobody asked for`,
		{ nextStep: 'check the port and the kind: nodetop subscribes to nothing' },
	);
}

function binaryProblem(): PollError {
	return new PollError('badResponse', 'the answer is binary', {
		nextStep: 'take the port of --rpclisten-json (18110), not that of the Borsh encoding',
	});
}

function hostOf({ url }: Target): string {
	return URL.parse(url)?.host ?? 'an address that is no URL';
}

/** Settles as `promise` does, or rejects at the abort with its reason. */
async function untilAbort<T>(promise: Promise<T>, signal: AbortSignal, target: Target): Promise<T> {
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
