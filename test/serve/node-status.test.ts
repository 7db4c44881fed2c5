import { describe, expect, it } from 'vitest';
import { readNodeStatus } from '../../source/adapters/qudag/node-status.ts';
import type { NodeSnapshot } from '../../source/sections/snapshot.ts';
import { toNodeStatus } from '../../source/serve/node-status.ts';

const bare: NodeSnapshot = {
	target: { name: 'a', kind: 'qudag', url: 'http://127.0.0.1:1' },
	poll: { status: 'ok', failures: 0 },
	health: { status: 'up', issues: [] },
};

const full: NodeSnapshot = {
	...bare,
	identity: {
		nodeId: '7f3a9b2c',
		client: 'qudag',
		version: '0.1.0',
		networkId: 'testnet',
		startedAt: '2026-01-01T00:00:00.000Z',
		uptimeSeconds: 224_000,
	},
	consensus: {
		status: 'active',
		round: 12_345,
		finalized: 98_765,
		pending: 123,
		votingPower: 0.85,
		lastFinalizedAt: '2026-01-03T14:31:00.000Z',
		averageFinalityMs: 1250.5,
	},
	dag: {
		vertices: 98_888,
		edges: '9007199254740993',
		tips: 5,
		depth: 1234,
		branchingFactor: 2.3,
		growthPerSecond: 4.5,
		storageBytes: 1_500_000_000,
		orphaned: 2,
		recent: [
			{
				id: 'v1',
				parents: ['v0'],
				layer: 3,
				author: 'n1',
				sequence: 7,
				at: '2026-01-01T00:00:00.000Z',
				finalized: true,
			},
		],
	},
	network: {
		peers: 42,
		inbound: 15,
		outbound: 27,
		bytesInPerSecond: 1024,
		bytesOutPerSecond: 512,
		messages: [{ type: 'vertex', sent: 3, received: 4, dropped: 1, failed: 0 }],
		latencyMs: { min: 1, avg: 23, p50: 20, p95: 60, p99: 80, max: 90, n: 50 },
		protocolVersions: { 'qudag/1': 42 },
		clients: { qudag: 1 },
		peerList: [
			{
				id: 'p1',
				address: '10.0.0.1:8000',
				direction: 'inbound',
				latencyMs: 12,
				client: 'qudag',
				version: '0.1.0',
				connectedSeconds: 60,
				messagesSent: 5,
				messagesReceived: 6,
				lastSeenAt: '2026-01-01T00:00:00.000Z',
			},
		],
	},
	resources: {
		source: 'node',
		cpuRatio: 0.07,
		memoryResidentBytes: 268_435_456,
		memoryVirtualBytes: 536_870_912,
		heapTotalBytes: 100,
		heapUsedBytes: 90,
		databaseBytes: 1000,
		logBytes: 200,
		diskAvailableBytes: 5000,
		diskTotalBytes: 9000,
		diskReadsPerSecond: 3,
		diskWritesPerSecond: 4,
		threads: 16,
		openFiles: 156,
		openFilesLimit: 1024,
	},
};

describe('NodeStatus', () => {
	it('of a full node is read by the adapter of QuDAG as the same node', () => {
		const status: unknown = JSON.parse(JSON.stringify(toNodeStatus(full)));
		const { identity, consensus, dag, network, resources } = full;
		expect(readNodeStatus(status)).toEqual({
			identity,
			consensus,
			dag,
			network,
			resources,
			selfReport: { status: 'up', reasons: [] },
		});
	});

	it('has the names of the plan', () => {
		const status = toNodeStatus(full);
		expect(Object.keys(status)).toEqual([
			'node_id',
			'version',
			'network_id',
			'uptime',
			'start_time',
			'consensus_state',
			'dag_stats',
			'network_info',
			'resource_usage',
			'health',
			'recent_vertices',
		]);
		expect(status['consensus_state']).toMatchObject({
			finalized_vertices: 98_765,
			average_finality_time: { secs: 1, nanos: 250_500_000 },
		});
		expect(status['resource_usage']).toMatchObject({ cpu_usage: 7 });
	});

	it('leaves out what is not known, never a zero or null', () => {
		expect(toNodeStatus(bare)).toEqual({ health: 'Healthy' });
		const partial = { ...bare, network: { peers: 0 }, consensus: {} };
		expect(toNodeStatus(partial)).toEqual({
			network_info: { peer_count: 0, active_connections: 0, network_health: 'Healthy' },
			health: 'Healthy',
		});
	});

	it('has the health of the plan, with reasons but those that only inform', () => {
		const issue = {
			code: 'x',
			component: 'network',
			severity: 'warning',
			message: 'few peers',
			since: '2026-01-01T00:00:00.000Z',
		} as const;
		const info = { ...issue, severity: 'info', message: 'by the way' } as const;
		const of = (status: NodeSnapshot['health']['status']) =>
			toNodeStatus({ ...full, health: { status, issues: [issue, info] } });
		expect(of('degraded')['health']).toEqual({ Degraded: ['few peers'] });
		expect(of('degraded')['network_info']).toMatchObject({ network_health: 'Degraded' });
		expect(of('down')['health']).toEqual({ Unhealthy: ['few peers'] });
		expect(toNodeStatus({ ...bare, health: { status: 'unknown', issues: [] } })['health']).toEqual({
			Unhealthy: ['not known yet'],
		});
	});
});
