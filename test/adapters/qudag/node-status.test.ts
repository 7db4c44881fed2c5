import { describe, expect, it } from 'vitest';
import { qudag } from '../../../source/adapters/qudag/adapter.ts';
import { snakeCased } from '../../../source/adapters/qudag/fields.ts';
import { readNodeStatus } from '../../../source/adapters/qudag/node-status.ts';
import { readingSchema } from '../../../source/sections/snapshot.ts';
import type { Reading } from '../../../source/sections/snapshot.ts';
import { sendJson, startServer } from '../../helpers/http-server.ts';
import { contextFor, targetFor } from '../../helpers/targets.ts';
import { fixtureJson } from './rpc-server.ts';

/** What a body becomes, as the document will hold it. */
function read(body: unknown): Reading | undefined {
	const reading = readNodeStatus(snakeCased(body));
	return reading && readingSchema.parse(reading);
}

const whole: Reading = {
	identity: {
		nodeId: '7f3a9b2c1d4e5f60',
		client: 'qudag',
		version: '0.4.1',
		networkId: 'qudag-devnet',
		startedAt: '2026-11-18T10:00:00.000Z',
		uptimeSeconds: 223_200,
	},
	consensus: {
		status: 'active',
		round: 12_345,
		finalized: 98_765,
		pending: 123,
		lastFinalizedAt: '2026-11-21T06:00:00.123Z',
		averageFinalityMs: 842.5,
		votingPower: 0.125,
	},
	dag: {
		vertices: 98_888,
		edges: 187_654,
		tips: 5,
		depth: 4321,
		branchingFactor: 1.9,
		growthPerSecond: 12.75,
		orphaned: 4,
		storageBytes: 5_368_709_120,
		recent: [
			{
				id: 'v1',
				parents: [],
				layer: 4320,
				author: 'peer-1',
				at: '2026-11-21T05:59:59.000Z',
				finalized: true,
			},
			{
				id: 'v2',
				parents: ['v1'],
				layer: 4321,
				author: 'peer-2',
				at: '2026-11-21T06:00:00.000Z',
				finalized: false,
			},
		],
	},
	network: {
		peers: 2,
		inbound: 1,
		outbound: 1,
		bytesInPerSecond: 1_258_291.2,
		bytesOutPerSecond: 838_860.8,
		messages: [
			{ type: 'vertex', sent: 1000, received: 2000, dropped: 3, failed: 1 },
			{ type: 'vote', sent: 500, received: 700 },
		],
		latencyMs: { min: 4.1, avg: 23.4, p50: 19.5, p95: 61, p99: 88.25, max: 120, n: 512 },
		protocolVersions: { '/qudag/1.0.0': 1, '/qudag/0.9.0': 1 },
		clients: { qudag: 1 },
		peerList: [
			{
				id: 'peer-1',
				address: '192.0.2.10:8000',
				direction: 'inbound',
				latencyMs: 19.5,
				client: 'qudag',
				version: '0.4.1',
				connectedSeconds: 3600,
				lastSeenAt: '2026-11-21T05:59:59.000Z',
				messagesSent: 42,
				messagesReceived: 43,
			},
			{ id: 'peer-2', address: '[2001:db8::7]:8000', direction: 'outbound' },
		],
	},
	resources: {
		source: 'node',
		cpuRatio: 0.125,
		memoryResidentBytes: 268_435_456,
		memoryVirtualBytes: 1_073_741_824,
		heapTotalBytes: 201_326_592,
		heapUsedBytes: 134_217_728,
		databaseBytes: 5_368_709_120,
		logBytes: 10_485_760,
		diskAvailableBytes: 107_374_182_400,
		diskReadsPerSecond: 120.5,
		diskWritesPerSecond: 80,
		threads: 16,
		openFiles: 128,
		openFilesLimit: 1024,
	},
	selfReport: { status: 'degraded', reasons: ['high latency to 3 peers'] },
};

/** The same body with camelCase names, but for the names that are data. */
function camelCased(value: unknown, key = ''): unknown {
	if (Array.isArray(value)) return value.map((entry) => camelCased(entry));
	if (typeof value !== 'object' || value === null || key === 'protocol_versions') return value;
	return Object.fromEntries(
		Object.entries(value).map(([name, inner]) => [
			name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
			camelCased(inner, name),
		]),
	);
}

