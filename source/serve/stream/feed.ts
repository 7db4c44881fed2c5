import type { Clock, Timer } from '../../domain/clock.ts';
import type { MomentSource } from '../../sections/moment.ts';
import { documentText } from '../picture.ts';
import type { Picture, TakePicture } from '../picture.ts';
import { changesBetween } from './change-events.ts';
import type { ChangeEventName } from './change-events.ts';
import { deltaText } from './delta.ts';

export type StreamEventName = 'snapshot' | 'delta' | 'dropped' | ChangeEventName;

/** One message of the stream; its data is JSON. */
export interface Message {
	readonly id: string;
	readonly event: StreamEventName;
	readonly data: string;
}

export interface FeedOptions {
	readonly moments: MomentSource;
	readonly takePicture: TakePicture;
	readonly clock: Clock;
	/** Begins each id: another run of the program numbers from 1 again. */
	readonly instance: string;
}

export interface Feed {
	/** The present state, written anew when it changed and at least once a second. */
	readonly picture: () => Picture;
	/** The snapshot document of that. */
	readonly document: () => string;
	/**
	 * Calls `take` with each message from now on. `missed` are the messages since the one with the id
	 * `lastId`, or a full snapshot where these are not known.
	 */
	readonly subscribe: (
		lastId: string | undefined,
		take: (message: Message) => void,
	) => { readonly missed: readonly Message[]; readonly end: () => void };
	readonly close: () => void;
}

/** Ten messages a second at most: a state between two of them is not sent. */
const periodMs = 100;
const keptMessages = 100;
const oldMs = 1000;

/** Makes messages of what changes, while anybody listens. */
export function createFeed(options: FeedOptions): Feed {
	const feed = new MomentFeed(options);
	return {
		picture: () => feed.picture(),
		document: () => feed.document(),
		subscribe: (lastId, take) => feed.subscribe(lastId, take),
		close: () => {
			feed.close();
		},
	};
}

class MomentFeed {
	readonly #options: FeedOptions;
	readonly #listeners = new Set<(message: Message) => void>();
	readonly #unsubscribe: () => void;
	readonly #kept: Message[] = [];
	#sequence = 0;
	/** What the listeners know. */
	#sent: Picture | undefined;
	#present: Picture | undefined;
	#presentAtMs = 0;
	#text: { readonly of: Picture; readonly document: string } | undefined;
	#dueMs = 0;
	#timer: Timer | undefined;

	constructor(options: FeedOptions) {
		this.#options = options;
		this.#unsubscribe = options.moments.subscribe(() => {
			this.#present = undefined;
			this.#schedule();
		});
	}

	picture(): Picture {
		const { moments, takePicture, clock } = this.#options;
		const isOld = clock.steadyNow() - this.#presentAtMs >= oldMs;
		if (this.#present && !isOld) return this.#present;
		this.#present = takePicture(moments.getSnapshot());
		this.#presentAtMs = clock.steadyNow();
		return this.#present;
	}

	document(): string {
		const picture = this.picture();
		if (this.#text?.of !== picture) this.#text = { of: picture, document: documentText(picture) };
		return this.#text.document;
	}

	subscribe(lastId: string | undefined, take: (message: Message) => void) {
		// The listeners there are get what they miss first, so that all know the same.
		if (this.#listeners.size > 0) this.#send();
		else this.#begin();
		const missed = this.#since(lastId) ?? [this.#snapshot()];
		this.#listeners.add(take);
		return {
			missed,
			end: () => {
				this.#listeners.delete(take);
				if (this.#listeners.size === 0) this.#rest();
			},
		};
	}

	close(): void {
		this.#rest();
		this.#unsubscribe();
		this.#listeners.clear();
	}

	#begin(): void {
		const before = this.#sent;
		this.#sent = this.picture();
		if (before) this.#publish(before, this.#sent);
	}

	#rest(): void {
		this.#options.clock.clearTimeout(this.#timer);
		this.#timer = undefined;
	}

	#schedule(): void {
		if (this.#timer !== undefined || this.#listeners.size === 0) return;
		const { clock } = this.#options;
		this.#dueMs = Math.max(clock.steadyNow(), this.#dueMs + periodMs);
		this.#timer = clock.setTimeout(() => {
			this.#timer = undefined;
			this.#send();
		}, this.#dueMs - clock.steadyNow());
	}

	#send(): void {
		const before = this.#sent;
		this.#sent = this.picture();
		if (before && before !== this.#sent) this.#publish(before, this.#sent);
	}

	#publish(before: Picture, after: Picture): void {
		const delta = deltaText(before, after);
		if (delta === undefined) return;
		this.#emit('delta', delta);
		for (const { event, data } of changesBetween(before, after)) {
			this.#emit(event, JSON.stringify(data));
		}
	}

	#emit(event: StreamEventName, data: string): void {
		this.#sequence += 1;
		const message = { id: this.#id(), event, data };
		this.#kept.push(message);
		if (this.#kept.length > keptMessages) this.#kept.shift();
		for (const listener of this.#listeners) listener(message);
	}

	/** What came after that message; `undefined` when that is not known. */
	#since(lastId: string | undefined): readonly Message[] | undefined {
		if (lastId === undefined) return undefined;
		if (lastId === this.#id()) return [];
		const index = this.#kept.findIndex(({ id }) => id === lastId);
		return index < 0 ? undefined : this.#kept.slice(index + 1);
	}

	/** With the id of the last message: what comes next follows it. */
	#snapshot(): Message {
		return { id: this.#id(), event: 'snapshot', data: documentText(this.#sent ?? this.picture()) };
	}

	#id(): string {
		return `${this.#options.instance}-${this.#sequence}`;
	}
}
