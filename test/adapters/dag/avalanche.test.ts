import { afterEach, describe, expect, it } from 'vitest';
import { readGoDuration } from '../../../source/adapters/dag/avalanche-wire.ts';
import {
	closeServers,
	endpointOf,
	fixture,
	json,
	replaying,
	Status,
	watch,
	watchUrl,
} from './watching.ts';
import type { Routes } from './watching.ts';

afterEach(closeServers);

const now = () => 1_760_000_121_000;
const health = '/ext/health';

function avalancheRoutes(): Routes {
	return {
		[health]: json('avalanche.health.json'),
		'/ext/metrics': fixture('avalanche.prom.txt'),
		'info.getNodeVersion': json('avalanche.info.getNodeVersion.json'),
		'info.getNodeID': { jsonrpc: '2.0', id: 1, result: { nodeID: 'NodeID-5mb46' } },
		'info.getNetworkID': { jsonrpc: '2.0', id: 1, result: { networkID: '1' } },
		'info.isBootstrapped': json('avalanche.info.isBootstrapped.json'),
		'info.peers': json('avalanche.info.peers.json'),
		'info.uptime': json('avalanche.info.uptime.json'),
	};
}

describe('avalanchego', () => {
	it('is read whole', async () => {
		const node = await watch(replaying(avalancheRoutes));
		const reading = await node.poll({ now });
		expect(reading.identity).toEqual({
			nodeId: 'NodeID-5mb46',
			client: 'avalanchego',
			version: '1.13.5',
			userAgent: 'avalanchego/1.13.5',
			networkId: 1,
		});
		expect(reading.consensus).toEqual({
			status: 'active',
			height: 70_123_441,
			finalized: 70_123_441,
			pending: 0,
			lastFinalizedAt: '2025-10-09T08:55:20.000Z',
			applied: 70_123_441,
			failed: 12,
		});
		const accepted = {
			number: 70_123_441,
			hash: 'N7uywre7bj7WzE6sQ2Q2oejmPzux2jhAX5QBWZMXjif4F2sSUv',
			at: '2025-10-09T08:55:20.000Z',
		};
		expect(reading.chain).toEqual({
			name: 'C',
			head: accepted,
			finalized: accepted,
			syncing: false,
		});
		expect(reading.dag).toBeUndefined();
		expect(reading.resources).toEqual({ source: 'node', diskAvailableBytes: 227_332_321_280 });
		expect(reading.selfReport).toEqual({ status: 'up', reasons: [] });
		expect(reading.notes).toEqual([
			'linear (Snowman): heights are of the C-chain; accepted is final',
			'other chains: P-chain 22123441, X-chain 512331',
			'uptime 99.2 % as the stake sees it',
			'100 % of the stake would reward it',
			'0.04 % of its consensus polls failed since its start',
			'benched for not answering: 1 of its peers',
		]);
		expect(reading.endpoints?.every(({ status }) => status === 'ok')).toBe(true);
	});

	it('counts all its peers and names those it lists', async () => {
		const node = await watch(replaying(avalancheRoutes));
		const { network } = await node.poll({ now });
		expect(network).toEqual({
			peers: 1412,
			clients: { avalanchego: 2 },
			peerList: [
				{
					id: 'NodeID-UQugTJW9Z87PZnTGYe8K8xyKw6kiWFXRD',
					address: '203.0.113.4:9651',
					client: 'avalanchego',
					version: '1.13.5',
					lastSeenAt: '2025-10-06T07:00:12.000Z',
				},
				{
					id: 'NodeID-pTfFVh5QTNKeVjJKjm1kgG1TQ9ezxHRTJ',
					address: '198.51.100.8:41022',
					client: 'avalanchego',
					version: '1.13.4',
					lastSeenAt: '2025-10-06T07:00:09.000Z',
				},
			],
		});
	});

	it('tells its block interval from accepted blocks, over a restart too', async () => {
		let accepted = 1000;
		let atMs = now();
		const node = await watch(
			replaying(() => ({
				...avalancheRoutes(),
				'/ext/metrics': `avalanche_snowman_blks_accepted_count{chain="C"} ${accepted}\n`,
			})),
		);
		const interval = async (next: number) => {
			accepted = next;
			atMs += 10_000;
			return (await node.poll({ now: () => atMs })).chain?.blockIntervalMs;
		};
		expect(await interval(1000)).toBeUndefined();
		expect(await interval(1005)).toBe(2000);
		expect(await interval(3)).toBeUndefined();
		expect(await interval(13)).toBe(1000);
	});

	it('under a path of a proxy is asked there', async () => {
		const node = await watch(({ path, method, body }, response) => {
			const request = { method, body, path: path.replace('/avax', '') };
			const isBelow = path.startsWith('/avax/ext/') && path.endsWith('?key=k1');
			replaying(() => (isBelow ? avalancheRoutes() : {}))(request, response);
		});
		const proxied = watchUrl(`${node.server.url}/avax?key=k1`);
		expect((await proxied.poll({ now })).consensus?.height).toBe(70_123_441);
	});
});

