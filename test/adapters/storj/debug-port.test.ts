import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createNodeSources } from '../../../source/app/node-source.ts';
import type { NodeSource } from '../../../source/app/node-source.ts';
import { systemClock } from '../../../source/domain/clock.ts';
import { notMeasured } from '../../../source/domain/own-delay.ts';
import type { Target } from '../../../source/domain/target.ts';
import { readingSchema } from '../../../source/sections/snapshot.ts';
import { startServer } from '../../helpers/http-server.ts';
import type { TestServer } from '../../helpers/http-server.ts';
import { targetFor } from '../../helpers/targets.ts';

const textOf = (name: string) =>
	readFileSync(new URL(`../../fixtures/storj/${name}`, import.meta.url), 'utf8');
const recorded = textOf('debug-metrics.prom.txt');
const us1 = '12EayRS2V1kEsWESU9QMRseFhdxYxKicsiFmxrsLZHeLUtdps3S';

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
	for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function debugPort(body: string, status = 200): Promise<TestServer> {
	const server = await startServer((_request, response) => {
		response.writeHead(status, { 'content-type': 'text/plain' }).end(body);
	});
	cleanups.push(() => server.close());
	return server;
}

const console = async () => {
	const server = await startServer(({ path }, response) => {
		const isDashboard = path === '/api/sno/';
		response
			.writeHead(isDashboard || path === '/' ? 200 : 500, {
				'content-type': isDashboard ? 'application/json' : 'text/html',
			})
			.end(isDashboard ? textOf('sno.v1.146.5.json') : '<html>');
	});
	cleanups.push(() => server.close());
	return server.url;
};

const nobody = 'http://127.0.0.1:9';
function open(url: string, more: Partial<Target>) {
	const target = targetFor(url, { name: 'attic', kind: 'storj', timeoutMs: 20_000, ...more });
	const source: NodeSource = createNodeSources(systemClock).open(target, () => undefined);
	cleanups.push(() => {
		source.close();
	});
	return async () =>
		readingSchema.parse(await source.poll(new AbortController().signal, notMeasured));
}

function logOf(text: string): string {
	const directory = mkdtempSync(join(tmpdir(), 'nodetop-debug-'));
	cleanups.push(() => {
		rmSync(directory, { recursive: true, force: true });
	});
	const path = join(directory, 'node.log');
	writeFileSync(path, text);
	return path;
}

