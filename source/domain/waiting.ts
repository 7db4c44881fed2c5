import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves once the signal is aborted. */
export async function aborted(signal: AbortSignal): Promise<void> {
	if (!signal.aborted) await once(signal, 'abort');
}

/** Waits for work or for the signal, whichever is first. */
export function untilAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
	return Promise.race([work, aborted(signal)]);
}

/** Waits so long, or until the signal is aborted. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
	if (ms <= 0) return;
	await sleep(ms, undefined, { signal }).catch((error: unknown) => {
		if (!signal.aborted) throw error;
	});
}
