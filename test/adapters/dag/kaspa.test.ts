import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { identify } from '../../../source/adapters/probe.ts';
import { readUserAgent } from '../../../source/adapters/dag/kaspa/wire.ts';
import { Secret } from '../../../source/domain/secret.ts';
import type { Target } from '../../../source/domain/target.ts';
import { contextFor, targetFor } from '../../helpers/targets.ts';
import { closeServers, endpointOf, json, replaying, watch, watchUrl } from './watching.ts';
import type { Watched } from './watching.ts';
import { closeWrpcNodes, kaspad, startWrpcNode } from './wrpc-node.ts';
import type { WrpcHandler, WrpcNode } from './wrpc-node.ts';

const watched: Watched[] = [];
afterEach(async () => {
	for (const { source } of watched.splice(0)) source.close();
	await Promise.all([closeWrpcNodes(), closeServers()]);
});

const medianMs = 1_760_000_011_223;
const now = () => medianMs + 130_000;

async function start(
	handler: WrpcHandler,
	overrides: Partial<Target> = {},
): Promise<{ node: WrpcNode } & Watched> {
	const node = await startWrpcNode(handler);
	const one = watchUrl(node.url, overrides);
	watched.push(one);
	return { node, ...one };
}

describe('a Kaspa node', () => {
	it('is read whole', async () => {
		const { poll } = await start(kaspad());
		const reading = await poll({ now });
		expect(reading.identity).toEqual({
			nodeId: '7f0b3a4c-1d2e-4f5a-9b6c-0d1e2f3a4b5c',
			client: 'kaspad',
			version: '1.0.1',
			networkId: 'mainnet',
		});
		expect(reading.consensus).toEqual({ status: 'active', height: 212_233_445 });
		expect(reading.dag).toEqual({
			vertices: 112_233,
			tips: 3,
			depth: 209_123_441,
			branchingFactor: 330_112 / 112_233,
		});
		expect(reading.chain).toEqual({ syncing: false, txPool: { pending: 412 } });
		expect(reading.resources).toEqual({
			source: 'node',
			cpuRatio: 1.74,
			memoryResidentBytes: 6_442_450_944,
			memoryVirtualBytes: 12_884_901_888,
			openFiles: 812,
		});
		expect(reading.notes).toEqual([
			'heights are DAA scores; depth is the blue score of the sink; vertices are those not pruned',
			'initial block download with 1 of its peers',
			'getServerInfo says isSynced: true, getInfo says the contrary',
		]);
		expect(reading.endpoints).toHaveLength(6);
		expect(reading.endpoints?.every(({ status }) => status === 'ok')).toBe(true);
		// A chain's head would be compared with those of other nodes, and a DAG has many.
		expect(reading.chain).not.toHaveProperty('head');
	});

	it('tells its peers in milliseconds, seconds, directions and versions', async () => {
		const { poll } = await start(kaspad());
		const { network } = await poll({ now });
		expect(network).toEqual({
			peers: 2,
			inbound: 1,
			outbound: 1,
			latencyMs: { min: 87, avg: 144, p50: 87, p95: 201, p99: 201, max: 201, n: 2 },
			clients: { kaspad: 2 },
			protocolVersions: { '7': 2 },
			peerList: [
				{
					id: '0b9a8c7d-6e5f-4a3b-8c1d-2e3f4a5b6c7d',
					address: '203.0.113.44:16111',
					direction: 'outbound',
					latencyMs: 87,
					client: 'kaspad',
					version: '1.0.1',
					connectedSeconds: 912.331,
				},
				{
					id: '1b9a8c7d-6e5f-4a3b-8c1d-2e3f4a5b6c7d',
					address: '[2001:db8::44]:51211',
					direction: 'inbound',
					latencyMs: 201,
					client: 'kaspad',
					version: '0.17.2',
					connectedSeconds: 1.2,
				},
			],
		});
	});

	it('tells its clock to within half the latency', async () => {
		const { poll } = await start(kaspad());
		const { clock } = await poll({ now: () => medianMs + 5000 });
		expect(clock?.source).toBe('node');
		expect(clock?.uncertaintyMs).toBeLessThan(1000);
		expect(Math.abs((clock?.offsetMs ?? 0) + 5000)).toBeLessThanOrEqual(clock?.uncertaintyMs ?? 0);
	});

	it('has rates by its counters and its own clock, over a restart too', async () => {
		let at = 0;
		let bytes = 1000;
		let score = 500;
		const { poll } = await start(
			kaspad(() => ({
				getBlockDagInfo: { 'params.virtualDaaScore': score },
				getMetrics: {
					'params.serverTime': medianMs + at,
					'params.bandwidthMetrics.p2pBytesRx': bytes,
					'params.bandwidthMetrics.p2pBytesTx': bytes * 2,
				},
			})),
		);
		const rates = async (nextBytes: number, nextScore: number) => {
			at += 2000;
			bytes = nextBytes;
			score = nextScore;
			const { network, dag } = await poll({ now: () => medianMs + at });
			return [network?.bytesInPerSecond, network?.bytesOutPerSecond, dag?.growthPerSecond];
		};
		expect(await rates(1000, 500)).toEqual([undefined, undefined, undefined]);
		expect(await rates(5000, 520)).toEqual([2000, 4000, 10]);
		expect(await rates(10, 530)).toEqual([undefined, undefined, 5]);
		expect(await rates(110, 540)).toEqual([50, 100, 5]);
	});

	it('keeps one connection, and asks with what the samples of requests hold', async () => {
		const { node, poll } = await start(kaspad());
		await poll({ now });
		await poll({ now });
		expect(node.connections()).toBe(1);
		expect(node.requests).toHaveLength(12);
		const asked = (method: string) => node.requests.find((request) => request.method === method);
		for (const method of ['getBlockDagInfo', 'getMetrics']) {
			const sample = json(`kaspa.wrpc.${method}.req.json`);
			expect(asked(method)?.params).toEqual(sample['params']);
		}
		expect(new Set(node.requests.map(({ id }) => id)).size).toBe(12);
	});

	it('may mix up the order of its answers and notify meanwhile', async () => {
		const held: (() => void)[] = [];
		const answer = kaspad();
		let isSecond = false;
		const { poll } = await start((request, socket) => {
			const isHeld = isSecond && ['getServerInfo', 'getInfo'].includes(request.method);
			socket.send(JSON.stringify(json('kaspa.wrpc.notification.json')));
			if (!isHeld) {
				answer(request, socket);
				return;
			}
			held.unshift(() => {
				answer(request, socket);
			});
			if (held.length === 2) for (const release of held) release();
		});
		const first = await poll({ now });
		isSecond = true;
		const second = await poll({ now });
		expect(held).toHaveLength(2);
		expect(second.identity).toEqual(first.identity);
	});

	it('may write its numbers as text', async () => {
		const { poll } = await start(
			kaspad(() => ({
				getBlockDagInfo: {
					'params.blockCount': '112233',
					'params.virtualDaaScore': '18446744073709551615',
				},
			})),
		);
		const reading = await poll({ now });
		expect(reading.dag?.vertices).toBe(112_233);
		expect(reading.consensus?.height).toBe('18446744073709551615');
	});
});

