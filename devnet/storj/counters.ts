import type { Random } from '../random.ts';

export type Outcome = 'success' | 'cancel' | 'failure';

/** As monkit keeps it: exact sums, and a sample of the newest values for percentiles. */
export interface Distribution {
	readonly count: number;
	readonly sum: number;
	readonly min: number;
	readonly max: number;
	readonly recent: number;
	/** Of the sample. */
	quantile(share: number): number;
}

/** What the debug port reports, since the process started. */
export interface TransferCounters {
	add(transfer: {
		readonly action: string;
		readonly outcome: Outcome;
		readonly sizeBytes: number;
		readonly durationMs: number;
	}): void;
	started(action: string): void;
	readonly startedCounts: ReadonlyMap<string, number>;
	/** By `action outcome`. */
	readonly series: ReadonlyMap<string, Series>;
}

export interface Series {
	readonly action: string;
	readonly outcome: Outcome;
	readonly sizes: Distribution;
	readonly durationsNs: Distribution;
}

const reservoir = 64;
const nsAMs = 1e6;

export function createTransferCounters(random: Random): TransferCounters {
	const startedCounts = new Map<string, number>();
	const series = new Map<
		string,
		Series & { readonly record: (bytes: number, ns: number) => void }
	>();
	return {
		startedCounts,
		series,
		started(action) {
			startedCounts.set(action, (startedCounts.get(action) ?? 0) + 1);
		},
		add({ action, outcome, sizeBytes, durationMs }) {
			const key = `${action} ${outcome}`;
			const known = series.get(key) ?? createSeries(action, outcome, random);
			series.set(key, known);
			known.record(sizeBytes, Math.round(durationMs * nsAMs));
		},
	};
}

function createSeries(action: string, outcome: Outcome, random: Random) {
	const sizes = createDistribution(random);
	const durationsNs = createDistribution(random);
	return {
		action,
		outcome,
		sizes,
		durationsNs,
		record(bytes: number, ns: number) {
			sizes.add(bytes);
			durationsNs.add(ns);
		},
	};
}

function createDistribution(random: Random) {
	const sample: number[] = [];
	let [count, sum, min, max, recent] = [0, 0, 0, 0, 0];
	return {
		get count() {
			return count;
		},
		get sum() {
			return sum;
		},
		get min() {
			return min;
		},
		get max() {
			return max;
		},
		get recent() {
			return recent;
		},
		quantile(share: number): number {
			const sorted = sample.toSorted((a, b) => a - b);
			return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
		},
		add(value: number) {
			min = count === 0 ? value : Math.min(min, value);
			max = Math.max(max, value);
			recent = value;
			sum += value;
			count += 1;
			if (sample.length < reservoir) sample.push(value);
			else sample[Math.floor(random.next() * reservoir)] = value;
		},
	};
}