describe('the debug port', () => {
	it('gives counts, sizes and durations beside the console', async () => {
		const server = await debugPort(recorded);
		const reading = await open(await console(), { metricsUrl: server.url })();
		expect(reading.storage?.capacityBytes).toBe(9e12);
		expect(reading.storage?.trashBytes).toBeGreaterThan(0);
		expect(reading.transfers).toMatchObject({
			succeeded: 1_288_311 + 3298 + 812_331,
			canceled: 9211,
			failed: 31,
			downloadedBytes: 5.2e11,
			latencyFrom: 'debugPort',
			latencyMs: { n: 1_288_311, min: 0.041021, max: 61_000, avg: 9.1e8 / 1_288_311 },
			latencies: [{ action: 'GET', avgMs: 9.1e8 / 1_288_311 }],
		});
		expect(reading.transfers).not.toHaveProperty('lostPieces');
		expect(reading.transfers?.actions?.map(({ action }) => action)).toEqual([
			'GET',
			'GET_AUDIT',
			'PUT',
		]);
		expect(reading.endpoints).toContainEqual(
			expect.objectContaining({ name: 'debug port', status: 'ok' }),
		);
	});

	it('is asked under a name of its own, four times a minute at most', async () => {
		const server = await debugPort(recorded);
		const poll = open(await console(), { metricsUrl: server.url });
		await poll();
		await poll();
		expect(server.requests.map(({ path }) => path)).toEqual(['/metrics?output-id=nodetop']);
		const own = await debugPort(recorded);
		await open(await console(), { metricsUrl: `${own.url}/metrics?output-id=mine` })();
		expect(own.requests.map(({ path }) => path)).toEqual(['/metrics?output-id=mine']);
	});

	it('shows the node alone where the console does not answer, without satellites that were shut down', async () => {
		const retired = '12tRQrMTWUWwzwGh18i7Fqs67kmdhH9t6aToeiwbo5mfS2rUmo';
		const scores = recorded
			.split('\n')
			.filter((line) => line.includes(us1))
			.map((line) => line.replace('satellite=', 'satellite_id=').replace(us1, retired));
		const server = await debugPort(`${recorded}${scores.join('\n')}\n`);
		const reading = await open(nobody, { metricsUrl: server.url })();
		expect(reading.storage).toEqual({
			capacityBytes: 9e12,
			usedBytes: 7_524_691_357_802,
			freeBytes: 1_475_308_642_198,
		});
		expect(reading.reputation?.satellites).toEqual([
			{
				satellite: 'us1.storj.io',
				auditScore: 1,
				suspensionScore: 1,
				onlineScore: 0.999_490_33,
				failuresLeft: 41,
			},
		]);
		expect(reading.notes?.join()).toContain('comes from its debug port');
	});

	it('gives the latencies that a log at INFO lacks, and leaves the rest to the log', async () => {
		const server = await debugPort(recorded);
		const log = logOf(textOf('log.v1.137.txt').replaceAll(/^.*started.*\n/gm, ''));
		const { transfers } = await open(nobody, { metricsUrl: server.url, log })();
		expect(transfers).toMatchObject({ succeeded: 5, lostPieces: 1, latencyFrom: 'debugPort' });
		expect(transfers?.latencyAbsent).toBeUndefined();
	});

	it('is finer than a log whose times are whole seconds, and no finer than others', async () => {
		const server = await debugPort(recorded);
		const read = async (name: string) =>
			(await open(nobody, { metricsUrl: server.url, log: logOf(textOf(name)) })()).transfers;
		const coarse = await read('log.v1.137.txt');
		expect(coarse).toMatchObject({ latencyFrom: 'debugPort', latencyMs: { n: 1_288_311 } });
		expect(coarse).not.toHaveProperty('latencyStepMs');
		const { below1s, avgMs } = coarse?.latencies?.find(({ action }) => action === 'GET') ?? {};
		expect({ below1s, avgMs }).toEqual({ below1s: 1, avgMs: 9.1e8 / 1_288_311 });
		const put = coarse?.latencies?.find(({ action }) => action === 'PUT');
		expect(put).toMatchObject({ below5s: 1 });
		expect(put).not.toHaveProperty('p99Ms');
		expect(await read('log.old-and-noise.txt')).toMatchObject({
			latencyFrom: 'log',
			latencyStepMs: 1,
		});
	});

	it.each([
		['with fields of monkit', 'value', 'count'],
		['with meters', 'total', 'count'],
	])('counts %s', async (_how, counter, count) => {
		const ns = (field: string, value: number) =>
			`download_success_duration_ns{action="GET_REPAIR",scope="s",field="${field}"} ${value}`;
		const server = await debugPort(
			[
				`download_success_count{action="GET_REPAIR",scope="s",field="${counter}"} 7`,
				`download_success_count{action="GET_REPAIR",scope="s",field="high"} 9`,
				ns(count, 7),
				ns('sum', 7e9),
				ns('r50', 9e8),
				ns('r90', 2e9),
				ns('r99', 3e9),
				`upload_success_count{scope="s",field="${counter}"} 4`,
				'download_failure_count{scope="s",field="value"} NaN',
				'upload_failure_count{scope="s",field="value"} -1',
				'broken{',
			].join('\r\n'),
		);
		const { transfers } = await open(nobody, { metricsUrl: server.url })();
		expect(transfers).toMatchObject({
			succeeded: 11,
			failed: 0,
			latencies: [{ action: 'GET_REPAIR', avgMs: 1000, p50Ms: 900, p99Ms: 3000 }],
		});
		expect(transfers?.latencies?.[0]).not.toHaveProperty('p95Ms');
		expect(transfers?.latencyMs).not.toHaveProperty('p99');
	});

	it.each([
		['refuses', 'no', 403, 'failed'],
		['is a page of something else', '# TYPE up gauge\nup 1\n', 200, 'unavailable'],
	])('that %s is an endpoint’s state beside the console', async (_how, body, status, state) => {
		const server = await debugPort(body, status);
		const reading = await open(await console(), { metricsUrl: server.url })();
		expect(reading.storage?.capacityBytes).toBe(9e12);
		expect(reading.transfers).toBeUndefined();
		expect(reading.endpoints?.find(({ name }) => name === 'debug port')?.status).toBe(state);
		await expect(open(nobody, { metricsUrl: server.url })()).rejects.toMatchObject({
			code: 'unreachable',
		});
	});
});
