import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { daysOf, forecastOf, usdOf } from '../../../source/adapters/storj/days.ts';
import type { Day } from '../../../source/adapters/storj/days.ts';
import { readEarnings } from '../../../source/adapters/storj/earnings.ts';
import { accuracyOf, monthsOf, nextPayoutAt } from '../../../source/adapters/storj/months.ts';
import { usualPrices } from '../../../source/adapters/storj/prices.ts';
import { readReputation } from '../../../source/adapters/storj/reputation.ts';
import { createScoreTrends } from '../../../source/adapters/storj/score-trends.ts';
import {
	dashboardSchema,
	detailSchema,
	estimateSchema,
	notificationsSchema,
	paystubsSchema,
	satellitesSchema,
} from '../../../source/adapters/storj/wire.ts';
import { toEarningsCsv } from '../../../source/export/earnings-csv.ts';
import { documentOf, plainNode } from '../../export/nodes.ts';

const fixture = (name: string): unknown =>
	JSON.parse(readFileSync(new URL(`../../fixtures/storj/${name}`, import.meta.url), 'utf8'));
const estimate = estimateSchema.parse(fixture('estimated-payout.json'));
const detail = detailSchema.parse(fixture('satellite.us1.json'));
const paystubs = paystubsSchema.parse(fixture('heldamount.paystubs.2025-09.json'));
const nowMs = Date.parse('2025-10-06T09:30:00Z');
const us1 = '12EayRS2V1kEsWESU9QMRseFhdxYxKicsiFmxrsLZHeLUtdps3S';
const details = new Map([[us1, { name: 'us1.storj.io', detail }]]);
const money = {
	total: estimate,
	bySatellite: [],
	payouts: [],
	paidFor: '2025-09',
	paystubs,
	details,
};

const cents = (usd = Number.NaN) => Math.round(usd * 100);

describe('earnings', () => {
	it('equal the node’s own to the cent, at the node’s prices and at the same from the profile', () => {
		const node = readEarnings(money, { own: undefined, nowMs });
		const own = readEarnings(money, { own: usualPrices, nowMs });
		expect(node?.prices?.from).toBe('node');
		expect(own?.prices?.from).toBe('profile');
		for (const read of [node, own]) {
			expect(cents(read?.monthUsd)).toBe(249);
			expect(cents(read?.previousMonthUsd)).toBe(1228);
			expect(cents(read?.monthByCause?.storageUsd)).toBe(201);
			expect(cents(read?.monthByCause?.egressUsd)).toBe(37);
			expect(cents(read?.monthByCause?.repairAndAuditUsd)).toBe(10);
			expect(cents(read?.estimateUsd)).toBe(1411);
		}
	});

	it('follow other prices of the profile, held amounts in their proportion', () => {
		const held = estimateSchema.parse(fixture('estimated-payout.held75.json'));
		const read = readEarnings(
			{ ...money, total: held, details: new Map() },
			{ own: { storage: 3, egress: 4, repair: 4, audit: 4 }, nowMs },
		);
		expect(read?.monthUsd).toBeCloseTo(0.076, 6);
		expect(read?.monthHeldUsd).toBeCloseTo(0.228, 6);
		expect(read?.estimateUsd).toBeCloseTo(0.38, 6);
	});

	it('have a traffic forecast and a confidence that grow with the month', () => {
		const read = readEarnings(money, { own: undefined, nowMs });
		expect(read?.egressBytes).toBe(187_200_000_000 + 48_750_994_944);
		const share = (5 + 9.5 / 24) / 31;
		expect(read?.egressForecastBytes).toBeCloseTo((read?.egressBytes ?? 0) / share, -3);
		expect(read?.estimateConfidence).toBeCloseTo(0.5 + share / 2, 6);
		const start = readEarnings(money, {
			own: undefined,
			nowMs: Date.parse('2025-10-01T00:10:00Z'),
		});
		expect(start).not.toHaveProperty('egressForecastBytes');
	});
});

