import type { Clock, Timer } from './clock.ts';

export interface Repeated {
	/** Runs it no more; resolves when the run under way has ended. */
	readonly stop: () => Promise<void>;
}

/** Runs `work` at once, and again `pauseMs` after each run has ended. `work` never rejects. */
export function repeat(
	clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>,
	pauseMs: number,
	work: () => Promise<void>,
): Repeated {
	let timer: Timer | undefined;
	let isStopped = false;
	let running = run();

	async function run(): Promise<void> {
		await work();
		if (isStopped) return;
		timer = clock.setTimeout(() => {
			running = run();
		}, pauseMs);
	}

	return {
		async stop() {
			isStopped = true;
			clock.clearTimeout(timer);
			await running;
		},
	};
}
