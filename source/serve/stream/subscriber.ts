import type { Feed, Message } from './feed.ts';

/** The connection of one subscriber. */
export interface Line {
	/** Resolves when the message was handed to the system; rejects when the connection is gone. */
	readonly write: (message: Message) => Promise<void>;
	/** Ends the connection; with a reason where it was too slow. */
	readonly end: (reason?: string) => void;
}

/** A subscriber that reads slower than messages come. */
export const mostWaiting = 100;

export interface Subscription {
	readonly stop: () => void;
}

/**
 * Sends the feed over a line, one message at a time. What waits is bounded: a subscriber for whom more than
 * 100 messages wait is dropped.
 */
export function subscribe(feed: Feed, line: Line, lastId: string | undefined): Subscription {
	const waiting: Message[] = [];
	let isBusy = false;
	let isOver = false;

	function stop(reason?: string): void {
		if (isOver) return;
		isOver = true;
		waiting.length = 0;
		subscription.end();
		line.end(reason);
	}

	function take(message: Message): void {
		if (isOver) return;
		if (waiting.length >= mostWaiting) {
			stop(`too slow: ${mostWaiting} messages wait for you`);
			return;
		}
		waiting.push(message);
		if (!isBusy) void drain();
	}

	async function drain(): Promise<void> {
		isBusy = true;
		try {
			for (let next = waiting.shift(); next; next = waiting.shift()) await line.write(next);
		} catch {
			// The connection is gone: nothing can be said on it.
			stop();
		}
		isBusy = false;
	}

	const subscription = feed.subscribe(lastId, take);
	for (const message of subscription.missed) take(message);
	return {
		stop: () => {
			stop();
		},
	};
}
