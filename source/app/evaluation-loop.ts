import type { Clock, Timer } from '../domain/clock.ts';

/** Runs evaluations, and other work between them, one after another. */
export interface EvaluationLoop {
	/** Evaluates after the delay, unless an evaluation is due sooner. */
	schedule(delayMs: number): void;
	/** Runs work between two evaluations, and evaluates soon after it. Rejects when the work does. */
	run(work: () => Promise<void>): Promise<void>;
	/** Resolves once no evaluation runs; none begins after that. */
	close(): Promise<void>;
}

export interface EvaluationLoopOptions {
	readonly evaluate: () => Promise<void>;
	/** How long after an evaluation the next one begins at the latest. */
	readonly periodMs: number;
	readonly clock: Clock;
	readonly reportBug: (error: unknown) => void;
}

export function createEvaluationLoop(options: EvaluationLoopOptions): EvaluationLoop {
	const { evaluate, periodMs, clock, reportBug } = options;
	/** The evaluation or other work that was queued last. */
	let last: Promise<unknown> = Promise.resolve();
	let timer: Timer | undefined;
	let isDue = false;
	let isClosed = false;

	function schedule(delayMs: number): void {
		if (isDue || isClosed) return;
		clock.clearTimeout(timer);
		isDue = delayMs < periodMs;
		timer = clock.setTimeout(() => {
			isDue = false;
			last = last.then(() => (isClosed ? undefined : evaluate())).catch(reportBug);
			void last.finally(() => {
				schedule(periodMs);
			});
		}, delayMs);
	}

	return {
		schedule,
		async run(work) {
			const done = last.then(() => (isClosed ? undefined : work()));
			last = done.catch(() => undefined);
			await done;
			schedule(0);
		},
		async close() {
			clock.clearTimeout(timer);
			await last;
			isClosed = true;
			clock.clearTimeout(timer);
		},
	};
}
