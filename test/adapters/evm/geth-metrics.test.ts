import { afterEach, describe, expect, it } from 'vitest';
import { sendJson, startServer } from '../../helpers/http-server.ts';
import type { Handler, TestServer } from '../../helpers/http-server.ts';
import { blockReply, endpointOf, fixture, replaying, watch } from './rpc-node.ts';
import type { Watched } from './rpc-node.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
	await Promise.all(closers.splice(0).map((close) => close()));
});

const rpc = replaying(() => ({
	eth_getBlockByNumber: blockReply(100, Date.now()),
	eth_syncing: { result: false },
	web3_clientVersion: { result: 'Geth/v1.16.4' },
}));
const gethText = fixture('metrics.v1.16.prom.txt');

async function start(
	handler: Handler,
	path = '',
	timeoutMs = 2000,
): Promise<{ metrics: TestServer; node: Watched }> {
	const metrics = await startServer(handler);
	const node = await watch(rpc, { metricsUrl: `${metrics.url}${path}`, timeoutMs });
	closers.push(metrics.close, node.server.close);
	return { metrics, node };
}

describe('metrics of geth', () => {
	it('give resources and peers', async () => {
		const { metrics, node } = await start((_, response) => response.end(gethText));
		const reading = await node.poll();
		expect(reading.resources).toEqual({
			source: 'node',
			cpuRatio: 1.43,
			heapTotalBytes: 9_126_805_504,
			heapUsedBytes: 5_368_709_120,
		});
		expect(reading.network).toEqual({ peers: 25, inbound: 14, outbound: 11 });
		expect(endpointOf(reading, 'metrics')).toMatchObject({
			status: 'ok',
			latencyMs: expect.any(Number),
		});
		expect(metrics.requests[0]).toMatchObject({
			path: '/debug/metrics/prometheus',
			headers: { accept: 'text/plain;version=0.0.4' },
		});
	});

	it('tell the pool, the state, the database and the connections', async () => {
		const text = [
			'txpool_valid 9000',
			'txpool_invalid 40',
			'txpool_underpriced 60',
			'txpool_overflowed 5',
			'txpool_queued_eviction 7',
			'chain_execution {quantile="0.5"} 4.2e+07',
			'chain_execution {quantile="0.95"} 8e+07',
			'chain_execution {quantile="0.99"} 1.2e+08',
			'chain_validation {quantile="0.5"} 3e+06',
			// A timer that is reset writes two digits, all others as few as they can.
			'chain_write {quantile="0.50"} 9e+06',
			'eth_db_chaindata_compact_memory 3',
			'eth_db_chaindata_compact_level0 4',
			'pathdb_clean_node_hit 900',
			'pathdb_clean_node_miss 100',
			'p2p_dials 50',
			'p2p_dials_success 12',
			'p2p_serves_success 8',
			'p2p_dials_error_toomanypeers 30',
			'p2p_dials_error_useless 0',
		].join('\n');
		let nowMs = 1_000_000;
		let shown = text;
		const { node } = await start((_, response) => response.end(shown));
		const first = await node.poll({ now: () => nowMs });
		expect(first.state).toEqual({
			validations: 9040,
			validationFailures: 40,
			transitionMs: { p50: 42, p95: 80, p99: 120 },
			validationMs: { p50: 3 },
		});
		expect(first.mempool).toEqual({ evicted: 12, rejected: 100 });
		expect(first.database).toEqual({
			compactions: 7,
			cacheHits: 900,
			cacheMisses: 100,
			batchMs: { p50: 9 },
		});
		expect(first.network).toMatchObject({
			connectionsOpened: 20,
			connectionsFailed: 38,
			connectionsBy: { outbound: 12, inbound: 8 },
			connectionFailuresBy: { toomanypeers: 30 },
		});
		nowMs += 10_000;
		shown = text.replace('hit 900', 'hit 930').replace('miss 100', 'miss 110');
		// Of the last ten seconds, not of its life.
		expect((await node.poll({ now: () => nowMs })).database?.cacheHitRatio).toBe(0.75);
	});

	it('are asked for at the path given', async () => {
		const { metrics, node } = await start((_, response) => response.end(gethText), '/m?x=1');
		await node.poll();
		expect(metrics.requests[0]?.path).toBe('/m?x=1');
	});

	it('become rates from the second poll on, and none after a restart', async () => {
		let text = 'p2p_ingress 1000\np2p_egress 400\n';
		let nowMs = 1_000_000;
		const { node } = await start((_, response) => response.end(text));
		const now = () => nowMs;
		expect((await node.poll({ now })).network).toBeUndefined();
		text = 'p2p_ingress 5000\np2p_egress 400\n';
		nowMs += 2000;
		expect((await node.poll({ now })).network).toEqual({
			bytesInPerSecond: 2000,
			bytesOutPerSecond: 0,
		});
		text = 'p2p_ingress 10\np2p_egress 500\n';
		nowMs += 2000;
		expect((await node.poll({ now })).network).toEqual({ bytesOutPerSecond: 50 });
	});

	it('that were not measured yet are absent', async () => {
		const text =
			'system_memory_held 0\nsystem_memory_used 0\nsystem_cpu_threads 0\nsystem_cpu_procload 0\n';
		const { node } = await start((_, response) => response.end(text));
		expect((await node.poll()).resources).toEqual({ source: 'node', cpuRatio: 0 });
	});

	it('count threads and the size of the database', async () => {
		const text = 'system_cpu_threads 21\neth_db_chaindata_disk_size 1.2e+12\np2p_peers NaN\n';
		const { node } = await start((_, response) => response.end(text));
		const reading = await node.poll();
		expect(reading.resources).toEqual({
			source: 'node',
			threads: 21,
			databaseBytes: 1_200_000_000_000,
		});
		expect(reading.network).toBeUndefined();
	});

	it.each<[string, Handler, string, RegExp]>([
		['answer 500', (_, response) => sendJson(response, {}, 500), 'failed', /^HTTP 500/],
		[
			'are a web page',
			(_, response) => response.end('<html>x</html>'),
			'unavailable',
			/none of geth’s/,
		],
		[
			'are of another program',
			(_, response) => response.end('up 1\n'),
			'unavailable',
			/none of geth’s/,
		],
		['never come', () => undefined, 'failed', /^no answer within 560 ms$/],
	])('that %s do not cost the poll', async (_name, handler, status, message) => {
		const { node } = await start(handler, '', 700);
		const reading = await node.poll();
		expect(reading.chain?.head?.number).toBe(100);
		expect(reading.resources).toBeUndefined();
		expect(endpointOf(reading, 'metrics')?.status).toBe(status);
		expect(endpointOf(reading, 'metrics')?.message).toMatch(message);
	});

	it('that this process was too late to read are unmeasured', async () => {
		const { node } = await start(() => undefined, '', 300);
		const startedMs = performance.now();
		const reading = await node.poll({ delay: { soFarMs: () => performance.now() - startedMs } });
		expect(reading.chain?.head?.number).toBe(100);
		expect(endpointOf(reading, 'metrics')?.status).toBe('unmeasured');
	});

	it('whose address is none do not cost the poll', async () => {
		const node = await watch(rpc, { metricsUrl: 'nowhere' });
		closers.push(node.server.close);
		expect(endpointOf(await node.poll(), 'metrics')?.status).toBe('failed');
	});

	it('do not keep a node alive that does not answer', async () => {
		const { node } = await start((_, response) => response.end(gethText));
		await node.server.close();
		expect(await node.failure()).toMatchObject({ code: 'unreachable' });
	});
});
