import { afterEach, describe, expect, it } from 'vitest';
import { storj } from '../../../source/adapters/storj/adapter.ts';
import { createFleet } from '../../../source/fleet/fleet.ts';
import { createJudge } from '../../../source/health/judge.ts';
import { readingSchema } from '../../../source/sections/snapshot.ts';
import { startServer } from '../../helpers/http-server.ts';
import type { TestServer } from '../../helpers/http-server.ts';
import { contextFor, targetFor } from '../../helpers/targets.ts';

const servers: TestServer[] = [];
afterEach(async () => {
	for (const server of servers.splice(0)) await server.close();
});

const us1 = '12EayRS2V1kEsWESU9QMRseFhdxYxKicsiFmxrsLZHeLUtdps3S';
const eu1 = '12L9ZFwhzVpuEKMUNUqkaTLGzwY9G24tbiigLiXpmZWKwmcNDDs';
const zeroTime = '0001-01-01T00:00:00Z';
const nowMs = Date.parse('2026-03-18T12:00:00Z');
const page = '<!doctype html><html><head><title>Storage Node Dashboard</title></head></html>';

const satellite = { id: us1, url: 'us1.storj.io:7777', disqualified: null, suspended: null };
const dashboard = {
	nodeID: '1abcdefghijklmnop',
	satellites: [satellite],
	diskSpace: { used: 5e12, available: 3e12, overused: 0, allocated: 8e12, trash: 5e11 },
	lastPinged: '2026-03-18T11:59:10Z',
	version: '1.150.2',
	allowedVersion: '1.142.7',
	upToDate: true,
	startedAt: '2026-03-01T00:00:00Z',
	quicStatus: 'OK',
};
const scores = { auditScore: 1, suspensionScore: 1, onlineScore: 0.998 };
const satellites = { storageDaily: [], audits: [{ satelliteName: satellite.url, ...scores }] };

/** Answers by path: text is sent as it is, with a number as its status; every other path has the page. */
type Answers = Readonly<Record<string, object | string | number>>;

async function read(answers: Answers) {
	const all: Answers = { '/api/sno/': dashboard, '/api/sno/satellites': satellites, ...answers };
	const server = await startServer(({ path }, response) => {
		const answer = all[path];
		if (answer === undefined || typeof answer === 'number') {
			response.writeHead(answer ?? 200, { 'content-type': 'text/html' }).end(page);
			return;
		}
		response
			.writeHead(200, { 'content-type': 'application/json' })
			.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
	});
	servers.push(server);
	const target = targetFor(server.url, { name: 'attic', kind: 'storj', timeoutMs: 60_000 });
	const context = contextFor(target, { now: () => nowMs });
	const reading = readingSchema.parse(await storj.open(target).poll(context));
	const fleet = createFleet(createJudge());
	fleet.add(target);
	fleet.apply({ target, atMs: nowMs, missedSlots: 0, outcome: { status: 'read', reading } });
	const issues = fleet.node('attic')?.snapshot.health.issues ?? [];
	return { reading, found: issues.map(({ code }): string => code) };
}

