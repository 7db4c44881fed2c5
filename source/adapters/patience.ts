import { formatMs } from '../domain/format.ts';
import { PollError } from '../domain/errors.ts';

/** How long a patient question may take: a node on a slow disk answers after ten seconds and more. */
const patienceMs = 60_000;

/** The answer is not there yet; ask by the same name again. */
export const stillAsked = Symbol('still asked');

/** Questions that outlast the poll that asked them, one at a time. */
export interface Patience {
	/**
	 * Asks, or goes on waiting for the question of that name, until `until` is aborted. While another
	 * question runs, this one waits its turn. Rejects as the question does.
	 */
	ask<T>(
		name: string,
		start: (signal: AbortSignal) => Promise<T>,
		until: AbortSignal,
	): Promise<T | typeof stillAsked>;
	close(): void;
}

export function createPatience(): Patience {
	const closed = new AbortController();
	const asked = new Map<string, Promise<unknown>>();
	let running: Promise<unknown> | undefined;

	async function begin<T>(start: (signal: AbortSignal) => Promise<T>): Promise<T> {
		const limit = new AbortController();
		const timer = setTimeout(() => {
			limit.abort(new PollError('timeout', `no answer within ${formatMs(patienceMs)}`));
		}, patienceMs);
		timer.unref();
		try {
			return await start(AbortSignal.any([limit.signal, closed.signal]));
		} finally {
			clearTimeout(timer);
			running = undefined;
		}
	}

	return {
		async ask<T>(
			name: string,
			start: (signal: AbortSignal) => Promise<T>,
			until: AbortSignal,
		): Promise<T | typeof stillAsked> {
			if (!asked.has(name)) {
				for (let other = running; other; other = running)
					if (!(await endsBefore(other, until))) return stillAsked;
				if (until.aborted) return stillAsked;
				running = begin(start);
				asked.set(name, running);
				// When nobody waits any more, the poll that asks next learns why it failed.
				running.catch(() => undefined);
			}
			// What was asked under a question's name is that question.
			const own = asked.get(name) as Promise<T>;
			if (!(await endsBefore(own, until))) return stillAsked;
			asked.delete(name);
			return own;
		},
		close: () => {
			closed.abort(new PollError('unreachable', 'the node is no longer watched'));
		},
	};
}

/** Whether a question ends, well or not, before the poll's time is up. */
async function endsBefore(question: Promise<unknown>, until: AbortSignal): Promise<boolean> {
	if (until.aborted) return false;
	const ended = question.then(
		() => true,
		() => true,
	);
	const stop = new AbortController();
	const timeUp = new Promise<boolean>((resolve) => {
		until.addEventListener('abort', () => resolve(false), { once: true, signal: stop.signal });
	});
	try {
		return await Promise.race([ended, timeUp]);
	} finally {
		stop.abort();
	}
}