describe('a Kaspa node that is not well', () => {
	it('is syncing while its median time is old, as it says', async () => {
		const { poll } = await start(kaspad(() => ({ getServerInfo: { 'params.isSynced': false } })));
		const reading = await poll({ now: () => medianMs + 3 * 3_600_000 });
		expect(reading.consensus?.status).toBe('syncing');
		expect(reading.chain?.syncing).toBe(true);
	});

	it('is active when blocks are fresh, though it never says that it is synced', async () => {
		const { poll } = await start(kaspad(() => ({ getServerInfo: { 'params.isSynced': false } })));
		const reading = await poll({ now });
		expect(reading.consensus?.status).toBe('active');
		expect(reading.chain?.syncing).toBe(true);
	});

	it('is stalled when its median time is old, though it says it is synced', async () => {
		const { poll } = await start(kaspad());
		const reading = await poll({ now: () => medianMs + 3_600_000 });
		expect(reading.consensus?.status).toBe('stalled');
	});

	it('is not called active without peers', async () => {
		const { poll } = await start(
			kaspad(() => ({
				getConnectedPeerInfo: { 'params.peerInfo': [] },
				getMetrics: { 'params.connectionMetrics.activePeers': 0 },
			})),
		);
		const reading = await poll({ now });
		expect(reading.consensus?.status).toBe('unknown');
		expect(reading.network).toMatchObject({ peers: 0, inbound: 0, outbound: 0 });
	});
});

