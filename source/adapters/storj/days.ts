import type { Earnings } from '../../sections/earnings/schema.ts';
import { toAmount } from '../quantity.ts';
import { fitLine } from './line-fit.ts';
import { byteHoursInUsd, bytesInUsd } from './prices.ts';
import type { Prices } from './prices.ts';
import type { WireDetail, WireStorageDay } from './wire.ts';

export type Day = NonNullable<Earnings['days']>[number];

const hourMs = 3_600_000;
const hoursADay = 24;
const dayMs = hoursADay * hourMs;

/** A report that is of more than this is none. */
const mostGapHours = 62 * hoursADay;

/** What can be written as `2025-10-06`, the days before it too. */
const isYearOf4 = (ms: number) => ms > 0 && ms < Date.UTC(9999, 0);

const isoDay = (ms: number) => new Date(ms).toISOString().slice(0, 10);

/** As `2025-10-06`: satellites count days in UTC. */
export function dayOf(at: string): string | undefined {
	const ms = Date.parse(at);
	return isYearOf4(ms) ? isoDay(ms) : undefined;
}

/**
 * What one satellite pays for each day of this month. Storage that the node filled in itself
 * (`calculated`, from 1.162 on), the days of a late report before its own, and the day that is not over
 * are estimates; a day that the satellite has not reported has no storage, and is no day without data.
 */
export function daysOf(
	satellite: string,
	{ storageDaily, bandwidthDaily }: WireDetail,
	prices: Prices,
	nowMs: number,
): Day[] {
	const today = isoDay(nowMs);
	const days = new Map<string, Day>();
	const at = (day: string): Day => {
		const known = days.get(day);
		if (known) return known;
		const basis = day === today ? 'estimated' : 'reported';
		const fresh: Day = { day, satellite, basis, egressUsd: 0, repairUsd: 0, auditUsd: 0 };
		days.set(day, fresh);
		return fresh;
	};
	for (const { day, byteHours, isMeasured } of storedByDay(storageDaily, nowMs)) {
		const entry = at(day);
		entry.storageUsd = byteHoursInUsd(byteHours, prices.storage);
		if (!isMeasured) entry.basis = 'estimated';
	}
	for (const { intervalStart, egress } of bandwidthDaily) {
		const day = dayOf(intervalStart);
		if (day === undefined) continue;
		const entry = at(day);
		entry.egressUsd += bytesInUsd(egress?.usage, prices.egress);
		entry.repairUsd += bytesInUsd(egress?.repair, prices.repair);
		entry.auditUsd += bytesInUsd(egress?.audit, prices.audit);
	}
	return [...days.values()].toSorted((a, b) => a.day.localeCompare(b.day));
}

interface StoredDay {
	readonly day: string;
	readonly byteHours: number;
	readonly isMeasured: boolean;
}

/**
 * A report after a gap is of all hours since the one before: it is spread over its days, so that the sum
 * stays what the satellite reported. What the node filled in has no byte-hours of its own, only a rate.
 */
function storedByDay(stamps: readonly WireStorageDay[], nowMs: number): StoredDay[] {
	const stored = new Map<string, StoredDay>();
	const put = (day: string, byteHours: number, isMeasured: boolean) =>
		stored.set(day, { day, byteHours, isMeasured });
	for (const { intervalStart, atRestTotal, intervalInHours, calculated } of stamps) {
		const startMs = Date.parse(intervalStart);
		const byteHours = toAmount(atRestTotal) ?? 0;
		if (calculated === true || !isYearOf4(startMs) || byteHours === 0) continue;
		const hours = Math.min(toAmount(intervalInHours) ?? hoursADay, mostGapHours);
		const span = Math.max(1, Math.round(hours / hoursADay));
		for (let back = span - 1; back >= 0; back -= 1) {
			const day = isoDay(startMs - back * dayMs);
			if (day.slice(0, 7) === isoDay(startMs).slice(0, 7)) put(day, byteHours / span, back === 0);
		}
	}
	for (const { intervalStart, atRestTotal, atRestTotalBytes, calculated } of stamps) {
		const startMs = Date.parse(intervalStart);
		const day = dayOf(intervalStart);
		if (calculated !== true || day === undefined || stored.has(day)) continue;
		const hours = Math.min(hoursADay, Math.max(0, (nowMs - startMs) / hourMs));
		const byteHours = toAmount(atRestTotal) || (toAmount(atRestTotalBytes) ?? 0) * hours;
		if (byteHours > 0) put(day, byteHours, false);
	}
	return [...stored.values()];
}

export function usdOf({ storageUsd = 0, egressUsd, repairUsd, auditUsd }: Day): number {
	return storageUsd + egressUsd + repairUsd + auditUsd;
}

/** Fewer whole days show no spread. */
const leastDays = 3;
/** Fewer show no trend. */
const leastTrendDays = 7;

/**
 * What the month will bring: the whole days that satellites reported, and every other day by their line.
 * The band is twice their spread around it, over the days that are open.
 */
export function forecastOf(
	days: readonly Day[],
	nowMs: number,
): { expectedUsd: number; lowUsd: number; highUsd: number } | undefined {
	const now = new Date(nowMs);
	const startMs = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1);
	const endMs = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1);
	const today = isoDay(nowMs);
	const past = days.filter(({ day }) => Date.parse(day) >= startMs && day < today);
	const whole = [...Map.groupBy(past, ({ day }) => day).values()];
	const measured = whole
		.filter((each) => each.every(({ basis, storageUsd }) => basis === 'reported' && storageUsd))
		.map((each) => ({
			day: (Date.parse(each[0]?.day ?? '') - startMs) / dayMs,
			value: each.reduce((sum, day) => sum + usdOf(day), 0),
		}));
	if (measured.length < leastDays) return undefined;
	const { mean, middle, slope, deviation } = fitLine(measured);
	const isTrend = measured.length >= leastTrendDays;
	const known = new Map(measured.map(({ day, value }) => [day, value]));
	const length = (endMs - startMs) / dayMs;
	let expectedUsd = 0;
	// A day without a report brings as much as the others: its satellite is late.
	for (let day = 0; day < length; day += 1)
		expectedUsd += known.get(day) ?? Math.max(0, mean + (isTrend ? slope * (day - middle) : 0));
	const open = length - measured.length;
	const band = 2 * deviation * Math.sqrt(open + (open * open * 4) / measured.length);
	return { expectedUsd, lowUsd: Math.max(0, expectedUsd - band), highUsd: expectedUsd + band };
}
