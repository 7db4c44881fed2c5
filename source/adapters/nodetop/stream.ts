import * as z from 'zod';
import { JsonBoundError, parseBoundedJson } from '../../domain/bounded-json.ts';
import { PollError } from '../../domain/errors.ts';
import type { Target } from '../../domain/target.ts';
import { applyDelta } from '../../sections/document-delta.ts';
import type { AnyDocument } from '../../sections/document-delta.ts';
import { createBudget, openSocket } from '../web-socket.ts';
import type { OpenSocket } from '../web-socket.ts';

export const streamPath = '/ws';
const maxMessageBytes = 16 * 1024 * 1024;
/** What a site may send between two polls. */
const maxBytesBetweenPolls = 64 * 1024 * 1024;
const mostNodes = 5000;
/** A site without a stream is asked for one so often. */
const retryMs = 60_000;

const parts = z.record(z.string(), z.unknown()).optional();
const names = z.array(z.string()).max(mostNodes).optional();
const deltaSchema = z.object({
	takenAt: z.string().optional(),
	nodes: z
		.array(z.object({ name: z.string(), set: parts, unset: names }))
		.max(mostNodes)
		.optional(),
	removed: names,
	order: names,
	set: parts,
	unset: names,
});
const documentSchema = z.looseObject({
	nodes: z.array(z.looseObject({ target: z.looseObject({ name: z.string() }) })).max(mostNodes),
});
const messageSchema = z.object({ id: z.string().max(100), event: z.string(), data: z.unknown() });

/** What a site sends of itself as it changes. */
export interface SiteStream {
	/** The site's document as it is now; `undefined` while the stream is not open. */
	readonly document: () => AnyDocument | undefined;
	/** Opens the stream where it is not, unless it was refused lately. Never rejects. */
	readonly open: () => Promise<void>;
	/** Why there is no stream; `undefined` when there is one, or none was tried. */
	readonly problem: () => string | undefined;
	readonly close: () => void;
}

/** Follows a site by its WebSocket. After a loss it goes on where it was, by the id of the last message. */
export function createSiteStream(target: Target, steadyNow: () => number): SiteStream {
	const stream = new Stream(target, steadyNow);
	return {
		document: () => stream.document(),
		open: () => stream.open(),
		problem: () => stream.problem,
		close: () => {
			stream.close();
		},
	};
}

class Stream {
	problem: string | undefined;
	readonly #target: Target;
	readonly #steadyNow: () => number;
	readonly #budget = createBudget(maxBytesBetweenPolls);
	#socket: OpenSocket | undefined;
	#document: AnyDocument | undefined;
	#lastId: string | undefined;
	/** Whether the document is that of the open connection. */
	#isCurrent = false;
	#refusedAtMs = Number.NEGATIVE_INFINITY;

	constructor(target: Target, steadyNow: () => number) {
		this.#target = target;
		this.#steadyNow = steadyNow;
	}

	document(): AnyDocument | undefined {
		this.#budget.renew();
		return this.#isCurrent ? this.#document : undefined;
	}

	async open(): Promise<void> {
		if (this.#socket || this.#steadyNow() - this.#refusedAtMs < retryMs) return;
		const { WebSocket } = await import('ws');
		// Another poll may have opened it meanwhile.
		if (this.#socket) return;
		const url = new URL(streamPath, this.#target.url);
		url.protocol = url.protocol.replace('http', 'ws');
		if (this.#lastId !== undefined) url.searchParams.set('lastEventId', this.#lastId);
		const socket = openSocket(
			WebSocket,
			{ ...this.#target, url: url.href },
			{
				maxMessageBytes,
				nextStep: 'the site is polled instead',
				onMessage: (message) => this.#take(message),
				onLost: (error) => {
					this.#lose(error);
				},
			},
		);
		this.#socket = socket;
		void this.#whenOpen(socket);
	}

	async #whenOpen(socket: OpenSocket): Promise<void> {
		try {
			await socket.opened;
			// Its first message may have ended it already.
			if (this.#socket !== socket) return;
			this.problem = undefined;
			// After a resume without news, nothing comes: the document is current at once.
			this.#isCurrent = this.#document !== undefined;
		} catch {
			// What was refused was never open; the reason is in `problem`.
			this.#refusedAtMs = this.#steadyNow();
		}
	}

	close(): void {
		this.#socket?.close();
		this.#socket = undefined;
		this.#isCurrent = false;
	}

	#lose(error: PollError): void {
		this.#socket = undefined;
		this.#isCurrent = false;
		this.problem = error.message;
	}

	#take(bytes: Buffer): PollError | undefined {
		const problem = this.#problemOf(bytes);
		if (problem === undefined) return undefined;
		// What came is not trusted any more: the next connection begins with a snapshot.
		this.#document = undefined;
		this.#lastId = undefined;
		this.#refusedAtMs = this.#steadyNow();
		return new PollError('badResponse', `the stream ended: ${problem}`);
	}

	#problemOf(bytes: Buffer): string | undefined {
		if (!this.#budget.take(bytes.length)) return 'it sends more than fits between two polls';
		const message = messageSchema.safeParse(readJson(bytes));
		if (!message.success) return 'a message is none of the stream';
		const { id, event, data } = message.data;
		if (event === 'snapshot') {
			const document = documentSchema.safeParse(data);
			if (!document.success) return 'its snapshot is no document';
			this.#document = document.data;
			this.#isCurrent = true;
		} else if (event === 'delta') {
			const delta = deltaSchema.safeParse(data);
			if (!delta.success || !this.#document) return 'a delta does not fit';
			this.#document = applyDelta(this.#document, delta.data);
			if (this.#document.nodes.length > mostNodes) return 'it has too many nodes';
		}
		this.#lastId = id;
		return undefined;
	}
}

/** `undefined`, which is no message, for what is no JSON within bounds. */
function readJson(bytes: Buffer): unknown {
	try {
		return parseBoundedJson(bytes.toString());
	} catch (error) {
		if (error instanceof SyntaxError || error instanceof JsonBoundError) return undefined;
		throw error;
	}
}
