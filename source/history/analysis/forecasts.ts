import type { Outlook } from '../../sections/outlook/schema.ts';
import type { HistoryReader } from '../reader.ts';
import { dayMs, hourMs } from '../spans.ts';
import { reachOf, trendOf } from './forecast.ts';
import type { Reach, Trend } from './forecast.ts';

export type Forecasts = Pick<
	Outlook,
	'daysUntilDiskFull' | 'daysUntilSynced' | 'isSyncSlowing' | 'trafficPerDayBytes'
>;
type Point = readonly [atMs: number, value: number];

const learnMs = 28 * dayMs;
const syncMs = dayMs;
/** Later than this says nothing. */
const mostDays = 3650;
/** A head so near is synced. */
const syncedWithin = 10;
/** The sync slows down when its newest quarter is so much slower than all of it. */
const slowing = 0.7;

/** What is to be expected of a node, from the trend of what was recorded. */
export function forecastsOf(reader: HistoryReader, node: string, nowMs: number): Forecasts {
	const disk = diskOf(reader, node, nowMs);
	const traffic = trafficOf(reader, node, nowMs);
	return {
		...(disk && { daysUntilDiskFull: disk }),
		...syncOf(reader, node, nowMs),
		...(traffic !== undefined && { trafficPerDayBytes: traffic }),
	};
}

function diskOf(reader: HistoryReader, node: string, nowMs: number) {
	const points = pointsOf(reader, node, 'resources.diskAvailableBytes', nowMs, learnMs, hourMs);
	const trend = trendOf(points);
	return trend && trend.perDay < 0 ? forecastOf(reachOf(trend, 0)) : undefined;
}

/** How long until the node's head reaches the highest block that it knows, which moves on meanwhile. */
function syncOf(
	reader: HistoryReader,
	node: string,
	nowMs: number,
): Pick<Forecasts, 'daysUntilSynced' | 'isSyncSlowing'> {
	const stepMs = 5 * 60_000;
	const heights = pointsOf(reader, node, 'height', nowMs, syncMs, stepMs);
	const targets = new Map(pointsOf(reader, node, 'chain.highestKnown', nowMs, syncMs, stepMs));
	const left = heights.flatMap(([atMs, height]): Point[] => {
		const target = targets.get(atMs);
		return target === undefined ? [] : [[atMs, target - height]];
	});
	const last = left.at(-1)?.[1] ?? 0;
	if (last <= syncedWithin) return {};
	const trend = trendOf(left);
	if (!trend) return {};
	const reach = trend.perDay < 0 ? forecastOf(reachOf(trend, 0)) : undefined;
	const newest = trendOf(left.slice(-Math.max(8, left.length >> 2)));
	return {
		...(reach && { daysUntilSynced: reach }),
		isSyncSlowing: newest !== undefined && isSlower(newest, trend),
	};
}

function isSlower(newest: Trend, all: Trend): boolean {
	return all.perDay < 0 && newest.perDay > all.perDay * slowing;
}

/** Mean of the last days, by whole days so that a daily pattern does not matter. */
function trafficOf(reader: HistoryReader, node: string, nowMs: number): number | undefined {
	const means = ['network.bytesInPerSecond', 'network.bytesOutPerSecond'].map((metric) => {
		const points = pointsOf(reader, node, metric, nowMs, 7 * dayMs, hourMs);
		const days = Math.floor(points.length / 24);
		const whole = days === 0 ? [] : points.slice(-days * 24);
		return whole.length === 0
			? undefined
			: whole.reduce((sum, [, value]) => sum + value, 0) / whole.length;
	});
	const known = means.filter((mean) => mean !== undefined);
	if (known.length === 0) return undefined;
	const perSecond = known.reduce((sum, mean) => sum + mean, 0);
	return Math.round((perSecond * dayMs) / 1000);
}

function pointsOf(
	reader: HistoryReader,
	node: string,
	metric: string,
	nowMs: number,
	reachMs: number,
	stepMs: number,
): Point[] {
	const span = { fromMs: nowMs - reachMs, untilMs: nowMs };
	return reader.buckets(node, metric, span, stepMs).map(({ atMs, mean }) => [atMs, mean]);
}

function forecastOf({ days, earliest, latest }: Reach) {
	if (days === undefined || days > mostDays) return undefined;
	const digits = (value: number): number => Number(value.toPrecision(3));
	return {
		expected: digits(days),
		...(earliest !== undefined && { low: digits(earliest) }),
		...(latest !== undefined && latest <= mostDays && { high: digits(latest) }),
	};
}
