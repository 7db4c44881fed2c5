import type { Distribution } from '../../sections/distribution.ts';

/** Observations counted up to a bound, as a Prometheus bucket: those of lower buckets included. */
interface Bucket {
	/** `Infinity` for the last. */
	readonly upperBound: number;
	readonly count: number;
}

/** Sorted by bound and never falling; the last bound is `Infinity` and its count the whole number. */
export interface Histogram {
	readonly buckets: readonly Bucket[];
	/** Of all values observed, where the node says. */
	readonly sum: number | undefined;
}

/**
 * A histogram from counts by bound, in any order. Counts that fall from one bound to the next, as a
 * scrape in the middle of an observation shows them, are lifted. `count` stands in for a missing
 * `+Inf`; without either, and for a count that is no number, the result is `undefined`.
 */
export function toHistogram(
	counts: Iterable<readonly [upperBound: number, count: number]>,
	{ sum, count }: { readonly sum?: number | undefined; readonly count?: number | undefined } = {},
): Histogram | undefined {
	const byBound = new Map(counts);
	if (!byBound.has(Infinity) && count !== undefined) byBound.set(Infinity, count);
	if (!byBound.has(Infinity)) return undefined;
	const buckets: Bucket[] = [];
	let highest = 0;
	for (const [upperBound, bucketCount] of [...byBound].sort(([a], [b]) => a - b)) {
		if (Number.isNaN(upperBound) || !Number.isFinite(bucketCount)) return undefined;
		highest = Math.max(highest, bucketCount);
		buckets.push({ upperBound, count: highest });
	}
	return { buckets, sum: sum !== undefined && Number.isFinite(sum) ? sum : undefined };
}

export function countOf(histogram: Histogram): number {
	return histogram.buckets.at(-1)?.count ?? 0;
}

/**
 * Several histograms of one thing, as of several peers or nodes, as one. Only bounds that all share
 * can be added up: another layout costs resolution, never truth. `undefined` of nothing.
 */
export function poolHistograms(histograms: readonly Histogram[]): Histogram | undefined {
	const [first, ...others] = histograms;
	if (!first || others.length === 0) return first;
	const tables = others.map(({ buckets }) => countsByBound(buckets));
	const buckets = first.buckets.flatMap(({ upperBound, count }) => {
		const counts = tables.map((table) => table.get(upperBound));
		if (counts.includes(undefined)) return [];
		return [{ upperBound, count: counts.reduce<number>((sum, more) => sum + (more ?? 0), count) }];
	});
	const sums = histograms.map(({ sum }) => sum);
	return {
		buckets,
		sum: sums.includes(undefined) ? undefined : sums.reduce<number>((a, b) => a + (b ?? 0), 0),
	};
}

/**
 * What was observed between two readings of one histogram. After a restart, when a count fell, it is
 * all that was observed since.
 */
export function increaseOf(before: Histogram, after: Histogram): Histogram {
	const earlier = countsByBound(before.buckets);
	const hasRestarted = after.buckets.some(
		({ upperBound, count }) => count < (earlier.get(upperBound) ?? 0),
	);
	if (hasRestarted) return after;
	const buckets: Bucket[] = [];
	let highest = 0;
	for (const { upperBound, count } of after.buckets) {
		const counted = earlier.get(upperBound);
		if (counted === undefined) continue;
		highest = Math.max(highest, count - counted);
		buckets.push({ upperBound, count: highest });
	}
	const isSummed = before.sum !== undefined && after.sum !== undefined;
	return { buckets, sum: isSummed ? (after.sum ?? 0) - (before.sum ?? 0) : undefined };
}

/**
 * The value below which the share `q` of the observations lies, taken as evenly spread within a
 * bucket (as Prometheus' `histogram_quantile`). The first bucket begins at 0 unless its bound is
 * negative. A quantile above the highest finite bound is that bound: it is at least that. `undefined`
 * without observations, without a finite bound, and for a `q` outside 0–1.
 */
export function quantileOf({ buckets }: Histogram, q: number): number | undefined {
	const total = buckets.at(-1)?.count ?? 0;
	if (!(total > 0) || !(q >= 0 && q <= 1)) return undefined;
	const rank = q * total;
	const index = buckets.findIndex(({ count }) => count >= rank && count > 0);
	const bucket = buckets[index];
	const below = buckets[index - 1];
	if (!bucket) return undefined;
	if (bucket.upperBound === Infinity) return below?.upperBound;
	if (!below && bucket.upperBound <= 0) return bucket.upperBound;
	const lowerBound = below?.upperBound ?? 0;
	const inBucket = bucket.count - (below?.count ?? 0);
	if (inBucket <= 0) return bucket.upperBound;
	const share = (rank - (below?.count ?? 0)) / inBucket;
	return lowerBound + (bucket.upperBound - lowerBound) * share;
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

function countsByBound(buckets: readonly Bucket[]): ReadonlyMap<number, number> {
	return new Map(buckets.map(({ upperBound, count }) => [upperBound, count]));
}

/** Floating point leaves digits behind the sixth that say nothing. */
function toMicro(value: number): number {
	return Math.round(value * 1e6) / 1e6;
}
