import { retryDelayMs } from '../alerts/delivery/retry.ts';
import type { Outcome } from '../alerts/delivery/retry.ts';
import { pause } from '../domain/waiting.ts';

export interface PushOptions {
	/** Makes one attempt, and gives up when the signal is aborted. */
	readonly send: (text: string, signal: AbortSignal) => Promise<Outcome>;
	/** Ends the waiting between two attempts. */
	readonly signal: AbortSignal;
	readonly warn: (line: string) => void;
	/** How long a text is tried again. */
	readonly retryForMs: number;
	readonly now: () => number;
	readonly random?: () => number;
	readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Pushes texts in their order, each until it is taken, refused, or too old. */
export interface Pusher {
	push(text: string): void;
	/** Resolves when nothing waits any more: whether all texts were taken. */
	settled(): Promise<boolean>;
}

const attemptMs = 30_000;
/** A receiver that is away for longer costs the oldest texts, not our memory. */
const mostWaiting = 120;
const mostWaitingUnits = 64 * 1024 * 1024;

interface Waiting {
	readonly text: string;
	readonly sinceMs: number;
}

export function createPusher(options: PushOptions): Pusher {
	return new PushQueue(options);
}

class PushQueue implements Pusher {
	readonly #options: PushOptions;
	readonly #queue: Waiting[] = [];
	#running: Promise<void> | undefined;
	#areAllTaken = true;
	#isTroubled = false;

	constructor(options: PushOptions) {
		this.#options = options;
	}

	push(text: string): void {
		this.#queue.push({ text, sinceMs: this.#options.now() });
		this.#dropOldest();
		this.#running ??= this.#run().finally(() => {
			this.#running = undefined;
		});
	}

	async settled(): Promise<boolean> {
		await this.#running;
		return this.#areAllTaken;
	}

	async #run(): Promise<void> {
		const { signal, wait = pause } = this.#options;
		const queue = this.#queue;
		for (let next = queue[0]; next !== undefined; next = queue[0]) {
			for (let attempts = 1; queue[0] === next; attempts += 1) {
				const delayMs = await this.#attempt(next, attempts);
				if (delayMs !== undefined) await wait(delayMs, signal);
				else if (queue[0] === next) queue.shift();
			}
		}
	}

	/** How long to wait before the next attempt; undefined when the text is done with. */
	async #attempt({ text, sinceMs }: Waiting, attempts: number): Promise<number | undefined> {
		const { send, signal, warn, now, retryForMs, random = Math.random } = this.#options;
		const outcome = await send(text, AbortSignal.timeout(attemptMs));
		if (outcome.kind === 'sent') {
			if (this.#isTroubled) warn('push: it is taken again');
			this.#isTroubled = false;
			return undefined;
		}
		if (outcome.kind === 'failed') {
			const delayMs = retryDelayMs(attempts, outcome.retryAfterMs, random);
			if (now() + delayMs - sinceMs <= retryForMs && !signal.aborted) {
				if (!this.#isTroubled) warn(`push: ${outcome.reason}; nodetop tries again`);
				this.#isTroubled = true;
				return delayMs;
			}
		}
		this.#areAllTaken = false;
		warn(`push: ${outcome.reason}; this export is dropped`);
		return undefined;
	}

	#dropOldest(): void {
		const queue = this.#queue;
		const units = () => queue.reduce((sum, { text }) => sum + text.length, 0);
		let dropped = 0;
		while (queue.length > 1 && (queue.length > mostWaiting || units() > mostWaitingUnits)) {
			queue.shift();
			dropped += 1;
		}
		if (dropped === 0) return;
		this.#areAllTaken = false;
		this.#options.warn('push: too many exports wait: the oldest is dropped');
	}
}
