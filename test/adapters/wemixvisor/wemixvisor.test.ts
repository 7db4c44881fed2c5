import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { identify } from '../../../source/adapters/probe.ts';
import { wemixvisor } from '../../../source/adapters/wemixvisor/adapter.ts';
import { readProcess, readResources } from '../../../source/adapters/wemixvisor/wire.ts';
import { readingSchema } from '../../../source/sections/snapshot.ts';
import { createFleet } from '../../../source/fleet/fleet.ts';
import { createJudge } from '../../../source/health/judge.ts';
import { sendJson, startServer } from '../../helpers/http-server.ts';
import type { Handler, TestServer } from '../../helpers/http-server.ts';
import { contextFor, targetFor } from '../../helpers/targets.ts';

const servers: TestServer[] = [];
afterEach(async () => {
	for (const server of servers.splice(0)) await server.close();
});

function fixture(name: string): Record<string, unknown> {
	const file = new URL(`../../fixtures/wemixvisor/${name}`, import.meta.url);
	return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>; // Each is an object.
}

const noMetrics = { error: 'Metrics collector not available' };

/** The routes of wemixvisor's API, as far as they matter here. */
const api =
	(metrics: (response: Parameters<Handler>[1]) => void): Handler =>
	({ method, path }, response) => {
		if (method === 'GET' && path === '/api/v1/status')
			sendJson(response, fixture('api.v1.status.json'));
		else if (method === 'GET' && path === '/api/v1/metrics') metrics(response);
		else if (path === '/health') sendJson(response, fixture('api.health.json'));
		else response.writeHead(404).end('404 page not found');
	};

async function serve(handler: Handler) {
	const server = await startServer(handler);
	servers.push(server);
	return { server, target: targetFor(server.url, { name: 'visor' }) };
}

async function read(metrics: (response: Parameters<Handler>[1]) => void) {
	const { target, server } = await serve(api(metrics));
	const reading = await wemixvisor.open(target).poll(contextFor(target));
	return { reading: readingSchema.parse(reading), server, target };
}

describe('wemixvisor', () => {
	test('tells of its machine, and nothing that could be taken for the node’s', async () => {
		const { reading, server } = await read((response) =>
			sendJson(response, fixture('api.v1.metrics.json')),
		);
		const { latencyMs, clock, ...rest } = reading;
		expect(latencyMs).toBeGreaterThan(0);
		expect(clock?.source).toBe('httpDate');
		expect(rest).toEqual({
			identity: { client: 'wemixvisor', version: '0.7.0' },
			resources: {
				source: 'host',
				cpuRatio: 0.37512,
				memoryTotalBytes: 16_777_216_000,
				memoryAvailableBytes: 6_501_171_200,
				diskTotalBytes: 502_468_108_288,
				diskAvailableBytes: 144_208_347_136,
			},
			notes: ['says nothing of the node that it starts: watch that one’s own RPC as well'],
			endpoints: [
				{ name: '/api/v1/status', status: 'ok', latencyMs: expect.any(Number) },
				{ name: '/api/v1/metrics', status: 'ok', latencyMs: expect.any(Number) },
			],
		});
		expect(server.requests.every(({ method }) => method === 'GET')).toBe(true);
	});

	test.each<[string, (response: Parameters<Handler>[1]) => void, object]>([
		[
			'collects none',
			(response) => sendJson(response, noMetrics, 503),
			{ status: 'unavailable', message: 'off (wemixvisor api --enable-metrics)' },
		],
		['has none yet', (response) => response.writeHead(204).end(), { status: 'ok' }],
		['sends another shape', (response) => sendJson(response, [1]), { status: 'failed' }],
		['fails', (response) => sendJson(response, {}, 500), { status: 'failed' }],
	])('that %s is read all the same', async (_what, metrics, endpoint) => {
		const { reading } = await read(metrics);
		expect(reading.endpoints?.[1]).toMatchObject(endpoint);
		expect(reading).not.toHaveProperty('resources');
		expect(reading).not.toHaveProperty('process');
	});

	test('that does not answer is down, with its own row and no other', async () => {
		const { target, server } = await serve(api((response) => response.end('{}')));
		await server.close();
		await expect(wemixvisor.open(target).poll(contextFor(target))).rejects.toMatchObject({
			code: 'unreachable',
		});
	});

	test('is not called unhealthy for what it cannot tell', async () => {
		const { reading, target } = await read((response) => sendJson(response, noMetrics, 503));
		const fleet = createFleet(createJudge());
		fleet.add(target);
		fleet.apply({ target, atMs: Date.now(), missedSlots: 0, outcome: { status: 'read', reading } });
		const [node] = fleet.getSnapshot().nodes;
		expect(node?.snapshot.health).toEqual({ status: 'up', issues: [] });
	});

	test('is found by the shape of its status, which QuDAG shares the path with', async () => {
		const { target } = await serve(api((response) => sendJson(response, noMetrics, 503)));
		expect(await identify(target, contextFor(target))).toEqual({
			kind: 'wemixvisor',
			found: 'wemixvisor API 0.7.0',
			confidence: 'likely',
		});
	});

	test.each([
		[{ status: 'running', version: '1' }],
		[{ status: 'running', version: '1', governance: true, metrics: {} }],
		['<html>'],
	])('is not what answers %j', async (body) => {
		const { target } = await serve((_request, response) => sendJson(response, body));
		expect(await wemixvisor.probe(target, contextFor(target))).toBeUndefined();
	});
});

describe('what wemixvisor tells of a process', () => {
	const processOf = (application: object | null) => readProcess({ application });

	test.each([
		[{ process_status: 'running', process_pid: 41234, process_restarts: 1 }, 'running'],
		[{ process_status: 'Upgrading', process_pid: 41234, process_restarts: 1 }, 'upgrading'],
		[{ process_status: 'error', process_pid: 41234, process_restarts: 1 }, 'error'],
	])('%j is %s', (application, state) => {
		expect(processOf(application)).toEqual({ state, pid: 41_234, restarts: 1 });
	});

	test('without a process there is no pid, and unknown words are nothing', () => {
		expect(processOf({ process_status: 'stopped', process_pid: 0 })).toEqual({ state: 'stopped' });
		expect(processOf({ process_status: 'blessed' })).toBeUndefined();
		expect(processOf({ process_status: 'constructor' })).toBeUndefined();
		expect(processOf({ process_status: 2 })).toBeUndefined();
		expect(processOf(null)).toBeUndefined();
	});

	test('what was not measured is absent, not 0', () => {
		expect(readResources({ system: { memory_total: 0, disk_total: 0 } })).toBeUndefined();
		expect(readResources({ system: { cpu_usage: 'x', disk_total: 9 } })).toEqual({
			source: 'host',
			diskTotalBytes: 9,
		});
		expect(readResources({ system: null })).toBeUndefined();
	});
});
