import { systemClock } from '../domain/clock.ts';
import type { Clock, Timer } from '../domain/clock.ts';
import { createListeners } from '../domain/store.ts';
import type { ReadableStore } from '../domain/store.ts';

/** What a screen draws: a state, and the moment that ages are told from. */
export interface Frame<State> {
	readonly state: State;
	readonly nowMs: number;
	readonly isPaused: boolean;
	/** When the state was taken; behind `nowMs` while paused. */
	readonly stateAtMs: number;
}

export interface FrameGate<State> extends ReadableStore<Frame<State>> {
	/** Holds the state that is shown. Time goes on, so ages and the pause itself are told right. */
	readonly setPaused: (isPaused: boolean) => void;
	readonly stop: () => void;
}

export interface FrameGateOptions {
	readonly framesPerSecond: number;
	readonly clock?: Clock;
}

/**
 * Replies of one round come within this, and what comparing them and the rules say; waiting for all
 * makes one frame of it.
 */
const gatherMs = 180;
/** More than a second, so that nodes polled each second do not bring a frame just after one for the clock. */
const clockMs = 1200;

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
	const frameMs = 1000 / framesPerSecond;
	let frame = takeFrame(false, clock.now());
	let timer: Timer | undefined;

	function takeFrame(isPaused: boolean, stateAtMs: number): Frame<State> {
		return { state: store.getSnapshot(), nowMs: clock.now(), isPaused, stateAtMs };
	}

	function commit(next: Frame<State>): void {
		clock.clearTimeout(timer);
		timer = undefined;
		frame = next;
		clock.clearInterval(ages);
		ages = clock.setInterval(tick, clockMs);
		listeners.notify();
	}

	function tick(): void {
		const nowMs = clock.now();
		commit(frame.isPaused ? { ...frame, nowMs } : takeFrame(false, nowMs));
	}

	let ages = clock.setInterval(tick, clockMs);
	const unsubscribe = store.subscribe(() => {
		if (timer !== undefined || frame.isPaused) return;
		const sinceLastMs = clock.now() - frame.nowMs;
		timer = clock.setTimeout(tick, Math.max(gatherMs, frameMs - sinceLastMs));
	});

	return {
		getSnapshot: () => frame,
		subscribe: listeners.subscribe,
		setPaused(isPaused) {
			if (isPaused === frame.isPaused) return;
			const nowMs = clock.now();
			commit(isPaused ? { ...frame, nowMs, isPaused } : takeFrame(false, nowMs));
		},
		stop() {
			unsubscribe();
			clock.clearTimeout(timer);
			clock.clearInterval(ages);
		},
	};
}
