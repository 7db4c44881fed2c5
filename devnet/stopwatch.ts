import { performance } from 'node:perf_hooks';

/** Adds up how long a node's own work takes. It measures only; nothing depends on it. */
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
