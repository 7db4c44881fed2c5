import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { startDevnet } from '../../../devnet/devnet.ts';
import type { DevnetNode, RunningDevnet } from '../../../devnet/devnet.ts';
import { createStorjNetwork } from '../../../devnet/storj/storj-network.ts';
import { createTransfers } from '../../../source/adapters/storj/log/transfers.ts';
import { createNodeSources } from '../../../source/app/node-source.ts';
import { systemClock } from '../../../source/domain/clock.ts';
import { notMeasured } from '../../../source/domain/own-delay.ts';
import { UserError } from '../../../source/domain/errors.ts';
import { readingSchema } from '../../../source/sections/snapshot.ts';
import type { Reading } from '../../../source/sections/snapshot.ts';
import { targetFor } from '../../helpers/targets.ts';

const epochMs = Date.UTC(2026, 2, 18, 12);
const minuteMs = 60_000;

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
	for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function devnet(atMs = epochMs, storageNodes = 2): Promise<RunningDevnet> {
	const options = { nodeCount: 4, storageNodes, seed: 3, version: '1', basePort: 0 };
	const running = await startDevnet({ ...options, clock: 'manual', epochMs: atMs });
	cleanups.push(() => running.stop());
	return running;
}

function nodeAt({ nodes }: RunningDevnet, name: string): DevnetNode {
	const node = nodes.find((each) => each.name === name);
	if (!node) throw new Error(`there is no ${name}`);
	return node;
}

/** Each by a connection of its own: advancing the networks keeps the server from closing idle ones in time. */
async function get(url: string) {
	const [reply] = (await once(request(url, { agent: false }).end(), 'response')) as [
		IncomingMessage,
	];
	const type = reply.headers['content-type']?.split(';')[0] ?? '';
	return { status: reply.statusCode, type, text: await textOf(reply) };
}

async function json(url: string): Promise<unknown> {
	return JSON.parse((await get(url)).text);
}

async function fault({ controlUrl }: RunningDevnet, body: object): Promise<void> {
	const headers = { 'content-type': 'application/json' };
	const sent = request(`${controlUrl}/faults`, { method: 'POST', headers, agent: false });
	const [reply] = (await once(sent.end(JSON.stringify(body)), 'response')) as [IncomingMessage];
	if (reply.statusCode !== 200) throw new Error(await textOf(reply));
}

/** As nodetop reads it by its console, health port or debug port alone. */
async function readBy(running: RunningDevnet, url: string): Promise<Reading> {
	const clock = { ...systemClock, now: () => running.storj.wallNowMs() };
	const source = createNodeSources(clock).open(
		targetFor(url, { name: 'node', kind: 'storj', timeoutMs: 60_000 }),
		() => undefined,
	);
	try {
		return readingSchema.parse(await source.poll(new AbortController().signal, notMeasured));
	} finally {
		source.close();
	}
}

function logAt(path: string) {
	const transfers = createTransfers();
	for (const line of readFileSync(path, 'latin1').split('\n'))
		if (line !== '') transfers.addLine(line);
	return transfers;
}

