import { plot } from 'asciichart';
import { createDotGrid, dotCharacter, dotsPerRow, drawCurve } from './braille.ts';
import type { Bucket, Buckets } from './resample.ts';
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
	const top = rows * dotsPerRow - 1;
	drawCurve(grid, buckets, {
		rowOf: (value) => Math.round(heightOf(value, scale) * top),
		isFilled,
	});
	return cellsOf(rows, columns, (column, row) => dotCharacter(grid, column, row));
}

const eighths = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/** A bar for each column, as high as its highest; a column between two samples has the height of the first. */
function blockRows(buckets: Buckets, { columns, rows, scale }: Plot): PlotRows {
	const held = heldValues(buckets, columns, ({ max }) => max);
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
	const held = heldValues(buckets, columns, ({ min, max }) =>
		max - middle >= middle - min ? max : min,
	);
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
	return cellsOf(rows, columns, (column, row) => {
		if (held[column] === undefined) return undefined;
		const character = drawn[row]?.[axisColumns + column] ?? ' ';
		if (character !== ' ') return character;
		const bucket = buckets.get(column);
		// Of several samples in one column both extremes show.
		const isWithin = bucket && row >= rowOf(bucket.max) && row <= rowOf(bucket.min);
		return isWithin ? upright : undefined;
	});
}

/** The value of each column; one without samples keeps the value of the column before, unless there is a gap. */
function heldValues(
	buckets: Buckets,
	columns: number,
	choose: (bucket: Bucket) => number,
): (number | undefined)[] {
	const values = Array.from({ length: columns }, (): number | undefined => undefined);
	let before: { readonly column: number; readonly value: number } | undefined;
	for (const [column, bucket] of buckets) {
		if (before && !bucket.isAfterGap) {
			for (let each = Math.max(0, before.column + 1); each < column; each++)
				values[each] = before.value;
		}
		const value = choose(bucket);
		if (column >= 0) values[column] = value;
		before = { column, value };
	}
	return values;
}

function medianOf(buckets: Buckets): number {
	const middles = [...buckets.values()].map(({ min, max }) => (min + max) / 2);
	return middles.toSorted((a, b) => a - b)[middles.length >> 1] ?? 0;
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
