import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { identify } from '../../../source/adapters/probe.ts';
import { storj } from '../../../source/adapters/storj/adapter.ts';
import { failuresLeft } from '../../../source/adapters/storj/reputation.ts';
import { readStorage } from '../../../source/adapters/storj/storage.ts';
import {
	dashboardSchema,
	detailSchema,
	satellitesSchema,
} from '../../../source/adapters/storj/wire.ts';
import { createFleet } from '../../../source/fleet/fleet.ts';
import { createJudge } from '../../../source/health/judge.ts';
import { readingSchema } from '../../../source/sections/snapshot.ts';
import { sendJson, startServer } from '../../helpers/http-server.ts';
import type { TestServer } from '../../helpers/http-server.ts';
import { contextFor, targetFor } from '../../helpers/targets.ts';

const servers: TestServer[] = [];
afterEach(async () => {
	for (const server of servers.splice(0)) await server.close();
});

const textOf = (name: string) =>
	readFileSync(new URL(`../../fixtures/storj/${name}`, import.meta.url), 'utf8');
const fixture = (name: string): unknown => JSON.parse(textOf(name));
const us1Id = '12EayRS2V1kEsWESU9QMRseFhdxYxKicsiFmxrsLZHeLUtdps3S';
const disqualifiedId = '121RTSDpyNZVcEU84Ticf2L1ntiuUimbWgfATz21tuvgk3vzoA6';

type Answers = Readonly<Record<string, unknown>>;

/** A console: these answers by path, and its page for every other path. */
async function serve(answers: Answers) {
	const server = await startServer(({ path }, response) => {
		const answer = answers[path];
		if (answer instanceof Error) sendJson(response, { error: answer.message }, 500);
		else if (answer !== undefined) sendJson(response, answer);
		else
			response
				.writeHead(200, { 'content-type': 'text/html' })
				.end(textOf('error.spa-index.html.txt'));
	});
	servers.push(server);
	return {
		server,
		target: targetFor(server.url, { name: 'attic', kind: 'storj', timeoutMs: 60_000 }),
	};
}

const nowMs = Date.parse('2025-10-06T09:30:00Z');
const healthy: Answers = {
	'/api/sno/': fixture('sno.v1.146.5.json'),
	'/api/sno/satellites': fixture('satellites.json'),
	'/api/sno/estimated-payout': fixture('estimated-payout.json'),
	[`/api/sno/estimated-payout?id=${us1Id}`]: fixture('estimated-payout.held75.json'),
	'/api/heldamount/payout-history/2025-09': fixture('heldamount.payout-history.2025-09.json'),
};

async function read(answers: Answers, atMs = nowMs) {
	const { server, target } = await serve(answers);
	const context = contextFor(target, { now: () => atMs });
	return { reading: readingSchema.parse(await storj.open(target).poll(context)), server, target };
}

