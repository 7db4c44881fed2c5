import { isOneCellEach } from '../domain/cell-width.ts';
import { runsOf } from './sgr.ts';

/** A cell of a row: its style and its character. */
interface Cells {
	readonly styles: string[];
	readonly characters: string[];
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
	const isFitting = after && before && after.characters.length <= (columns ?? 0);
	if (!isFitting || before.characters.length > (columns ?? 0)) return moveTo(0) + eraseToEnd + next;
	let bytes = '';
	for (const [from, to] of changedStretches(before, after)) {
		bytes += moveTo(from) + stretch(after, from, to);
	}
	if (before.characters.length > after.characters.length) {
		bytes += moveTo(after.characters.length) + eraseToEnd;
	}
	return bytes;
}

/** The cells of a line that is one cell each; `undefined` for any other. */
function cellsOf(line: string): Cells | undefined {
	const { runs, endStyle } = runsOf(line);
	if (endStyle !== '') return undefined;
	const styles: string[] = [];
	const characters: string[] = [];
	for (const { style, text } of runs) {
		if (!isOneCellEach(text)) return undefined;
		for (const character of text) {
			styles.push(style);
			characters.push(character);
		}
	}
	return { styles, characters };
}

/** Half-open stretches of columns to write, from left to right. */
function changedStretches(before: Cells, after: Cells): [number, number][] {
	const stretches: [number, number][] = [];
	for (let column = 0; column < after.characters.length; column++) {
		const isSame =
			before.characters[column] === after.characters[column] &&
			before.styles[column] === after.styles[column];
		if (isSame) continue;
		const last = stretches.at(-1);
		if (last && column - last[1] < worthJumping) last[1] = column + 1;
		else stretches.push([column, column + 1]);
	}
	return stretches;
}

function stretch(cells: Cells, from: number, to: number): string {
	let bytes = '';
	let style = '';
	for (let column = from; column < to; column++) {
		const wanted = cells.styles[column] ?? '';
		if (wanted !== style) {
			bytes += (style === '' ? '' : reset) + wanted;
			style = wanted;
		}
		bytes += cells.characters[column] ?? '';
	}
	return style === '' ? bytes : bytes + reset;
}

function moveTo(column: number): string {
	return `\u001B[${column + 1}G`;
}