describe('odd payloads', () => {
	it('1.142: nothing of trash, and more used than was given', async () => {
		const { reading } = await read({
			'/api/sno/': {
				...dashboard,
				version: '1.142.7',
				diskSpace: { used: 8_100_000_000_000, available: 8e12, trash: null },
			},
		});
		expect(reading.storage).toMatchObject({
			capacityBytes: 8e12,
			usedBytes: 8_100_000_000_000,
			freeBytes: 0,
			overusedBytes: 100_000_000_000,
		});
		expect(reading.storage?.trashBytes).toBeUndefined();
	});

	it('1.150: overused, with a negative number for what is free', async () => {
		const diskSpace = {
			used: 8.2e12,
			available: -2e11,
			overused: 2e11,
			allocated: 8e12,
			trash: 1e11,
		};
		const { reading } = await read({ '/api/sno/': { ...dashboard, diskSpace } });
		expect(reading.storage).toMatchObject({
			capacityBytes: 8e12,
			usedBytes: 8.1e12,
			trashBytes: 1e11,
			freeBytes: 0,
			overusedBytes: 2e11,
		});
	});

	it('1.162: a disk of its own, whose trash nobody counts', async () => {
		const diskSpace = {
			used: 1e12,
			available: 7e12,
			overused: 0,
			allocated: 8e12,
			trash: 0,
			reclaimable: 0,
		};
		const { reading } = await read({
			'/api/sno/': { ...dashboard, version: '1.162.1', diskSpace },
		});
		expect(reading.storage).toMatchObject({ usedBytes: 1e12, trashBytes: 0, freeBytes: 7e12 });
	});

	it('numbers that no disk has, and numbers as text', async () => {
		const diskSpace = { used: 2 ** 60, available: '3000', allocated: 2 ** 61, trash: 'a lot' };
		const { reading } = await read({ '/api/sno/': { ...dashboard, diskSpace } });
		expect(reading.storage?.freeBytes).toBe(3000);
		expect(reading.storage).not.toHaveProperty('trashBytes');
	});

	it('windows with counts that nobody has counted', async () => {
		const windows = [
			{ windowStart: '2026-03-17T00:00:00Z', totalCount: 1e30, onlineCount: 1 },
			{ windowStart: '2026-03-17T12:00:00Z', totalCount: 4, onlineCount: 3 },
		];
		const { reading } = await read({
			[`/api/sno/satellite/${us1}`]: { id: us1, auditHistory: { score: 1, windows } },
		});
		expect(reading.reputation?.satellites[0]?.offlineWindows).toEqual([
			{ at: '2026-03-17T12:00:00.000Z', missed: 1, of: 4 },
		]);
	});

	it.each([[null], ['full'], [undefined]])(
		'space that is %j leaves the scores',
		async (diskSpace) => {
			const { reading, found } = await read({ '/api/sno/': { ...dashboard, diskSpace } });
			expect(reading.storage).toEqual({});
			expect(reading.reputation?.worstAudit).toBe(1);
			expect(found).toEqual([]);
		},
	);

	it('a score a little above 1, as sums of fractions give', async () => {
		const audits = [
			{ satelliteName: satellite.url, ...scores, auditScore: 1.000_000_000_000_000_2 },
		];
		const { reading, found } = await read({ '/api/sno/satellites': { ...satellites, audits } });
		expect(reading.reputation?.satellites[0]?.auditScore).toBe(1);
		expect(found).not.toContain('auditScoreLow');
	});

	it('null for every list, and times of the year 1', async () => {
		const { reading, found } = await read({
			'/api/sno/': { ...dashboard, satellites: null, lastPinged: zeroTime, startedAt: zeroTime },
			'/api/sno/satellites': { storageDaily: null, bandwidthDaily: null, audits: null },
			'/api/notifications/list?limit=20&page=1': { page: { notifications: null } },
			'/api/heldamount/payout-history/2026-02': 'null',
		});
		expect(reading.reputation?.satellites).toEqual([]);
		expect(JSON.stringify(reading)).not.toContain('0001-01-01');
		expect(found).not.toContain('contactLost');
	});

	it.each([
		[
			'2026-03-18T15:00:00Z',
			[
				'its last contact is dated 3h 00m ahead: a lost contact is seen late; check its clock and ours',
			],
		],
		[
			'2026-03-18T12:01:01Z',
			[
				'its last contact is dated 1m 01s ahead: a lost contact is seen late; check its clock and ours',
			],
		],
		['2026-03-18T12:01:00Z', undefined],
	])(
		'a last contact at %s, of which nobody can tell how long ago it was',
		async (lastPinged, notes) => {
			const vetted = { ...satellite, vettedAt: '2026-01-01T00:00:00Z' };
			const { reading } = await read({
				'/api/sno/': { ...dashboard, satellites: [vetted], lastPinged },
			});
			expect(reading.notes).toEqual(notes);
		},
	);

	it('zero times for what never happened are no disqualification', async () => {
		const never = { ...satellite, disqualified: zeroTime, suspended: zeroTime };
		const { found } = await read({ '/api/sno/': { ...dashboard, satellites: [never] } });
		expect(found).not.toContain('disqualified');
		expect(found).not.toContain('suspended');
	});

	it.each(['-9223372036854775808', '9223372036854775807', '1e300', 'null', '"soon"'])(
		'an expectation of %s is none',
		async (expectation) => {
			const { reading } = await read({
				'/api/sno/estimated-payout': `{"currentMonth":{"payout":120,"held":0},"previousMonth":null,"currentMonthExpectations":${expectation}}`,
			});
			expect(reading.earnings?.monthUsd).toBe(1.2);
			expect(reading.earnings).not.toHaveProperty('estimateUsd');
		},
	);

	it.each([200, 404, 500])(
		'the console’s page with status %d for all but the dashboard',
		async (status) => {
			const { reading } = await read({
				'/api/sno/satellites': status,
				'/api/sno/estimated-payout': status,
				[`/api/sno/satellite/${us1}`]: status,
				[`/api/sno/estimated-payout?id=${us1}`]: status,
				'/api/heldamount/payout-history/2026-02': status,
				'/api/notifications/list?limit=20&page=1': status,
			});
			expect(reading.storage?.capacityBytes).toBe(8e12);
			expect(reading.reputation?.satellites).toEqual([{ satellite: 'us1.storj.io' }]);
			expect(reading.earnings).toBeUndefined();
		},
	);

	it('days that the node filled in itself make no growth and no step', async () => {
		const day = (date: number, bytes: number, calculated?: boolean) => ({
			intervalStart: `2026-03-${String(date).padStart(2, '0')}T00:00:00Z`,
			atRestTotal: bytes * 24,
			atRestTotalBytes: bytes,
			...(calculated === true && { calculated }),
		});
		const reported = Array.from({ length: 12 }, (_, index) => day(index + 1, 4e12 + index * 1e10));
		const filled = [13, 14, 15, 16, 17].map((date) => day(date, 5.5e12, true));
		const withFilled = await read({
			'/api/sno/satellites': { ...satellites, storageDaily: [...reported, ...filled] },
		});
		const without = await read({
			'/api/sno/satellites': { ...satellites, storageDaily: reported },
		});
		expect(withFilled.reading.storage?.growthBytesPerDay).toBeCloseTo(1e10, -8);
		expect(withFilled.reading.storage?.growthBytesPerDay).toBe(
			without.reading.storage?.growthBytesPerDay,
		);
	});

	it('two satellites of one name, and scores for one that is not listed', async () => {
		const { reading } = await read({
			'/api/sno/': {
				...dashboard,
				satellites: [satellite, { ...satellite, id: eu1, url: undefined }],
			},
			'/api/sno/satellites': {
				...satellites,
				audits: [
					...satellites.audits,
					{ satelliteName: 'gone.example:7777', ...scores, auditScore: 0.5 },
				],
			},
		});
		const names = reading.reputation?.satellites.map(({ satellite: name }) => name);
		expect(names).toEqual(['us1.storj.io', 'eu1.storj.io']);
		expect(reading.reputation?.worstAudit).toBe(1);
	});

	it('a health port that is ill only of satellites that were shut down, with zero times for the others', async () => {
		const retired = '12tRQrMTWUWwzwGh18i7Fqs67kmdhH9t6aToeiwbo5mfS2rUmo';
		const Statuses = [
			{ SatelliteID: us1, OnlineScore: 0.95, DisqualifiedAt: zeroTime, SuspendedAt: zeroTime },
			{
				SatelliteID: retired,
				OnlineScore: 0.1,
				DisqualifiedAt: '2023-12-01T00:00:00Z',
				SuspendedAt: null,
			},
		];
		const server = await startServer((_request, response) => {
			response
				.writeHead(503, { 'content-type': 'application/json' })
				.end(JSON.stringify({ Statuses, Help: '', AllHealthy: false }));
		});
		servers.push(server);
		const target = targetFor(server.url, { kind: 'storj' });
		const reading = readingSchema.parse(await storj.open(target).poll(contextFor(target)));
		expect(reading.selfReport).toEqual({ status: 'up', reasons: [] });
		expect(reading.reputation?.satellites).toEqual([
			{ satellite: 'us1.storj.io', onlineScore: 0.95 },
		]);
		expect(reading.notes?.join()).toContain('shut down');
	});
});
