import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';

/** While an old log is read, others get their turn after this much work, and as much time again. */
const workMs = 8;

export interface Pace {
	readonly signal: AbortSignal;
	/** Called after each piece of work. */
	rest(): Promise<void>;
}

/** Keeps a long reading to half of a core, so that polls and keys stay quick. */
export function createPace(signal: AbortSignal): Pace {
	let since = performance.now();
	return {
		signal,
		async rest() {
			const worked = performance.now() - since;
			if (worked < workMs) {
				await turn();
				return;
			}
			await sleep(Math.min(worked, 10 * workMs), undefined, { signal });
			since = performance.now();
		},
	};
}
