import { afterEach, describe, expect, it } from 'vitest';
import { identify } from '../../../source/adapters/probe.ts';
import { createRecentVertices } from '../../../source/adapters/dag/recent.ts';
import { startServer } from '../../helpers/http-server.ts';
import type { TestServer } from '../../helpers/http-server.ts';
import { contextFor, targetFor } from '../../helpers/targets.ts';
import { closeServers, endpointOf, json, replaying, Status, watch } from './watching.ts';
import type { Routes } from './watching.ts';

const servers: TestServer[] = [];
afterEach(async () => {
	await closeServers();
	await Promise.all(servers.splice(0).map((server) => server.close()));
});

const hornetInfo = '/api/core/v2/info';
const samples: readonly [string, string, Routes][] = [
	['Hornet', 'Hornet 2.0.2, network shimmer', { [hornetInfo]: json('hornet.info.json') }],
	['Conflux', 'Conflux node, chain 1029', { cfx_getStatus: json('conflux.cfx_getStatus.json') }],
	[
		'Avalanche',
		'avalanchego 1.13.5',
		{ 'info.getNodeVersion': json('avalanche.info.getNodeVersion.json') },
	],
	[
		'Hedera’s mirror',
		'Hedera mirror node, HAPI 0.66.0',
		{ '/api/v1/blocks': json('hedera.blocks.json') },
	],
];

describe('what answers at an address', () => {
	it.each(samples)('is recognised as %s', async (_name, found, routes) => {
		const server = await startServer(replaying(() => routes));
		servers.push(server);
		const target = targetFor(server.url);
		expect(await identify(target, contextFor(target))).toEqual({
			kind: 'dag',
			found,
			confidence: 'certain',
		});
	});

	it('is recognised anew when it is replaced by another', async () => {
		let routes: Routes = { [hornetInfo]: json('hornet.info.json') };
		const node = await watch(replaying(() => routes));
		expect((await node.poll()).identity?.client).toBe('HORNET');
		routes = { cfx_getStatus: json('conflux.cfx_getStatus.json') };
		expect((await node.failure()).code).toBe('unsupported');
		expect((await node.poll()).identity?.chainId).toBe(1029);
	});

	it.each([
		['nothing of the kind', new Status(404, 'not here'), 'unsupported'],
		['a refusal', new Status(401, { message: 'who are you' }), 'unauthorized'],
		['a web page', '<html>hello</html>', 'badResponse'],
	] as const)('being %s fails the poll', async (_name, info, code) => {
		const node = await watch(replaying(() => ({ [hornetInfo]: info })));
		expect((await node.failure()).code).toBe(code);
	});

	it('that hangs on one question of several costs that answer alone', async () => {
		const answer = replaying(() => ({
			[hornetInfo]: json('hornet.info.json'),
			'/api/core/v2/peers': json('hornet.peers.json'),
		}));
		const node = await watch(
			(request, response) => {
				if (request.path !== '/api/core/v2/tips') answer(request, response);
			},
			{ timeoutMs: 1000 },
		);
		const reading = await node.poll({ signal: AbortSignal.timeout(1000) });
		expect(reading.network?.peers).toBe(1);
		expect(endpointOf(reading, '/api/core/v2/tips')).toMatchObject({ status: 'failed' });
	});

	it('and is far larger than any answer is refused', async () => {
		const node = await watch((_request, response) => {
			response.writeHead(200, { 'content-type': 'application/json' });
			response.end(`{"a":"${'x'.repeat(5 * 1024 * 1024)}"}`);
		});
		const error = await node.failure();
		expect(error.code).toBe('badResponse');
		expect(error.message).toContain('larger than 4 MiB');
	});
});

describe('recent vertices', () => {
	const vertex = (id: string, ...parents: string[]) => ({ id, parents });

	it('are listed parents first, in whatever order they were told', () => {
		const recent = createRecentVertices();
		recent.put(vertex('c', 'b', 'a'));
		recent.put(vertex('b', 'a'));
		recent.put(vertex('a', 'unknown'));
		expect(recent.list()?.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
		expect(recent.branchingFactor()).toBe(4 / 3);
	});

	it('survive a cycle that a node tells of', () => {
		const recent = createRecentVertices();
		recent.put(vertex('a', 'b'));
		recent.put(vertex('b', 'a'));
		expect(recent.list()).toHaveLength(2);
	});

	it('are bounded, the oldest forgotten first', () => {
		const recent = createRecentVertices();
		for (let index = 0; index < 200; index += 1) recent.put(vertex(`v${index}`, `v${index - 1}`));
		expect(recent.list()).toHaveLength(48);
		expect(recent.list()?.[0]?.id).toBe('v152');
	});

	it('stay the same objects while nothing in them changes', () => {
		const recent = createRecentVertices();
		const first = vertex('a');
		recent.put(first);
		recent.put(vertex('a'));
		expect(recent.list()?.[0]).toBe(first);
	});
});
