import type { Scalar } from './field-path.ts';

/**
 * A value over time, for figures of a window. Times are milliseconds of one steady clock. Sums
 * are kept in at most 62 buckets, however often a node is polled. Every watched node has a dozen of these,
 * so the buckets are plain numbers in one list.
 */
export interface Window {
	readonly keepMs: number;
	/** Bucket after bucket, `width` numbers each, oldest first. */
	readonly buckets: number[];
	/** When the newest bucket began. */
	startMs: number;
	lastValue: Scalar | undefined;
	lastNumber: number;
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

/** Where in a bucket its numbers are: its newest time, then sums since the first sample ever. */
const column = { atMs: 0, increase: 1, changes: 2, sum: 3, count: 4 } as const;
const width = 5;
const bucketsAWindow = 60;
const wholeRatio = 0.8;

export function createWindow(keepMs: number): Window {
	return { keepMs, buckets: [], startMs: 0, lastValue: undefined, lastNumber: Number.NaN };
}

/** Takes a sample; one without the value, `undefined`, is passed over. */
export function addToWindow(window: Window, atMs: number, value: Scalar | undefined): void {
	if (value === undefined) return;
	const { buckets, keepMs, lastValue, lastNumber } = window;
	const number = Number(value);
	const newest = buckets.length - width;
	const isFirst = lastValue === undefined;
	const grown = isFirst ? 0 : growth(lastNumber, number);
	const increase = (buckets[newest + column.increase] ?? 0) + grown;
	const changes =
		(buckets[newest + column.changes] ?? 0) + (isFirst || lastValue === value ? 0 : 1);
	const sum = (buckets[newest + column.sum] ?? 0) + (Number.isFinite(number) ? number : 0);
	const count = (buckets[newest + column.count] ?? 0) + 1;
	window.lastValue = value;
	window.lastNumber = number;
	// The first sample stands alone: what grew is counted from it on.
	const isInNewest = newest > 0 && atMs - window.startMs < keepMs / bucketsAWindow;
	if (isInNewest) buckets.length = newest;
	else window.startMs = atMs;
	buckets.push(atMs, increase, changes, sum, count);
	dropBefore(window, atMs - keepMs);
}

/** What the samples of the last `overMs` before `nowMs` say; `undefined` for fewer than two. */
export function spanOf({ buckets }: Window, overMs: number, nowMs: number): Span | undefined {
	const newest = buckets.length - width;
	const oldest = oldestOf(buckets, nowMs - overMs, overMs);
	if (oldest === undefined || oldest === newest) return undefined;
	const oldestMs = buckets[oldest + column.atMs] ?? 0;
	return {
		increase: grown(buckets, oldest, column.increase),
		changes: grown(buckets, oldest, column.changes),
		average: grown(buckets, oldest, column.sum) / grown(buckets, oldest, column.count),
		spanMs: grown(buckets, oldest, column.atMs),
		isWhole: nowMs - oldestMs >= overMs * wholeRatio,
	};
}

/** How much a column grew from one bucket to the newest. */
function grown(buckets: readonly number[], from: number, position: number): number {
	const newest = buckets.length - width;
	return (buckets[newest + position] ?? 0) - (buckets[from + position] ?? 0);
}

/** The last bucket at or before the start of a span, unless it is a whole span older; else the first one after. */
function oldestOf(buckets: readonly number[], startMs: number, overMs: number) {
	let after: number | undefined;
	for (let at = buckets.length - width; at >= 0; at -= width) {
		const atMs = buckets[at + column.atMs] ?? 0;
		if (atMs <= startMs) return atMs > startMs - overMs ? at : after;
		after = at;
	}
	return after;
}

/** One bucket from before stays: what grew is counted from it on. */
function dropBefore({ buckets }: Window, startMs: number): void {
	let dropped = 0;
	while ((buckets[dropped + width + column.atMs] ?? startMs) < startMs) dropped += width;
	if (dropped > 0) buckets.splice(0, dropped);
}

/** A counter that fell was reset: what it shows now is all that is known to have been added. */
function growth(before: number, now: number): number {
	if (Number.isNaN(before) || Number.isNaN(now)) return 0;
	return now >= before ? now - before : Math.max(0, now);
}
