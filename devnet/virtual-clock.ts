import { createEventQueue } from './event-queue.ts';

export type Cancel = () => void;

/** Time that moves only by `advanceTo`, with the events that wait for it. */
export interface VirtualClock {
	/** Milliseconds since the simulation began. */
	nowMs(): number;
	/** Runs something once, after a delay. A cancelled event does nothing. */
	after(delayMs: number, run: () => void): Cancel;
	/** When the next event is due; `undefined` when none waits. */
	nextAtMs(): number | undefined;
	/** Runs all events that are due up to a moment, in order, and stops there. */
	advanceTo(atMs: number): void;
}

export function createVirtualClock(): VirtualClock {
	const queue = createEventQueue();
	let nowMs = 0;
	let queued = 0;
	return {
		nowMs: () => nowMs,
		after(delayMs, run) {
			let isCancelled = false;
			queue.push({
				atMs: nowMs + Math.max(0, delayMs),
				order: queued++,
				run: () => {
					if (!isCancelled) run();
				},
			});
			return () => {
				isCancelled = true;
			};
		},
		nextAtMs: () => queue.peek()?.atMs,
		advanceTo(atMs) {
			for (let next = queue.peek(); next && next.atMs <= atMs; next = queue.peek()) {
				queue.pop();
				nowMs = next.atMs;
				next.run();
			}
			nowMs = Math.max(nowMs, atMs);
		},
	};
}
