import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { identify } from '../../../source/adapters/probe.ts';
import { qudag } from '../../../source/adapters/qudag/adapter.ts';
import { createHttp } from '../../../source/adapters/http.ts';
import { notMeasured } from '../../../source/domain/own-delay.ts';
import { Secret } from '../../../source/domain/secret.ts';
import { readingSchema } from '../../../source/sections/snapshot.ts';
import type { Reading } from '../../../source/sections/snapshot.ts';
import type { Target } from '../../../source/domain/target.ts';
import { contextFor, targetFor } from '../../helpers/targets.ts';
import { answerWith, fixtureJson, frame, startRpc } from './rpc-server.ts';
import type { RpcBehaviour, RpcServer } from './rpc-server.ts';

const uuidV4 = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;
const runner = {
	get_status: 'res.get_status.real-runner.json',
	list_peers: 'res.list_peers.real-runner.json',
	get_network_stats: 'res.get_network_stats.real-runner.json',
};
const mock = { get_status: 'res.get_status.mock.json' };

const servers: RpcServer[] = [];
async function start(behave: RpcBehaviour, socketPath?: string): Promise<RpcServer> {
	const server = await startRpc(behave, socketPath);
	servers.push(server);
	return server;
}
afterEach(async () => {
	await Promise.all(servers.splice(0).map((server) => server.close()));
});

/** Polls at the given times; every reading must fit the document's schema. */
async function pollAt(
	url: string,
	times: readonly number[],
	overrides: Partial<Target> = {},
): Promise<Reading[]> {
	const target = targetFor(url, overrides);
	const source = qudag.open(target);
	const readings: Reading[] = [];
	for (const atMs of times) {
		const reading = await source.poll(contextFor(target, { now: () => atMs }));
		readings.push(readingSchema.parse(reading));
	}
	source.close();
	return readings;
}

async function pollOnce(url: string, overrides: Partial<Target> = {}): Promise<Reading> {
	const [reading] = await pollAt(url, [1_760_000_130_000], overrides);
	if (!reading) throw new Error('no reading');
	return reading;
}

describe('get_status with a node runner', () => {
	it('leaves out what the node fills with constants', async () => {
		const server = await start(answerWith(runner));
		const reading = await pollOnce(server.url, { intervalMs: 10_000 });
		expect(reading).toEqual({
			latencyMs: expect.any(Number),
			endpoints: [
				{ name: 'get_status', status: 'ok', latencyMs: expect.any(Number) },
				{ name: 'list_peers', status: 'ok', latencyMs: expect.any(Number) },
				{ name: 'get_network_stats', status: 'ok', latencyMs: expect.any(Number) },
			],
			identity: {
				nodeId: '12D3KooWMASi45ub7Qe4ZE36UT5G6cU4ud8Fhhe4deS4F3cw9KTA',
				client: 'qudag',
				uptimeSeconds: 421,
			},
			consensus: { status: 'active' },
			dag: { vertices: 1287 },
			network: {
				peers: 3,
				peerList: [{ id: '12D3KooWb8dLcukC7edhDQ7cn5d4gEYkbUrMWeWQLGsCmrG6dLaY' }],
			},
			notes: ['this RPC tells no round, finality, edges or tips'],
		});
		expect(server.connections()).toBe(3);
	});

	it('shows peers and averages once the node measures them', async () => {
		const server = await start(
			answerWith({
				get_status: runner.get_status,
				list_peers: 'res.list_peers.json',
				get_network_stats: 'res.get_network_stats.json',
			}),
		);
		const reading = await pollOnce(server.url);
		expect(reading.identity?.uptimeSeconds).toBe(3600);
		expect(reading.network).toMatchObject({
			peers: 3,
			latencyMs: { avg: 25.5 },
			messages: [{ type: 'all', sent: 10, received: 17 }],
			peerList: [
				{ address: '127.0.0.1:8001', latencyMs: 25.5, connectedSeconds: 300 },
				{ address: '10.0.0.7:8000', messagesSent: 0, messagesReceived: 2 },
			],
		});
		expect(reading.network?.peerList?.[1]).not.toHaveProperty('latencyMs');
	});

	it('says that a stopped node is halted, and gives no peers where p2p is null', async () => {
		const server = await start(({ id, method }, socket) => {
			const result = { is_running: false, dag: { vertex_count: 0, tips: 0 }, p2p: null };
			const isStatus = method === 'get_status';
			const error = { code: -32601, message: `Method '${method}' not found`, data: null };
			socket.end(frame({ id, result: isStatus ? result : null, error: isStatus ? null : error }));
		});
		const reading = await pollOnce(server.url);
		expect(reading.consensus).toEqual({ status: 'halted' });
		expect(reading.dag).toEqual({ vertices: 0 });
		expect(reading.network).toBeUndefined();
		expect(reading.identity).toEqual({ client: 'qudag' });
		expect(reading.endpoints?.slice(1)).toEqual([
			{
				name: 'list_peers',
				status: 'unavailable',
				message: "list_peers: Method 'list_peers' not found (-32601)",
			},
			{
				name: 'get_network_stats',
				status: 'unavailable',
				message: "get_network_stats: Method 'get_network_stats' not found (-32601)",
			},
		]);
	});

	it('keeps the poll when a secondary question gets no answer', async () => {
		const server = await start((request, socket) => {
			if (request.method === 'list_peers') socket.destroy();
			else answerWith(runner)(request, socket);
		});
		const reading = await pollOnce(server.url);
		expect(reading.network).toEqual({ peers: 3 });
		expect(reading.identity?.uptimeSeconds).toBe(421);
		expect(reading.endpoints?.map(({ status }) => status)).toEqual(['ok', 'failed', 'ok']);
	});
});

