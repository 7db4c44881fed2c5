import type { HeartbeatSettings } from '../../domain/channel.ts';
import { sendHttp } from './http.ts';
import type { Outcome } from './retry.ts';

export interface Heartbeat {
	/** Beats when it is time for one; a beat under way is not doubled. */
	beat(nowMs: number): void;
	/** How the last beat went; `undefined` before the first. */
	last(): Outcome | undefined;
	close(): void;
}

/**
 * Tells an outside watcher that a whole cycle is done. It has no timer of its own: a loop that hangs
 * must make it fall silent, for then the watcher alarms. A beat that failed is tried again at the next cycle.
 */
export function createHeartbeat(settings: HeartbeatSettings, now: () => number): Heartbeat {
	const closed = new AbortController();
	let lastAtMs: number | undefined;
	let last: Outcome | undefined;
	let isUnderWay = false;
	const send = async (nowMs: number): Promise<void> => {
		const signal = AbortSignal.any([closed.signal, AbortSignal.timeout(settings.timeoutMs)]);
		last = await sendHttp({ url: settings.url, method: settings.method, signal, now });
		if (last.kind === 'sent') lastAtMs = nowMs;
		isUnderWay = false;
	};
	return {
		beat(nowMs) {
			const elapsedMs = lastAtMs === undefined ? Infinity : Math.abs(nowMs - lastAtMs);
			if (isUnderWay || elapsedMs < settings.intervalMs) return;
			isUnderWay = true;
			void send(nowMs);
		},
		last: () => last,
		close: () => {
			closed.abort();
		},
	};
}
