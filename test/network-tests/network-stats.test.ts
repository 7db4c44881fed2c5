import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NodeSnapshot, Reading } from '../../source/sections/snapshot.ts';
import type { Peer } from '../../source/sections/network/schema.ts';
import {
	networkStats,
	networkStatsSchema,
} from '../../source/network-tests/statistics/network-stats.ts';
import {
	toDetailedStats,
	toStatsTable,
} from '../../source/network-tests/statistics/network-stats-text.ts';
import { createNetworkTracker } from '../../source/network-tests/statistics/network-tracker.ts';
import { readPeerFilter } from '../../source/network-tests/peers/peer-filter.ts';

const startMs = Date.UTC(2026, 0, 2, 3, 4, 5);

function nodeAt(atMs: number, sections: Omit<Reading, 'latencyMs'>, latencyMs = 5): NodeSnapshot {
	return {
		target: { name: 'n1', kind: 'evm', url: 'http://127.0.0.1:8545' },
		poll: { status: 'ok', failures: 0, at: new Date(atMs).toISOString(), latencyMs },
		health: { status: 'up', issues: [] },
		...sections,
	};
}

const unwatched = { nowMs: startMs, memory: undefined, capacityBytesPerSecond: undefined };

const peers: Peer[] = [
	{ id: 'a', address: '203.0.113.7:1', direction: 'inbound', client: 'Geth', latencyMs: 10 },
	{ id: 'b', address: '[2001:db8:1::2]:1', direction: 'outbound', client: 'Geth', latencyMs: 30 },
	{ id: 'c', address: 'node.example:1', client: 'reth', version: '1.2', connectedSeconds: 5 },
	{ id: 'd', address: '203.0.77.1:9', lastSeenAt: new Date(startMs - 40_000).toISOString() },
	{ id: 'e', connectedSeconds: 600, lastSeenAt: new Date(startMs - 1000).toISOString() },
];

describe('network stats of one moment', () => {
	const stats = networkStats(
		nodeAt(startMs, { network: { peers: 5, peerList: peers } }),
		unwatched,
	);

	it('fits its schema', () => {
		expect(networkStatsSchema.parse(stats)).toEqual(stats);
	});

	it('counts connections by state, and peers by what is known of them', () => {
		expect(stats.connections).toEqual({
			peers: 5,
			listed: 5,
			byState: { listed: 2, new: 1, silent: 1, established: 1 },
		});
		expect(stats.peersBy).toEqual({
			client: { Geth: 2, reth: 1 },
			version: { '1.2': 1 },
			addressFamily: { ipv4: 2, ipv6: 1, name: 1 },
			reach: { public: 3 },
			network: { '203.0.0.0/16': 2, '2001:db8::/32': 1 },
		});
	});

	it('takes the latency of the peers where the node tells none of its own', () => {
		expect(stats.latency).toMatchObject({ source: 'peers', overallMs: { min: 10, avg: 20, n: 2 } });
		const own = networkStats(
			nodeAt(startMs, { network: { latencyMs: { p50: 7 }, peerList: peers } }),
			unwatched,
		);
		expect(own.latency).toMatchObject({ source: 'node', overallMs: { p50: 7 } });
	});

	it('leaves out what nobody told', () => {
		const bare = networkStats(nodeAt(startMs, {}), unwatched);
		expect(bare).toMatchObject({ connections: {}, bandwidth: { in: {}, out: {} }, peersBy: {} });
		for (const key of ['messages', 'latency', 'churn', 'queues', 'propagation']) {
			expect(bare).not.toHaveProperty(key);
		}
	});

	it('stays one of figures whatever a peer says of its latency, and counts a peer once', () => {
		const told = [Number.MAX_VALUE, 1e39, Number.POSITIVE_INFINITY, Number.NaN, -3, 12, 12];
		const peerList = told.map((latencyMs, index) => ({ id: `p${Math.min(index, 5)}`, latencyMs }));
		const tracker = createNetworkTracker();
		for (const second of [0, 1, 2]) {
			tracker.observe(nodeAt(startMs + second * 1000, { network: { peerList } }));
		}
		const node = nodeAt(startMs + 2000, { network: { peerList } });
		const hostile = networkStats(node, { ...unwatched, memory: tracker.memoryOf('n1') });
		expect(networkStatsSchema.parse(JSON.parse(JSON.stringify(hostile)))).toEqual(hostile);
		expect(hostile.latency).toMatchObject({
			overallMs: { min: 12, avg: 12, p99: 12, max: 12, n: 2 },
			peers: [{ id: 'p5', p50: 12, max: 12, n: 3 }],
		});
	});

	it('tells the use of a stated capacity', () => {
		const network = { bytesInPerSecond: 250, bytesOutPerSecond: 1500 };
		const used = networkStats(nodeAt(startMs, { network }), {
			...unwatched,
			capacityBytesPerSecond: 1000,
		});
		expect(used.bandwidth).toEqual({
			in: { bytesPerSecond: 250, utilisationRatio: 0.25 },
			out: { bytesPerSecond: 1500, utilisationRatio: 1.5 },
			capacityBytesPerSecond: 1000,
		});
		expect(toStatsTable([used])).toContain('150.0%');
	});

	it('takes less than 10 ms with 1,000 peers, each seen at 60 polls', () => {
		const many = Array.from({ length: 1000 }, (_, n) => ({
			id: `peer-${n}`,
			address: `10.${n % 250}.${n % 7}.${n % 200}:30303`,
			direction: n % 2 === 0 ? ('inbound' as const) : ('outbound' as const),
			client: ['Geth', 'reth', 'Nethermind'][n % 3] ?? '',
			version: `1.${n % 20}`,
			latencyMs: n % 300,
			connectedSeconds: n,
		}));
		const node = nodeAt(startMs, { network: { peers: 1000, peerList: many } });
		const tracker = createNetworkTracker();
		for (let n = 60; n >= 0; n--) {
			tracker.observe(nodeAt(startMs - n * 1000, { network: { peerList: many } }));
		}
		const context = { ...unwatched, memory: tracker.memoryOf('n1') };
		// The best of many, for other work on the machine only adds.
		const times = Array.from({ length: 100 }, () => {
			const started = performance.now();
			expect(networkStats(node, context).latency?.peers).toHaveLength(1000);
			return performance.now() - started;
		});
		process.stdout.write(`network stats of 1,000 peers: ${Math.min(...times).toFixed(1)} ms\n`);
		expect(Math.min(...times)).toBeLessThan(10);
	});
});