describe('a storage node of the devnet', () => {
	it('says one thing at its console, its public port, its debug port and in its log', async () => {
		const running = await devnet();
		const { url, log = '', fallbackUrls = [], metricsUrl = '' } = nodeAt(running, 'storj-1');
		await fault(running, { fault: 'lostPieces', node: 'storj-1', count: 7 });
		await fault(running, { fault: 'offline', node: 'storj-1', hours: 48 });
		running.advance(20 * minuteMs);
		const console = await readBy(running, url);
		const health = await readBy(running, fallbackUrls[0] ?? '');
		const debug = (await get(`${metricsUrl}/metrics`)).text;
		const counted = logAt(log);
		const sum = (name: 'succeeded' | 'canceled' | 'failed') =>
			counted.rows().reduce((total, row) => total + row[name], 0);
		const debugSum = (outcome: string) =>
			[
				...debug.matchAll(
					new RegExp(`^\\w+_${outcome}_count\\{[^}]*field="value"\\} (\\d+)$`, 'gm'),
				),
			]
				.map(([, value]) => Number(value))
				.reduce((total, value) => total + value, 0);
		expect(counted.counted.unread).toBe(0);
		expect(sum('succeeded')).toBeGreaterThan(1000);
		expect(sum('succeeded')).toBe(debugSum('success'));
		expect(sum('canceled')).toBe(debugSum('cancel'));
		expect(sum('failed')).toBe(debugSum('failure'));
		expect(counted.counted.lostPieceCount).toBe(7);

		const us1 = console.reputation?.satellites[0];
		expect(us1?.auditScore).toBeCloseTo(0.999 ** 7, 3);
		expect(us1?.onlineScore).toBeCloseTo(1 - 5 / 60, 1);
		for (const each of health.reputation?.satellites ?? []) {
			const same = console.reputation?.satellites.find(
				({ satellite }) => satellite === each.satellite,
			);
			expect(each.onlineScore).toBe(same?.onlineScore);
		}
		expect(debug).toContain(`audit_reputation_score{satellite_id="12Eay`);
		expect(debug).toContain(`field="recent"} ${us1?.auditScore}`);
	});

	it('counts in its space and its traffic what its log says was moved', async () => {
		const running = await devnet();
		const { url, log = '' } = nodeAt(running, 'storj-1');
		const before = (await json(`${url}/api/sno/satellites`)) as { bandwidthSummary: number };
		const spaceBefore = (await readBy(running, url)).storage;
		running.advance(10 * minuteMs);
		const after = (await json(`${url}/api/sno/satellites`)) as { bandwidthSummary: number };
		const rows = logAt(log).rows();
		const bytes = (isUpload: boolean) =>
			rows
				.filter(({ action }) => action.startsWith('PUT') === isUpload)
				.reduce((total, row) => total + row.bytes, 0);
		expect(after.bandwidthSummary - before.bandwidthSummary).toBe(bytes(true) + bytes(false));
		const space = (await readBy(running, url)).storage;
		expect(Number(space?.usedBytes) - Number(spaceBefore?.usedBytes)).toBe(bytes(true));
	});

	it('has a month, held amounts and paystubs that fit together', async () => {
		const running = await devnet();
		const { earnings } = await readBy(running, nodeAt(running, 'storj-1').url);
		const sum = (values: readonly (number | undefined)[] = []) =>
			values.reduce<number>((total, value) => total + (value ?? 0), 0);
		expect(sum(earnings?.satellites?.map(({ monthUsd }) => monthUsd))).toBeCloseTo(
			earnings?.monthUsd ?? 0,
			6,
		);
		const days = earnings?.days?.filter(({ satellite }) => !satellite.startsWith('saltlake')) ?? [];
		const ofDays = sum(
			days.map((day) => (day.storageUsd ?? 0) + day.egressUsd + day.repairUsd + day.auditUsd),
		);
		const ofThem = sum(
			earnings?.satellites
				?.filter(({ satellite }) => !satellite.startsWith('saltlake'))
				.map(({ monthUsd }) => monthUsd),
		);
		expect(ofDays).toBeCloseTo(ofThem, 2);
		expect(earnings?.accuracyRatio).toBeGreaterThan(0.99);
		expect(earnings?.previousMonthUsd).toBeCloseTo(earnings?.paidUsd ?? 0, 1);
		const young = await readBy(running, nodeAt(running, 'storj-2').url);
		expect(young.earnings?.monthHeldUsd).toBeCloseTo(young.earnings?.monthUsd ?? 0, 2);
		expect(young.earnings?.months?.length).toBeLessThan(earnings?.months?.length ?? 0);
	});

	it('is the same for the same seed, and for another seed another', () => {
		const run = (seed: number) => {
			const network = createStorjNetwork({ seed, epochMs, nodeCount: 1 });
			const lines: string[] = [];
			network.logOf('storj-1').listen({ onLine: (line) => lines.push(line) });
			network.start();
			network.advance(2 * minuteMs);
			return lines;
		};
		expect(run(1).length).toBeGreaterThan(200);
		expect(run(1)).toEqual(run(1));
		expect(run(2)).not.toEqual(run(1));
	});

	it('answers as storagenode does where nothing is to be had', async () => {
		const running = await devnet();
		const { url } = nodeAt(running, 'storj-1');
		const status = async (path: string) => {
			const reply = await get(`${url}${path}`);
			return `${reply.status} ${reply.type}`;
		};
		expect(await status('/api/sno')).toMatch(/^301/);
		expect(await status('/api/sno/satellite/unknown')).toBe('404 application/json');
		expect(await status('/api/notifications/list')).toBe('400 application/json');
		expect(await status('/api/heldamount/paystubs/yesterday')).toBe('400 application/json');
		expect(await status('/no/such/path')).toBe('200 text/html');
		expect(await json(`${url}/api/heldamount/paystubs/2019-01`)).toBeNull();
		expect(await json(`${url}/api/notifications/list?limit=6&page=1`)).toMatchObject({
			page: { notifications: null },
		});
	});

	it('disqualifies by the arithmetic of a satellite, and pays nothing there any more', async () => {
		const running = await devnet();
		const { url } = nodeAt(running, 'storj-1');
		await fault(running, { fault: 'lostPieces', node: 'storj-1', count: 40 });
		running.advance(5000);
		expect((await readBy(running, url)).reputation?.satellites[0]).toMatchObject({
			failuresLeft: 1,
		});
		await fault(running, { fault: 'lostPieces', node: 'storj-1', count: 2 });
		running.advance(1000);
		const { reputation, earnings } = await readBy(running, url);
		expect(reputation?.satellites[0]?.disqualifiedAt).toBeDefined();
		expect(reputation?.satellites[0]?.reason).toContain('is disqualified on Satellite');
		expect(earnings?.satellites?.map(({ satellite }) => satellite)).not.toContain('us1.storj.io');
		const reply = await get(
			`${url}/api/sno/estimated-payout?id=12EayRS2V1kEsWESU9QMRseFhdxYxKicsiFmxrsLZHeLUtdps3S`,
		);
		expect(reply.status).toBe(500);
	});

	it('fills in what satellites did not report from 1.162 on, and its growth stays what it was', async () => {
		const running = await devnet();
		const { url } = nodeAt(running, 'storj-1');
		const before = await readBy(running, url);
		await fault(running, { fault: 'upgrade', node: 'storj-1' });
		const after = await readBy(running, url);
		expect([before.identity?.version, after.identity?.version]).toEqual(['1.161.2', '1.162.1']);
		const late = (reading: Reading) =>
			(reading.earnings?.days ?? [])
				.filter(({ satellite, storageUsd }) => satellite.startsWith('saltlake') && storageUsd)
				.map(({ day, basis }) => `${day.slice(8)} ${basis}`)
				.slice(-3);
		expect(late(before)).toEqual(['14 reported', '15 reported', '16 reported']);
		expect(late(after)).toEqual(['16 reported', '17 estimated', '18 estimated']);
		expect(before.storage?.growthBytesPerDay).toBeGreaterThan(1e9);
		expect(after.storage?.growthBytesPerDay).toBeCloseTo(
			before.storage?.growthBytesPerDay ?? 0,
			-9,
		);
		expect(after.earnings?.estimateUsd).toBeCloseTo(before.earnings?.estimateUsd ?? 0, 0);
	});

	it('knows no estimate while its month has just begun', async () => {
		const running = await devnet();
		const { url } = nodeAt(running, 'storj-1');
		await fault(running, { fault: 'monthStart', node: 'storj-1' });
		const { currentMonthExpectations } = (await json(`${url}/api/sno/estimated-payout`)) as {
			currentMonthExpectations: number;
		};
		expect(currentMonthExpectations).toBe(-(2 ** 63));
		const { earnings } = await readBy(running, url);
		expect(earnings).toMatchObject({ monthUsd: 0 });
		expect(earnings).not.toHaveProperty('estimateUsd');
	});

	it('begins anew without data, unknown to its satellites', async () => {
		const running = await devnet();
		const { url } = nodeAt(running, 'storj-1');
		await fault(running, { fault: 'restart', node: 'storj-1', data: 'empty' });
		const { storage, reputation } = await readBy(running, url);
		expect(storage?.usedBytes).toBe(0);
		for (const each of reputation?.satellites ?? []) expect(each).not.toHaveProperty('auditScore');
		running.advance(10 * minuteMs);
		const later = await readBy(running, url);
		expect(later.storage?.usedBytes).toBeGreaterThan(0);
		expect(later.reputation?.satellites[0]).toMatchObject({ auditScore: 1 });
		expect(later.reputation?.satellites[0]?.vettingRatio).toBeLessThan(0.1);
	});

	it('takes its log, and all its servers, away at the end', async () => {
		const running = await devnet();
		const { log = '', metricsUrl = '' } = nodeAt(running, 'storj-1');
		expect(existsSync(log)).toBe(true);
		cleanups.length = 0;
		await running.stop();
		expect(existsSync(dirname(log))).toBe(false);
		await expect(fetch(metricsUrl)).rejects.toThrow('fetch failed');
	});
});

