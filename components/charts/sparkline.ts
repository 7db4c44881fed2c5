import type { Tone } from '../../source/domain/tone.ts';
import type { Span } from '../line.ts';
import type { Look } from '../look.ts';
import { createDotGrid, dotCharacter, drawCurve } from './braille.ts';
import { KeptDrawings } from '../kept-drawings.ts';
import { bucketsPerCell } from './plot-rows.ts';
import { rangeOf, resample, stepsOf } from './resample.ts';
import type { Buckets, TimedValues } from './resample.ts';
import type { ChartStyle } from './style.ts';
import { presentOf, timeScale } from './time-scale.ts';
import type { TimeScale } from './time-scale.ts';

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
	const presentMs = presentOf(nowMs, data.times);
	const time = timeScale({ nowMs: presentMs, oldestMs, lengthMs: windowMs, columns: width });
	return kept.take(data.values, [look, width, time.fromMs, time.toMs, options.fromZero, tone], () =>
		draw(look, data, { time, tone, fromZero: options.fromZero }),
	);
}

const kept = new KeptDrawings<Span>();

interface Drawing extends Pick<SparklineOptions, 'fromZero'> {
	readonly time: TimeScale;
	readonly tone: Tone;
}

function draw(look: Look, data: TimedValues, { time, tone, fromZero }: Drawing): Span {
	const { columns: width } = time;
	const perCell = bucketsPerCell[look.chartStyle];
	const buckets = resample(data, {
		fromMs: time.fromMs,
		columnMs: time.cellMs / perCell,
		columns: width * perCell,
	});
	const range = rangeOf(buckets);
	if (!range || range[0] === range[1]) {
		return ['dim', heldCells(buckets, width, perCell, () => look.glyphs.flat)];
	}
	const scale = robustRange(buckets, range, fromZero);
	return [tone, curves[look.chartStyle](buckets, width, scale)];
}

type Range = readonly [low: number, high: number];

/** The scale: without single outliers, from zero where that means something, and never finer than noise. */
function robustRange(buckets: Buckets, [min, max]: Range, fromZero = false): Range {
	const { count } = buckets;
	const sorted = new Float64Array(2 * count);
	sorted.set(buckets.min.subarray(0, count));
	sorted.set(buckets.max.subarray(0, count), count);
	sorted.sort();
	const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? min;
	const [lower, upper] = [at(0.25), at(0.75)];
	const reach = (upper - lower) * outlierSpreads;
	const start = sorted.findIndex((value) => value >= lower - reach);
	const end = sorted.findLastIndex((value) => value <= upper + reach);
	const outliers = sorted.length - (end - start + 1);
	const isFew = reach > 0 && outliers * samplesPerOutlier <= sorted.length * 2;
	const [low, high] = isFew ? [sorted[start] ?? min, sorted[end] ?? max] : [min, max];
	if (fromZero && low >= 0) return [0, high];
	const least = Math.max(Math.abs(low), Math.abs(high)) * leastSpanRatio;
	const middle = (low + high) / 2;
	return high - low >= least ? [low, high] : [middle - least / 2, middle + least / 2];
}

/** The cells of a line that moves, by style. */
const curves: Readonly<
	Record<ChartStyle, (buckets: Buckets, width: number, range: Range) => string>
> = {
	braille(buckets, width, [low, high]) {
		const grid = createDotGrid(width, 1);
		drawCurve(grid, buckets, { low, high });
		let drawn = '';
		for (let column = 0; column < width; column += 1) drawn += dotCharacter(grid, column, 0) ?? ' ';
		return drawn;
	},
	block: (buckets, width, range) => steppedCells(buckets, width, range, ['▁', '▂', '▃', '▄']),
	plain: (buckets, width, range) => steppedCells(buckets, width, range, ['⎽', '⎼', '⎻', '⎺']),
	ascii: (buckets, width, range) => steppedCells(buckets, width, range, ['_', '.', '-', '"']),
};

/** One step for each cell: that of its extreme which is farther from the middle of the scale. */
function steppedCells(
	buckets: Buckets,
	width: number,
	[low, high]: Range,
	glyphs: readonly string[],
): string {
	const { count, min, max } = buckets;
	const middle = (low + high) / 2;
	const extremes = Float64Array.from({ length: count }, (_, index) => {
		const [least = middle, most = middle] = [min[index], max[index]];
		return most - middle >= middle - least ? most : least;
	});
	const steps = stepsOf(extremes, count, { low, high, count: glyphs.length });
	return heldCells(buckets, width, 1, (index) => glyphs[steps[index] ?? 0] ?? ' ');
}

/** A cell without samples between two others looks like the one before. */
function heldCells(
	{ count, columns, isAfterGap }: Buckets,
	width: number,
	perCell: number,
	draw: (index: number) => string,
): string {
	const cells = Array.from({ length: width }, () => ' ');
	let before = -1;
	let beforeDrawn = ' ';
	for (let index = 0; index < count; index += 1) {
		const cell = Math.floor((columns[index] ?? 0) / perCell);
		if (index > 0 && isAfterGap[index] === 0) {
			for (let each = Math.max(0, before + 1); each < cell; each += 1) cells[each] = beforeDrawn;
		}
		beforeDrawn = draw(index);
		if (cell >= 0) cells[cell] = beforeDrawn;
		before = cell;
	}
	return cells.join('');
}
