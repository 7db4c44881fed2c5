import { setImmediate } from 'node:timers/promises';

/** Longer than this a key would wait noticeably. */
const turnMs = 5;

/**
 * Lets keys and answers be handled in between long work: awaited after each step, it gives way once a turn's
 * time is over. Work for thousands of nodes takes some hundred milliseconds.
 */
export function takeTurns(): () => Promise<void> {
	let turnAtMs = performance.now();
	return async () => {
		if (performance.now() - turnAtMs < turnMs) return;
		await setImmediate();
		turnAtMs = performance.now();
	};
}