it('a forwarder sends what is written while a client is connected, until the client speaks', async () => {
	const running = await devnet();
	const { log = '' } = nodeAt(running, 'storj-2');
	const { hostname, port } = new URL(log);
	const socket = connect({ host: hostname, port: Number(port) });
	cleanups.push(() => {
		socket.destroy();
	});
	let text = '';
	let isClosed = false;
	socket.on('data', (bytes) => (text += bytes.toString()));
	socket.on('close', () => (isClosed = true));
	await new Promise((resolve) => socket.once('connect', resolve));
	await expect
		.poll(() => {
			running.advance(1000);
			return text.split('\n').length;
		})
		.toBeGreaterThan(3);
	expect(text).toMatch(/^\d{10}\.\d{6} 2026-03-18T12:0\d:\d\dZ\t(?:DEBUG|INFO)\t/);
	socket.write('x');
	await expect.poll(() => isClosed).toBe(true);
});

it('with a base port, the further servers of storage nodes stand behind the control server', async () => {
	const options = { nodeCount: 4, storageNodes: 2, seed: 3, version: '1' };
	const { basePort, running } = await onFreePorts((port) =>
		startDevnet({ ...options, basePort: port, clock: 'manual', epochMs }),
	);
	cleanups.push(() => running.stop());
	const portOf = (url = '') => Number(new URL(url).port) - basePort;
	expect(running.nodes.map(({ url }) => portOf(url))).toEqual(
		Array.from({ length: 12 }, (_, at) => at),
	);
	expect(portOf(running.controlUrl)).toBe(12);
	const side = running.nodes.flatMap(({ metricsUrl, fallbackUrls = [] }) =>
		metricsUrl === undefined ? [] : [portOf(fallbackUrls[0]), portOf(metricsUrl)],
	);
	expect(side).toEqual([13, 14, 16, 17]);
});

/** Some twenty ports in a row that nothing listens on. */
async function onFreePorts(start: (basePort: number) => Promise<RunningDevnet>) {
	for (let attempt = 0; ; attempt += 1) {
		const basePort = 10_000 + ((process.pid + attempt * 997) % 20_000);
		try {
			return { basePort, running: await start(basePort) };
		} catch (error) {
			if (!(error instanceof UserError) || attempt === 20) throw error;
		}
	}
}
