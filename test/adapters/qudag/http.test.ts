import { afterEach, describe, expect, it } from 'vitest';
import { qudag } from '../../../source/adapters/qudag/adapter.ts';
import { createHttp } from '../../../source/adapters/http.ts';
import { Secret } from '../../../source/domain/secret.ts';
import { readingSchema } from '../../../source/sections/snapshot.ts';
import { sendJson, startServer } from '../../helpers/http-server.ts';
import type { Handler, TestServer } from '../../helpers/http-server.ts';
import { contextFor, targetFor } from '../../helpers/targets.ts';
import { failureOf, pollOnce } from './polling.ts';
import { fixture, fixtureJson, startRaw } from './rpc-server.ts';

const servers: { close(): Promise<void> }[] = [];
afterEach(async () => {
	await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function start(handler: Handler): Promise<TestServer> {
	const server = await startServer(handler);
	servers.push(server);
	return server;
}

/** Serves JSON by path; 404 for others, as QuDAG's nodes say it. */
async function serve(bodies: Readonly<Record<string, unknown>>): Promise<TestServer> {
	return start(({ path }, response) => {
		const body = bodies[path];
		if (body === undefined) sendJson(response, { error: 'Not Found' }, 404);
		else sendJson(response, body);
	});
}

async function probe(url: string) {
	const target = targetFor(url);
	return qudag.probe(target, contextFor(target));
}

const testnet = {
	'/api/v1/status': fixtureJson('testnet.api-v1-status.json'),
	'/health': fixtureJson('testnet.health.json'),
};
const testnetReading = {
	identity: {
		nodeId: 'a1b2c3d4',
		client: 'qudag',
		version: '1.0.0-mcp-v3',
		networkId: 'qudag-testnet',
		uptimeSeconds: 86_412,
	},
	consensus: { status: 'active', height: 17_283 },
	notes: [
		'peers are not shown: the testnet node never updates its peer count',
		'the testnet node simulates its blocks: the height is not that of a network',
	],
};

describe('the testnet node', () => {
	it('tells identity, height and its verdict, and no peers', async () => {
		const server = await serve(testnet);
		expect(await pollOnce(server.url)).toEqual({
			...testnetReading,
			latencyMs: expect.any(Number),
			clock: expect.objectContaining({ source: 'httpDate' }),
			endpoints: [
				{ name: '/api/v1/status', status: 'ok', latencyMs: expect.any(Number) },
				{ name: '/health', status: 'ok', latencyMs: expect.any(Number) },
			],
			selfReport: { status: 'up', reasons: [] },
		});
		expect(server.requests.map(({ headers }) => headers.connection)).toEqual(['close', 'close']);
	});

	it('tells how far its clock is from ours', async () => {
		const aheadMs = 7_200_000;
		const server = await startServer((_, response) => {
			response.setHeader('date', new Date(Date.now() + aheadMs).toUTCString());
			sendJson(response, fixtureJson('node-status.json'));
		});
		const { clock } = await pollOnce(server.url);
		await server.close();
		const { offsetMs = 0, uncertaintyMs = 0 } = clock ?? {};
		expect(Math.abs(offsetMs - aheadMs)).toBeLessThanOrEqual(uncertaintyMs + 100);
	});

	it('is read from /health alone where it offers no more', async () => {
		const server = await serve({ '/health': testnet['/health'] });
		expect(await pollOnce(server.url)).toEqual({
			...testnetReading,
			latencyMs: expect.any(Number),
			clock: expect.objectContaining({ source: 'httpDate' }),
			endpoints: [{ name: '/health', status: 'ok', latencyMs: expect.any(Number) }],
			selfReport: { status: 'up', reasons: [] },
		});
	});

	it('is read from the short /health of main_testnet.rs', async () => {
		const server = await serve({
			'/health': { status: 'healthy', version: '1.0.0', network: 'qudag-testnet' },
		});
		const reading = await pollOnce(server.url);
		expect(reading.identity).toEqual({
			client: 'qudag',
			version: '1.0.0',
			networkId: 'qudag-testnet',
		});
	});

	it('is syncing when it says so, and shows traffic and peers once it counts them', async () => {
		const status = {
			node: { id: 'a' },
			p2p: { peer_count: 2, connected_peers: ['p1', 'p2'], bytes_sent: 1000, bytes_received: 0 },
			dag: { height: 1, synced: false },
		};
		const server = await serve({
			'/api/v1/status': status,
			'/health': { status: 'syncing', details: {} },
		});
		const target = targetFor(server.url);
		const source = qudag.open(target);
		await source.poll(contextFor(target, { now: () => 10_000 }));
		status.p2p.bytes_sent = 3000;
		const reading = await source.poll(contextFor(target, { now: () => 14_000 }));
		expect(reading.consensus).toEqual({ status: 'syncing', height: 1 });
		expect(reading.selfReport).toBeUndefined();
		expect(readingSchema.parse(reading).network).toEqual({
			peers: 2,
			bytesOutPerSecond: 500,
			peerList: [{ id: 'p1' }, { id: 'p2' }],
		});
		expect(reading.notes).toEqual([testnetReading.notes[1]]);
	});

	it('stays read when /health fails', async () => {
		const server = await start(({ path }, response) => {
			if (path === '/health') sendJson(response, {}, 500);
			else sendJson(response, testnet['/api/v1/status']);
		});
		const reading = await pollOnce(server.url);
		expect(reading.identity?.nodeId).toBe('a1b2c3d4');
		expect(reading.endpoints?.[1]).toEqual({
			name: '/health',
			status: 'failed',
			message: 'HTTP 500: {}',
		});
	});

	it.each([
		['failed', false],
		['unmeasured', true],
	])(
		'stays read when /health hangs, which is %s where this process is late: %s',
		async (status, isLate) => {
			const server = await start(({ path }, response) => {
				if (path !== '/health') sendJson(response, testnet['/api/v1/status']);
			});
			const target = targetFor(server.url, { timeoutMs: 400 });
			const startedMs = performance.now();
			const soFarMs = () => (isLate ? performance.now() - startedMs : 0);
			const reading = await qudag.open(target).poll(contextFor(target, { delay: { soFarMs } }));
			expect(reading.identity?.nodeId).toBe('a1b2c3d4');
			expect(reading.endpoints?.[1]).toMatchObject({ name: '/health', status });
		},
	);

	it.each(['at once', 'later'])('may write on after its body, %s', async (when) => {
		const raw = fixture('testnet.http-raw-trailing-garbage.txt');
		const tailAt = raw.length - 'Connection: keep-alive\r\n'.length;
		const server = await startRaw((socket) => {
			socket.once('data', () => {
				if (when === 'at once') socket.end(raw);
				else socket.write(raw.subarray(0, tailAt), () => socket.end(raw.subarray(tailAt)));
			});
		});
		servers.push(server);
		const target = targetFor(`http://127.0.0.1:${server.port}`);
		const source = qudag.open(target);
		for (let times = 0; times < 3; times += 1) {
			const reading = await source.poll(contextFor(target));
			expect(reading.identity?.nodeId).toBe('a1b2c3d4');
			expect(reading.endpoints?.map(({ status }) => status)).toEqual(['ok', 'ok']);
		}
	});

	it('is never asked on a connection that another question left behind', async () => {
		const raw = fixture('testnet.http-raw-trailing-garbage.txt');
		const tailAt = raw.length - 'Connection: keep-alive\r\n'.length;
		let connections = 0;
		const server = await startRaw((socket) => {
			connections += 1;
			socket.on('data', () => socket.write(raw.subarray(0, tailAt)));
		});
		servers.push(server);
		const target = targetFor(`http://127.0.0.1:${server.port}`);
		const context = contextFor(target);
		await context.http.request({ url: target.url, signal: context.signal });
		await qudag.open(target).poll(context);
		expect(connections).toBe(3);
	});

	it('that breaks off inside its body is still an error', async () => {
		const raw = fixture('testnet.http-raw-trailing-garbage.txt');
		const server = await startRaw((socket) => {
			socket.once('data', () => socket.end(raw.subarray(0, 200)));
		});
		servers.push(server);
		expect(await failureOf(`http://127.0.0.1:${server.port}`)).toMatchObject({
			code: 'unreachable',
		});
	});
});

describe('the dialect', () => {
	const status = fixtureJson('design.node-status.json');

	it.each([
		['/api/v1/status', 1],
		['/api/v1/nodes/self/status', 2],
		['/status', 3],
	])('is found at %s once, and then asked there', async (path, first) => {
		const server = await serve({ [path]: status });
		const target = targetFor(server.url);
		const source = qudag.open(target);
		await source.poll(contextFor(target));
		expect(server.requests).toHaveLength(first);
		const reading = await source.poll(contextFor(target));
		expect(server.requests).toHaveLength(first + 1);
		expect(server.requests.at(-1)?.path).toBe(path);
		expect(server.requests.at(-1)?.headers.connection).toBe('keep-alive');
		expect(reading.consensus?.round).toBe(1234);
	});

	it('is found anew after a failure', async () => {
		const bodies: Record<string, unknown> = { '/status': status };
		const server = await serve(bodies);
		const target = targetFor(server.url);
		const source = qudag.open(target);
		await source.poll(contextFor(target));
		delete bodies['/status'];
		bodies['/api/v1/status'] = testnet['/api/v1/status'];
		await expect(source.poll(contextFor(target))).rejects.toMatchObject({ code: 'unsupported' });
		const reading = await source.poll(contextFor(target));
		expect(reading.identity?.nodeId).toBe('a1b2c3d4');
	});

	it('is looked for only at the path that the URL gives, with its query', async () => {
		const server = await serve({ '/nodes/7?full=1&token=t': status });
		const reading = await pollOnce(`${server.url}/nodes/7?full=1&token=t`);
		expect(reading.dag?.tips).toBe(7);
		expect(reading.endpoints?.[0]?.name).toBe('/nodes/7');
		const error = await failureOf(`${server.url}/nodes/8`);
		expect(error.code).toBe('unsupported');
		expect(server.requests.map(({ path }) => path)).toEqual([
			'/nodes/7?full=1&token=t',
			'/nodes/8',
		]);
	});

	it('is none of QuDAG when a wemixvisor answers', async () => {
		const server = await serve({
			'/api/v1/status': {
				status: 'running',
				version: '0.7.0',
				uptime: 1_760_000_000,
				governance: { enabled: true },
				metrics: { enabled: true },
			},
		});
		expect(await failureOf(server.url)).toMatchObject({
			code: 'unsupported',
			message: 'what answers at /api/v1/status is not a QuDAG node',
		});
	});

	it.each([
		fixtureJson('mcp.dag-state.HARDCODED.json'),
		{ contents: fixtureJson('mcp.dag-state.HARDCODED.json') },
	])('is a static demo when the numbers are those compiled in', async (body) => {
		const server = await serve({ '/mcp/resources/dag_state': body });
		expect(await pollOnce(`${server.url}/mcp/resources/dag_state`)).toEqual({
			latencyMs: expect.any(Number),
			clock: expect.objectContaining({ source: 'httpDate' }),
			endpoints: [
				{ name: '/mcp/resources/dag_state', status: 'ok', latencyMs: expect.any(Number) },
			],
			identity: { client: 'qudag' },
			consensus: { status: 'unknown' },
			notes: [
				'static demo data: these DAG numbers are compiled into qudag-mcp, so they are not shown',
			],
		});
	});

	it.each(['testnet.mcp.dag_status.json', 'testnet.mcp.tools-call.json'])(
		'is none in %s, whose tips and finality are constants',
		async (name) => {
			const server = await serve({ '/mcp/x': fixtureJson(name) });
			expect(await failureOf(`${server.url}/mcp/x`)).toMatchObject({ code: 'unsupported' });
		},
	);
});

describe('credentials', () => {
	it('go to the node with every question, as a bearer token', async () => {
		const server = await serve(testnet);
		const target = targetFor(server.url, { token: new Secret('s3') });
		await qudag.open(target).poll(contextFor(target, { http: createHttp(target) }));
		expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([
			'Bearer s3',
			'Bearer s3',
		]);
	});

	it('in the URL are sent as basic authentication', async () => {
		const server = await serve(testnet);
		await pollOnce(server.url.replace('http://', 'http://ann:secret@'));
		const expected = `Basic ${Buffer.from('ann:secret').toString('base64')}`;
		expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([
			expected,
			expected,
		]);
	});
});

describe('probe', () => {
	it('is certain of a node whose network is QuDAG’s, with one question', async () => {
		const server = await serve(testnet);
		expect(await probe(server.url)).toEqual({
			found: 'QuDAG node a1b2c3d4, version 1.0.0-mcp-v3, network qudag-testnet',
			confidence: 'certain',
		});
		expect(server.requests).toHaveLength(1);
	});

	it('asks /health only after a 404', async () => {
		const server = await serve({ '/health': testnet['/health'] });
		expect(await probe(server.url)).toMatchObject({ confidence: 'certain' });
		expect(server.requests.map(({ path }) => path)).toEqual(['/api/v1/status', '/health']);
	});

	it('is certain of a whole NodeStatus, whatever the name of its network', async () => {
		const status = {
			node_id: 'n',
			network_id: 'private',
			consensus_state: { status: 'active', round: 7 },
			dag_stats: { total_vertices: 9, tip_count: 2 },
		};
		const server = await serve({ '/api/v1/status': status });
		expect(await probe(server.url)).toMatchObject({ confidence: 'certain' });
	});

	it('finds a part of it likely', async () => {
		const server = await serve({ '/api/v1/status': { node_id: 'n', version: '2' } });
		expect(await probe(server.url)).toEqual({
			found: 'QuDAG node n, version 2',
			confidence: 'likely',
		});
	});

	it('does not know what answers otherwise', async () => {
		const other = await serve({ '/api/v1/status': { status: 'running' } });
		const page = await start((_, response) => {
			response.end('<html></html>');
		});
		const nothing = await serve({});
		expect(await probe(other.url)).toBeUndefined();
		expect(await probe(page.url)).toBeUndefined();
		expect(await probe(nothing.url)).toBeUndefined();
	});

	it('passes on what keeps every kind from answering', async () => {
		const server = await start((_, response) => sendJson(response, {}, 401));
		await expect(probe(server.url)).rejects.toMatchObject({ code: 'unauthorized' });
	});
});
