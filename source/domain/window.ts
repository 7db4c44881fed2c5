import type { Scalar } from './field-path.ts';

/** A value over time, for what is said of a window of it. Times are milliseconds of one steady clock. */
export interface Window {
	/** Takes a sample; `undefined` for a sample without the value, which is passed over. */
	add(atMs: number, value: Scalar | undefined): void;
	/** What the samples of the last `overMs` before `nowMs` say; `undefined` for fewer than two. */
	over(overMs: number, nowMs: number): Span | undefined;
}

export interface Span {
	/** Growth of a counter, its restarts not counted against it. */
	readonly increase: number;
	readonly changes: number;
	readonly average: number;
	readonly spanMs: number;
	/** Whether the samples reach over most of the window; else growth and changes are at least so much. */
	readonly isWhole: boolean;
}

interface Bucket {
	readonly startMs: number;
	atMs: number;
	/** Sums since the first sample ever. */
	increase: number;
	changes: number;
	sum: number;
	count: number;
}

const bucketsAWindow = 60;
const wholeRatio = 0.8;

/** Keeps sums in at most 62 buckets, however often a node is polled. */
export function createWindow(keepMs: number): Window {
	const bucketMs = keepMs / bucketsAWindow;
	const buckets: Bucket[] = [];
	let last: { readonly value: Scalar; readonly number: number } | undefined;

	function add(atMs: number, value: Scalar | undefined): void {
		if (value === undefined) return;
		const number = Number(value);
		const newest = buckets.at(-1);
		const before = newest ?? { increase: 0, changes: 0, sum: 0, count: 0 };
		const grown = last === undefined ? 0 : growth(last.number, number);
		const isChanged = last !== undefined && last.value !== value;
		const next = {
			atMs,
			increase: before.increase + grown,
			changes: before.changes + (isChanged ? 1 : 0),
			sum: before.sum + (Number.isFinite(number) ? number : 0),
			count: before.count + 1,
		};
		last = { value, number };
		// The first sample stands alone: what grew is counted from it on.
		if (newest && buckets.length > 1 && atMs - newest.startMs < bucketMs)
			Object.assign(newest, next);
		else buckets.push({ startMs: atMs, ...next });
		while ((buckets[1]?.atMs ?? atMs) < atMs - keepMs) buckets.shift();
	}

	return {
		add,
		over(overMs, nowMs) {
			const newest = buckets.at(-1);
			const startMs = nowMs - overMs;
			const oldest =
				buckets.findLast(({ atMs }) => atMs <= startMs && atMs > startMs - overMs) ??
				buckets.find(({ atMs }) => atMs > startMs);
			if (!newest || !oldest || newest === oldest) return undefined;
			const spanMs = newest.atMs - oldest.atMs;
			return {
				increase: newest.increase - oldest.increase,
				changes: newest.changes - oldest.changes,
				average: (newest.sum - oldest.sum) / (newest.count - oldest.count),
				spanMs,
				isWhole: nowMs - oldest.atMs >= overMs * wholeRatio,
			};
		},
	};
}

/** A counter that fell was reset: what it shows now is all that is known to have been added. */
function growth(before: number, now: number): number {
	if (Number.isNaN(before) || Number.isNaN(now)) return 0;
	return now >= before ? now - before : Math.max(0, now);
}
