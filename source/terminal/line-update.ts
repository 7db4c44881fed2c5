import { isOneCellEach } from '../domain/cell-width.ts';
import { runsOf } from './sgr.ts';
import type { StyledRun } from './sgr.ts';

/** A line that is one cell each: the character of a cell is that at its column. */
interface Cells {
	readonly text: string;
	readonly runs: readonly StyledRun[];
}

/** Unchanged cells between two changes that are cheaper written again than jumped over. */
const worthJumping = 6;
const reset = '\u001B[0m';
const eraseToEnd = '\u001B[K';

/**
 * The bytes that make a row of the terminal, now showing `previous`, show `next`: only the cells that
 * changed, each stretch after a move to its column. The whole line where cells cannot be told from
 * characters (wide ones, or sequences other than colours) or the row would not fit.
 */
export function lineUpdate(previous: string, next: string, columns: number | undefined): string {
	const before = cellsOf(previous);
	const after = cellsOf(next);
	const isFitting = after && before && after.text.length <= (columns ?? 0);
	if (!isFitting || before.text.length > (columns ?? 0)) return moveTo(0) + eraseToEnd + next;
	let bytes = '';
	for (const [from, to] of changedStretches(before, after)) {
		bytes += moveTo(from) + stretch(after, from, to);
	}
	if (before.text.length > after.text.length) bytes += moveTo(after.text.length) + eraseToEnd;
	return bytes;
}

/** The cells of a line that is one cell each; `undefined` for any other. */
function cellsOf(line: string): Cells | undefined {
	const { runs, endStyle } = runsOf(line);
	if (endStyle !== '') return undefined;
	let text = '';
	for (const run of runs) text += run.text;
	return isOneCellEach(text) ? { text, runs } : undefined;
}

/** Half-open stretches of columns to write, from left to right. */
function changedStretches(before: Cells, after: Cells): [number, number][] {
	const stretches: [number, number][] = [];
	const styleBefore = createStyleReader(before.runs);
	const styleAfter = createStyleReader(after.runs);
	for (let column = 0; column < after.text.length; column++) {
		const isSame =
			styleBefore(column) === styleAfter(column) &&
			before.text.charCodeAt(column) === after.text.charCodeAt(column);
		if (isSame) continue;
		const last = stretches.at(-1);
		if (last && column - last[1] < worthJumping) last[1] = column + 1;
		else stretches.push([column, column + 1]);
	}
	return stretches;
}

/** The style of a column; to be asked from left to right. Past the end there is none. */
function createStyleReader(runs: readonly StyledRun[]): (column: number) => string | undefined {
	let index = 0;
	let end = runs[0]?.text.length ?? 0;
	return (column) => {
		while (column >= end && index < runs.length) {
			index += 1;
			end += runs[index]?.text.length ?? 0;
		}
		return runs[index]?.style;
	};
}

function stretch({ text, runs }: Cells, from: number, to: number): string {
	let bytes = '';
	let style = '';
	let start = 0;
	for (const run of runs) {
		const end = start + run.text.length;
		if (end > from && start < to) {
			if (run.style !== style) bytes += (style === '' ? '' : reset) + run.style;
			style = run.style;
			bytes += text.slice(Math.max(start, from), Math.min(end, to));
		}
		start = end;
	}
	return style === '' ? bytes : bytes + reset;
}

function moveTo(column: number): string {
	return `\u001B[${column + 1}G`;
}
