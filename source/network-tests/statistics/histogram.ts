import type { Bucket, Spread } from '../results.ts';

/**
 * Counts durations in log-linear buckets, as HdrHistogram does: at most 1/64 off from 1 µs to an hour, in
 * 8 KB for any number of values. Percentiles are the upper edge of the bucket, never above the
 * largest value; minimum, mean and maximum are exact.
 */
export interface Histogram {
	/** Ignores anything but a time from 0 to a day. */
	add(ms: number): void;
	readonly n: number;
	/** `undefined` before the first value. */
	spread(): Spread | undefined;
	/** `undefined` before the first value. */
	percentile(ratio: number): number | undefined;
	/** At most `most` buckets over the range of the values, including empty ones. */
	buckets(most: number): Bucket[];
}

/** Microseconds that are counted one by one; above, half as many steps for each doubling. */
const linear = 128;
const size = 2048;
const usPerMs = 1000;
/** A day: no measured time is longer. */
export const longestMs = 86_400_000;

export function createHistogram(): Histogram {
	const counts = new Uint32Array(size);
	let n = 0;
	let sum = 0;
	let min = Number.POSITIVE_INFINITY;
	let max = 0;

	const percentile = (ratio: number): number | undefined => {
		if (n === 0) return undefined;
		const rank = Math.max(1, Math.ceil(ratio * n));
		let seen = 0;
		for (const [index, count] of counts.entries()) {
			seen += count;
			if (seen >= rank) return Math.min(max, Math.max(min, upperMs(index)));
		}
		return max;
	};

	return {
		get n() {
			return n;
		},
		add(ms) {
			if (!(ms >= 0 && ms <= longestMs)) return;
			const index = indexOf(ms);
			counts[index] = (counts[index] ?? 0) + 1;
			n += 1;
			sum += ms;
			min = Math.min(min, ms);
			max = Math.max(max, ms);
		},
		percentile,
		spread() {
			const at = (ratio: number) => rounded(percentile(ratio) ?? 0);
			if (n === 0) return undefined;
			return {
				min: rounded(min),
				avg: rounded(sum / n),
				p50: at(0.5),
				p95: at(0.95),
				p99: at(0.99),
				p999: at(0.999),
				max: rounded(max),
				n,
			};
		},
		buckets(most) {
			if (n === 0 || most < 1) return [];
			const first = indexOf(min);
			const width = Math.max(1, Math.ceil((indexOf(max) - first + 1) / most));
			const buckets: Bucket[] = [];
			for (let start = first; start <= indexOf(max); start += width) {
				const count = counts.subarray(start, start + width).reduce((a, b) => a + b, 0);
				buckets.push({ upToMs: rounded(upperMs(start + width - 1)), count });
			}
			return buckets;
		},
	};
}

function indexOf(ms: number): number {
	const us = Math.floor(ms * usPerMs);
	if (us < linear) return us;
	const shift = Math.floor(Math.log2(us)) - Math.log2(linear / 2);
	return Math.min(size - 1, shift * (linear / 2) + Math.floor(us / 2 ** shift));
}

function upperMs(index: number): number {
	if (index < linear) return (index + 1) / usPerMs;
	const shift = Math.floor(index / (linear / 2)) - 1;
	return ((index - shift * (linear / 2) + 1) * 2 ** shift) / usPerMs;
}

/** Finer than a microsecond is noise. */
export function rounded(ms: number): number {
	return Math.round(ms * usPerMs) / usPerMs;
}