describe('while this process is late', () => {
	const standing = () => {
		const startedMs = performance.now();
		return { soFarMs: () => performance.now() - startedMs };
	};

	it('a secondary question without an answer is unmeasured', async () => {
		const server = await start((request, socket) => {
			if (request.method !== 'list_peers') answerWith(runner)(request, socket);
		});
		const target = targetFor(server.url, { timeoutMs: 300 });
		const source = qudag.open(target);
		const reading = await source.poll(contextFor(target, { delay: standing() }));
		source.close();
		expect(reading.endpoints?.map(({ status }) => status)).toEqual(['ok', 'unmeasured', 'ok']);
	});

	it('a silence is not given again as the node’s', async () => {
		let isSilent = false;
		const server = await start((request, socket) => {
			if (!isSilent) answerWith(mock)(request, socket);
		});
		const target = targetFor(server.url, { timeoutMs: 300, intervalMs: 500 });
		const source = qudag.open(target);
		const pollAfter = (atMs: number, delay = notMeasured) =>
			source.poll(contextFor(target, { now: () => atMs, delay }));
		const first = await pollAfter(0);
		isSilent = true;
		await expect(pollAfter(60_000, standing())).rejects.toMatchObject({ code: 'timeout' });
		expect(await pollAfter(60_001)).toEqual(first);
		await expect(pollAfter(120_000)).rejects.toMatchObject({ code: 'timeout' });
		await expect(pollAfter(120_001)).rejects.toMatchObject({ code: 'timeout' });
		source.close();
	});
});

