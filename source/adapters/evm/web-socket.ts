import * as z from 'zod';
import { parseBoundedJson } from '../../domain/bounded-json.ts';
import { PollError } from '../../domain/errors.ts';
import type { Target } from '../../domain/target.ts';
import type { Http, HttpRequest, Reply } from '../http.ts';
import { createBudget, floodProblem, openSocket, untilAbort } from '../web-socket.ts';
import type { OpenSocket } from '../web-socket.ts';
import { maskOf } from '../target-secrets.ts';

/** JSON-RPC over one WebSocket, asked as HTTP is: one request, one reply. */
export interface WebSocketHttp extends Http {
	close(): void;
}

/** As long as the longest list that is asked for over HTTP. */
const maxMessageBytes = 32 * 1024 * 1024;
const nextStep = 'check the port: WebSockets of Ethereum clients are usually at 8546 (geth: --ws)';

const frameSchema = z.object({ id: z.unknown().optional(), method: z.unknown().optional() });

interface Waiting {
	readonly ids: ReadonlySet<unknown>;
	readonly resolve: (body: string) => void;
	readonly reject: (error: PollError) => void;
}

interface Connection {
	readonly socket: OpenSocket;
	readonly waiting: Set<Waiting>;
}

export function isWebSocketAddress(url: string): boolean {
	return /^wss?:\/\//i.test(url);
}

/** The connection is kept from request to request, and made anew by the first one after a loss. */
export function createWebSocketHttp(target: Target): WebSocketHttp {
	let connection: Connection | undefined;

	async function connected(): Promise<Connection> {
		// Loaded by the first call: a screen is painted before it asks its first node.
		const { WebSocket } = await import('ws');
		connection ??= connect(WebSocket, target, () => {
			connection = undefined;
		});
		return connection;
	}

	return {
		async request(request) {
			const { socket, waiting } = await connected();
			await untilAbort(socket.opened, request.signal, target);
			const startedMs = performance.now();
			const { promise, resolve, reject } = Promise.withResolvers<string>();
			const asked = { ids: idsOf(request.json), resolve, reject };
			waiting.add(asked);
			try {
				socket.send(JSON.stringify(request.json));
				const body = await untilAbort(promise, request.signal, target);
				return toReply(body, request, { target, latencyMs: performance.now() - startedMs });
			} finally {
				waiting.delete(asked);
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
	onLost: () => void,
): Connection {
	const waiting = new Set<Waiting>();
	const budget = createBudget();
	const socket = openSocket(Socket, target, {
		maxMessageBytes,
		nextStep,
		onMessage(message) {
			const asked = waiting.size === 0 ? undefined : findAsked(message.toString('utf8'), waiting);
			if (!asked) return budget.take(message.length) ? undefined : floodProblem();
			budget.renew();
			waiting.delete(asked.waiting);
			asked.waiting.resolve(asked.body);
			return undefined;
		},
		onLost(error) {
			onLost();
			for (const { reject } of waiting) reject(error);
			waiting.clear();
		},
	});
	return { socket, waiting };
}

/**
 * Whom a frame answers: by its id, or by the first id in a batch. What is no notification and has no id
 * of ours, such as an error about what could not be read, is the answer to the only question.
 */
function findAsked(
	body: string,
	waiting: ReadonlySet<Waiting>,
): { readonly waiting: Waiting; readonly body: string } | undefined {
	const frames = framesIn(body);
	const ids = frames?.map(({ id }) => id) ?? [];
	const isNotification = frames?.some(({ method }) => method !== undefined) === true;
	const all = [...waiting];
	const found =
		all.find((each) => ids.some((id) => each.ids.has(id))) ??
		(all.length === 1 && !isNotification ? all[0] : undefined);
	return found && { waiting: found, body };
}

/** `undefined` for what is no JSON: the question's own reader says so in its words. */
function framesIn(body: string): readonly z.infer<typeof frameSchema>[] | undefined {
	try {
		const parsed: unknown = parseBoundedJson(body);
		const items: readonly unknown[] = Array.isArray(parsed) ? parsed : [parsed];
		return items.flatMap((item) => {
			const frame = frameSchema.safeParse(item);
			return frame.success ? [frame.data] : [];
		});
	} catch {
		// The reader of the body reports it.
		return undefined;
	}
}

function idsOf(json: unknown): ReadonlySet<unknown> {
	const items: readonly unknown[] = Array.isArray(json) ? json : [json];
	return new Set(
		items.flatMap((item) => {
			const frame = frameSchema.safeParse(item);
			return frame.success ? [frame.data.id] : [];
		}),
	);
}

function toReply(
	received: string,
	{ maxBodyBytes = maxMessageBytes }: HttpRequest,
	{ target, latencyMs }: { readonly target: Target; readonly latencyMs: number },
): Reply {
	if (received.length > maxBodyBytes) {
		throw new PollError(
			'badResponse',
			`the answer is larger than ${maxBodyBytes / 1_048_576} MiB`,
			{ nextStep, isOwnLimit: true },
		);
	}
	const mask = maskOf(target);
	return {
		status: 200,
		contentType: 'application/json',
		body: mask ? mask.text(received) : received,
		latencyMs: Math.round(latencyMs * 100) / 100,
		serverTimeMs: undefined,
		...(mask && { mask }),
	};
}
