/** An amount per second over the last seconds. */
export interface RateWindow {
	add(amount: number, nowMs: number): void;
	perSecond(nowMs: number): number;
}

const bucketMs = 1000;

/** Sums by second, so that memory does not depend on traffic. A window begins at `startedAtMs` or later. */
export function createRateWindow(windowMs: number, startedAtMs: number): RateWindow {
	let buckets: { readonly startMs: number; sum: number }[] = [];
	const forget = (nowMs: number) => {
		buckets = buckets.filter(({ startMs }) => startMs > nowMs - windowMs);
	};
	return {
		add(amount, nowMs) {
			const last = buckets.at(-1);
			if (last && nowMs < last.startMs + bucketMs) {
				last.sum += amount;
				return;
			}
			forget(nowMs);
			buckets.push({ startMs: nowMs, sum: amount });
		},
		perSecond(nowMs) {
			forget(nowMs);
			let sum = 0;
			for (const bucket of buckets) sum += bucket.sum;
			const coveredMs = Math.min(windowMs, Math.max(bucketMs, nowMs - startedAtMs));
			return sum / (coveredMs / 1000);
		},
	};
}

export interface Distribution {
	readonly min: number;
	readonly avg: number;
	readonly p50: number;
	readonly p95: number;
	readonly p99: number;
	readonly max: number;
	readonly n: number;
}

/** Values measured in the last seconds. */
export interface SampleWindow {
	add(value: number, nowMs: number): void;
	/** Nearest-rank percentiles; `undefined` when nothing was measured in the window. */
	distribution(nowMs: number): Distribution | undefined;
}

export function createSampleWindow(windowMs: number): SampleWindow {
	let samples: { readonly atMs: number; readonly value: number }[] = [];
	let trimAtLength = 64;
	const trim = (nowMs: number) => {
		samples = samples.filter(({ atMs }) => atMs > nowMs - windowMs);
		trimAtLength = Math.max(64, samples.length * 2);
	};
	return {
		add(value, nowMs) {
			samples.push({ atMs: nowMs, value });
			if (samples.length >= trimAtLength) trim(nowMs);
		},
		distribution(nowMs) {
			trim(nowMs);
			return distributionOf(samples.map(({ value }) => value));
		},
	};
}

function distributionOf(values: readonly number[]): Distribution | undefined {
	const sorted = values.toSorted((a, b) => a - b);
	const [min] = sorted;
	const max = sorted.at(-1);
	if (min === undefined || max === undefined) return undefined;
	let sum = 0;
	for (const value of sorted) sum += value;
	const rank = (ratio: number) => sorted[Math.ceil(ratio * sorted.length) - 1] ?? max;
	return {
		min,
		avg: sum / sorted.length,
		p50: rank(0.5),
		p95: rank(0.95),
		p99: rank(0.99),
		max,
		n: sorted.length,
	};
}
