import type { HeartbeatSettings } from '../../domain/channel.ts';
import { sendHttp } from './http.ts';
import type { Outcome } from './retry.ts';

export interface Heartbeat {
	/** Sends a heartbeat when one is due and none is under way. */
	beat(nowMs: number): void;
	/** The outcome of the last heartbeat; `undefined` before the first. */
	last(): Outcome | undefined;
	close(): void;
}

/**
 * Reports to an outside watcher that a whole cycle is done. It has no timer of its own: when the loop hangs,
 * it must fall silent, so that the watcher raises an alarm. A failed heartbeat is tried again in the next cycle.
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
