import type { Clock } from './clock.ts';

/** A clock that stands still until it is set. */
export interface SimulatedClock extends Clock {
	/** Sets the time of day, which may jump back, and runs every timer that is due `steadyMs` later. */
	readonly advance: (nowMs: number, steadyMs: number) => void;
}

interface Waiting {
	readonly run: () => void;
	dueMs: number;
	/** Only of an interval. */
	readonly periodMs: number | undefined;
}

export function createSimulatedClock(startMs: number): SimulatedClock {
	let nowMs = startMs;
	let steadyMs = 0;
	let lastTimer = 0;
	const waiting = new Map<number, Waiting>();

	function wait(run: () => void, delayMs: number, periodMs: number | undefined): number {
		lastTimer += 1;
		waiting.set(lastTimer, { run, dueMs: steadyMs + Math.max(0, delayMs), periodMs });
		return lastTimer;
	}

	function clear(timer: unknown): void {
		if (typeof timer === 'number') waiting.delete(timer);
	}

	/** The first timer that is due until then; of timers that are due together, the one set first. */
	function nextDue(untilMs: number): readonly [number, Waiting] | undefined {
		const due = [...waiting].filter(([, { dueMs }]) => dueMs <= untilMs);
		return due.toSorted(([, a], [, b]) => a.dueMs - b.dueMs)[0];
	}

	return {
		now: () => nowMs,
		steadyNow: () => steadyMs,
		setTimeout: (run, delayMs) => wait(run, delayMs, undefined),
		clearTimeout: clear,
		setInterval: (run, periodMs) => wait(run, periodMs, periodMs),
		clearInterval: clear,
		advance(nextNowMs, passedMs) {
			const untilMs = steadyMs + Math.max(0, passedMs);
			nowMs = nextNowMs;
			for (let next = nextDue(untilMs); next; next = nextDue(untilMs)) {
				const [timer, due] = next;
				steadyMs = Math.max(steadyMs, due.dueMs);
				if (due.periodMs === undefined) waiting.delete(timer);
				else due.dueMs += Math.max(1, due.periodMs);
				due.run();
			}
			steadyMs = untilMs;
		},
	};
}