describe('a storage node', () => {
	it('is read whole', async () => {
		const { reading, server } = await read(healthy);
		expect(reading).toMatchObject({
			identity: {
				client: 'storagenode',
				version: '1.146.5',
				allowedVersion: '1.140.3',
				isVersionAllowed: true,
				nodeId: '1WdQKBc531WqY6pnNpdH7iYUYDsbM1P6iKhgoimHiG69p22rSv',
				startedAt: '2025-09-20T11:03:12.404Z',
			},
			network: { lastContactAt: '2025-10-06T09:20:53.118Z', quicStatus: 'OK' },
			storage: {
				capacityBytes: 9_000_000_000_000,
				usedBytes: 7_524_691_357_802 - 812_345_678_901,
				trashBytes: 812_345_678_901,
				reclaimableBytes: 231_000_000_000,
				freeBytes: 1_475_308_642_198,
				overusedBytes: 0,
			},
			earnings: {
				monthHeldUsd: 0,
				estimateUsd: 14.11,
				paidFor: '2025-09',
				paidUsd: 4.938_96,
			},
		});
		expect(reading.earnings?.monthUsd).toBeCloseTo(2.485_622, 6);
		expect(reading.earnings?.previousMonthUsd).toBeCloseTo(12.275_716, 6);
		expect(reading.earnings?.monthByCause?.storageUsd).toBeCloseTo(2.013_72, 5);
		expect(reading.earnings?.monthByCause?.egressUsd).toBeCloseTo(0.3744, 6);
		expect(server.requests.every(({ method }) => method === 'GET')).toBe(true);
		expect(reading.earnings?.satellites).toEqual([
			{ satellite: 'us1.storj.io', monthUsd: 0.038, monthHeldUsd: 0.114, paidUsd: 4.938_96 },
		]);
		// The wallet is nobody's business.
		expect(JSON.stringify(reading)).not.toContain('0x5924754ec21ef66b01d4921da2e055c90eb6f2ae');
	});

	it('joins scores to satellites by address, exactly as the API gives them', async () => {
		const { reading } = await read({
			...healthy,
			'/api/sno/': fixture('sno.dq-suspended-unvetted.json'),
		});
		expect(reading.reputation?.satellites).toEqual([
			{
				satellite: 'us1.storj.io',
				auditScore: 1,
				suspensionScore: 1,
				onlineScore: 0.999_490_330_711_282_2,
				failuresLeft: 41,
			},
			expect.objectContaining({ satellite: 'eu1.storj.io', auditScore: 0.9991, failuresLeft: 40 }),
			{
				satellite: 'ap1.storj.io',
				auditScore: 0.958,
				suspensionScore: 1,
				onlineScore: 0.97,
				failuresLeft: 0,
				reason: 'audits failed: the audit score is 95.8 %, below 96 %',
				vettedAt: '2021-03-11T08:22:10.118Z',
				disqualifiedAt: '2025-08-02T17:21:05.001Z',
			},
			expect.objectContaining({
				satellite: 'saltlake.tardigrade.io',
				suspensionScore: 0.55,
				suspendedAt: '2025-10-05T21:40:00.500Z',
			}),
		]);
		expect(reading.notes).toEqual(['1 of 4 satellites still vet it']);
		expect(reading.identity).toMatchObject({ allowedVersion: '1.150.1', isVersionAllowed: false });
		expect(reading.network?.quicStatus).toBe('Misconfigured');
	});

	it('alerts on each satellite by its true threshold', async () => {
		const { reading, target } = await read({
			...healthy,
			'/api/sno/': fixture('sno.dq-suspended-unvetted.json'),
		});
		const fleet = createFleet(createJudge());
		fleet.add(target);
		fleet.apply({ target, atMs: nowMs, missedSlots: 0, outcome: { status: 'read', reading } });
		const issues = fleet.node('attic')?.snapshot.health.issues ?? [];
		const found = issues.map(({ code, severity }) => `${code} ${severity}`);
		expect(found).toContain('disqualified critical');
		expect(found).toContain('suspended critical');
		expect(found).toContain('auditScoreLow critical');
		expect(found).toContain('onlineScoreLow critical');
		expect(found).toContain('versionNotAllowed warning');
		expect(found).toContain('quicMisconfigured info');
		expect(found).not.toContain('contactLost warning');
	});

	it('asks a disqualified satellite for no money, and survives one that fails', async () => {
		const { reading, server } = await read({
			...healthy,
			'/api/sno/': fixture('sno.dq-suspended-unvetted.json'),
			'/api/sno/satellites': new Error('consoleapi storagenode: database is locked'),
		});
		const asked = server.requests.map(({ path }) => path);
		const ofIt = asked.filter((url) => url.includes(disqualifiedId));
		expect(ofIt).toEqual([`/api/sno/satellite/${disqualifiedId}`]);
		expect(asked.some((url) => url.includes('estimated-payout?id='))).toBe(true);
		expect(reading.endpoints?.find(({ name }) => name === '/api/sno/satellites')?.status).toBe(
			'failed',
		);
		expect(reading.reputation?.satellites).toHaveLength(4);
		expect(reading.reputation?.satellites[0]).not.toHaveProperty('auditScore');
	});

	it('does not alarm for a node that no satellite knows yet', async () => {
		const zero = { auditScore: 0, suspensionScore: 0, onlineScore: 0 };
		const { reading } = await read({
			'/api/sno/': fixture('sno.offline-never-pinged.json'),
			'/api/sno/satellites': { audits: [{ ...zero, satelliteName: 'us1.storj.io:7777' }] },
			'/api/sno/estimated-payout': {
				currentMonth: { payout: 0, held: 0 },
				previousMonth: null,
				currentMonthExpectations: -9_223_372_036_854_775_808,
			},
			'/api/heldamount/payout-history/2025-09': null,
		});
		for (const each of reading.reputation?.satellites ?? [])
			expect(each).not.toHaveProperty('auditScore');
		expect(reading.earnings).toMatchObject({ monthUsd: 0 });
		expect(reading.earnings).not.toHaveProperty('estimateUsd');
		expect(reading.earnings).not.toHaveProperty('paidUsd');
		expect(reading.network).toEqual({ quicStatus: 'Refreshing' });
		expect(reading.notes?.join()).toContain('no satellite has ever reached it');
	});

	it('is read where lists are null and the routes of old versions are its page', async () => {
		const { reading } = await read({
			'/api/sno/': { ...(fixture('sno.v1.37.1.json') as object), satellites: null },
		});
		expect(reading.reputation).toEqual({ satellites: [] });
		expect(reading.earnings).toBeUndefined();
		expect(reading.endpoints?.find(({ name }) => name === '/api/sno/satellites')?.status).not.toBe(
			'ok',
		);
	});

	it('asks for the dashboard twice a minute, for scores three times, and in between only whether it answers', async () => {
		const { server, target } = await serve(healthy);
		let atMs = nowMs;
		const source = storj.open(target);
		for (let poll = 0; poll < 31; poll += 1) {
			await source.poll(contextFor(target, { now: () => atMs }));
			atMs += 2000;
		}
		const asked = (path: string) => server.requests.filter((each) => each.path === path).length;
		expect(asked('/api/sno/')).toBe(3);
		expect(asked('/api/sno/satellites')).toBe(4);
		expect(asked('/api/sno/estimated-payout')).toBe(1);
		expect(asked('/')).toBe(30);
	});

	it('fails at once when nothing answers between two dashboards', async () => {
		const { server, target } = await serve(healthy);
		const source = storj.open(target);
		await source.poll(contextFor(target, { now: () => nowMs }));
		await server.close();
		servers.length = 0;
		await expect(
			source.poll(contextFor(target, { now: () => nowMs + 2000 })),
		).rejects.toMatchObject({ code: 'unreachable' });
	});

	it('takes up an answer that takes longer than a poll, and asks one question at a time', async () => {
		let open = 0;
		let mostOpen = 0;
		const gates: (() => void)[] = [];
		const gated = new Set(['/api/sno/', '/api/sno/satellites']);
		const server = await startServer(({ path }, response) => {
			open += 1;
			mostOpen = Math.max(mostOpen, open);
			const answer = () => {
				open -= 1;
				const body = healthy[path];
				if (body === undefined) response.writeHead(404).end();
				else sendJson(response, body);
			};
			// On a busy machine a later poll fails, and everything is asked anew.
			if (gated.delete(path)) gates.push(answer);
			else answer();
		});
		servers.push(server);
		const target = targetFor(server.url, { kind: 'storj', timeoutMs: 200 });
		const source = storj.open(target);
		const poll = () => source.poll(contextFor(target));
		await expect(poll()).rejects.toMatchObject({ code: 'timeout' });
		await expect(poll()).rejects.toMatchObject({ code: 'timeout' });
		expect(gates).toHaveLength(1);
		gates.shift()?.();
		await expect
			.poll(async () => (await poll()).storage?.capacityBytes, { timeout: 30_000 })
			.toBe(9e12);
		expect((await poll()).reputation?.satellites[0]).not.toHaveProperty('auditScore');
		expect(gates).toHaveLength(1);
		gates.shift()?.();
		await expect
			.poll(async () => (await poll()).reputation?.satellites[0]?.auditScore, { timeout: 30_000 })
			.toBe(1);
		await expect
			.poll(async () => (await poll()).earnings?.estimateUsd, { timeout: 30_000 })
			.toBe(14.11);
		// The console's page is asked beside them: it reads no database.
		expect(mostOpen).toBeLessThanOrEqual(2);
		source.close();
	});

	it('is recognised, and a page of something else is not', async () => {
		const { target } = await serve(healthy);
		const found = await identify(targetFor(target.url), contextFor(target));
		expect(found).toMatchObject({ kind: 'storj', found: 'storagenode 1.146.5' });
		const other = await serve({});
		expect(await storj.probe(other.target, contextFor(other.target))).toBeUndefined();
	});
});

