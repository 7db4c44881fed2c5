import { expect, it } from 'vitest';
import { baselineOf, meetsTarget, regressions, summaryOf, tableOf } from '../../bench/figures.ts';
import type { Figure } from '../../bench/figures.ts';

const ratio = (runs: number[], more: Partial<Figure> = {}): Figure => ({
	name: 'watch / bare',
	unit: '×',
	runs,
	...more,
});

it('sums runs up by minimum, median and maximum', () => {
	expect(summaryOf(ratio([3, 1, 9, 2, 4]))).toEqual({ min: 1, median: 3, max: 9 });
});

it.each([
	[{ target: 3 }, true],
	[{ target: 2.9 }, false],
	[{ target: 3, isMoreBetter: true }, true],
	[{ target: 3.1, isMoreBetter: true }, false],
	[{}, undefined],
])('compares the median with the target: %j', (more, expected) => {
	expect(meetsTarget(ratio([1, 3, 9], more))).toBe(expected);
});

it('keeps ratios only: they mean the same on every machine', () => {
	const figures = [ratio([2]), { ...ratio([70]), name: 'resident', unit: 'MB' as const }];
	expect(baselineOf(figures)).toEqual({ 'watch / bare': 2 });
});

it.each([
	[[2.3], {}, 0],
	[[2.31], {}, 1],
	[[1], {}, 0],
	[[1.75], { isMoreBetter: true }, 0],
	[[1.7], { isMoreBetter: true }, 1],
])('calls %j of 2 (%j) worse by the median: %i', (runs, more, count) => {
	expect(regressions([ratio(runs, more)], { 'watch / bare': 2 })).toHaveLength(count);
});

it('says what got worse, and by how much', () => {
	expect(regressions([ratio([3])], { 'watch / bare': 2 })).toEqual([
		'watch / bare: 3 ×, before 2 × (50 % worse)',
	]);
});

it('compares nothing that only one side has, or that is no ratio', () => {
	const memory: Figure = { ...ratio([900]), name: 'resident', unit: 'MB' };
	expect(regressions([ratio([3]), memory], { other: 1, resident: 1, toString: 1 })).toEqual([]);
});

it('draws a table with what missed its target', () => {
	const figures: Figure[] = [
		ratio([2, 1, 3], { target: 1.5 }),
		{ name: 'scan', unit: 'MB/s', runs: [1234], target: 200, isMoreBetter: true },
		{ name: 'memory', unit: 'MB', runs: [Number.NaN] },
	];
	expect(tableOf(figures).split('\n')).toEqual([
		'figure         min  median   max        target',
		'watch / bare  1.00    2.00  3.00  ×     ≤ 1.5   missed',
		'scan          1234    1234  1234  MB/s  ≥ 200',
		'memory           –       –     –  MB',
		'',
	]);
});
