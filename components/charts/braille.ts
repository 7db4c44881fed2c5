import { stepsOf } from './resample.ts';
import type { Buckets, Steps } from './resample.ts';

/** Bits of the dots of a cell: two columns, four rows, the top one first. */
const dotBits = [
	[0x01, 0x08],
	[0x02, 0x10],
	[0x04, 0x20],
	[0x40, 0x80],
] as const;
const brailleBase = 0x28_00;

export const dotsPerColumn = 2;
export const dotsPerRow = 4;

/** Cells of 2 × 4 dots; the dot (0, 0) is at the bottom left. */
export interface DotGrid {
	readonly columns: number;
	readonly rows: number;
	readonly bits: Uint8Array;
}

export function createDotGrid(columns: number, rows: number): DotGrid {
	return { columns, rows, bits: new Uint8Array(columns * rows) };
}

/** Sets a dot; outside of the grid it does nothing. */
function setDot({ columns, rows, bits }: DotGrid, x: number, y: number): void {
	if (x < 0 || x >= columns * dotsPerColumn || y < 0 || y >= rows * dotsPerRow) return;
	const row = rows - 1 - Math.floor(y / dotsPerRow);
	const bit = dotBits[dotsPerRow - 1 - (y % dotsPerRow)]?.[x % dotsPerColumn] ?? 0;
	const cell = row * columns + Math.floor(x / dotsPerColumn);
	bits[cell] = (bits[cell] ?? 0) | bit;
}

function setColumn(grid: DotGrid, x: number, fromY: number, toY: number): void {
	for (let y = Math.min(fromY, toY); y <= Math.max(fromY, toY); y++) setDot(grid, x, y);
}

/** The dots below a height that make a light ground: two of the eight of a cell, the same in every cell. */
function shadeColumn(grid: DotGrid, x: number, belowY: number): void {
	const first = x % dotsPerColumn === 0 ? 0 : dotsPerRow / 2;
	for (let y = first; y < belowY; y += dotsPerRow) setDot(grid, x, y);
}

/** The character of a cell; undefined for one without dots. */
export function dotCharacter(
	{ columns, bits }: DotGrid,
	column: number,
	row: number,
): string | undefined {
	const cell = bits[row * columns + column] ?? 0;
	return cell === 0 ? undefined : String.fromCharCode(brailleBase + cell);
}

/** A line down one cell, from the dot of this row to that of the other, the top one 0. */
export function whisker(from: number, to: number): string {
	const bits = dotBits.slice(from, to + 1).reduce((sum, [left]) => sum + left, 0);
	return String.fromCharCode(brailleBase + bits);
}

export interface CurveOptions extends Pick<Steps, 'low' | 'high'> {
	/** Everything below the line is shaded: fewer dots than the line has, so that the eye finds the line first. */
	readonly isFilled?: boolean;
}

/**
 * The line through the buckets, one for each column of dots: from the lowest to the highest of each, and on to
 * the next one unless there is a gap between them.
 */
export function drawCurve(
	grid: DotGrid,
	{ count, columns, isAfterGap, ...buckets }: Buckets,
	{ low, high, isFilled = false }: CurveOptions,
): void {
	const steps = { low, high, count: grid.rows * dotsPerRow };
	const lows = stepsOf(buckets.min, count, steps);
	const highs = stepsOf(buckets.max, count, steps);
	const firsts = stepsOf(buckets.first, count, steps);
	const lasts = stepsOf(buckets.last, count, steps);
	const draw = (x: number, fromY: number, toY: number) => {
		setColumn(grid, x, fromY, toY);
		if (isFilled) shadeColumn(grid, x, Math.min(fromY, toY));
	};
	for (let index = 0; index < count; index += 1) {
		const x = columns[index] ?? 0;
		if (index > 0 && isAfterGap[index] === 0) {
			const before = { x: columns[index - 1] ?? 0, y: lasts[index - 1] ?? 0 };
			joinTo(before, { x, y: firsts[index] ?? 0 }, draw);
		}
		draw(x, lows[index] ?? 0, highs[index] ?? 0);
	}
}

interface Dot {
	readonly x: number;
	readonly y: number;
}

/** A line without holes from one dot to another, both ends left out of no column in between. */
function joinTo(from: Dot, to: Dot, draw: (x: number, fromY: number, toY: number) => void): void {
	const slope = (to.y - from.y) / (to.x - from.x);
	let y = from.y;
	for (let x = from.x + 1; x <= to.x; x++) {
		const next = Math.round(from.y + slope * (x - from.x));
		// The step from the column before is drawn in this one.
		const start = next > y ? y + 1 : next < y ? y - 1 : next;
		if (x >= 0) draw(x, start, next);
		y = next;
	}
}
