import { cellWidth, isOneCellEach, isPlainText } from '../domain/cell-width.ts';
import { isSelfContained, runsOf } from './sgr.ts';

/** Half-open bounds of cells; an edge left out is unbounded. */
export interface Clip {
	readonly x1?: number | undefined;
	readonly x2?: number | undefined;
	readonly y1?: number | undefined;
	readonly y2?: number | undefined;
}

/** A function that a component put around its text: the line and its index. */
export type Transformer = (line: string, index: number) => string;

/** What Ink's renderer asks of the module that makes a frame of laid-out texts (`output.js`). */
export interface InkOutput {
	write(x: number, y: number, text: string, options: { transformers: Transformer[] }): void;
	clip(clip: Clip): void;
	unclip(): void;
	get(): { output: string; height: number };
}

export type InkOutputClass = new (options: { width: number; height: number }) => InkOutput;

type Operation =
	| {
			readonly type: 'write';
			readonly x: number;
			readonly y: number;
			readonly text: string;
			readonly transformers: Transformer[];
	  }
	| { readonly type: 'clip'; readonly clip: Clip }
	| { readonly type: 'unclip' };

/** Characters that Ink leaves out where they stand alone. */
const invisible = /\p{Default_Ignorable_Code_Point}/u;

/** Text that stands at a column of a row. */
interface Piece {
	readonly x: number;
	readonly width: number;
	readonly text: string;
}

/**
 * Makes a frame as Ink's own module does, at a tenth of its cost. Ink's cuts every text into cells,
 * one object each, and makes strings of them again; the screens here are blocks of whole lines that
 * stand side by side, and such a row is its pieces joined. What is not so plain (texts that overlap
 * or stick out, a style left open at a line's end) is left to `Original`.
 */
export function frameOutputOver(Original: InkOutputClass): InkOutputClass {
	return class FrameOutput implements InkOutput {
		readonly width: number;
		readonly height: number;
		readonly #operations: Operation[] = [];

		constructor({ width, height }: { width: number; height: number }) {
			this.width = width;
			this.height = height;
		}

		write(x: number, y: number, text: string, { transformers }: { transformers: Transformer[] }) {
			if (text !== '') this.#operations.push({ type: 'write', x, y, text, transformers });
		}

		clip(clip: Clip): void {
			this.#operations.push({ type: 'clip', clip });
		}

		unclip(): void {
			this.#operations.push({ type: 'unclip' });
		}

		get(): { output: string; height: number } {
			const rows = rowsOf(this.#operations, this.width, this.height);
			const lines = rows?.map(joinPieces);
			if (lines?.every((line) => line !== undefined)) {
				return { output: lines.join('\n'), height: this.height };
			}
			return this.#asOriginal();
		}

		#asOriginal(): { output: string; height: number } {
			const original = new Original({ width: this.width, height: this.height });
			for (const operation of this.#operations) {
				if (operation.type === 'clip') original.clip(operation.clip);
				else if (operation.type === 'unclip') original.unclip();
				else original.write(operation.x, operation.y, operation.text, operation);
			}
			const { output, height } = original.get();
			const lines = output.split('\n').map((line) => cutTo(line, this.width));
			return { output: lines.join('\n'), height };
		}
	};
}

/**
 * A line no wider than the terminal. The first frame after a terminal became narrower is laid out as before: a row that
 * is too wide would wrap and scroll the screen, and rows that are not written again would stay where they do not belong.
 */
function cutTo(line: string, width: number): string {
	if (cellWidth(line) <= width) return line;
	let kept = '';
	let room = width;
	for (const { style, text } of runsOf(line).runs) {
		const shown = startOf(text, room);
		kept += style === '' ? shown : `${style}${shown}\u001B[0m`;
		room -= cellWidth(text);
		if (room <= 0) break;
	}
	return kept;
}

/** As much of a text as fits. */
function startOf(text: string, room: number): string {
	if (cellWidth(text) <= room) return text;
	if (isOneCellEach(text)) return text.slice(0, room);
	let start = '';
	for (const character of text) {
		if (cellWidth(start + character) > room) break;
		start += character;
	}
	return start;
}

/** The pieces of each row; `undefined` when a text is not plain lines within bounds. */
function rowsOf(
	operations: readonly Operation[],
	width: number,
	height: number,
): Piece[][] | undefined {
	const rows = Array.from({ length: height }, (): Piece[] => []);
	const clips: Clip[] = [{ x1: 0, x2: width, y1: 0, y2: height }];
	for (const operation of operations) {
		if (operation.type === 'clip') clips.push(operation.clip);
		else if (operation.type === 'unclip') clips.pop();
		else if (!placeLines(rows, operation, clips)) return undefined;
	}
	return rows;
}

function placeLines(
	rows: readonly Piece[][],
	operation: Extract<Operation, { type: 'write' }>,
	clips: readonly Clip[],
): boolean {
	const { x, y, text, transformers } = operation;
	if (!Number.isInteger(x) || !Number.isInteger(y)) return false;
	for (const [index, line] of text.split('\n').entries()) {
		// A style open at the end of the text's own line would go on in its next one.
		if (!isSelfContained(line)) return false;
		let shown = line;
		for (const transform of transformers) shown = transform(shown, index);
		if (shown === '') continue;
		const row = y + index;
		const cells = cellWidth(shown);
		if (!isPlainText(shown) && invisible.test(shown)) return false;
		if (!isSelfContained(shown) || !clips.every((clip) => isInside(clip, x, row, cells))) {
			return false;
		}
		rows[row]?.push({ x, width: cells, text: shown });
	}
	return true;
}

function isInside(clip: Clip, x: number, y: number, cells: number): boolean {
	return (
		x >= (clip.x1 ?? x) &&
		x + cells <= (clip.x2 ?? x + cells) &&
		y >= (clip.y1 ?? y) &&
		y < (clip.y2 ?? y + 1)
	);
}

/** A row's text without blanks at its end; `undefined` when two of its pieces overlap. */
function joinPieces(pieces: Piece[]): string | undefined {
	if (pieces.length > 1) pieces.sort((a, b) => a.x - b.x);
	let row = '';
	let column = 0;
	for (const { x, width, text } of pieces) {
		if (x < column) return undefined;
		row += ' '.repeat(x - column) + text;
		column = x + width;
	}
	return row.trimEnd();
}