describe('days', () => {
	it('are priced by cause, and what the node filled in is an estimate', () => {
		const days = daysOf('us1', detail, usualPrices, nowMs);
		expect(days.every(({ basis }) => basis === 'estimated')).toBe(true);
		expect(days[0]).toMatchObject({ day: '2025-10-01', satellite: 'us1' });
		expect(days[0]?.storageUsd).toBeCloseTo((160_997_216_293_625 / 720 / 1e12) * 1.5, 9);
		expect(days[0]?.egressUsd).toBeCloseTo((32_100_000_000 / 1e12) * 2, 9);
		expect(forecastOf(days, nowMs)).toBeUndefined();
	});

	const terabyteHours = (hours: number, bytes = 1e12) => ({
		atRestTotal: bytes * hours,
		atRestTotalBytes: bytes,
		intervalInHours: hours,
	});
	const stamp = (day: number, more: object) => ({
		intervalStart: `2025-10-${String(day).padStart(2, '0')}T00:00:00Z`,
		...more,
	});
	const storedOn = (storageDaily: readonly object[]) =>
		daysOf('us1', detailSchema.parse({ storageDaily }), usualPrices, nowMs).map(
			({ day, basis, storageUsd = 0 }) =>
				`${day.slice(8)} ${basis} ${(storageUsd * 480).toFixed(2)}`,
		);

	it('of a late report share what it holds, and keep its sum', () => {
		const late = stamp(4, terabyteHours(72));
		const expected = [
			'01 reported 24.00',
			'02 estimated 24.00',
			'03 estimated 24.00',
			'04 reported 24.00',
		];
		expect(storedOn([stamp(1, terabyteHours(24)), late])).toEqual(expected);
		// From 1.162 on the node shows the days between: they add no byte-hours.
		const filled = {
			atRestTotal: 0,
			atRestTotalBytes: 1e12,
			intervalInHours: 24,
			calculated: true,
		};
		const shown = [stamp(1, terabyteHours(24)), stamp(2, filled), stamp(3, filled), late];
		expect(storedOn(shown)).toEqual(expected);
	});

	it('that the node adds at the end count at their rate, today up to now', () => {
		const filled = { atRestTotal: 0, atRestTotalBytes: 2e12, calculated: true };
		expect(storedOn([stamp(4, terabyteHours(24)), stamp(5, filled), stamp(6, filled)])).toEqual([
			'04 reported 24.00',
			'05 estimated 48.00',
			'06 estimated 19.00',
		]);
	});

	it('of a report that began last month stay in this one', () => {
		expect(storedOn([stamp(2, terabyteHours(96))])).toEqual([
			'01 estimated 24.00',
			'02 reported 24.00',
		]);
	});

	it('forecast no less and no more because a report was late', () => {
		const daily = Array.from({ length: 5 }, (_, index) => stamp(index + 1, terabyteHours(24)));
		const late = [...daily.slice(0, 2), stamp(5, terabyteHours(72))];
		const forecast = (storageDaily: readonly object[]) =>
			forecastOf(daysOf('us1', detailSchema.parse({ storageDaily }), usualPrices, nowMs), nowMs)
				?.expectedUsd;
		expect(forecast(late)).toBeCloseTo(forecast(daily) ?? 0, 6);
	});

	const made = (count: number, usd: (index: number) => number): Day[] =>
		Array.from({ length: count }, (_, index) => ({
			day: `2025-10-${String(index + 1).padStart(2, '0')}`,
			satellite: 'us1',
			basis: 'reported' as const,
			storageUsd: usd(index),
			egressUsd: 0,
			repairUsd: 0,
			auditUsd: 0,
		}));

	it('forecast the month within 10 %, with a band that holds it', () => {
		const usd = (index: number) => 1 + 0.01 * index + ((index * 7919) % 13) * 0.02;
		const all = made(31, usd);
		const whole = all.reduce((sum, day) => sum + usdOf(day), 0);
		for (const known of [10, 15, 25]) {
			const at = Date.parse(`2025-10-${known + 1}T06:00:00Z`);
			const forecast = forecastOf(all.slice(0, known), at);
			expect(Math.abs((forecast?.expectedUsd ?? 0) / whole - 1)).toBeLessThan(0.1);
			expect(forecast?.lowUsd).toBeLessThan(whole);
			expect(forecast?.highUsd).toBeGreaterThan(whole);
		}
	});

	it('without a report are no crash to nothing', () => {
		const gaps = made(20, () => 1).map((day, index) => {
			const { storageUsd, ...rest } = day;
			return index % 4 === 1 ? rest : { ...rest, storageUsd };
		});
		const forecast = forecastOf(gaps, Date.parse('2025-10-21T06:00:00Z'));
		expect(forecast?.expectedUsd).toBeCloseTo(31, 6);
	});
});

describe('settled months', () => {
	it('say what was owed, held, returned and paid, beside the usage at these prices', () => {
		const months = monthsOf(paystubs, () => 'us1', usualPrices);
		expect(months).toEqual([
			{
				month: '2025-09',
				satellite: 'us1',
				owedUsd: 4.938_96,
				heldUsd: 0,
				returnedUsd: 0,
				paidUsd: 4.938_96,
				distributedUsd: 4.938_96,
				createdAt: '2025-10-09T17:02:11.200Z',
				estimatedUsd: expect.closeTo(4.938_96, 5) as number,
			},
		]);
		expect(accuracyOf(months)).toBeGreaterThan(0.9999);
		expect(accuracyOf(months.map((each) => ({ ...each, estimatedUsd: 4.445_064 })))).toBeCloseTo(
			0.9,
		);
		expect(accuracyOf([])).toBeUndefined();
	});

	it('show when the next payout is due', () => {
		const months = monthsOf(paystubs, () => 'us1', usualPrices);
		expect(nextPayoutAt(months, nowMs)).toBe('2025-10-09T00:00:00.000Z');
		expect(nextPayoutAt(months, Date.parse('2025-10-10T00:00:00Z'))).toBe(
			'2025-11-09T00:00:00.000Z',
		);
		expect(nextPayoutAt([], nowMs)).toBeUndefined();
	});
});

