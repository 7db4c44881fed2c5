import { isOneCellEach } from '../domain/cell-width.ts';
import { bytesOf, isSame, paddedCells } from './line-cells.ts';
import type { Cells } from './line-cells.ts';
import { applyShift, bestShift } from './line-shift.ts';
import type { Shift } from './line-shift.ts';
import { runsOf, styleChange } from './sgr.ts';
import type { StyledRun } from './sgr.ts';

const eraseToEnd = '\u001B[K';
/** Fewer blanks are shorter written. */
const worthErasing = 3;
/** Of charts side by side each one moves by itself. */
const mostShifts = 6;

/**
 * The bytes that make a row of the terminal, now showing `previous`, show `next`: what moved along the row, as a
 * chart does, is moved by the terminal, then the cells that still differ are written. The whole line where cells
 * cannot be told from characters (wide ones, or sequences other than colours) or the row would not fit.
 */
export function lineUpdate(previous: string, next: string, columns = 0): string {
	const before = runsOfCells(previous);
	const after = runsOfCells(next);
	const length = Math.max(before?.length ?? 0, after?.length ?? 0);
	if (!before || !after || length > columns) return `\r${eraseToEnd}${next}`;
	const shown = paddedCells(before.runs, length);
	const wanted = paddedCells(after.runs, length);
	const pen = new Pen(wanted);
	for (let count = 0; count < mostShifts; count += 1) {
		const shift = bestShift(shown, wanted);
		if (!shift) break;
		pen.shift(shift);
		applyShift(shown, shift);
	}
	pen.write(shown);
	return pen.bytes;
}

/** The runs of a line that is one cell each; `undefined` for any other. */
function runsOfCells(
	line: string,
): { readonly runs: readonly StyledRun[]; readonly length: number } | undefined {
	const { runs, endStyle } = runsOf(line);
	if (endStyle !== '' || !runs.every(({ text }) => isOneCellEach(text))) return undefined;
	return { runs, length: runs.reduce((sum, { text }) => sum + text.length, 0) };
}

/** Writes cells of one row. It begins and ends without a style, at a column that it does not know. */
class Pen {
	bytes = '';
	readonly #wanted: Cells;
	#style = '';
	#column: number | undefined;

	constructor(wanted: Cells) {
		this.#wanted = wanted;
	}

	/** Deleting cells pulls the rest of the row to the left, inserting some pushes what is behind back to its place. */
	shift({ from, to, by }: Shift): void {
		const count = Math.abs(by);
		const parameter = count === 1 ? '' : count;
		this.#moveTo(by > 0 ? from : to - count);
		this.bytes += `\u001B[${parameter}P`;
		this.#moveTo(by > 0 ? to - count : from);
		this.bytes += `\u001B[${parameter}@`;
	}

	/** What differs from the cells that are shown, from left to right. */
	write(shown: Cells): void {
		const wanted = this.#wanted;
		const end = blankFrom(wanted);
		for (let column = 0; column < end; column += 1) {
			if (isSame(shown, column, wanted, column)) continue;
			this.#goOnTo(column);
			this.#setStyle(wanted.styles[column] ?? '');
			this.bytes += String.fromCodePoint(wanted.codes[column] ?? 0);
			this.#column = column + 1;
		}
		this.#erase(shown, end);
		this.#setStyle('');
	}

	/** The blank end of the row. */
	#erase(shown: Cells, end: number): void {
		let from = end;
		while (from < shown.codes.length && isSame(shown, from, this.#wanted, from)) from += 1;
		let to = shown.codes.length;
		while (to > from && isSame(shown, to - 1, this.#wanted, to - 1)) to -= 1;
		if (from === to) return;
		this.#setStyle('');
		this.#moveTo(from);
		this.bytes += to - from >= worthErasing ? eraseToEnd : ' '.repeat(to - from);
	}

	/** Over cells that stay: written again where that is shorter than a move. */
	#goOnTo(column: number): void {
		if (this.#column === column) return;
		if (this.#column === undefined || this.#column > column) {
			this.#moveTo(column);
			return;
		}
		const most = moveRight(column - this.#column).length;
		let again = '';
		let bytes = 0;
		for (let at = this.#column; at < column; at += 1) {
			bytes += bytesOf(this.#wanted, at);
			if (bytes > most || this.#wanted.styles[at] !== this.#style) {
				this.#moveTo(column);
				return;
			}
			again += String.fromCodePoint(this.#wanted.codes[at] ?? 0);
		}
		this.bytes += again;
	}

	#moveTo(column: number): void {
		const right = this.#column === undefined ? 0 : column - this.#column;
		if (right > 0) this.bytes += moveRight(right);
		else if (column === 0) this.bytes += '\r';
		else if (column !== this.#column) this.bytes += `\u001B[${column + 1}G`;
		this.#column = column;
	}

	#setStyle(style: string): void {
		if (style === this.#style) return;
		this.bytes += styleChange(this.#style, style);
		this.#style = style;
	}
}

function moveRight(count: number): string {
	return count === 1 ? '\u001B[C' : `\u001B[${count}C`;
}

/** Where the blank end of a row begins. */
function blankFrom({ codes, styles }: Cells): number {
	let end = codes.length;
	while (end > 0 && codes[end - 1] === 0x20 && styles[end - 1] === '') end -= 1;
	return end;
}