describe('an old or strange Kaspa node', () => {
	it('that hangs up over one method keeps the others, and is not asked for it again', async () => {
		const answer = kaspad();
		const { node, poll } = await start((request, socket) => {
			if (request.method === 'getInfo') socket.terminate();
			else answer(request, socket);
		});
		const reading = await poll({ now });
		expect(endpointOf(reading, 'getInfo')).toEqual({
			name: 'getInfo',
			status: 'unavailable',
			message: 'the node hangs up when asked getInfo',
		});
		expect(reading.network?.peers).toBe(2);
		expect(reading.dag?.depth).toBe(209_123_441);
		expect(reading.identity?.version).toBe('1.0.1');
		expect(node.connections()).toBe(2);
		const again = await poll({ now });
		expect(node.connections()).toBe(2);
		expect(again.endpoints?.filter(({ status }) => status === 'ok')).toHaveLength(5);
	});

	it.each([
		['kaspa.wrpc.error.method.json', 'the node answers: RPC method not found'],
		['kaspa.wrpc.error.json', 'the node answers: request deserialization error'],
	])('that answers a question as %s lacks that answer alone', async (sample, message) => {
		const answer = kaspad();
		const { poll } = await start((request, socket) => {
			if (request.method !== 'getMetrics') answer(request, socket);
			else socket.send(JSON.stringify({ ...json(sample), id: request.id }));
		});
		const reading = await poll({ now });
		expect(endpointOf(reading, 'getMetrics')).toEqual({
			name: 'getMetrics',
			status: 'unavailable',
			message,
		});
		expect(reading.network?.peers).toBe(2);
		expect(reading.resources).toBeUndefined();
		expect(reading.clock).toBeUndefined();
	});

	it('that hangs on one question costs that answer alone', async () => {
		const answer = kaspad();
		const { poll } = await start(
			(request, socket) => {
				if (request.method !== 'getMetrics') answer(request, socket);
			},
			{ timeoutMs: 400 },
		);
		const reading = await poll({ now });
		expect(endpointOf(reading, 'getMetrics')?.status).toBe('failed');
		expect(reading.dag?.tips).toBe(3);
	});

	it('that answers its main question with an error fails the poll with what to do', async () => {
		const { failure } = await start(({ id, method }, socket) => {
			const reply = method === 'getServerInfo' ? json('kaspa.wrpc.getServerInfo.res.json') : {};
			const error = { code: 0, message: 'consensus is \u001B[31mnot ready', data: null };
			socket.send(JSON.stringify(method === 'getServerInfo' ? { ...reply, id } : { id, error }));
		});
		const error = await failure({ now });
		expect(error.code).toBe('badResponse');
		expect(error.message).toBe('the node answers: consensus is not ready');
		expect(error.nextStep).toBe('look at the node’s log');
	});
});

