import { expect, it } from 'vitest';
import type { HistogramsBySeries } from '../../../source/adapters/bft/exposition.ts';
import { countOf, toHistogram } from '../../../source/adapters/bft/histogram.ts';
import { createLatencyWindow } from '../../../source/adapters/bft/latency-window.ts';

/** Observations by series, all below one second. */
function seen(counts: Readonly<Record<string, number>>): HistogramsBySeries {
	return new Map(
		Object.entries(counts).flatMap(([key, count]) => {
			const made = toHistogram([
				[1, count],
				[Infinity, count],
			]);
			return made ? [[key, made]] : [];
		}),
	);
}

/** How many observations are told at each step of `[seconds, observations by series]`. */
function watch(steps: readonly (readonly [number, Readonly<Record<string, number>>])[]) {
	const window = createLatencyWindow();
	return steps.map(([seconds, counts]) => {
		const pooled = window.next(seen(counts), seconds * 1000);
		return pooled && countOf(pooled);
	});
}

it('tells all since the start first, then what was added', () => {
	expect(
		watch([
			[0, { a: 1000 }],
			[2, { a: 1003 }],
			[4, { a: 1004 }],
		]),
	).toEqual([1000, 3, 4]);
});

it('forgets what is older than a minute', () => {
	expect(
		watch([
			[0, { a: 100 }],
			[30, { a: 110 }],
			[60, { a: 120 }],
			[70, { a: 121 }],
			[95, { a: 121 }],
			[200, { a: 121 }],
		]),
	).toEqual([100, 10, 20, 11, 1, 0]);
});

it('begins anew after a restart, also once the counts have passed the old ones', () => {
	expect(
		watch([
			[0, { a: 100 }],
			[10, { a: 110 }],
			[20, { a: 5 }],
			[30, { a: 300 }],
		]),
	).toEqual([100, 10, 5, 300]);
});

it('takes a peer that went for no restart of the others', () => {
	expect(
		watch([
			[0, { a: 100, b: 500 }],
			[10, { a: 101, b: 502 }],
			[20, { a: 103 }],
			[30, { a: 104, c: 7 }],
		]),
	).toEqual([600, 3, 3, 11]);
});

it('of nothing is nothing', () => {
	expect(
		watch([
			[0, {}],
			[1, {}],
		]),
	).toEqual([undefined, undefined]);
});
