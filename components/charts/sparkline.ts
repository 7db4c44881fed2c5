import type { Tone } from '../../source/domain/tone.ts';
import type { Span } from '../line.ts';
import type { Look } from '../look.ts';
import { createDotGrid, dotCharacter, dotsPerRow, drawCurve } from './braille.ts';
import { bucketsPerCell } from './plot-rows.ts';
import { rangeOf, resample } from './resample.ts';
import type { Buckets, TimedValues } from './resample.ts';
import type { ChartStyle } from './style.ts';
import { presentOf, timeScale } from './time-scale.ts';

export interface SparklineOptions {
	readonly width: number;
	/** The present, Unix ms: the right end. */
	readonly nowMs: number;
	/** How far it reaches back, once there are samples of so long. */
	readonly windowMs: number;
	/** Zero means something: the scale begins there. */
	readonly fromZero?: boolean | undefined;
	readonly tone?: Tone | undefined;
}

/** Less movement than this share of the values is noise, and flat. */
const leastSpanRatio = 0.02;
/** A value this many times the usual spread beyond the others does not set the scale. */
const outlierSpreads = 6;
/** Outliers are few: of more than one in so many samples, they are the data. */
const samplesPerOutlier = 12;

/**
 * A line in one row of exactly `width` cells, and its tone: how a number moved. What never changed is a dim dotted line,
 * a time without samples is blank. Single outliers stand at the end of the scale and do not flatten the rest.
 */
export function sparkline(look: Look, data: TimedValues, options: SparklineOptions): Span {
	const { width, nowMs, windowMs, tone = 'accent' } = options;
	const oldestMs = data.times[data.values.findIndex((value) => Number.isFinite(value))];
	if (width <= 0 || oldestMs === undefined) return ['dim', ' '.repeat(Math.max(0, width))];
	const perCell = bucketsPerCell[look.chartStyle];
	const presentMs = presentOf(nowMs, data.times);
	const time = timeScale({ nowMs: presentMs, oldestMs, lengthMs: windowMs, columns: width });
	const buckets = resample(data, {
		fromMs: time.fromMs,
		columnMs: time.cellMs / perCell,
		columns: width * perCell,
	});
	const range = rangeOf(buckets);
	if (!range || range[0] === range[1]) {
		return ['dim', heldCells(buckets, width, perCell, () => look.glyphs.flat)];
	}
	const scale = robustRange(buckets, range, options.fromZero);
	return [tone, curves[look.chartStyle](buckets, width, scale)];
}

type Range = readonly [low: number, high: number];

/** The scale: without single outliers, from zero where that means something, and never finer than noise. */
function robustRange(buckets: Buckets, [min, max]: Range, fromZero = false): Range {
	const ends = [...buckets.values()].flatMap(({ min: low, max: high }) => [low, high]);
	const sorted = ends.toSorted((a, b) => a - b);
	const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? min;
	const reach = (at(0.75) - at(0.25)) * outlierSpreads;
	const usual = sorted.filter((value) => value <= at(0.75) + reach && value >= at(0.25) - reach);
	const isFew = reach > 0 && (ends.length - usual.length) * samplesPerOutlier <= ends.length * 2;
	const [low, high] = isFew ? [usual[0] ?? min, usual.at(-1) ?? max] : [min, max];
	if (fromZero && low >= 0) return [0, high];
	const least = Math.max(Math.abs(low), Math.abs(high)) * leastSpanRatio;
	const middle = (low + high) / 2;
	return high - low >= least ? [low, high] : [middle - least / 2, middle + least / 2];
}

/** The cells of a line that moves, by style. */
const curves: Readonly<
	Record<ChartStyle, (buckets: Buckets, width: number, range: Range) => string>
> = {
	braille(buckets, width, range) {
		const grid = createDotGrid(width, 1);
		drawCurve(grid, buckets, { rowOf: (value) => stepOf(value, range, dotsPerRow) });
		return Array.from({ length: width }, (_, column) => dotCharacter(grid, column, 0) ?? ' ').join(
			'',
		);
	},
	block: (buckets, width, range) => steppedCells(buckets, width, range, ['▁', '▂', '▃', '▄']),
	plain: (buckets, width, range) => steppedCells(buckets, width, range, ['⎽', '⎼', '⎻', '⎺']),
	ascii: (buckets, width, range) => steppedCells(buckets, width, range, ['_', '.', '-', '"']),
};

function stepOf(value: number, [low, high]: Range, steps: number): number {
	const step = Math.round(((value - low) / (high - low)) * (steps - 1));
	return Math.min(steps - 1, Math.max(0, step));
}

/** One step for each cell: that of its extreme which is farther from the middle of the scale. */
function steppedCells(
	buckets: Buckets,
	width: number,
	range: Range,
	steps: readonly string[],
): string {
	const middle = (range[0] + range[1]) / 2;
	return heldCells(buckets, width, 1, ({ min, max }) => {
		const value = max - middle >= middle - min ? max : min;
		return steps[stepOf(value, range, steps.length)] ?? ' ';
	});
}

/** A cell without samples between two others looks like the one before. */
function heldCells(
	buckets: Buckets,
	width: number,
	perCell: number,
	draw: (bucket: { readonly min: number; readonly max: number }) => string,
): string {
	const cells = Array.from({ length: width }, () => ' ');
	let before: { readonly cell: number; readonly drawn: string } | undefined;
	for (const [column, bucket] of buckets) {
		const cell = Math.floor(column / perCell);
		if (before && !bucket.isAfterGap) {
			for (let each = Math.max(0, before.cell + 1); each < cell; each++) cells[each] = before.drawn;
		}
		const drawn = draw(bucket);
		if (cell >= 0) cells[cell] = drawn;
		before = { cell, drawn };
	}
	return cells.join('');
}