describe('get_status of the RPC server alone', () => {
	it('says that no node is attached, and shows no zeros', async () => {
		const server = await start(answerWith(mock));
		const reading = await pollOnce(server.url, { intervalMs: 2000 });
		expect(reading).toEqual({
			latencyMs: expect.any(Number),
			endpoints: [{ name: 'get_status', status: 'ok', latencyMs: expect.any(Number) }],
			identity: { nodeId: 'node_mock', client: 'qudag', uptimeSeconds: 3600 },
			consensus: { status: 'unknown' },
			network: {
				peers: 2,
				messages: [{ type: 'all', sent: 10, received: 17 }],
				latencyMs: { avg: 25.5 },
				peerList: [
					{
						id: 'peer_127.0.0.1:8001',
						address: '127.0.0.1:8001',
						latencyMs: 25.5,
						connectedSeconds: 300,
						lastSeenAt: '2025-10-09T08:55:23.000Z',
						messagesSent: 10,
						messagesReceived: 15,
					},
					{
						id: 'peer_10.0.0.7:8000',
						address: '10.0.0.7:8000',
						connectedSeconds: 61,
						lastSeenAt: '2025-10-09T08:55:20.000Z',
						messagesSent: 0,
						messagesReceived: 2,
					},
				],
			},
			resources: { source: 'node', memoryResidentBytes: 28_311_552 },
			selfReport: { status: 'degraded', reasons: ['no real node is attached'] },
			notes: [
				'state Mock: no real node is attached to this RPC server, and what it did not measure is left out',
			],
		});
		expect(server.connections()).toBe(1);
	});

	it.each([
		['Running', 'active', undefined],
		['Syncing', 'syncing', undefined],
		['Stopped', 'halted', undefined],
		['Error(disk full)', 'unknown', { status: 'down', reasons: ['disk full'] }],
		[{ Error: 'disk full' }, 'unknown', { status: 'down', reasons: ['disk full'] }],
		['Dreaming', 'unknown', undefined],
	] as const)('reads state %j as %s', async (state, status, selfReport) => {
		const server = await start(({ id }, socket) => {
			const dag_stats = { vertex_count: 0, edge_count: 5, tip_count: 2, finalized_height: 9 };
			socket.end(frame({ id, result: { node_id: 'n', state, dag_stats }, error: null }));
		});
		const reading = await pollOnce(server.url);
		expect(reading.consensus).toEqual({ status, height: 9 });
		expect(reading.dag).toEqual({ vertices: 0, edges: 5, tips: 2 });
		expect(reading.selfReport).toEqual(selfReport);
	});

	it('makes rates of the byte totals, and none over a restart', async () => {
		const totals = [
			[1000, 500],
			[5000, 1500],
			[200, 100],
		];
		const server = await start(({ id }, socket) => {
			const [bytes_received, bytes_sent] = totals.shift() ?? [];
			const network_stats = { active_connections: 1, bytes_received, bytes_sent };
			socket.end(frame({ id, result: { node_id: 'n', state: 'Running', network_stats } }));
		});
		const [first, second, third] = await pollAt(server.url, [10_000, 14_000, 18_000]);
		expect(first?.network).toEqual({ peers: 1 });
		expect(second?.network).toEqual({
			peers: 1,
			bytesInPerSecond: 1000,
			bytesOutPerSecond: 250,
		});
		expect(third?.network).toEqual({ peers: 1 });
	});

	it('never shows the numbers compiled into qudag-mcp', async () => {
		const dag_stats = fixtureJson('mcp.dag-state.HARDCODED.json');
		const server = await start(({ id }, socket) => {
			socket.end(frame({ id, result: { node_id: 'n', state: 'Running', dag_stats } }));
		});
		const reading = await pollOnce(server.url);
		expect(reading.dag).toBeUndefined();
		expect(reading.consensus).toEqual({ status: 'active' });
		expect(reading.notes?.join()).toContain('static demo data');
	});

	it('cleans what the node says', async () => {
		const server = await start(({ id }, socket) => {
			const result = { node_id: 'a\u001B[31mb\u202E', state: '\u001B]0;x\u0007Running' };
			socket.end(frame({ id, result, error: null }));
		});
		const reading = await pollOnce(server.url);
		expect(reading.identity?.nodeId).toBe('ab');
		expect(reading.consensus?.status).toBe('active');
	});
});

describe('the question', () => {
	it('carries a fresh UUID v4, the token inside params, and null without one', async () => {
		const server = await start(answerWith(mock));
		await pollOnce(server.url, { token: new Secret('secret123') });
		await pollOnce(server.url);
		const [withToken, without] = server.requests;
		expect(withToken?.params).toEqual(fixtureJson('req.get_status.token.json')['params']);
		expect(without).toEqual({
			id: expect.stringMatching(uuidV4),
			method: 'get_status',
			params: null,
		});
		expect(withToken?.id).toMatch(uuidV4);
		expect(withToken?.id).not.toBe(without?.id);
	});

	it('works over a Unix socket, in both spellings, as often as asked', async () => {
		const folder = mkdtempSync(join(tmpdir(), 'nodetop-'));
		try {
			const path = join(folder, 'rpc socket');
			const server = await start(answerWith(runner), path);
			const times = Array.from({ length: 80 }, (_, index) => 1_760_000_000_000 + index * 10);
			const readings = await pollAt(`unix:${path}`, times, { intervalMs: 10 });
			expect(server.connections()).toBe(240);
			expect(readings.at(-1)?.notes).toEqual(['this RPC tells no round, finality, edges or tips']);
			const other = await pollOnce(`unix://${path}`);
			expect(other.dag).toEqual({ vertices: 1287 });
		} finally {
			rmSync(folder, { recursive: true });
		}
	});
});

