/** Numbers over time, oldest first; NaN is a gap. */
export interface TimedValues {
	/** Unix ms, ascending. */
	readonly times: readonly number[];
	readonly values: readonly number[];
}

/** What the samples of one column were: the extremes, so that no spike is lost, and how it came and went. */
export interface Bucket {
	min: number;
	max: number;
	readonly first: number;
	last: number;
	/** No line leads here from the column before: a sample failed between them, or none was taken. */
	readonly isAfterGap: boolean;
}

export interface Resampling {
	readonly fromMs: number;
	readonly columnMs: number;
	readonly columns: number;
}

/** What is larger is no measurement, and the span of two such has no number. */
const largestValue = 1e300;
/** Samples without a number that a line passes over; of more in a row there is a gap. */
const mostBridged = 1;
/** Without a sample for so many usual intervals there is a gap. */
const gapIntervals = 4;
const intervalsLooked = 10;

export type Buckets = ReadonlyMap<number, Readonly<Bucket>>;

/**
 * One bucket for each column that has samples, by its index. The newest sample before the first column
 * stands at its own index, below zero, so that a line can come in from there.
 */
export function resample(
	{ times, values }: TimedValues,
	{ fromMs, columnMs, columns }: Resampling,
): Buckets {
	const buckets = new Map<number, Bucket>();
	const gapMs = Math.max(gapIntervals * usualInterval(times), 2 * columnMs);
	let isAfterGap = true;
	let lastMs = Number.NEGATIVE_INFINITY;
	let missing = 0;
	for (const [index, value] of values.entries()) {
		const atMs = times[index] ?? Number.NaN;
		const column = Math.floor((atMs - fromMs) / columnMs);
		if (column >= columns) break;
		if (!(Math.abs(value) <= largestValue)) {
			missing += 1;
			continue;
		}
		isAfterGap ||= missing > mostBridged || atMs - lastMs > gapMs;
		if (column < 0) buckets.clear();
		const bucket = buckets.get(column);
		if (bucket) {
			bucket.min = Math.min(bucket.min, value);
			bucket.max = Math.max(bucket.max, value);
			bucket.last = value;
		} else {
			buckets.set(column, { min: value, max: value, first: value, last: value, isAfterGap });
		}
		lastMs = atMs;
		missing = 0;
		isAfterGap = false;
	}
	return buckets;
}

/** The middle one of the last times between two samples. */
function usualInterval(times: readonly number[]): number {
	const last = times.slice(-intervalsLooked);
	const steps = last.slice(1).map((atMs, index) => atMs - (last[index] ?? atMs));
	return steps.toSorted((a, b) => a - b)[steps.length >> 1] ?? 0;
}

/** Lowest and highest of all buckets within the columns; undefined when there is none. */
export function rangeOf(buckets: Buckets): readonly [number, number] | undefined {
	let low = Number.POSITIVE_INFINITY;
	let high = Number.NEGATIVE_INFINITY;
	for (const [column, { min, max }] of buckets) {
		if (column < 0) continue;
		low = Math.min(low, min);
		high = Math.max(high, max);
	}
	return low <= high ? [low, high] : undefined;
}

/** Time over which a rate is taken: shorter, and a counter that steps would look like noise. */
const rateOverMs = 10_000;
const leastRateSamples = 3;

/**
 * How fast a counter grew, per second, over the seconds before each sample. A counter that falls was reset:
 * there is a gap, and no rate reaches over it.
 */
export function rateOf({ times, values }: TimedValues): TimedValues {
	let start = 0;
	const rates = values.map((value, index) => {
		const before = values[index - 1] ?? Number.NaN;
		if (!Number.isFinite(value) || !Number.isFinite(before) || value < before) {
			start = index;
			return Number.NaN;
		}
		const atMs = times[index] ?? Number.NaN;
		while (start < index - leastRateSamples && atMs - (times[start + 1] ?? atMs) >= rateOverMs)
			start++;
		const elapsed = (atMs - (times[start] ?? Number.NaN)) / 1000;
		return elapsed > 0 ? (value - (values[start] ?? value)) / elapsed : Number.NaN;
	});
	return { times, values: rates };
}
