import { keptLatencies } from '../../sections/network/memory.ts';
import type { LatencyWindow, NetworkMemory } from '../../sections/network/memory.ts';
import { longestMs } from '../statistics/histogram.ts';

/** How far one peer was over the last polls, in milliseconds. */
export interface PeerLatency {
	readonly last: number;
	readonly min: number;
	readonly avg: number;
	readonly p50: number;
	readonly p95: number;
	readonly p99: number;
	readonly max: number;
	readonly n: number;
}

type Windows = NetworkMemory['peerLatencies'];

/** Values that fit before the newest are copied to a new array: 300 bytes a peer. */
const capacity = keptLatencies + 15;
/** As many as connectivity tests and screens take; a longer list is a crawler's, not a node's peers. */
const mostPeers = 2000;

/**
 * The windows after one poll. Peers that are not listed any more are left out. Only the newest windows of
 * a node may be continued: older ones share their arrays.
 */
export function nextPeerLatencies(
	before: Windows,
	peers: readonly { readonly id: string; readonly latencyMs?: number | undefined }[],
): Windows {
	const next = new Map<string, LatencyWindow>();
	for (const { id, latencyMs } of peers.slice(0, mostPeers)) {
		// A list may name a peer twice: the first counts.
		if (next.has(id)) continue;
		const window = before.get(id) ?? emptyWindow;
		const isTold = latencyMs !== undefined && latencyMs >= 0 && latencyMs <= longestMs;
		next.set(id, isTold ? appended(window, latencyMs) : window);
	}
	return next;
}

/** `undefined` for a peer whose latency was never reported. */
export function peerLatency(windows: Windows, id: string): PeerLatency | undefined {
	const window = windows.get(id);
	return window === undefined || window.length === 0 ? undefined : figuresOf(window);
}

const emptyWindow: LatencyWindow = { values: new Float32Array(0), length: 0 };

function appended({ values, length }: LatencyWindow, latencyMs: number): LatencyWindow {
	if (length < values.length) {
		values[length] = latencyMs;
		return { values, length: length + 1 };
	}
	const kept = values.subarray(Math.max(0, length - keptLatencies), length);
	const copied = new Float32Array(capacity);
	copied.set(kept);
	copied[kept.length] = latencyMs;
	return { values: copied, length: kept.length + 1 };
}

function figuresOf({ values, length }: LatencyWindow): PeerLatency {
	const sorted = values.slice(Math.max(0, length - keptLatencies), length).sort();
	const n = sorted.length;
	const at = (ratio: number) => shown(sorted[Math.max(0, Math.ceil(ratio * n) - 1)]);
	return {
		last: shown(values[length - 1]),
		min: shown(sorted[0]),
		avg: shown(sorted.reduce((sum, value) => sum + value, 0) / Math.max(1, n)),
		p50: at(0.5),
		p95: at(0.95),
		p99: at(0.99),
		max: at(1),
		n,
	};
}

/** As a 32-bit float a number has seven digits, of which the thousandth is the last that is shown. */
function shown(ms = Number.NaN): number {
	return Math.round(ms * 1000) / 1000;
}
