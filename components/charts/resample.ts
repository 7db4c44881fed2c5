/** Numbers over time, oldest first; NaN is a gap. */
export interface TimedValues {
	/** Unix ms, ascending. */
	readonly times: readonly number[];
	readonly values: readonly number[];
}

/**
 * What the samples of each column were: the extremes, so that no spike is lost, and how the line came and went.
 * Lists side by side, ascending by column, because a screen draws some thousand buckets a second.
 */
export interface Buckets {
	readonly count: number;
	readonly columns: Int32Array;
	readonly min: Float64Array;
	readonly max: Float64Array;
	readonly first: Float64Array;
	readonly last: Float64Array;
	/** 1 where no line leads here from the bucket before: a sample failed between them, or none was taken. */
	readonly isAfterGap: Uint8Array;
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

/**
 * One bucket for each column that has samples. The newest sample before the first column stands at its own
 * column, below zero, so that a line can come in from there.
 */
export function resample(
	{ times, values }: TimedValues,
	{ fromMs, columnMs, columns }: Resampling,
): Buckets {
	const room = Math.min(values.length, columns + 1);
	const buckets = emptyBuckets(room);
	const { columns: at, min, max, first, last, isAfterGap } = buckets;
	const gapMs = Math.max(gapIntervals * usualInterval(times), 2 * columnMs);
	let count = 0;
	let isGap = true;
	let lastMs = Number.NEGATIVE_INFINITY;
	let missing = 0;
	for (let index = 0; index < values.length; index += 1) {
		const value = values[index] ?? Number.NaN;
		const atMs = times[index] ?? Number.NaN;
		const column = Math.floor((atMs - fromMs) / columnMs);
		if (column >= columns) break;
		if (!(Math.abs(value) <= largestValue)) {
			missing += 1;
			continue;
		}
		isGap ||= missing > mostBridged || atMs - lastMs > gapMs;
		if (column < 0) count = 0;
		if (count > 0 && at[count - 1] === column) {
			min[count - 1] = Math.min(min[count - 1] ?? value, value);
			max[count - 1] = Math.max(max[count - 1] ?? value, value);
		} else {
			at[count] = column;
			min[count] = value;
			max[count] = value;
			first[count] = value;
			isAfterGap[count] = isGap ? 1 : 0;
			count += 1;
		}
		last[count - 1] = value;
		lastMs = atMs;
		missing = 0;
		isGap = false;
	}
	return { ...buckets, count };
}

function emptyBuckets(room: number): Buckets {
	return {
		count: 0,
		columns: new Int32Array(room),
		min: new Float64Array(room),
		max: new Float64Array(room),
		first: new Float64Array(room),
		last: new Float64Array(room),
		isAfterGap: new Uint8Array(room),
	};
}

/** The middle one of the last times between two samples. */
function usualInterval(times: readonly number[]): number {
	const last = times.slice(-intervalsLooked);
	const steps = last.slice(1).map((atMs, index) => atMs - (last[index] ?? atMs));
	return steps.toSorted((a, b) => a - b)[steps.length >> 1] ?? 0;
}

/** Lowest and highest of all buckets within the columns; undefined when there is none. */
export function rangeOf({
	count,
	columns,
	min,
	max,
}: Buckets): readonly [number, number] | undefined {
	let low = Number.POSITIVE_INFINITY;
	let high = Number.NEGATIVE_INFINITY;
	for (let index = 0; index < count; index += 1) {
		if ((columns[index] ?? 0) < 0) continue;
		low = Math.min(low, min[index] ?? low);
		high = Math.max(high, max[index] ?? high);
	}
	return low <= high ? [low, high] : undefined;
}

/** A stretch of values and the steps that it is drawn in. */
export interface Steps {
	readonly low: number;
	readonly high: number;
	readonly count: number;
}

/** The step of each value, from 0; what lies outside is at the end. */
export function stepsOf(
	values: Float64Array,
	length: number,
	{ low, high, count }: Steps,
): Int32Array {
	const steps = new Int32Array(length);
	const most = count - 1;
	for (let index = 0; index < length; index += 1) {
		const share = ((values[index] ?? low) - low) / (high - low);
		steps[index] = Math.min(most, Math.max(0, Math.round(share * most)));
	}
	return steps;
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
