import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { NodeSnapshot } from '../source/sections/snapshot.ts';
import type { Peer } from '../source/sections/network/schema.ts';
import { networkStats } from '../source/network-tests/statistics/network-stats.ts';
import { createNetworkTracker } from '../source/network-tests/statistics/network-tracker.ts';
import { median } from './figures.ts';

const startMs = Date.UTC(2026, 0, 2);
const daySeconds = 86_400;

function nodeAt(name: string, atMs: number, peerList: Peer[]): NodeSnapshot {
	const seconds = Math.floor((atMs - startMs) / 1000);
	return {
		target: { name, kind: 'evm', url: 'http://127.0.0.1:8545' },
		poll: { status: 'ok', failures: 0, at: new Date(atMs).toISOString(), latencyMs: 5 },
		health: { status: 'up', issues: [] },
		network: {
			peers: peerList.length,
			bytesInPerSecond: 1000 + (seconds % 500),
			bytesOutPerSecond: 2000,
			latencyMs: { p50: 40, p99: 200 },
			messages: [{ type: 'vote', sent: seconds * 9, received: seconds * 8 }],
			peerList,
		},
	};
}

const peersOf = (count: number): Peer[] =>
	Array.from({ length: count }, (_, n) => ({
		id: `peer-${n}`,
		address: `10.${n % 250}.${n % 7}.${n % 200}:30303`,
		direction: n % 2 === 0 ? 'inbound' : 'outbound',
		client: ['Geth', 'reth', 'Nethermind'][n % 3] ?? '',
		version: `1.${n % 20}`,
		latencyMs: n % 300,
		connectedSeconds: n,
	}));

/** Milliseconds of one query of 1,000 peers, and bytes that 10 nodes take after a day of polls each second. */
export function measureNetworkStats(): { readonly statsMs: number; readonly dayBytes: number } {
	const many = peersOf(1000);
	const watched = createNetworkTracker();
	for (let n = 0; n < 60; n++) watched.observe(nodeAt('n1', startMs + n * 1000, many));
	const node = nodeAt('n1', startMs + 60_000, many);
	const times = Array.from({ length: 100 }, () => {
		const started = performance.now();
		networkStats(node, {
			nowMs: startMs + 60_000,
			memory: watched.memoryOf('n1'),
			capacityBytesPerSecond: 1e6,
		});
		return performance.now() - started;
	});
	return { statsMs: median(times), dayBytes: measureDay() };
}

function collectGarbage(): void {
	setFlagsFromString('--expose-gc');
	const collect = runInNewContext('gc') as () => void; // What the flag adds.
	collect();
}

function measureDay(): number {
	const few = peersOf(8);
	collectGarbage();
	const before = process.memoryUsage();
	const tracker = createNetworkTracker();
	for (let second = 0; second < daySeconds; second++) {
		for (let n = 0; n < 10; n++) tracker.observe(nodeAt(`n${n}`, startMs + second * 1000, few));
	}
	collectGarbage();
	const after = process.memoryUsage();
	const grown = after.arrayBuffers - before.arrayBuffers + after.heapUsed - before.heapUsed;
	// Read once more, so that nothing of it could be collected before it was counted.
	return tracker.memoryOf('n9') === undefined ? Number.NaN : grown;
}
