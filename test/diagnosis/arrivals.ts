import type { Arrival } from '../../source/diagnosis/stretches.ts';

const packetBytes = 1460;

export interface Sender {
	readonly rttMs: number;
	readonly bytesPerSecond: number;
	/** Arrivals within so much are read at once. */
	readonly readMs?: number;
	/** Packets leave at twice a window a round trip, as Linux paces slow starts; else as a burst. */
	readonly isPaced?: boolean;
	/** Either way of when a packet would come; none overtakes another. */
	readonly jitterMs?: number;
}

/** A reply of `bytes` over a path by a sender that starts slowly, from ten packets a round trip, doubled each. */
export function arrive(bytes: number, sender: Sender): Arrival[] {
	const { rttMs, bytesPerSecond, readMs = 0, isPaced = false, jitterMs = 0 } = sender;
	const arrivals: Arrival[] = [];
	let sent = 0;
	let freeAtMs = 0;
	let late = 0;
	let window = 10;
	for (let round = 0; sent < bytes; round++, window *= 2) {
		for (let packet = 0; packet < window && sent < bytes; packet++) {
			const size = Math.min(packetBytes, bytes - sent);
			const leavesMs = round * rttMs + (isPaced ? (packet / (2 * window)) * rttMs : 0);
			sent += size;
			freeAtMs = Math.max(freeAtMs, leavesMs) + (size * 1000) / bytesPerSecond;
			late = (late + 0.618034) % 1;
			const last = arrivals.at(-1);
			const atMs = Math.max(last?.atMs ?? 0, freeAtMs + (2 * late - 1) * jitterMs);
			if (last && atMs - last.atMs < readMs)
				arrivals[arrivals.length - 1] = { ...last, bytes: sent };
			else arrivals.push({ atMs, bytes: sent });
		}
		// What the path carries in a round trip is all that comes back to be sent again.
		if (freeAtMs > (round + 1) * rttMs) window /= 2;
	}
	return arrivals;
}
