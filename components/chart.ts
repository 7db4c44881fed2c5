import { cellWidth } from '../source/domain/cell-width.ts';
import { plot } from 'asciichart';
import { fit, fillLines } from './line.ts';
import type { Look } from './look.ts';
import type { Tone } from '../source/domain/tone.ts';

export interface ChartOptions {
	readonly width: number;
	readonly height: number;
	readonly format: (value: number) => string;
	readonly tone?: Tone;
	/** The axis starts here instead of at the lowest sample. */
	readonly min?: number;
}

const asciiSymbols: [
	string,
	string,
	string,
	string,
	string,
	string,
	string,
	string,
	string,
	string,
] = ['+', '+', '-', '-', '-', '\\', '\\', '/', '/', '|'];

/**
 * A line chart with a labelled axis, newest sample at the right, in exactly `height` lines. A gap
 * (NaN) is carried over from the sample before it, then its columns are blanked: asciichart throws
 * on anything but finite numbers.
 */
export function chart(look: Look, values: readonly number[], options: ChartOptions): string[] {
	const { width, height, format, tone = 'accent' } = options;
	const finite = values.filter((value) => Number.isFinite(value));
	if (finite.length < 2 || height < 3 || width < 16) {
		const note = finite.length < 2 ? 'collecting samples…' : '';
		return fillLines([look.paint('dim', fit(note, width))], width, height);
	}
	const min = Math.min(options.min ?? Number.POSITIVE_INFINITY, ...finite);
	const max = Math.max(...finite);
	const top = topOf(min, max);
	// asciichart may round to one row more or less than asked for.
	const ticks = [-1, 0, 1].flatMap((more) => labelsOf(format, min, top, height - 1 + more));
	const labelWidth = Math.max(5, ...ticks.map(cellWidth));
	const columns = width - labelWidth - 2;
	const newest = values.slice(-columns);
	const leading = Array.from({ length: columns - newest.length }, () => Number.NaN);
	const shown = [...leading, ...newest];
	const filled = withoutGaps(shown);
	const rows = plot([...filled], {
		height: height - 1,
		min,
		max: top,
		padding: ' '.repeat(labelWidth),
		format: (value: number) => `${fit(format(value), labelWidth, 'right')} `,
		...(look.isAscii && { symbols: asciiSymbols }),
	}).split('\n');
	const labels = withoutRepeats(rows.map((row) => row.slice(0, labelWidth)));
	// The scale of what never changed is made up: only the line's own value is said.
	const said =
		max > min ? labels : labels.map((label, row) => (row < rows.length - 1 ? '' : label));
	return fillLines(
		rows.map((row, index) => {
			const label = (said[index] ?? '').padEnd(labelWidth);
			return colorRow(look, label + row.slice(labelWidth), labelWidth, width, tone, shown);
		}),
		width,
		height,
	);
}

/** A scale that asciichart can divide: a range lost in the size of its numbers is drawn as a constant. */
function topOf(min: number, max: number): number {
	const size = Math.max(1, Math.abs(min), Math.abs(max));
	return max - min > size * 1e-9 ? max : min + size;
}

function labelsOf(
	format: (value: number) => string,
	min: number,
	max: number,
	steps: number,
): string[] {
	if (steps < 1) return [];
	return Array.from({ length: steps + 1 }, (_, step) => format(max - (step * (max - min)) / steps));
}

/**
 * Of equal labels one upon the other only one is kept: the first at the top, the last at the bottom, else
 * the middle one, which is nearest to what it says.
 */
function withoutRepeats(labels: readonly string[]): string[] {
	const said = labels.map((label) => ' '.repeat(label.length));
	for (let start = 0; start < labels.length;) {
		let end = start;
		while (labels[end + 1] === labels[start]) end++;
		const middle = (start + end) >> 1;
		const kept = start === 0 ? 0 : end === labels.length - 1 ? end : middle;
		said[kept] = labels[kept] ?? '';
		start = end + 1;
	}
	return said;
}

function colorRow(
	look: Look,
	row: string,
	labelWidth: number,
	width: number,
	tone: Tone,
	shown: readonly number[],
): string {
	const axisAt = labelWidth + 2;
	const label = row.slice(0, axisAt);
	// asciichart ends each row with one column more than it ever draws in.
	const drawn = Array.from(row.slice(axisAt, width))
		.map((character, index) => (index > 0 && Number.isNaN(shown[index] ?? 0) ? ' ' : character))
		.join('');
	return look.paint('label', fit(label, axisAt)) + look.paint(tone, fit(drawn, width - axisAt));
}

function withoutGaps(values: readonly number[]): number[] {
	let last = values.find((value) => Number.isFinite(value)) ?? 0;
	return values.map((value) => {
		if (Number.isFinite(value)) last = value;
		return last;
	});
}