it('are written for the books, with rates, and reported and estimated told apart', () => {
	const earnings = readEarnings(money, { own: undefined, nowMs });
	const csv = toEarningsCsv(documentOf([plainNode({ target: { name: '=attic' }, earnings })]));
	const [heading, first, ...rows] = csv.split('\r\n').map((line) => line.split(','));
	const row = Object.fromEntries((heading ?? []).map((name, index) => [name, first?.[index]]));
	expect(row).toMatchObject({
		node: "'=attic",
		satellite: 'us1.storj.io',
		period: '2025-10-01',
		basis: 'estimated',
		storageUsdPerTbMonth: '1.5',
		egressUsdPerTb: '2',
		priceFrom: 'node',
	});
	expect(Number(row['totalUsd'])).toBeCloseTo(
		['storageUsd', 'egressUsd', 'repairUsd', 'auditUsd'].reduce(
			(sum, name) => sum + Number(row[name]),
			0,
		),
		5,
	);
	const accounted = rows.find((cells) => cells[3] === 'accounted');
	expect(accounted?.slice(2, 12)).toEqual([
		'2025-09',
		'accounted',
		'',
		'',
		'',
		'',
		'4.938960',
		'0.000000',
		'0.000000',
		'4.938960',
	]);
});

describe('a satellite’s judgement', () => {
	const dashboard = dashboardSchema.parse(fixture('sno.dq-suspended-unvetted.json'));
	const audits = satellitesSchema.parse(fixture('satellites.json')).audits;
	const notifications = notificationsSchema.parse(fixture('notifications.list.json')).page;
	const judgement = { notifications, trends: createScoreTrends(), nowMs, details: new Map() };

	it('comes with its reason, from the score and from the node’s notification', () => {
		const { satellites, worstAudit } = readReputation(dashboard.satellites, audits, judgement);
		const suspended = satellites.find(({ suspendedAt }) => suspendedAt !== undefined);
		expect(suspended?.reason).toContain('suspension score is 55.0 %, below 60 %');
		expect(suspended?.reason).toContain('saltlake Satellite is suspended');
		// The satellite that has disqualified the node is not the worst that can still be saved.
		expect(worstAudit).toBe(0.9991);
	});

	it('has arrows for how its scores moved over a day', () => {
		const trends = createScoreTrends();
		const hour = 3_600_000;
		const at = (hours: number, auditScore: number) => trends.of('a', { auditScore }, hours * hour);
		expect(at(0, 1)).toEqual({});
		expect(at(1, 1)).toEqual({ auditTrend: 'steady' });
		expect(at(2, 0.999)).toEqual({ auditTrend: 'down' });
		expect(at(20, 0.999)).toEqual({ auditTrend: 'down' });
		expect(at(26, 0.999)).toEqual({ auditTrend: 'steady' });
		expect(at(26.1, 0.9999)).toEqual({ auditTrend: 'up' });
	});

	it('has its offline windows, and how far vetting is', () => {
		const windows = [
			{ windowStart: '2025-10-01T00:00:00Z', totalCount: 20, onlineCount: 20 },
			{ windowStart: '2025-10-01T12:00:00Z', totalCount: 20, onlineCount: 5 },
			{ windowStart: '2025-10-02T00:00:00Z', totalCount: 0, onlineCount: 0 },
		];
		const nodeJoinedAt = '2025-09-22T09:30:00Z';
		const [satellite] = dashboard.satellites;
		if (!satellite) throw new Error('no satellite');
		const details = new Map([
			[satellite.id, detailSchema.parse({ auditHistory: { windows }, nodeJoinedAt })],
		]);
		const read = (vettedAt: unknown) =>
			readReputation([{ ...satellite, vettedAt }], [], { ...judgement, details }).satellites[0];
		expect(read(null)).toMatchObject({
			offlineRatio: 0.375,
			offlineWindows: [{ at: '2025-10-01T12:00:00.000Z', missed: 15, of: 20 }],
			vettingRatio: 0.25,
			joinedAt: '2025-09-22T09:30:00.000Z',
		});
		expect(read('2025-01-01T00:00:00Z')).not.toHaveProperty('vettingRatio');
	});
});
