import type { Earnings } from '../../sections/earnings/schema.ts';
import { toAmount } from '../quantity.ts';
import { fitLine } from './line-fit.ts';
import { byteHoursInUsd, bytesInUsd } from './prices.ts';
import type { Prices } from './prices.ts';
import type { WireDetail } from './wire.ts';

export type Day = NonNullable<Earnings['days']>[number];

/** As `2025-10-06`: satellites count days in UTC. */
export function dayOf(at: string): string | undefined {
	const ms = Date.parse(at);
	return Number.isNaN(ms) ? undefined : new Date(ms).toISOString().slice(0, 10);
}

/**
 * What one satellite pays for each day of this month. Storage that the node filled in itself
 * (`calculated`, from 1.162 on) and the day that is not over are estimates; a day that the satellite has
 * not reported has no storage, and is no day without data.
 */
export function daysOf(
	satellite: string,
	{ storageDaily, bandwidthDaily }: WireDetail,
	prices: Prices,
	nowMs: number,
): Day[] {
	const today = new Date(nowMs).toISOString().slice(0, 10);
	const days = new Map<string, Day>();
	const at = (day: string): Day => {
		const known = days.get(day);
		if (known) return known;
		const basis = day === today ? 'estimated' : 'reported';
		const fresh: Day = { day, satellite, basis, egressUsd: 0, repairUsd: 0, auditUsd: 0 };
		days.set(day, fresh);
		return fresh;
	};
	for (const { intervalStart, atRestTotal, calculated } of storageDaily) {
		const day = dayOf(intervalStart);
		if (day === undefined || (toAmount(atRestTotal) ?? 0) === 0) continue;
		const entry = at(day);
		entry.storageUsd = (entry.storageUsd ?? 0) + byteHoursInUsd(atRestTotal, prices.storage);
		if (calculated === true) entry.basis = 'estimated';
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

export function usdOf({ storageUsd = 0, egressUsd, repairUsd, auditUsd }: Day): number {
	return storageUsd + egressUsd + repairUsd + auditUsd;
}

const dayMs = 86_400_000;
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
	const today = now.toISOString().slice(0, 10);
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
