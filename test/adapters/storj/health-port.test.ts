import { afterEach, describe, expect, it } from 'vitest';
import { identify } from '../../../source/adapters/probe.ts';
import { storj } from '../../../source/adapters/storj/adapter.ts';
import { createNodeSources } from '../../../source/app/node-source.ts';
import { notMeasured } from '../../../source/domain/own-delay.ts';
import { systemClock } from '../../../source/domain/clock.ts';
import { readingSchema } from '../../../source/sections/snapshot.ts';
import { sendJson, startServer } from '../../helpers/http-server.ts';
import type { TestServer } from '../../helpers/http-server.ts';
import { contextFor, targetFor } from '../../helpers/targets.ts';

const servers: TestServer[] = [];
afterEach(async () => {
	for (const server of servers.splice(0)) await server.close();
});

const us1 = '12EayRS2V1kEsWESU9QMRseFhdxYxKicsiFmxrsLZHeLUtdps3S';
const eu1 = '12L9ZFwhzVpuEKMUNUqkaTLGzwY9G24tbiigLiXpmZWKwmcNDDs';
const us2 = '12tRQrMTWUWwzwGh18i7Fqs67kmdhH9t6aToeiwbo5mfS2rUmo';
const well = { OnlineScore: 0.999, DisqualifiedAt: null, SuspendedAt: null };
const Help = 'To access Storagenode services, please use DRPC protocol!';

async function serve(body: object, status: number) {
	const server = await startServer((_request, response) => {
		sendJson(response, { Help, ...body }, status);
	});
	servers.push(server);
	return server;
}

async function read(body: object, status: number) {
	const { url } = await serve(body, status);
	const target = targetFor(url, { kind: 'storj' });
	return readingSchema.parse(await storj.open(target).poll(contextFor(target)));
}

describe('the health answer of the public port', () => {
	it('well, without details', async () => {
		const reading = await read({ Statuses: null, AllHealthy: true }, 200);
		expect(reading.selfReport).toEqual({ status: 'up', reasons: [] });
		expect(reading.reputation).toEqual({ satellites: [] });
		expect(reading.notes?.join()).toContain('healthcheck.details');
	});

	it('ill, without details', async () => {
		const reading = await read({ Statuses: null, AllHealthy: false }, 503);
		expect(reading.selfReport).toEqual({
			status: 'degraded',
			reasons: ['disqualified, suspended, or too often offline'],
		});
	});

	it('well, with details', async () => {
		const Statuses = [{ SatelliteID: us1, ...well }];
		const reading = await read({ Statuses, AllHealthy: true }, 200);
		expect(reading.selfReport?.status).toBe('up');
		expect(reading.reputation?.satellites).toEqual([
			{ satellite: 'us1.storj.io', onlineScore: 0.999 },
		]);
	});

	it('ill, with details: which satellite, and why', async () => {
		const Statuses = [
			{ SatelliteID: us1, ...well, OnlineScore: 0.85 },
			{ SatelliteID: eu1, ...well, DisqualifiedAt: '2025-08-02T17:21:05Z' },
		];
		const reading = await read({ Statuses, AllHealthy: false }, 503);
		expect(reading.selfReport?.reasons.join()).toContain('at us1.storj.io, eu1.storj.io');
		expect(reading.reputation?.satellites).toEqual([
			{ satellite: 'us1.storj.io', onlineScore: 0.85 },
			expect.objectContaining({ disqualifiedAt: '2025-08-02T17:21:05.000Z' }),
		]);
	});

	it('ill only because of a satellite that was shut down: it is well', async () => {
		const Statuses = [
			{ SatelliteID: us1, ...well },
			{ SatelliteID: us2, ...well, OnlineScore: 0.2 },
		];
		const reading = await read({ Statuses, AllHealthy: false }, 503);
		expect(reading.selfReport).toEqual({ status: 'up', reasons: [] });
		expect(reading.reputation?.satellites.map(({ satellite }) => satellite)).toEqual([
			'us1.storj.io',
		]);
		expect(reading.notes?.join()).toContain('shut down');
	});

	it('is recognised, and an error of the node is one', async () => {
		const { url } = await serve({ Statuses: null, AllHealthy: false }, 503);
		const target = targetFor(url);
		expect(await identify(target, contextFor(target))).toMatchObject({ kind: 'storj' });
		await expect(read({ error: 'database is locked' }, 500)).rejects.toMatchObject({
			code: 'badResponse',
		});
	});

	it('is read where the console is not reachable', async () => {
		const { url } = await serve({ Statuses: null, AllHealthy: true }, 200);
		const target = targetFor('http://127.0.0.1:9', {
			kind: 'storj',
			fallbacks: [{ url, shownUrl: url }],
		});
		const source = createNodeSources(systemClock).open(target, () => undefined);
		const reading = await source.poll(new AbortController().signal, notMeasured);
		source.close();
		expect(reading.selfReport?.status).toBe('up');
		expect(reading.notes?.join()).toContain('answers at');
	});
});