describe('disk space', () => {
	const read = (diskSpace: object) =>
		readStorage(dashboardSchema.parse({ nodeID: 'a', satellites: [], diskSpace }), []);

	it('of 1.142 and before: used is without trash, available is the whole', () => {
		expect(read({ used: 700, available: 1000, trash: 50, overused: 0 })).toEqual({
			capacityBytes: 1000,
			usedBytes: 700,
			trashBytes: 50,
			freeBytes: 250,
			overusedBytes: 0,
		});
	});

	it('of 1.143.2 and later: used includes trash, available is what is free', () => {
		expect(
			read({ used: 750, available: 250, allocated: 1000, trash: 50, reclaimable: 20, overused: 0 }),
		).toEqual({
			capacityBytes: 1000,
			usedBytes: 700,
			trashBytes: 50,
			reclaimableBytes: 20,
			freeBytes: 250,
			overusedBytes: 0,
		});
	});

	it('is never negative, whatever is reported', () => {
		expect(read({ used: -5, available: 1000, trash: 0 })).toMatchObject({
			usedBytes: 0,
			freeBytes: 1000,
		});
		expect(read({ used: 1200, available: 1000, trash: 100 })).toMatchObject({
			freeBytes: 0,
			overusedBytes: 300,
		});
		expect(read({ used: 10, available: -3, allocated: 1000, trash: 40 })).toMatchObject({
			usedBytes: 0,
			freeBytes: 0,
		});
	});
});

