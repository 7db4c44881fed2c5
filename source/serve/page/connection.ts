import { applyDelta } from '../../sections/document-delta.ts';
import type { AnyDocument } from '../../sections/document-delta.ts';
import type { SnapshotDocument } from '../../sections/snapshot.ts';

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
	readonly onState: (state: 'live' | 'lost' | 'refused') => void;
}

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
	#present: AnyDocument | undefined;
	/** Ends the wait before the next attempt. */
	retry = (): void => undefined;

	async follow(events: StreamEvents): Promise<never> {
		for (;;) {
			const isRefused = await this.#followOnce(events);
			events.onState(isRefused ? 'refused' : 'lost');
			await new Promise<void>((resolve) => {
				this.retry = resolve;
				if (!isRefused) setTimeout(resolve, retryMs);
			});
		}
	}

	/** Resolves when the stream is over: with whether the server wants another token. */
	async #followOnce(events: StreamEvents): Promise<boolean> {
		try {
			const headers = this.#lastId === '' ? {} : { 'last-event-id': this.#lastId };
			const { body } = await request('/events', { headers });
			if (!body) return false;
			events.onState('live');
			for await (const frame of framesOf(body)) this.#take(frame, events);
			return false;
		} catch (error) {
			return error instanceof Refused && error.status === 401;
		}
	}

	#take({ id, event, data }: Frame, { onDocument }: StreamEvents): void {
		// The server wrote it; the page is served by it too.
		if (event === 'snapshot') this.#present = JSON.parse(data) as AnyDocument;
		else if (event === 'delta' && this.#present) {
			this.#present = applyDelta(this.#present, JSON.parse(data) as object);
		}
		if (id !== '') this.#lastId = id;
		if (this.#present) onDocument(this.#present as unknown as SnapshotDocument);
	}
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
