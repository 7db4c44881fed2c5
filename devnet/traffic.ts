import { createRateWindow } from './meters.ts';

export interface MessageCounts {
	/** Sent over a link, including those that were lost. */
	sent: number;
	received: number;
	/** Lost on a link. */
	dropped: number;
	/** Not sent because there was no connection, or sent and not answered in time. */
	failed: number;
}

/** The message counts of one node. */
export interface Traffic<MessageType extends string> {
	sent(type: MessageType, sizeBytes: number, isDropped: boolean, nowMs: number): void;
	received(type: MessageType, sizeBytes: number, nowMs: number): void;
	failed(type: MessageType, count?: number): void;
	/** Only the types that have occurred. */
	counts(): (MessageCounts & { readonly type: MessageType })[];
	/** Since the start. */
	totals(): { readonly bytesSent: number; readonly bytesReceived: number };
	bytesPerSecond(nowMs: number): { readonly in: number; readonly out: number };
}

const bandwidthWindowMs = 10_000;

/** `types` in the order in which figures list them. */
export function createTraffic<MessageType extends string>(
	types: readonly MessageType[],
	startedAtMs: number,
): Traffic<MessageType> {
	const byType = new Map<MessageType, MessageCounts>();
	const bytesIn = createRateWindow(bandwidthWindowMs, startedAtMs);
	const bytesOut = createRateWindow(bandwidthWindowMs, startedAtMs);
	let bytesSent = 0;
	let bytesReceived = 0;
	const of = (type: MessageType): MessageCounts => {
		const known = byType.get(type);
		if (known) return known;
		const fresh = { sent: 0, received: 0, dropped: 0, failed: 0 };
		byType.set(type, fresh);
		return fresh;
	};
	return {
		sent(type, sizeBytes, isDropped, nowMs) {
			const counts = of(type);
			counts.sent += 1;
			if (isDropped) counts.dropped += 1;
			bytesSent += sizeBytes;
			bytesOut.add(sizeBytes, nowMs);
		},
		received(type, sizeBytes, nowMs) {
			of(type).received += 1;
			bytesReceived += sizeBytes;
			bytesIn.add(sizeBytes, nowMs);
		},
		failed(type, count = 1) {
			of(type).failed += count;
		},
		counts: () =>
			types.flatMap((type) => {
				const counts = byType.get(type);
				return counts ? [{ type, ...counts }] : [];
			}),
		totals: () => ({ bytesSent, bytesReceived }),
		bytesPerSecond: (nowMs) => ({ in: bytesIn.perSecond(nowMs), out: bytesOut.perSecond(nowMs) }),
	};
}
