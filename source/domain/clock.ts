/** A running timer, as `clearTimeout` and `clearInterval` take it. A simulated clock uses numbers. */
export type Timer = NodeJS.Timeout | number;

/** Time and timers, injected so that tests and rule tests can run on simulated time. */
export interface Clock {
	/** The time of day, Unix ms. It can jump when the machine's clock is set. */
	now(): number;
	/** Milliseconds since an arbitrary start. It never jumps: use it for durations. */
	steadyNow(): number;
	/** A delay below zero, as of what was due a moment ago, is none. */
	setTimeout(run: () => void, delayMs: number): Timer;
	/** Does nothing for `undefined` and for a timer that has already run. */
	clearTimeout(timer: Timer | undefined): void;
	setInterval(run: () => void, periodMs: number): Timer;
	clearInterval(timer: Timer | undefined): void;
}

/** The clock of this machine. The globals are looked up at each call, so that fake timers replace them. */
export const systemClock: Clock = {
	now: () => Date.now(),
	steadyNow: () => performance.now(),
	setTimeout: (run, delayMs) => setTimeout(run, Math.max(0, delayMs)),
	clearTimeout: (timer) => {
		clearTimeout(timer);
	},
	setInterval: (run, periodMs) => setInterval(run, periodMs),
	clearInterval: (timer) => {
		clearInterval(timer);
	},
};
