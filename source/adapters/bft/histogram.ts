import type { Distribution } from '../../sections/distribution.ts';

/**
 * Observations by bound. Both lists go together: sorted by bound, counts never fall, for each counts what lower bounds
 * count too, as a Prometheus bucket does. The last bound is `Infinity` and its count the whole number. Readings of one
 * metric share the list of bounds.
 */
export interface Histogram {
	readonly bounds: readonly number[];
	readonly counts: readonly number[];
	/** Of all values observed, where the node says. */
	readonly sum: number | undefined;
}

/**
 * A histogram from counts by bound, in any order. Of two counts for one bound the later is taken. Counts that fall from
 * one bound to the next, as a scrape in the middle of an observation shows them, are lifted. `count` stands in for a
 * missing `+Inf`; without either, and for a count that is no number, the result is `undefined`.
 */
export function toHistogram(
	counts: Iterable<readonly [upperBound: number, count: number]>,
	{ sum, count }: { readonly sum?: number | undefined; readonly count?: number | undefined } = {},
): Histogram | undefined {
	const byBound = new Map(counts);
	if (!byBound.has(Infinity) && count !== undefined) byBound.set(Infinity, count);
	if (!byBound.has(Infinity)) return undefined;
	const sorted = [...byBound].sort(([a], [b]) => a - b);
	if (sorted.some(([upperBound]) => Number.isNaN(upperBound))) return undefined;
	const bounds = sorted.map(([upperBound]) => upperBound);
	return ofCounts(
		bounds,
		sorted.map(([, each]) => each),
		sum,
	);
}

/** The same from counts that are in the order of their bounds, which end with `Infinity`. */
export function ofCounts(
	bounds: readonly number[],
	counts: readonly number[],
	sum: number | undefined,
): Histogram | undefined {
	const lifted: number[] = [];
	let highest = 0;
	for (const count of counts) {
		if (!Number.isFinite(count)) return undefined;
		highest = Math.max(highest, count);
		lifted.push(highest);
	}
	return {
		bounds,
		counts: lifted,
		sum: sum !== undefined && Number.isFinite(sum) ? sum : undefined,
	};
}

export function countOf({ counts }: Histogram): number {
	return counts.at(-1) ?? 0;
}

/**
 * Several histograms of one thing, as of several peers or nodes, as one. Only bounds that all share
 * can be added up: another layout costs resolution, never truth. `undefined` of nothing.
 */
export function poolHistograms(histograms: readonly Histogram[]): Histogram | undefined {
	const [first, ...others] = histograms;
	if (!first || others.length === 0) return first;
	const bounds = others.reduce((shared, each) => sharedBounds(shared, each.bounds), first.bounds);
	const counts = countsAt(first, bounds).slice();
	for (const other of others) {
		const more = countsAt(other, bounds);
		for (let index = 0; index < counts.length; index += 1)
			counts[index] = (counts[index] ?? 0) + (more[index] ?? 0);
	}
	const sums = histograms.map(({ sum }) => sum);
	return {
		bounds,
		counts,
		sum: sums.includes(undefined) ? undefined : sums.reduce<number>((a, b) => a + (b ?? 0), 0),
	};
}

/**
 * What was observed between two readings of one histogram. After a restart, when a count fell, it is
 * all that was observed since.
 */
export function increaseOf(before: Histogram, after: Histogram): Histogram {
	const bounds = sharedBounds(after.bounds, before.bounds);
	const earlier = countsAt(before, bounds);
	const later = countsAt(after, bounds);
	const counts: number[] = [];
	let highest = 0;
	for (let index = 0; index < bounds.length; index += 1) {
		const increase = (later[index] ?? 0) - (earlier[index] ?? 0);
		if (increase < 0) return after;
		highest = Math.max(highest, increase);
		counts.push(highest);
	}
	const isSummed = before.sum !== undefined && after.sum !== undefined;
	return { bounds, counts, sum: isSummed ? (after.sum ?? 0) - (before.sum ?? 0) : undefined };
}

/** The first list itself where all of it is in the other, as nearly always. */
function sharedBounds(bounds: readonly number[], others: readonly number[]): readonly number[] {
	if (bounds === others || isSameList(bounds, others)) return bounds;
	const known = new Set(others);
	return bounds.filter((bound) => known.has(bound));
}

function isSameList(a: readonly number[], b: readonly number[]): boolean {
	return a === b || (a.length === b.length && a.every((bound, index) => bound === b[index]));
}

/** Its counts at some of its bounds. */
function countsAt({ bounds, counts }: Histogram, wanted: readonly number[]): readonly number[] {
	if (isSameList(bounds, wanted)) return counts;
	const byBound = new Map(bounds.map((bound, index) => [bound, counts[index] ?? 0]));
	return wanted.map((bound) => byBound.get(bound) ?? 0);
}

/**
 * The value below which the share `q` of the observations lies, taken as evenly spread within a
 * bucket (as Prometheus' `histogram_quantile`). The first bucket begins at 0 unless its bound is
 * negative. A quantile above the highest finite bound is that bound: it is at least that. `undefined`
 * without observations, without a finite bound, and for a `q` outside 0–1.
 */
export function quantileOf({ bounds, counts }: Histogram, q: number): number | undefined {
	const total = counts.at(-1) ?? 0;
	if (!(total > 0) || !(q >= 0 && q <= 1)) return undefined;
	const rank = q * total;
	const index = counts.findIndex((count) => count >= rank && count > 0);
	const upperBound = bounds[index];
	const count = counts[index];
	if (upperBound === undefined || count === undefined) return undefined;
	const below = bounds[index - 1];
	if (upperBound === Infinity) return below;
	if (below === undefined && upperBound <= 0) return upperBound;
	const lowerBound = below ?? 0;
	const countBelow = counts[index - 1] ?? 0;
	const inBucket = count - countBelow;
	if (inBucket <= 0) return upperBound;
	return lowerBound + (upperBound - lowerBound) * ((rank - countBelow) / inBucket);
}

/**
 * Percentiles, mean and number, each value times `factor` (1000 from seconds to milliseconds).
 * Smallest and largest are not known from buckets. `undefined` without observations.
 */
export function distributionOf(histogram: Histogram, factor: number): Distribution | undefined {
	const n = countOf(histogram);
	if (n <= 0) return undefined;
	const scaled = (value: number | undefined) => {
		const micro = toMicro((value ?? Number.NaN) * factor);
		return Number.isFinite(micro) && micro >= 0 ? micro : undefined;
	};
	const count = Math.round(n);
	const avg = scaled(histogram.sum === undefined ? undefined : histogram.sum / n);
	const p50 = scaled(quantileOf(histogram, 0.5));
	const p95 = scaled(quantileOf(histogram, 0.95));
	const p99 = scaled(quantileOf(histogram, 0.99));
	return {
		...(avg !== undefined && { avg }),
		...(p50 !== undefined && { p50 }),
		...(p95 !== undefined && { p95 }),
		...(p99 !== undefined && { p99 }),
		// Past 2^53 a counter has lost its last digits.
		...(Number.isSafeInteger(count) && { n: count }),
	};
}

/** Floating point leaves digits behind the sixth that say nothing. */
function toMicro(value: number): number {
	return Math.round(value * 1e6) / 1e6;
}
