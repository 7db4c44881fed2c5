import type {
	LatencySource,
	LabelSource,
	PeerListSource,
	SplitSource,
	ValueSource,
} from '../../domain/metric-mapping.ts';
import { mappedFields } from '../../sections/mapped-fields.ts';
import type { MappedField } from '../../sections/mapped-fields.ts';
import { clean, cleanText } from '../../domain/clean.ts';
import type { DistributionUnit } from '../../sections/distribution-fields.ts';
import type { Distribution } from '../../sections/distribution.ts';
import type { Integer } from '../../domain/scalars.ts';
import type { Peer } from '../../sections/network/schema.ts';
import { toAmount, toCount, toInteger, toTime } from '../quantity.ts';
import { createRate } from '../rates.ts';
import type { Exposition } from './exposition.ts';
import { labelOf } from '../series.ts';
import { defined } from '../../domain/defined.ts';
import { countOf, distributionOf } from './histogram.ts';
import { createLatencyWindow } from './latency-window.ts';

export const secondsIn = { s: 1, ms: 1e-3, us: 1e-6, ns: 1e-9 } as const;
export const maxSplits = 64;
const maxPeers = 1000;

export type FieldValue = Integer | boolean;
type ReadField = (exposition: Exposition, atMs: number) => FieldValue | undefined;

/**
 * Reads one field from scrapes, in the unit of its name. `undefined` for what the node does not say,
 * for no number, a negative, a fraction of what is counted in wholes, and a metric of which not all
 * series were kept. Keeps the counters and histograms that rates and means are reckoned from.
 */
export function createFieldReader(field: MappedField, source: ValueSource): ReadField {
	const { holds, aggregate } = mappedFields[field];
	const seconds = secondsIn[source.unit ?? 's'];
	const rate = createRate();
	const readNumber = createNumberReader(source, source.aggregate ?? aggregate);
	return (exposition, atMs) => {
		const value = readNumber(exposition, atMs);
		if (value === undefined || (source.zeroIsAbsent === true && value === 0)) return undefined;
		switch (holds) {
			case 'flag':
				return toFlag(value);
			case 'time':
				return toTime(Math.round(value * seconds * 1000));
			case 'milliseconds':
				return tidy(toAmount(value * seconds * 1000));
			case 'seconds':
				return tidy(toAmount(value * seconds));
			case 'perSecond':
				return tidy(source.kind === 'gauge' ? toAmount(value) : rate(toAmount(value), atMs));
			case 'amount':
				return tidy(toAmount(value));
			case 'count':
				return toCount(value);
			case 'integer':
				return toInteger(value);
		}
	};
}

/** A negative, a fraction or an infinity is neither yes nor no. */
function toFlag(value: number): boolean | undefined {
	const count = toCount(value);
	return count === undefined ? undefined : count !== 0;
}

function createNumberReader(
	source: ValueSource,
	aggregate: NonNullable<ValueSource['aggregate']>,
): (exposition: Exposition, atMs: number) => number | undefined {
	if (aggregate !== 'mean') {
		return (exposition) =>
			aggregateOf(
				exposition.series(source).map(({ value }) => value),
				aggregate,
			);
	}
	const window = createLatencyWindow();
	return (exposition, atMs) => {
		const observed = window.next(exposition.means(source), atMs);
		if (!observed || observed.sum === undefined || countOf(observed) === 0) return undefined;
		return observed.sum / countOf(observed);
	};
}

function aggregateOf(
	values: readonly number[],
	aggregate: 'sum' | 'max' | 'min' | 'first',
): number | undefined {
	const [first] = values;
	if (first === undefined || aggregate === 'first') return first;
	if (aggregate === 'sum') return values.reduce((sum, value) => sum + value, 0);
	return values.reduce((a, b) => (aggregate === 'max' ? Math.max(a, b) : Math.min(a, b)));
}

/** The text of a label: of the first series that is not 0, as `leader{replica="r2"} 1`. */
export function readText(exposition: Exposition, source: LabelSource): string | undefined {
	const texts = exposition
		.series(source)
		.filter(({ value }) => value !== 0 || source.atZero === true)
		.map(({ labels }) => cleanText(labelOf(labels, source.label)));
	return texts.find((text) => text !== undefined);
}

/** Whole numbers by the text of a label, the series of one text summed up. */
export function readSplit(
	exposition: Exposition,
	source: SplitSource,
): Readonly<Record<string, Integer>> | undefined {
	const sums = new Map<string, number>();
	for (const { labels, value } of exposition.series(source)) {
		const key = clean(labelOf(labels, source.label) ?? '', 60);
		if (key === '' || (!sums.has(key) && sums.size >= maxSplits)) continue;
		sums.set(key, (sums.get(key) ?? 0) + value);
	}
	const entries = [...sums].flatMap(([key, sum]): [string, Integer][] => {
		const integer = toInteger(sum);
		return integer === undefined ? [] : [[key, integer]];
	});
	return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/**
 * The peers whose series is not 0. `undefined` when the node has no such metric, and when not all can
 * be told: a list that lacks some would show sides where there are none.
 */
export function readPeerList(
	exposition: Exposition,
	source: PeerListSource,
): readonly Peer[] | undefined {
	const series = exposition.series(source);
	if (series.some(({ value }) => toFlag(value) === undefined)) return undefined;
	const ids = series
		.filter(({ value }) => toFlag(value))
		.map(({ labels }) => cleanText(labelOf(labels, source.label), 100));
	const known = new Set(ids.filter((id) => id !== undefined));
	const isWhole = !ids.includes(undefined) && known.size <= maxPeers;
	return series.length > 0 && isWhole ? [...known].map((id) => ({ id })) : undefined;
}

/** A distribution: of the last minute's buckets, or as a summary's quantiles tell. */
export function createLatencyReader(
	source: LatencySource,
	unit: DistributionUnit = 'ms',
): (exposition: Exposition, atMs: number) => Distribution | undefined {
	const factor = factorOf(source, unit);
	const window = createLatencyWindow();
	const summaryWindow = createLatencyWindow();
	return (exposition, atMs) => {
		const histograms = exposition.histograms(source);
		if (histograms.size > 0) {
			const observed = window.next(histograms, atMs);
			return observed && distributionOf(observed, factor);
		}
		const quantiles = exposition.quantiles(source);
		if (quantiles.size === 0) return undefined;
		const observed = summaryWindow.next(exposition.means(source), atMs);
		const told = (q: number) => tidy(toAmount((quantiles.get(q) ?? Number.NaN) * factor));
		const distribution = defined({
			...(observed && distributionOf(observed, factor)),
			p50: told(0.5),
			p95: told(0.95),
			p99: told(0.99),
		});
		return Object.keys(distribution).length === 0 ? undefined : distribution;
	};
}

function factorOf({ unit: given = 's' }: LatencySource, unit: DistributionUnit): number {
	if (unit === 'bytes') return 1;
	return unit === 'ms' ? secondsIn[given] * 1000 : secondsIn[given];
}

/** Floating point leaves digits behind the sixth that say nothing. */
function tidy(value: number | undefined): number | undefined {
	return value === undefined ? undefined : Math.round(value * 1e6) / 1e6;
}
