/** Times (Unix ms, ascending) and values; values are finite. */
export interface TimedNumbers {
	readonly times: readonly number[];
	readonly values: readonly number[];
}

/** Of sorted values; 0 where there are none. */
export function sortedQuantile(sorted: readonly number[], share: number): number {
	const rank = share * (sorted.length - 1);
	const low = sorted[Math.floor(rank)] ?? 0;
	const high = sorted[Math.ceil(rank)] ?? low;
	return low + (high - low) * (rank - Math.floor(rank));
}

export function quantileOfValues(values: readonly number[], share: number): number {
	return sortedQuantile(ascending(values), share);
}

export function median(values: readonly number[]): number {
	return quantileOfValues(values, 0.5);
}

export function ascending(values: readonly number[]): number[] {
	return values.toSorted((a, b) => a - b);
}

/** Of the deviations, the largest are outliers; counts have too few values for a median of deviations. */
const keptShare = 0.98;
/** The mean of the deviations that are kept, of normal noise with a standard deviation of 1. */
const keptMean = 0.764;
/** The 99.9 % quantile of a standard normal distribution. */
const tail = 3.09;
/** A tail that is so much longer than that of normal noise goes on beyond what was seen. */
const longTail = 1.4;
const caution = 1.6;

/** Standard deviations above and below the median. */
export interface Scale {
	readonly up: number;
	readonly down: number;
}

/**
 * How far values lie from 0, as standard deviations that a few outliers do not move. A side whose tail is
 * longer than that of normal noise has a larger scale, so that long tails, as of latencies, are not unusual.
 */
export function scaleOf(residuals: readonly number[], least: number): Scale {
	const sorted = ascending(residuals);
	const middle = sortedQuantile(sorted, 0.5);
	const deviations = ascending(sorted.map((value) => Math.abs(value - middle)));
	const kept = deviations.slice(0, Math.ceil(deviations.length * keptShare));
	const spread = kept.reduce((sum, each) => sum + each, 0) / Math.max(1, kept.length) / keptMean;
	const side = (reach: number): number => {
		const own = reach / tail;
		return Math.max(spread, own > longTail * spread ? own * caution : 0, least);
	};
	return {
		up: side(sortedQuantile(sorted, 0.999) - middle),
		down: side(middle - sortedQuantile(sorted, 0.001)),
	};
}

/** The median of the slopes between all pairs, per step. */
export function theilSenSlope(values: readonly number[]): number {
	const slopes = values.flatMap((value, index) =>
		values.slice(index + 1).map((later, gap) => (later - value) / (gap + 1)),
	);
	return median(slopes);
}
