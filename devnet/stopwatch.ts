import { performance } from 'node:perf_hooks';

/** Adds up the processing time of a node. Nothing in the simulation depends on it. */
export interface Stopwatch {
	time(run: () => void): void;
	readonly busyMs: number;
}

export function createStopwatch(): Stopwatch {
	let busyMs = 0;
	return {
		time(run) {
			const startedAtMs = performance.now();
			run();
			busyMs += performance.now() - startedAtMs;
		},
		get busyMs() {
			return busyMs;
		},
	};
}
