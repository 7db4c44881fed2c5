import { applyDelta } from '../../sections/document-delta.ts';
import type { SnapshotDocument } from '../../sections/snapshot.ts';
import { isRecord, isSnapshot } from './document.ts';

/** How the page reaches the server that it came from. */
export interface Connection {
	/** Follows the stream for good; again after each loss. */
	readonly follow: (events: StreamEvents) => void;
	/** JSON of a path; rejects with the server's words. */
	readonly get: (path: string) => Promise<unknown>;
	readonly post: (path: string, body: object) => Promise<unknown>;
	readonly useToken: (token: string) => void;
}

export interface StreamEvents {
	readonly onDocument: (document: SnapshotDocument) => void;
	readonly onState: (state: StreamState) => void;
}

/** `foreign`: the server sends what this page does not read. */
export type StreamState = 'live' | 'lost' | 'refused' | 'foreign';

const tokenKey = 'nodetop-token';
const retryMs = 2000;

export function connect(): Connection {
	const stream = new Stream();
	return {
		follow: (events) => void stream.follow(events),
		get: async (path) => (await request(path)).json() as Promise<unknown>,
		async post(path, body) {
			const reply = await request(path, { method: 'POST', body: JSON.stringify(body) });
			return reply.json() as Promise<unknown>;
		},
		useToken(token) {
			sessionStorage.setItem(tokenKey, token);
			stream.retry();
		},
	};
}

async function request(path: string, init: RequestInit = {}): Promise<Response> {
	const token = sessionStorage.getItem(tokenKey);
	const headers = new Headers(init.headers);
	if (token !== null) headers.set('authorization', `Bearer ${token}`);
	if (init.body !== undefined) headers.set('content-type', 'application/json');
	const reply = await fetch(path, { ...init, headers });
	if (reply.ok) return reply;
	const { error } = (await reply.json().catch(() => ({}))) as { error?: string };
	throw new Refused(error ?? `the server answers with ${reply.status}`, reply.status);
}

/** The stream of changes: opened again after each loss, from the last message on. */
class Stream {
	#lastId = '';
	#present: SnapshotDocument | undefined;
	/** Ends the wait before the next attempt. */
	retry = (): void => undefined;

	async follow(events: StreamEvents): Promise<never> {
		for (;;) {
			const state = await this.#followOnce(events);
			events.onState(state);
			await new Promise<void>((resolve) => {
				this.retry = resolve;
				if (state !== 'refused') setTimeout(resolve, retryMs);
			});
		}
	}

	/** Resolves when the stream is over; `refused` when the server wants another token. */
	async #followOnce(events: StreamEvents): Promise<Exclude<StreamState, 'live'>> {
		try {
			const headers = this.#lastId === '' ? {} : { 'last-event-id': this.#lastId };
			const { body } = await request('/events', { headers });
			if (!body) return 'lost';
			events.onState('live');
			for await (const frame of framesOf(body)) {
				if (!this.#take(frame, events)) return 'foreign';
			}
			return 'lost';
		} catch (error) {
			return error instanceof Refused && error.status === 401 ? 'refused' : 'lost';
		}
	}

	/** Whether it could be read; after what could not, the next stream begins with the whole document. */
	#take({ id, event, data }: Frame, { onDocument }: StreamEvents): boolean {
		const next = nextDocument(this.#present, event, JSON.parse(data));
		if (next === 'unreadable') {
			this.#present = undefined;
			this.#lastId = '';
			return false;
		}
		this.#present = next;
		if (id !== '') this.#lastId = id;
		if (next) onDocument(next);
		return true;
	}
}

/** The document after an event of the stream. */
function nextDocument(
	present: SnapshotDocument | undefined,
	event: string,
	value: unknown,
): SnapshotDocument | 'unreadable' | undefined {
	if (event !== 'snapshot' && event !== 'delta') return present;
	if (event === 'delta' && !present) return undefined;
	if (!isRecord(value)) return 'unreadable';
	const next: unknown = event === 'delta' && present ? applyDelta(present, value) : value;
	return isSnapshot(next) ? next : 'unreadable';
}

class Refused extends Error {
	readonly status: number;

	constructor(message: string, status: number) {
		super(message);
		this.status = status;
	}
}

interface Frame {
	readonly id: string;
	readonly event: string;
	readonly data: string;
}

/** Server-sent events, read by fetch: an EventSource sends no token. */
async function* framesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Frame> {
	const reader = body.pipeThrough(new TextDecoderStream() as never).getReader();
	let text = '';
	for (;;) {
		const { done, value } = (await reader.read()) as { done: boolean; value?: string };
		if (done) return;
		text += value ?? '';
		const parts = text.split('\n\n');
		text = parts.pop() ?? '';
		for (const part of parts) {
			const lines = part.split('\n');
			const field = (name: string) =>
				lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2) ?? '';
			const data = field('data');
			if (data !== '') yield { id: field('id'), event: field('event'), data };
		}
	}
}