describe('the limit of 60 connections a minute', () => {
	it.each([250, 1000, 1400, 2000, 5000])('is kept at an interval of %d ms', async (intervalMs) => {
		const startMs = 1_760_000_000_000;
		const askedAt: number[] = [];
		let nowMs = startMs;
		const server = await start((request, socket) => {
			askedAt.push(nowMs);
			answerWith(runner)(request, socket);
		});
		const target = targetFor(server.url, { intervalMs });
		const source = qudag.open(target);
		for (nowMs = startMs; nowMs < startMs + 180_000; nowMs += intervalMs) {
			const reading = await source.poll(contextFor(target, { now: () => nowMs }));
			expect(reading.dag).toEqual({ vertices: 1287 });
			expect(reading.network?.peerList).toHaveLength(1);
		}
		const inAMinuteFrom = (fromMs: number) =>
			askedAt.filter((atMs) => atMs >= fromMs && atMs < fromMs + 60_000).length;
		expect(Math.max(...askedAt.map(inAMinuteFrom))).toBeLessThanOrEqual(50);
		expect(inAMinuteFrom(startMs + 60_000)).toBeGreaterThan(30);
	});

	it('holds also when a user polls by hand, and says how old the data may be', async () => {
		const server = await start(answerWith(runner));
		const times = Array.from({ length: 300 }, (_, index) => 1_760_000_000_000 + index * 100);
		const readings = await pollAt(server.url, times, { intervalMs: 1000 });
		expect(server.connections()).toBeLessThanOrEqual(50);
		expect(readings.at(-1)?.notes).toEqual([
			'this RPC tells no round, finality, edges or tips',
			'asks status every 2 s, peers every 6 s: QuDAG takes 60 connections a minute from one address',
		]);
	});

	it('gives the last failure again instead of asking too soon', async () => {
		const server = await start((_request, socket) => socket.end());
		const target = targetFor(server.url);
		const source = qudag.open(target);
		const poll = (atMs: number) => source.poll(contextFor(target, { now: () => atMs }));
		await expect(poll(1000)).rejects.toMatchObject({ code: 'rateLimited' });
		await expect(poll(2000)).rejects.toMatchObject({ code: 'rateLimited' });
		expect(server.connections()).toBe(1);
		await expect(poll(3000)).rejects.toMatchObject({ code: 'rateLimited' });
		expect(server.connections()).toBe(2);
	});

	it('does not count connections that were refused', async () => {
		const server = await startRpc(answerWith(mock));
		await server.close();
		const target = targetFor(server.url);
		const source = qudag.open(target);
		for (let index = 0; index < 3; index += 1) {
			await expect(source.poll(contextFor(target, { now: () => 1000 }))).rejects.toMatchObject({
				code: 'unreachable',
			});
		}
	});

	it('survives a clock that is set back', async () => {
		const server = await start(answerWith(mock));
		await pollAt(server.url, [9_000_000, 1_000_000]);
		expect(server.connections()).toBe(2);
	});
});

describe('probe', () => {
	it.each([
		[mock, 'QuDAG node node_mock'],
		[runner, 'QuDAG node 12D3KooWMASi45ub7Qe4ZE36UT5G6cU4ud8Fhhe4deS4F3cw9KTA'],
		[{ get_status: 'res.error.auth.json' }, 'QuDAG node whose RPC wants a token'],
	])('names %j with one question', async (samples, found) => {
		const server = await start(answerWith(samples));
		const target = targetFor(server.url);
		const match = await qudag.probe(target, contextFor(target));
		expect(match).toEqual({ found, confidence: 'certain' });
		expect(server.connections()).toBe(1);
	});

	it('knows nothing of other addresses', async () => {
		const target = targetFor('tcp://127.0.0.1:1', { url: 'ws://127.0.0.1:1' });
		const context = { ...contextFor(target), http: createHttp(target) };
		expect(await qudag.probe(target, context)).toBeUndefined();
		await expect(qudag.open(target).poll(context)).rejects.toMatchObject({ code: 'unsupported' });
	});
});

describe('a bare host and port that speaks frames', () => {
	it('is recognised where no HTTP is spoken, and told with its own scheme', async () => {
		const server = await start(answerWith(mock));
		const target = targetFor(`http://127.0.0.1:${server.port}`);
		expect(await identify(target, contextFor(target))).toMatchObject({
			kind: 'qudag',
			url: `tcp://127.0.0.1:${server.port}`,
		});
	});
});
