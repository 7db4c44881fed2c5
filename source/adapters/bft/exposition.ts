import type { PrometheusText, Sample } from '../prometheus-text.ts';
import { createLayouts } from './exposition-layout.ts';
import type { Buckets, Layout } from './exposition-layout.ts';
import { ofCounts, toHistogram } from './histogram.ts';
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

/** Reads the pages of one source: what they have in common is worked out once. */
export function createExpositionReader(): (text: PrometheusText) => Exposition {
	const layoutOf = createLayouts();
	return (text) => toExposition(text, layoutOf(text.shape));
}

/** A series that appears twice counts once, as its first line says: Prometheus does the same. */
function toExposition(text: PrometheusText, layout: Layout): Exposition {
	const { samples, truncated, skippedLines } = text;
	const finder = createFinder(text, layout);
	const { placesOf, bySeries } = finder;
	return {
		names: layout.names,
		skippedLines,
		truncated,
		has: (name) => layout.has(name),
		series: (selection) => placesOf(selection).flatMap((place) => samples[place] ?? []),
		value: finder.value,
		histograms(selection) {
			const sums = bySeries(selection, '_sum');
			const counts = bySeries(selection, '_count');
			const histograms = new Map<string, Histogram>();
			for (const { key, buckets } of layout.groups(placesOf(selection, '_bucket'))) {
				const whole = { sum: sums.get(key), count: counts.get(key) };
				const histogram = readBuckets(buckets, samples, whole);
				if (histogram) histograms.set(key, histogram);
			}
			return histograms;
		},
		means(selection) {
			const sums = bySeries(selection, '_sum');
			const histograms = new Map<string, Histogram>();
			for (const [key, count] of bySeries(selection, '_count')) {
				const histogram = ofCounts(wholeOnly, [count], sums.get(key));
				if (histogram) histograms.set(key, histogram);
			}
			return histograms;
		},
		quantiles(selection) {
			const found = placesOf(selection).filter(
				(place) => layout.label(place, 'quantile') !== undefined,
			);
			const isOneSeries = new Set(found.map((place) => layout.key(place))).size === 1;
			if (!isOneSeries) return new Map();
			const quantile = (place: number): number => Number(layout.label(place, 'quantile'));
			return new Map(found.map((place) => [quantile(place), samples[place]?.value ?? Number.NaN]));
		},
	};
}

function createFinder({ samples, truncated }: PrometheusText, layout: Layout) {
	const hasNumber = (place: number): boolean => !Number.isNaN(samples[place]?.value);

	function complete(name: string, match?: Selection['match']): readonly number[] {
		return truncated.has(name) ? [] : layout.places(name, match);
	}

	/** Where the series of the first metric stand that has a number in any of those with these labels. */
	function placesOf({ metrics, match }: Selection, suffix = ''): readonly number[] {
		for (const metric of metrics) {
			const places = complete(metric + suffix, match);
			const withNumber = places.every(hasNumber) ? places : places.filter(hasNumber);
			if (withNumber.length > 0) return withNumber;
		}
		return [];
	}

	return {
		placesOf,
		bySeries(selection: Selection, suffix: string): ReadonlyMap<string, number> {
			const values = new Map<string, number>();
			for (const place of placesOf(selection, suffix))
				values.set(layout.key(place), samples[place]?.value ?? 0);
			return values;
		},
		value(name: string): number | undefined {
			const place = complete(name).find(hasNumber);
			return place === undefined ? undefined : samples[place]?.value;
		},
	};
}

const wholeOnly: readonly number[] = [Infinity];

/** A node without a bucket for all that it observed has counted it beside them. */
function readBuckets(
	{ bounds, places }: Buckets,
	samples: readonly Sample[],
	{ sum, count }: { readonly sum: number | undefined; readonly count: number | undefined },
): Histogram | undefined {
	const counts = places.map((place) => samples[place]?.value ?? Number.NaN);
	if (bounds.at(-1) === Infinity) return ofCounts(bounds, counts, sum);
	return toHistogram(
		bounds.map((bound, index) => [bound, counts[index] ?? Number.NaN]),
		{ sum, count },
	);
}
