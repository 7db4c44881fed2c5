import type { PrometheusText, Sample } from '../prometheus-text.ts';
import { toHistogram } from './histogram.ts';
import type { Histogram } from './histogram.ts';

/** Which series to read: of the first metric that the node has any of, those with these labels. */
export interface Selection {
	readonly metrics: readonly string[];
	readonly match?: Readonly<Record<string, string>> | undefined;
}

/** Histograms of one metric by what tells its series apart. */
export type HistogramsBySeries = ReadonlyMap<string, Histogram>;

/** A scrape, to be asked by metric. Texts in labels are as the node wrote them. */
export interface Exposition {
	readonly names: readonly string[];
	readonly skippedLines: number;
	/** Metrics of which not all series were kept. They are as good as absent. */
	readonly truncated: ReadonlySet<string>;
	has(name: string): boolean;
	/** Series with a number. Empty when the node has none. */
	series(selection: Selection): readonly Sample[];
	/** The value of the first series; for families that have one. */
	value(name: string): number | undefined;
	histograms(selection: Selection): HistogramsBySeries;
	/** Sum and count of a histogram or a summary, as a histogram without bounds. */
	means(selection: Selection): HistogramsBySeries;
	/** Quantiles that the node reckoned itself, where a summary has one series. */
	quantiles(selection: Selection): ReadonlyMap<number, number>;
}

/** A series that appears twice counts once, as its first line says: Prometheus does the same. */
export function createExposition(text: PrometheusText): Exposition {
	const byName = new Map<string, Sample[]>();
	const seen = new Set<string>();
	for (const sample of text.samples) {
		const series = sample.name + seriesKey(sample.labels, () => true);
		if (seen.has(series)) continue;
		seen.add(series);
		const family = byName.get(sample.name);
		if (family) family.push(sample);
		else byName.set(sample.name, [sample]);
	}
	const complete = (name: string): readonly Sample[] =>
		text.truncated.has(name) ? [] : (byName.get(name) ?? []);

	function series({ metrics, match = {} }: Selection, suffix = ''): readonly Sample[] {
		const wanted = Object.entries(match);
		for (const metric of metrics) {
			const found = complete(metric + suffix).filter(
				({ labels, value }) =>
					!Number.isNaN(value) && wanted.every(([label, text]) => labelOf(labels, label) === text),
			);
			if (found.length > 0) return found;
		}
		return [];
	}

	return {
		names: [...byName.keys()],
		skippedLines: text.skippedLines,
		truncated: text.truncated,
		has: (name) => byName.has(name),
		series: (selection) => series(selection),
		value: (name) => complete(name).find(({ value }) => !Number.isNaN(value))?.value,
		histograms(selection) {
			const buckets = series(selection, '_bucket');
			const sums = bySeries(series(selection, '_sum'));
			const counts = bySeries(series(selection, '_count'));
			return toHistograms(groupBuckets(buckets), sums, counts);
		},
		means(selection) {
			const sums = bySeries(series(selection, '_sum'));
			const counts = bySeries(series(selection, '_count'));
			return toHistograms(new Map([...counts.keys()].map((key) => [key, []])), sums, counts);
		},
		quantiles(selection) {
			const found = series(selection).filter(
				({ labels }) => labelOf(labels, 'quantile') !== undefined,
			);
			const isOneSeries = new Set(found.map((sample) => keyOf(sample))).size === 1;
			if (!isOneSeries) return new Map();
			return new Map(
				found.map(({ labels, value }) => [Number(labelOf(labels, 'quantile')), value]),
			);
		},
	};
}

type Bounds = [upperBound: number, count: number][];

function groupBuckets(buckets: readonly Sample[]): Map<string, Bounds> {
	const groups = new Map<string, Bounds>();
	for (const bucket of buckets) {
		const bound = toBound(labelOf(bucket.labels, 'le'));
		const key = keyOf(bucket);
		const group = groups.get(key);
		if (group) group.push([bound, bucket.value]);
		else groups.set(key, [[bound, bucket.value]]);
	}
	return groups;
}

function toHistograms(
	groups: ReadonlyMap<string, Bounds>,
	sums: ReadonlyMap<string, number>,
	counts: ReadonlyMap<string, number>,
): HistogramsBySeries {
	const histograms = new Map<string, Histogram>();
	for (const [key, bounds] of groups) {
		const histogram = toHistogram(bounds, { sum: sums.get(key), count: counts.get(key) });
		if (histogram) histograms.set(key, histogram);
	}
	return histograms;
}

function bySeries(samples: readonly Sample[]): ReadonlyMap<string, number> {
	return new Map(samples.map((sample) => [keyOf(sample), sample.value]));
}

/** What tells a series apart within its family: its labels without a bucket's bound or a quantile. */
function keyOf({ labels }: Sample): string {
	return seriesKey(labels, (label) => label !== 'le' && label !== 'quantile');
}

function seriesKey(labels: Sample['labels'], counts: (label: string) => boolean): string {
	const own = Object.entries(labels).filter(([label]) => counts(label));
	return JSON.stringify(own.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** `+Inf`, and any way to write a number: clients differ in `1`, `1.0` and `1e+00`. */
function toBound(text: string | undefined): number {
	if (text === undefined || text.trim() === '') return Number.NaN;
	return /^\+?inf$/i.test(text) ? Infinity : Number(text);
}

export function labelOf(
	labels: Readonly<Record<string, string>>,
	label: string,
): string | undefined {
	return Object.hasOwn(labels, label) ? labels[label] : undefined;
}