describe('avalanchego that is not well', () => {
	it('says the same under 503, and which check fails', async () => {
		const body = json('avalanche.health.json', {
			healthy: false,
			'checks.network.error': 'not enough connected peers',
			'checks.network.contiguousFailures': 3,
		});
		const node = await watch(
			replaying(() => ({ ...avalancheRoutes(), [health]: new Status(503, body) })),
		);
		const reading = await node.poll({ now });
		expect(reading.selfReport).toEqual({
			status: 'degraded',
			reasons: ['network: not enough connected peers'],
		});
		expect(reading.consensus?.height).toBe(70_123_441);
	});

	it('that tells no C-chain tells its P-chain, and says so', async () => {
		const node = await watch(
			replaying(() => ({
				...avalancheRoutes(),
				[health]: json('avalanche.health.json', { 'checks.C': {} }),
			})),
		);
		const { chain } = await node.poll({ now });
		expect(chain).toMatchObject({ name: 'P', head: { number: 22_123_441 } });
	});

	it('is syncing while a chain is not bootstrapped', async () => {
		const node = await watch(
			replaying(() => ({
				...avalancheRoutes(),
				[health]: json('avalanche.health.json', {
					healthy: false,
					'checks.bootstrapped.message': ['P', 'C'],
				}),
			})),
		);
		const reading = await node.poll({ now });
		expect(reading.consensus?.status).toBe('syncing');
		expect(reading.chain?.syncing).toBe(true);
		expect(reading.notes).toContain('not bootstrapped yet: P, C');
	});

	it('is syncing by its info API where health does not tell', async () => {
		const node = await watch(
			replaying(() => ({
				...avalancheRoutes(),
				[health]: json('avalanche.health.json', { 'checks.bootstrapped': {} }),
				'info.isBootstrapped {"chain":"X"}': { id: 1, result: { isBootstrapped: false } },
			})),
		);
		expect((await node.poll({ now })).notes).toContain('not bootstrapped yet: X');
	});

	it('is stalled while a block stays undecided', async () => {
		const consensus = 'checks.C.message.engine.consensus';
		const node = await watch(
			replaying(() => ({
				...avalancheRoutes(),
				[health]: json('avalanche.health.json', {
					[`${consensus}.processingBlocks`]: 4,
					[`${consensus}.longestProcessingBlock`]: '1m3.5s',
				}),
			})),
		);
		const reading = await node.poll({ now });
		expect(reading.consensus).toMatchObject({ status: 'stalled', pending: 4 });
		expect(reading.notes).toContain('a block of the C-chain is undecided for 1m 04s');
	});

	it('is not called active without peers, though it says it is healthy', async () => {
		const node = await watch(
			replaying(() => ({
				...avalancheRoutes(),
				[health]: json('avalanche.health.json', { 'checks.network.message.connectedPeers': 0 }),
			})),
		);
		const reading = await node.poll({ now });
		expect(reading.consensus?.status).toBe('unknown');
		expect(reading.network?.peers).toBe(0);
	});

	it('that is no validator has no uptime, which is no fault', async () => {
		const node = await watch(
			replaying(() => ({
				...avalancheRoutes(),
				'info.uptime': json('avalanche.info.uptime.not-validator.json'),
			})),
		);
		const reading = await node.poll({ now });
		expect(endpointOf(reading, 'info.uptime')).toEqual({
			name: 'info.uptime',
			status: 'unavailable',
			message: 'the node is not a validator',
		});
	});

	it('with its metrics elsewhere is asked there, and told when they are not its own', async () => {
		const metrics = await watch(replaying(() => ({ '/m': 'go_goroutines 5\n' })));
		const { server } = await watch(replaying(avalancheRoutes));
		const node = watchUrl(server.url, { metricsUrl: `${metrics.server.url}/m` });
		const reading = await node.poll({ now });
		expect(endpointOf(reading, '/ext/metrics')).toMatchObject({
			status: 'unavailable',
			message: 'none of avalanchego’s metrics are there',
		});
		expect(reading.consensus).not.toHaveProperty('failed');
	});
});

it.each([
	['0s', 0],
	['31ms', 31],
	['1m2.5s', 62_500],
	['2h0m1s', 7_201_000],
	['900µs', 0.9],
	['soon', undefined],
	[5, undefined],
])('reads the Go duration %s', (text, ms) => {
	expect(readGoDuration(text)).toBe(ms);
});
