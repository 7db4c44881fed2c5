import * as z from 'zod';
import { parseBoundedJson } from '../../../domain/bounded-json.ts';
import { cleanText } from '../../../domain/clean.ts';
import { PollError } from '../../../domain/errors.ts';
import type { Target } from '../../../domain/target.ts';
import { readAs } from '../../rest-client.ts';
import type { Answered } from '../../rest-client.ts';
import { createBudget, floodProblem, openSocket, untilAbort } from '../../web-socket.ts';
import type { OpenSocket } from '../../web-socket.ts';

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

interface Pending {
	readonly resolve: (params: unknown) => void;
	readonly reject: (error: PollError) => void;
}

interface Connection {
	readonly socket: OpenSocket;
	readonly opened: Promise<void>;
	readonly pending: Map<number, Pending>;
}

const maxMessageBytes = 4 * 1024 * 1024;

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
			connection?.socket.close();
			connection = undefined;
		},
	};
}

function connect(
	Socket: Parameters<typeof openSocket>[0],
	target: Target,
	onLost: (lost: Connection) => void,
): Connection {
	const pending = new Map<number, Pending>();
	const budget = createBudget();
	const socket = openSocket(Socket, target, {
		maxMessageBytes,
		nextStep: 'check the port: wRPC with JSON is on 18110 (--rpclisten-json), as ws://HOST:18110',
		onMessage(message, isBinary) {
			if (isBinary) return binaryProblem();
			// What nobody waits for is counted, and not even parsed.
			if (pending.size === 0) return budget.take(message.length) ? undefined : floodProblem();
			const settled = settle(message.toString('utf8'), pending);
			if (settled instanceof PollError) return settled;
			if (settled === 'answered') budget.renew();
			else if (!budget.take(message.length)) return floodProblem();
			return undefined;
		},
		onLost(error) {
			onLost(connection);
			for (const { reject } of pending.values()) reject(error);
			pending.clear();
		},
	});
	const connection: Connection = { socket, pending, opened: socket.opened };
	return connection;
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
	const detail = cleanText(message) ?? 'an error without a message';
	const isMissing = /method not found|deserialization/i.test(detail);
	return new PollError(isMissing ? 'unsupported' : 'badResponse', `the node answers: ${detail}`, {
		nextStep: isMissing ? 'this version of the node does not offer it' : 'look at the node’s log',
	});
}

function binaryProblem(): PollError {
	return new PollError('badResponse', 'the answer is binary', {
		nextStep: 'take the port of --rpclisten-json (18110), not that of the Borsh encoding',
	});
}