describe('peer filter', () => {
	it.each([
		['direction=inbound', ['a']],
		['client=geth', ['a', 'b']],
		['client=geth direction=out', ['b']],
		['!client=geth', ['c', 'd', 'e']],
		['family=ipv6', ['b']],
		['network=203.0.', ['a', 'd']],
		['state=silent', ['d']],
		['203.0.113', ['a']],
		['', ['a', 'b', 'c', 'd', 'e']],
	])('%s', (text, ids) => {
		const filter = readPeerFilter(text);
		expect(peers.filter((peer) => filter(peer, startMs)).map(({ id }) => id)).toEqual(ids);
	});

	it('narrows every figure of the list', () => {
		const node = nodeAt(startMs, { network: { peers: 5, peerList: peers } });
		const stats = networkStats(node, { ...unwatched, filter: readPeerFilter('client=reth') });
		expect(stats.connections).toMatchObject({ peers: 5, listed: 1 });
		expect(stats.peersBy.client).toEqual({ reth: 1 });
	});

	it('names the keys there are when it does not know one', () => {
		expect(() => readPeerFilter('colour=red')).toThrow('peers have no "colour"');
	});
});

describe('what several polls tell', () => {
	const message = (sent: number, received: number, dropped = 0) => [
		{ type: 'vote', sent, received, dropped },
	];

	function watched(readings: readonly Omit<Reading, 'latencyMs'>[], stepMs = 2000) {
		const tracker = createNetworkTracker();
		const nodes = readings.map((reading, n) => nodeAt(startMs + n * stepMs, reading));
		for (const node of nodes) {
			tracker.observe(node);
			tracker.observe(node);
		}
		const last = nodes.at(-1);
		if (!last) throw new Error('no node');
		const nowMs = startMs + (nodes.length - 1) * stepMs;
		return networkStats(last, { ...unwatched, nowMs, memory: tracker.memoryOf('n1') });
	}

	it('rates and peaks of messages; a counter that went back was reset', () => {
		const stats = watched([
			{ network: { messages: message(100, 100) } },
			{ network: { messages: message(300, 140, 2) } },
			{ network: { messages: message(310, 150, 2) } },
			{ network: { messages: message(5, 170, 4) } },
		]);
		expect(stats.messages).toEqual([
			{
				type: 'vote',
				sent: 5,
				received: 170,
				dropped: 4,
				receivedPerSecond: 10,
				droppedPerSecond: 1,
				peakPerSecond: 120,
			},
		]);
		expect(stats.watchedSeconds).toBe(6);
	});

	it('peaks of bandwidth', () => {
		const stats = watched([
			{ network: { bytesInPerSecond: 10 } },
			{ network: { bytesInPerSecond: 90 } },
			{ network: { bytesInPerSecond: 20 } },
		]);
		expect(stats.bandwidth.in).toEqual({ bytesPerSecond: 20, peakBytesPerSecond: 90 });
	});

	it('no peak is below what is now', () => {
		const figures = fc.record({ bytes: fc.nat(1000), more: fc.nat(1000) });
		fc.assert(
			fc.property(fc.array(figures, { minLength: 2, maxLength: 12 }), (told) => {
				let received = 0;
				const stats = watched(
					told.map(({ bytes, more }) => {
						received += more;
						return { network: { bytesInPerSecond: bytes, messages: message(0, received) } };
					}),
				);
				const { bytesPerSecond = 0, peakBytesPerSecond = 0 } = stats.bandwidth.in ?? {};
				expect(peakBytesPerSecond).toBeGreaterThanOrEqual(bytesPerSecond);
				const [all] = stats.messages ?? [];
				expect(all?.peakPerSecond ?? 0).toBeGreaterThanOrEqual(all?.receivedPerSecond ?? 0);
			}),
		);
	});

	it('churn: who came and who went, by the minute once there is enough of one', () => {
		const list = (...ids: string[]) => ({ network: { peerList: ids.map((id) => ({ id })) } });
		const short = watched([list('a', 'b'), list('b', 'c')]);
		expect(short.churn).toEqual({ joined: 1, left: 1 });
		const long = watched([list('a', 'b'), list('b', 'c'), list('b', 'c', 'd')], 15_000);
		expect(long.churn).toEqual({ joined: 2, left: 1, perMinute: 6 });
	});

	it('how late heads are first seen, not counting the one that was there already', () => {
		const head = (number: number, lateMs: number, n: number) => ({
			chain: { head: { number, at: new Date(startMs + n * 2000 - lateMs).toISOString() } },
		});
		const stats = watched([head(1, 9000, 0), head(2, 400, 1), head(2, 2400, 2), head(3, 800, 3)]);
		expect(stats.propagation).toEqual({ lastMs: 800, averageMs: 600, resolutionMs: 2000, n: 2 });
	});

	it('how far each peer was, the furthest first; who left is forgotten', () => {
		const list = (n: number) => ({
			network: {
				peerList: [
					{ id: 'near', latencyMs: n === 9 ? 90 : 5 },
					{ id: 'far', latencyMs: 200 + n },
					{ id: 'mute' },
					...(n < 5 ? [{ id: 'gone', latencyMs: 900 }] : []),
				],
			},
		});
		const stats = watched(Array.from({ length: 10 }, (_, n) => list(n)));
		expect(stats.latency?.peers).toEqual([
			{ id: 'far', last: 209, min: 200, avg: 204.5, p50: 204, p95: 209, p99: 209, max: 209, n: 10 },
			{ id: 'near', last: 90, min: 5, avg: 13.5, p50: 5, p95: 90, p99: 90, max: 90, n: 10 },
		]);
		expect(networkStatsSchema.parse(stats)).toEqual(stats);
		expect(toDetailedStats(stats)).toMatch(
			/PEER +LAST +MIN +AVG +P50[^]*near +90 ms +5\.0 ms +14 ms +5\.0 ms +90 ms/,
		);
	});

	it('keeps no more than the last 60 polls of a peer', () => {
		const list = (latencyMs: number) => ({ network: { peerList: [{ id: 'a', latencyMs }] } });
		const old = Array.from({ length: 40 }, () => list(500));
		const stats = watched([...old, ...Array.from({ length: 60 }, () => list(20))]);
		expect(stats.latency?.peers).toEqual([
			{ id: 'a', last: 20, min: 20, avg: 20, p50: 20, p95: 20, p99: 20, max: 20, n: 60 },
		]);
	});

	it('says it all in words', () => {
		const stats = watched([
			{ network: { peers: 2, messages: message(0, 0), peerList: peers } },
			{ network: { peers: 2, messages: message(10, 30), peerList: peers.slice(1) } },
		]);
		const text = toDetailedStats(stats);
		expect(text).toContain('n1: network, watched for 2 s');
		expect(text).toMatch(/TYPE +SENT +RECEIVED/);
		expect(text).toMatch(/vote +10 +30 +0 +— +5\.0 +15\.0 +20\.0/);
		expect(text).toMatch(/Left +1\n/);
		expect(text).toMatch(/Peers by address family\n +ipv6/);
	});
});
