import { longestMs } from '../statistics/histogram.ts';

/** How far one peer was over the last polls, in milliseconds. */
export interface PeerLatency {
	readonly last: number;
	readonly p50: number;
	readonly p95: number;
	readonly p99: number;
	readonly max: number;
	readonly n: number;
}

/** The latencies of the peers of one node, of the last 60 polls that told them: 240 bytes a peer. */
export interface PeerLatencies {
	/** Takes what one poll told of each peer. A peer that is not listed any more is forgotten. */
	append(peers: readonly { readonly id: string; readonly latencyMs?: number | undefined }[]): void;
	/** `undefined` for a peer of which no latency was told. */
	of(id: string): PeerLatency | undefined;
}

const kept = 60;
/** As many as connectivity tests and screens take; beyond, the list is of a crawler, not of peers. */
const mostPeers = 2000;

interface Window {
	readonly values: Float32Array;
	count: number;
}

export function createPeerLatencies(): PeerLatencies {
	let windows = new Map<string, Window>();
	return {
		append(peers) {
			const next = new Map<string, Window>();
			for (const { id, latencyMs } of peers.slice(0, mostPeers)) {
				// A list may name a peer twice: the first counts.
				if (next.has(id)) continue;
				const window = windows.get(id) ?? { values: new Float32Array(kept), count: 0 };
				if (latencyMs !== undefined && latencyMs >= 0 && latencyMs <= longestMs) {
					window.values[window.count % kept] = latencyMs;
					window.count += 1;
				}
				next.set(id, window);
			}
			windows = next;
		},
		of(id) {
			const window = windows.get(id);
			return window === undefined || window.count === 0 ? undefined : figuresOf(window);
		},
	};
}

function figuresOf({ values, count }: Window): PeerLatency {
	const n = Math.min(count, kept);
	const sorted = values.slice(0, n).sort();
	const at = (ratio: number) => shown(sorted[Math.max(0, Math.ceil(ratio * n) - 1)]);
	return {
		last: shown(values[(count - 1) % kept]),
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
