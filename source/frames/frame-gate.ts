import { systemClock } from '../domain/clock.ts';
import type { Clock, Timer } from '../domain/clock.ts';
import { createListeners } from '../domain/store.ts';
import type { ReadableStore } from '../domain/store.ts';

/** What a screen draws: a state, and while paused how old it is. */
export interface Frame<State> {
	readonly state: State;
	readonly isPaused: boolean;
	/** Time since the state was taken, in milliseconds. */
	readonly ageMs: number;
}

export interface FrameGate<State> extends ReadableStore<Frame<State>> {
	/** Keeps the state that is shown. Only its age goes on. */
	readonly setPaused: (isPaused: boolean) => void;
	/** Lets the present state through at once, paused or not: a key has changed which one that is. */
	readonly showNow: () => void;
	readonly stop: () => void;
}

export interface FrameGateOptions {
	readonly framesPerSecond: number;
	readonly clock?: Clock;
}

/**
 * Replies of one round arrive within this time, and so do their comparison and the evaluation of the
 * rules: waiting for all of them makes one frame of it.
 */
const gatherMs = 180;
/** More than a second, so that nodes polled each second do not bring a frame just after one for the ages. */
const agesMs = 1200;

/** Just after the start nodes answer one after another, and each is waited for. */
const startMs = 3000;
const startFrameMs = 250;

/**
 * Lets a store through at most `framesPerSecond` times a second, however often it changes, and
 * about once a second when it does not, for the ages. This is the largest single saving of the screen: a
 * thousand polls are one frame.
 */
export function createFrameGate<State>(
	store: ReadableStore<State>,
	{ framesPerSecond, clock = systemClock }: FrameGateOptions,
): FrameGate<State> {
	const listeners = createListeners();
	const agesEveryMs = Math.max(agesMs, 1000 / framesPerSecond);
	const startedAtMs = clock.steadyNow();
	let takenAtMs = startedAtMs;
	let shownAtMs = startedAtMs;
	let frame: Frame<State> = { state: store.getSnapshot(), isPaused: false, ageMs: 0 };
	let timer: Timer | undefined;

	function commit(next: Frame<State>): void {
		clock.clearTimeout(timer);
		timer = undefined;
		shownAtMs = clock.steadyNow();
		frame = next;
		clock.clearInterval(ages);
		ages = clock.setInterval(tick, agesEveryMs);
		listeners.notify();
	}

	function commitPresent(): void {
		takenAtMs = clock.steadyNow();
		commit({ state: store.getSnapshot(), isPaused: false, ageMs: 0 });
	}

	function commitPaused(): void {
		commit({ state: frame.state, isPaused: true, ageMs: clock.steadyNow() - takenAtMs });
	}

	function tick(): void {
		if (frame.isPaused) commitPaused();
		else commitPresent();
	}

	let ages = clock.setInterval(tick, agesEveryMs);
	const unsubscribe = store.subscribe(() => {
		if (timer !== undefined || frame.isPaused) return;
		const nowMs = clock.steadyNow();
		const paceMs = paceAt(nowMs - startedAtMs, framesPerSecond);
		timer = clock.setTimeout(tick, Math.max(gatherMs, paceMs - (nowMs - shownAtMs)));
	});

	return {
		getSnapshot: () => frame,
		subscribe: listeners.subscribe,
		setPaused(isPaused) {
			if (isPaused === frame.isPaused) return;
			if (isPaused) commitPaused();
			else commitPresent();
		},
		showNow: commitPresent,
		stop() {
			unsubscribe();
			clock.clearTimeout(timer);
			clock.clearInterval(ages);
		},
	};
}

/** The time between two frames, so long after the start. */
function paceAt(sinceStartMs: number, framesPerSecond: number): number {
	const frameMs = 1000 / framesPerSecond;
	const isStarting = framesPerSecond >= 1 && sinceStartMs < startMs;
	return isStarting ? Math.min(frameMs, startFrameMs) : frameMs;
}
