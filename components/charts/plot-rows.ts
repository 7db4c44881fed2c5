import { plot } from 'asciichart';
import { createDotGrid, dotCharacter, drawCurve } from './braille.ts';
import type { Buckets } from './resample.ts';
import type { ChartStyle } from './style.ts';
import type { ValueScale } from './value-scale.ts';

export interface Plot {
	readonly columns: number;
	readonly rows: number;
	readonly scale: ValueScale;
	readonly isFilled?: boolean;
}

/** The cells of a line, row by row from the top; undefined where nothing is drawn. */
export type PlotRows = readonly (readonly (string | undefined)[])[];

/** How many columns of buckets a style draws in one cell. */
export const bucketsPerCell: Readonly<Record<ChartStyle, number>> = {
	braille: 2,
	block: 1,
	plain: 1,
	ascii: 1,
};

/** Draws one line of each style. */
export const plotRows: Readonly<Record<ChartStyle, (buckets: Buckets, plot: Plot) => PlotRows>> = {
	braille: brailleRows,
	block: blockRows,
	plain: (buckets, shape) => asciichartRows(buckets, shape),
	ascii: (buckets, shape) => asciichartRows(buckets, shape, asciiSymbols),
};

/** Between 0 and 1; values outside of the scale lie at its ends. */
function heightOf(value: number, { low, high }: ValueScale): number {
	return Math.min(1, Math.max(0, (value - low) / (high - low)));
}

function brailleRows(buckets: Buckets, { columns, rows, scale, isFilled = false }: Plot): PlotRows {
	const grid = createDotGrid(columns, rows);
	drawCurve(grid, buckets, { low: scale.low, high: scale.high, isFilled });
	return cellsOf(rows, columns, (column, row) => dotCharacter(grid, column, row));
}

const eighths = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/** A bar for each column, as high as its highest; a column between two samples has the height of the first. */
function blockRows(buckets: Buckets, { columns, rows, scale }: Plot): PlotRows {
	const held = heldValues(buckets, columns, (index) => buckets.max[index] ?? Number.NaN);
	return cellsOf(rows, columns, (column, row) => {
		const value = held[column];
		if (value === undefined) return undefined;
		const filled = Math.max(1, Math.round(heightOf(value, scale) * rows * eighths.length));
		const inCell = filled - (rows - 1 - row) * eighths.length;
		return inCell <= 0 ? undefined : eighths[Math.min(eighths.length, inCell) - 1];
	});
}

type Symbols = [string, string, string, string, string, string, string, string, string, string];
const asciiSymbols: Symbols = ['+', '|', '-', '-', '-', '\\', '/', '\\', '/', '|'];
/** asciichart draws its axis in the first of these columns, and its first value in the last. */
const axisColumns = 3;

/** As asciichart draws it. Of a column with several samples, the one that is farthest from all others. */
function asciichartRows(
	buckets: Buckets,
	{ columns, rows, scale }: Plot,
	symbols?: Symbols,
): PlotRows {
	const middle = medianOf(buckets);
	const held = heldValues(buckets, columns, (index) => {
		const [min = middle, max = middle] = [buckets.min[index], buckets.max[index]];
		return max - middle >= middle - min ? max : min;
	});
	let last = held.find((value) => value !== undefined) ?? scale.low;
	// asciichart throws on anything but finite numbers: a gap is carried over, and blanked below.
	const filled = held.map((value) => (last = value ?? last));
	const heights = filled.map((value) => heightOf(value, scale) * (rows - 1));
	const drawn = plot([heights[0] ?? 0, ...heights], {
		min: 0,
		max: rows - 1,
		height: rows - 1,
		offset: axisColumns,
		format: () => ' ',
		...(symbols && { symbols }),
	}).split('\n');
	const rowOf = (value: number) => rows - 1 - Math.round(heightOf(value, scale) * (rows - 1));
	const upright = symbols?.[9] ?? '│';
	const bucketAt = new Map(
		Array.from(buckets.columns.subarray(0, buckets.count), (column, index) => [column, index]),
	);
	return cellsOf(rows, columns, (column, row) => {
		if (held[column] === undefined) return undefined;
		const character = drawn[row]?.[axisColumns + column] ?? ' ';
		if (character !== ' ') return character;
		const index = bucketAt.get(column) ?? -1;
		// Of several samples in one column both extremes show.
		const isWithin =
			row >= rowOf(buckets.max[index] ?? Number.NaN) &&
			row <= rowOf(buckets.min[index] ?? Number.NaN);
		return isWithin ? upright : undefined;
	});
}

/** The value of each column; one without samples keeps the value of the column before, unless there is a gap. */
function heldValues(
	{ count, columns: at, isAfterGap }: Buckets,
	columns: number,
	choose: (index: number) => number,
): (number | undefined)[] {
	const values = Array.from({ length: columns }, (): number | undefined => undefined);
	let before = -1;
	let beforeValue = Number.NaN;
	for (let index = 0; index < count; index += 1) {
		const column = at[index] ?? 0;
		if (index > 0 && isAfterGap[index] === 0) {
			for (let each = Math.max(0, before + 1); each < column; each += 1) values[each] = beforeValue;
		}
		beforeValue = choose(index);
		if (column >= 0) values[column] = beforeValue;
		before = column;
	}
	return values;
}

function medianOf({ count, min, max }: Buckets): number {
	const middles = Float64Array.from(
		{ length: count },
		(_, index) => ((min[index] ?? 0) + (max[index] ?? 0)) / 2,
	);
	return middles.toSorted()[count >> 1] ?? 0;
}

function cellsOf(
	rows: number,
	columns: number,
	cell: (column: number, row: number) => string | undefined,
): PlotRows {
	return Array.from({ length: rows }, (_, row) =>
		Array.from({ length: columns }, (__, column) => cell(column, row)),
	);
}
