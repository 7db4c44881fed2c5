import type { Glyphs } from './look.ts';

/**
 * A row of bars, one a sample, newest at the right, padded at the left. NaN is a gap and draws
 * nothing. The scale runs from `min` (by default the lowest sample) to the highest sample; a constant
 * line is drawn low, for nothing happened.
 */
export function sparkline(
	values: readonly number[],
	width: number,
	glyphs: Pick<Glyphs, 'spark'>,
	min?: number,
): string {
	const shown = values.slice(-width);
	let lowest = min ?? Number.POSITIVE_INFINITY;
	let highest = Number.NEGATIVE_INFINITY;
	for (const value of shown) {
		if (Number.isNaN(value)) continue;
		if (value < lowest) lowest = value;
		if (value > highest) highest = value;
	}
	const span = highest - lowest;
	const top = glyphs.spark.length - 1;
	let bars = '';
	for (const value of shown) {
		if (Number.isNaN(value)) bars += ' ';
		else {
			const step = span > 0 ? Math.round(((value - lowest) / span) * top) : 0;
			bars += glyphs.spark[Math.min(top, Math.max(0, step))] ?? ' ';
		}
	}
	return ' '.repeat(Math.max(0, width - shown.length)) + bars;
}
