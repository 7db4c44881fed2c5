/** Observations counted by upper bounds, as Prometheus does: a value on a bound is within it. */
export interface Histogram {
	observe(value: number): void;
	/** Upper bound → observations at most that large; the last bound is infinite. */
	buckets(): readonly (readonly [bound: number, count: number])[];
	readonly sum: number;
	readonly count: number;
}

/** `bounds` must ascend; the infinite one is added. */
export function createHistogram(bounds: readonly number[]): Histogram {
	const counts = bounds.map(() => 0);
	let sum = 0;
	let count = 0;
	return {
		observe(value) {
			sum += value;
			count += 1;
			const index = bounds.findIndex((bound) => value <= bound);
			if (index >= 0) counts[index] = (counts[index] ?? 0) + 1;
		},
		buckets() {
			let below = 0;
			const finite = bounds.map((bound, index): [number, number] => {
				below += counts[index] ?? 0;
				return [bound, below];
			});
			return [...finite, [Infinity, count]];
		},
		get sum() {
			return sum;
		},
		get count() {
			return count;
		},
	};
}
