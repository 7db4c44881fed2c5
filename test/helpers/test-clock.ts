import type { Clock, Timer } from '../../source/domain/clock.ts';

export interface TestClock extends Clock {
	/** Lets time pass: runs what becomes due, in order. */
	advance(ms: number): void;
}

/** A clock that stands still until it is moved. */
export function createTestClock(startMs: number): TestClock {
	const timers = new Map<Timer, { atMs: number; readonly run: () => void; periodMs?: number }>();
	let nowMs = startMs;
	let made = 0;
	const clear = (timer: Timer | undefined): void => {
		if (timer !== undefined) timers.delete(timer);
	};
	return {
		now: () => nowMs,
		steadyNow: () => nowMs - startMs,
		setTimeout(run, delayMs) {
			timers.set(++made, { atMs: nowMs + delayMs, run });
			return made;
		},
		clearTimeout: clear,
		setInterval(run, periodMs) {
			timers.set(++made, { atMs: nowMs + periodMs, run, periodMs });
			return made;
		},
		clearInterval: clear,
		advance(ms) {
			const untilMs = nowMs + ms;
			for (;;) {
				const [next] = [...timers].toSorted(([, a], [, b]) => a.atMs - b.atMs);
				if (!next || next[1].atMs > untilMs) break;
				const [id, timer] = next;
				nowMs = timer.atMs;
				if (timer.periodMs === undefined) timers.delete(id);
				else timer.atMs += timer.periodMs;
				timer.run();
			}
			nowMs = untilMs;
		},
	};
}