describe('growth', () => {
	const gigabyte = 1e9;
	const day = (index: number, bytes: number, more: object = {}) => ({
		intervalStart: new Date(Date.UTC(2025, 8, 1 + index)).toISOString(),
		atRestTotalBytes: bytes,
		...more,
	});
	const days = (count: number, perDay: number) =>
		Array.from({ length: count }, (_, index) =>
			day(index, 1000 * gigabyte + index * perDay + ((index * 7919) % 11) * 0.2 * gigabyte),
		);
	const read = (storageDaily: readonly object[], free = 500 * gigabyte) =>
		readStorage(
			dashboardSchema.parse({
				nodeID: 'a',
				diskSpace: { allocated: 2000 * gigabyte, available: free },
			}),
			// Each has the shape of a day.
			storageDaily as Parameters<typeof readStorage>[1],
		);

	it('comes from the days that satellites reported, with a band around the day it is full', () => {
		const { growthBytesPerDay, daysUntilFull } = read(days(20, 10 * gigabyte));
		expect(growthBytesPerDay).toBeGreaterThan(9.8 * gigabyte);
		expect(growthBytesPerDay).toBeLessThan(10.2 * gigabyte);
		expect(daysUntilFull?.expected).toBeCloseTo(50, 0);
		expect(daysUntilFull?.low).toBeLessThan(daysUntilFull?.expected ?? 0);
		expect(daysUntilFull?.high).toBeGreaterThan(daysUntilFull?.expected ?? 0);
	});

	it('does not take a day without a report, or the unfinished one, for a crash to nothing', () => {
		const whole = days(20, 10 * gigabyte);
		const gaps = whole.map((each, index) => (index % 5 === 2 ? day(index, 0) : each));
		const unfinished = [...gaps, day(20, 3 * gigabyte)];
		expect(read(unfinished).growthBytesPerDay).toBeCloseTo(10 * gigabyte, -9);
	});

	it('is not made from days that the node filled in itself', () => {
		const filled = days(20, 10 * gigabyte).map((each) => ({ ...each, calculated: true }));
		expect(read(filled)).not.toHaveProperty('growthBytesPerDay');
		expect(read(days(3, 10 * gigabyte))).not.toHaveProperty('growthBytesPerDay');
	});

	const satellites = (...more: readonly object[]) =>
		dashboardSchema.parse({
			nodeID: 'a',
			satellites: ['one', 'two'].map((id, index) => ({ id, url: `${id}:7777`, ...more[index] })),
			diskSpace: { allocated: 2000 * gigabyte, available: 500 * gigabyte },
		});
	const detail = (storageDaily: readonly object[]) => detailSchema.parse({ storageDaily });

	it('is that of each satellite, so that one that is late makes no fall of the sum', () => {
		const whole = days(20, 10 * gigabyte);
		const details = new Map([
			['one', detail(whole)],
			['two', detail(days(17, 20 * gigabyte))],
		]);
		// As versions before 1.162 sum them: the last days are of one satellite alone.
		const summed = whole.map((each, index) =>
			day(index, each.atRestTotalBytes * (index < 17 ? 2 : 1)),
		);
		const parsed = satellitesSchema.parse({ storageDaily: summed }).storageDaily;
		expect(readStorage(satellites(), parsed).growthBytesPerDay).toBeLessThan(0);
		const read = readStorage(satellites(), parsed, details);
		expect(read.growthBytesPerDay).toBeCloseTo(30 * gigabyte, -9);
		expect(read.daysUntilFull?.expected).toBeCloseTo(500 / 30, 0);
		expect(read.satellites?.map(({ satellite }) => satellite)).toEqual(['one', 'two']);
		expect(read.satellites?.[1]?.growthBytesPerDay).toBeCloseTo(20 * gigabyte, -9);
		expect(read.satellites?.[0]?.usedBytes).toBe(whole[18]?.atRestTotalBytes);
	});

	it('does not count a satellite that disqualified the node', () => {
		const details = new Map([
			['one', detail(days(20, 10 * gigabyte))],
			['two', detail(days(20, -50 * gigabyte))],
		]);
		const gone = satellites({}, { disqualified: '2025-08-02T17:21:05Z' });
		const read = readStorage(gone, [], details);
		expect(read.growthBytesPerDay).toBeCloseTo(10 * gigabyte, -9);
		expect(read.satellites?.[1]).not.toHaveProperty('growthBytesPerDay');
	});

	it('takes byte-hours of a late report as a mean', () => {
		const old = days(20, 10 * gigabyte).map(({ intervalStart, atRestTotalBytes }, index) => ({
			intervalStart,
			atRestTotal: atRestTotalBytes * (index === 9 ? 72 : 24),
			intervalInHours: index === 9 ? 72 : 24,
		}));
		const late = old.filter((_, index) => index !== 7 && index !== 8);
		const read = readStorage(satellites(), [], new Map([['one', detail(late)]]));
		expect(read.growthBytesPerDay).toBeCloseTo(10 * gigabyte, -9);
	});

	it('that is none fills nothing', () => {
		expect(read(days(20, -10 * gigabyte))).not.toHaveProperty('daysUntilFull');
	});
});

describe('failures left', () => {
	it.each([
		[1, 41],
		[0.9991, 40],
		[0.97, 11],
		[0.96, 1],
		[0.959, 0],
	])('an audit score of %d allows %d failed audits in a row', (score, left) => {
		expect(failuresLeft(score)).toBe(left);
		// By the score's own arithmetic: this many take it below the threshold.
		expect(score * 0.999 ** left).toBeLessThan(0.96);
	});

	it.each([1, 0.9991, 0.97, 0.96])('one failure fewer keeps an audit score of %d', (score) => {
		expect(score * 0.999 ** (failuresLeft(score) - 1)).toBeGreaterThanOrEqual(0.96);
	});
});
