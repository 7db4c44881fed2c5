import { isSeenOnBlank, parametersOf } from './sgr.ts';
import type { StyledRun } from './sgr.ts';

/** The cells of a row, column by column: the character of each, and the parameters of its style (`1;38;5;114`). */
export interface Cells {
	readonly codes: number[];
	readonly styles: string[];
}

const blank = 0x20;

/** The cells of a row, filled up with blanks. A blank has no style but one that shows. */
export function paddedCells(runs: readonly StyledRun[], length: number): Cells {
	const codes: number[] = [];
	const styles: string[] = [];
	for (const { style, text } of runs) {
		const parameters = parametersOf(style);
		const ofBlanks = isSeenOnBlank(parameters) ? parameters : '';
		for (let at = 0; at < text.length; at += 1) {
			const code = text.charCodeAt(at);
			codes.push(code);
			styles.push(code === blank ? ofBlanks : parameters);
		}
	}
	while (codes.length < length) {
		codes.push(blank);
		styles.push('');
	}
	return { codes, styles };
}

/** Whether two cells look alike; what is outside of a row is blank. */
export function isSame(one: Cells, column: number, other: Cells, otherColumn: number): boolean {
	return (
		(one.codes[column] ?? blank) === (other.codes[otherColumn] ?? blank) &&
		(one.styles[column] ?? '') === (other.styles[otherColumn] ?? '')
	);
}

/** Length of a cell's character in UTF-8: every one is of the basic plane. */
export function bytesOf({ codes }: Cells, column: number): number {
	const code = codes[column] ?? blank;
	if (code < 0x80) return 1;
	return code < 0x8_00 ? 2 : 3;
}