describe('NodeStatus', () => {
	it('is read whole, with its units', () => {
		expect(read(fixtureJson('node-status.json'))).toEqual(whole);
	});

	it('may have camelCase names', () => {
		const body = camelCased(fixtureJson('node-status.json'));
		expect(body).toHaveProperty('consensusState.finalizedVertices', 98_765);
		expect(read(body)).toEqual(whole);
	});

	it('is the same over HTTP', async () => {
		const server = await startServer((_, response) => {
			sendJson(response, fixtureJson('node-status.json'));
		});
		const target = targetFor(server.url);
		const reading = await qudag.open(target).poll(contextFor(target));
		await server.close();
		expect(readingSchema.parse(reading)).toEqual({
			...whole,
			latencyMs: expect.any(Number),
			clock: expect.objectContaining({ source: 'httpDate' }),
			endpoints: [{ name: '/api/v1/status', status: 'ok', latencyMs: expect.any(Number) }],
		});
	});

	it('may be what serde makes of durations, times and enums', () => {
		expect(read(fixtureJson('node-status.serde.json'))).toEqual({
			identity: {
				nodeId: '7f3a9b2c1d4e5f60',
				client: 'qudag',
				version: '0.4.1',
				startedAt: '2026-11-18T16:00:00.250Z',
				uptimeSeconds: 223_200.5,
			},
			consensus: {
				status: 'syncing',
				round: '18446744073709551615',
				lastFinalizedAt: '2026-11-21T06:00:00.123Z',
				averageFinalityMs: 1250,
			},
			network: { peers: 3, latencyMs: { avg: 23.4 } },
			selfReport: { status: 'down', reasons: ['consensus stopped', 'disk full'] },
			notes: ['the node calls its network health: Poor'],
		});
	});

	it('may be of the older design', () => {
		expect(read(fixtureJson('design.node-status.json'))).toEqual({
			identity: { client: 'qudag' },
			consensus: { status: 'active', round: 1234, finalized: 45_678, pending: 23 },
			dag: { vertices: 45_701, edges: 91_402, tips: 7, depth: 1234 },
		});
	});

	it('keeps what is right when a field is wrong', () => {
		const body = {
			node_id: 5,
			version: null,
			uptime: -3,
			start_time: '0001-01-01T00:00:00Z',
			consensus_state: {
				status: 3,
				round: 1.5,
				finalized_vertices: '0',
				average_finality_time: '7',
			},
			dag_stats: 'none',
			network_info: {
				peer_count: '12',
				messages: [{ sent: 1 }, 'x', { type: 'vote', sent: 2 }],
				peers: [null, {}, { id: 'p', direction: 'sideways', last_seen: 1e30 }],
				protocol_versions: { a: 1, b: 'many' },
				latency: [],
			},
			resource_usage: { cpu_usage: 0, memory_usage: 3 },
			recent_vertices: { id: 'v' },
			health: 9,
		};
		expect(read(body)).toEqual({
			identity: { client: 'qudag' },
			consensus: { finalized: 0, averageFinalityMs: 7 },
			network: {
				peers: 12,
				messages: [{ type: 'vote', sent: 2 }],
				protocolVersions: { a: 1 },
				peerList: [{ id: 'p' }],
			},
			resources: { source: 'node', cpuRatio: 0 },
		});
	});

	it.each([
		[{}],
		[[]],
		['node'],
		[null],
		[{ metrics: { enabled: true } }],
		[{ status: 'running', version: '1', uptime: 4 }],
	])('is not %j', (body) => {
		expect(read(body)).toBeUndefined();
	});

	it.each([
		['2026-11-21T06:00:00.5Z', '2026-11-21T06:00:00.500Z'],
		[1_795_240_800, '2026-11-21T06:00:00.000Z'],
		[1_795_240_800_500, '2026-11-21T06:00:00.500Z'],
		[{ secs_since_epoch: 1_795_240_800, nanos_since_epoch: 5e8 }, '2026-11-21T06:00:00.500Z'],
		[{ secsSinceEpoch: 1_795_240_800 }, '2026-11-21T06:00:00.000Z'],
		// Microseconds would be the year 58858, which is no plausible time.
		[1_795_240_800_000_000, undefined],
		[0, undefined],
		['yesterday', undefined],
		[null, undefined],
	])('reads the time %j as %s', (start_time, startedAt) => {
		expect(read({ node_id: 'n', start_time })?.identity?.startedAt).toBe(startedAt);
	});

	it.each([
		['Healthy', { status: 'up', reasons: [] }],
		['degraded', { status: 'degraded', reasons: [] }],
		['Unhealthy', { status: 'down', reasons: [] }],
		[{ Unhealthy: ['a', 'b\u0007'] }, { status: 'down', reasons: ['a', 'b'] }],
		[
			{ status: 'Degraded', issues: [{ message: 'slow' }] },
			{ status: 'degraded', reasons: ['slow'] },
		],
		['Resting', { status: 'unknown', reasons: ['Resting'] }],
		[undefined, undefined],
		[{}, undefined],
	])('reads the health %j', (health, selfReport) => {
		expect(read({ node_id: 'n', health })?.selfReport).toEqual(selfReport);
	});

	it('never shows the numbers compiled into qudag-mcp', () => {
		const body = {
			node_id: 'n',
			consensus_state: { status: 'active', finalized_vertices: 156_234, pending_vertices: 23 },
			dag_stats: { total_vertices: 42_789, total_edges: 85_432, tip_count: 7 },
		};
		expect(read(body)).toEqual({
			identity: { nodeId: 'n', client: 'qudag' },
			consensus: { status: 'active' },
			notes: [expect.stringContaining('static demo data')],
		});
		const live = { ...body, dag_stats: { ...body.dag_stats, tip_count: 8 } };
		expect(read(live)?.dag).toEqual({ vertices: 42_789, edges: 85_432, tips: 8 });
	});

	it('keeps its lists within bounds, the newest vertices last', () => {
		const recent_vertices = Array.from({ length: 600 }, (_, index) => ({
			id: `v${index}`,
			timestamp: 2_000_000_000 - index,
		}));
		const recent = read({ node_id: 'n', recent_vertices: recent_vertices.toReversed() })?.dag
			?.recent;
		expect(recent).toHaveLength(500);
		expect(recent?.at(-1)?.id).toBe('v0');
		const untimed = read({ node_id: 'n', recent_vertices: [{ id: 'b' }, { id: 'a' }] });
		expect(untimed?.dag?.recent?.map(({ id }) => id)).toEqual(['b', 'a']);
	});

	it('cleans names that are data', () => {
		const protocol_versions = { '\u001B[2Jv1': 3 };
		const reading = read({ node_id: 'n', network_info: { protocol_versions } });
		expect(reading?.network?.protocolVersions).toEqual({ v1: 3 });
	});
});