describe('the connection', () => {
	it('is made anew at the next poll after a loss', async () => {
		const { node, poll } = await start(kaspad());
		await poll({ now });
		node.drop();
		await expect.poll(async () => (await poll({ now })).dag?.tips).toBe(3);
		expect(node.connections()).toBe(2);
	});

	it('is given up when nothing comes over it', async () => {
		let isFrozen = false;
		const answer = kaspad();
		const { node, poll, failure } = await start((request, socket) => {
			if (!isFrozen) answer(request, socket);
		});
		await poll({ now });
		isFrozen = true;
		const error = await failure({ now, signal: AbortSignal.timeout(100) });
		expect(error.code).toBe('timeout');
		isFrozen = false;
		expect((await poll({ now })).dag?.tips).toBe(3);
		expect(node.connections()).toBe(2);
	});

	it('refuses a message that is far too large', async () => {
		const answer = kaspad();
		const { failure } = await start((request, socket) => {
			if (request.method === 'getServerInfo') answer(request, socket);
			else socket.send(`{"id":${request.id},"params":"${'x'.repeat(5 * 1024 * 1024)}"}`);
		});
		const error = await failure({ now });
		expect(error.code).toBe('badResponse');
		expect(error.message).toBe('a message is larger than 4 MiB');
	});

	it('ends when the node sends what nobody asked for, and on', async () => {
		const answer = kaspad();
		const { failure } = await start((request, socket) => {
			if (request.method === 'getServerInfo') answer(request, socket);
			else for (let n = 0; n < 40; n++) socket.send(`{"params":"${'x'.repeat(10_000)}"}`);
		});
		const error = await failure({ now });
		expect(error.code).toBe('badResponse');
		expect(error.message).toBe('the node sends more than 256 KiB that nobody asked for');
	});

	it('bears notifications that come between the answers', async () => {
		const answer = kaspad();
		const { poll } = await start((request, socket) => {
			for (let n = 0; n < 20; n++) socket.send(`{"params":"${'x'.repeat(10_000)}"}`);
			answer(request, socket);
		});
		expect((await poll({ now })).dag?.tips).toBe(3);
	});

	it.each([
		['binary frames', Buffer.from([1, 2, 3]), 'the answer is binary'],
		['no JSON', 'hello', 'what answers there does not send JSON'],
		['JSON that is no frame', '[1]', 'what answers there does not speak Kaspa’s wRPC'],
	])('with %s is that of no Kaspa node', async (_name, data, message) => {
		const { failure } = await start((_request, socket) => {
			socket.send(data);
		});
		expect((await failure({ now })).message).toContain(message);
	});

	it('carries the credentials of the target', async () => {
		let seen: string | undefined;
		const { node, poll } = await start(kaspad(), { token: new Secret('s3cret') });
		expect(node.connections()).toBe(0);
		node.onUpgrade((headers) => {
			seen = headers.authorization;
		});
		await poll({ now });
		expect(seen).toBe('Bearer s3cret');
	});

	it('to a web server fails with its status', async () => {
		const { server } = await watch(replaying(() => ({})));
		const error = await watchUrl(server.url.replace('http:', 'ws:')).failure({ now });
		expect(error.code).toBe('unsupported');
		const plain = await startWrpcNode(kaspad());
		plain.refuse(401);
		expect((await watchUrl(plain.url).failure({ now })).code).toBe('unauthorized');
	});

	it('to a port where nothing listens is refused', async () => {
		const server = createServer().listen(0, '127.0.0.1');
		await once(server, 'listening');
		const { port } = server.address() as AddressInfo; // A TCP server has one.
		server.close();
		await once(server, 'close');
		const error = await watchUrl(`ws://127.0.0.1:${port}`).failure({ now });
		expect(error.code).toBe('unreachable');
		expect(error.message).toContain('connection refused');
	});
});

it('is found out by one question of each kind, which every release knows', async () => {
	const node = await startWrpcNode(kaspad());
	const target = targetFor(node.url);
	expect(await identify(target, contextFor(target))).toEqual({
		kind: 'dag',
		found: 'Kaspa node 1.0.1, mainnet',
		confidence: 'certain',
	});
	expect(node.requests.map(({ method }) => method)).toEqual([
		'web3_clientVersion',
		'getServerInfo',
	]);
});

it.each([
	['/kaspad:1.0.1/', 'kaspad', '1.0.1'],
	['/kaspad:0.17.2(comment)/', 'kaspad', '0.17.2'],
	['kaspad', undefined, undefined],
	[undefined, undefined, undefined],
])('reads the user agent %s', (text, client, version) => {
	expect(readUserAgent(text)).toEqual({ client, version });
});
