import { formatMs } from './format.ts';
import { systemClock } from './clock.ts';
import type { Clock, Timer } from './clock.ts';
import { PollError } from './errors.ts';

/** Measures by how much this process was late, while something waits for an answer. */
export interface DelayMeter {
	/** Begins to measure. Call `end` of the result in any case: a timer runs until then. */
	begin(): DelaySpan;
}

export interface DelaySpan {
	/** By how many milliseconds the event loop was late since `begin`, all together. */
	soFarMs(): number;
	/** The same, and the end of measuring. */
	end(): number;
}

const tickMs = 50;
/** What every timer is late by on a machine that does other things too. */
const usualMs = 15;

/**
 * A process that computes, or gets no processor, is late for everything: timers end before the answers that
 * came in meanwhile are read. A timer of its own shows by how much. It runs only while something is measured.
 */
export function createDelayMeter(
	clock: Pick<Clock, 'steadyNow' | 'setTimeout' | 'clearTimeout'>,
): DelayMeter {
	let lateMs = 0;
	let dueAtMs = 0;
	let timer: Timer | undefined;
	let spans = 0;

	function overdueMs(): number {
		const overdue = clock.steadyNow() - dueAtMs;
		return overdue > usualMs ? overdue : 0;
	}

	function wait(): void {
		dueAtMs = clock.steadyNow() + tickMs;
		timer = clock.setTimeout(() => {
			lateMs += overdueMs();
			wait();
		}, tickMs);
	}

	return {
		begin() {
			if (spans === 0) wait();
			spans += 1;
			const beforeMs = lateMs + overdueMs();
			const soFarMs = () => lateMs + overdueMs() - beforeMs;
			return {
				soFarMs,
				end() {
					const ms = soFarMs();
					spans -= 1;
					if (spans === 0) clock.clearTimeout(timer);
					return ms;
				},
			};
		},
	};
}

/** Of this process. */
export const ownDelay: DelayMeter = createDelayMeter(systemClock);

/** At most so many times its limit, an answer is waited for while this process is late. */
const mostLimits = 2;
const leastWaitMs = 20;

export interface OwnWait {
	readonly limitMs: number;
	readonly span: Pick<DelaySpan, 'soFarMs'>;
	readonly clock: Pick<Clock, 'steadyNow' | 'setTimeout' | 'clearTimeout'>;
	/** `silent`: the whole limit passed. `late`: this process was late for most of a longer time. */
	readonly onEnd: (why: 'silent' | 'late') => void;
}

/**
 * Ends a wait after its limit, without the time by which this process was late: answers that came in meanwhile
 * are not read yet. Returns the function that takes the wait back.
 */
export function waitWithoutDelay({ limitMs, span, clock, onEnd }: OwnWait): () => void {
	const mostMs = mostLimits * limitMs;
	const startedMs = clock.steadyNow();
	const lateBeforeMs = span.soFarMs();
	let timer = clock.setTimeout(check, limitMs);
	function check(): void {
		const waitedMs = clock.steadyNow() - startedMs;
		const leftMs = limitMs - (waitedMs - (span.soFarMs() - lateBeforeMs));
		if (leftMs < leastWaitMs) onEnd('silent');
		else if (waitedMs >= mostMs) onEnd('late');
		else timer = clock.setTimeout(check, Math.min(leftMs, mostMs - waitedMs));
	}
	return () => {
		clock.clearTimeout(timer);
	};
}

/** For what is not held against a node. */
export const notMeasured: Pick<DelaySpan, 'soFarMs'> = { soFarMs: () => 0 };

/** Whether a time of so many milliseconds says more of this machine than of what was measured. */
export function isOurs(lateMs: number, ofMs: number): boolean {
	return lateMs > Math.max(usualMs, ofMs / 4);
}

/** Says that an answer could not be waited for. */
export function busyError(lateMs: number): PollError {
	return new PollError('tooBusy', `this machine was late by ${formatMs(lateMs)} while it waited`, {
		nextStep: 'give nodetop more of a processor, or poll fewer nodes, or less often',
	});
}
