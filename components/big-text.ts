import { cellWidth } from '../source/domain/cell-width.ts';
import { fit, line } from './line.ts';
import type { Look } from './look.ts';
import type { Tone } from '../source/domain/tone.ts';

/** Rows of a big text. */
export const bigTextHeight = 3;

const characters = '0123456789.:-';
const blocks = [
	'█▀█ ▀█  ▀▀█ ▀▀█ █ █ █▀▀ █▀▀ ▀▀█ █▀█ █▀█         ',
	'█ █  █  █▀▀  ▀█ ▀▀█ ▀▀█ █▀█   █ █▀█ ▀▀█   ▪ ▀▀▀ ',
	'▀▀▀ ▀▀▀ ▀▀▀ ▀▀▀   ▀ ▀▀▀ ▀▀▀   ▀ ▀▀▀ ▀▀▀ ▄ ▪     ',
];
const strokes = [
	' _       _   _       _   _   _   _   _          ',
	'| |   |  _|  _| |_| |_  |_    | |_| |_|   o  _  ',
	'|_|   | |_   _|   |  _| |_|   | |_|  _| o o     ',
];
const widths = [...characters].map((character) => (character === '.' || character === ':' ? 2 : 4));

/**
 * Digits, dots, colons and dashes three rows high, with a caption at their foot: the one number of a
 * screen that is read from across the room. Exactly `width` cells a line.
 */
export function bigText(
	look: Look,
	number: { readonly text: string; readonly tone: Tone },
	caption: string,
	width: number,
): string[] {
	const font = look.isAscii ? strokes : blocks;
	return font.map((row, index) => {
		const drawn = [...number.text].map((character) => glyph(row, character)).join('');
		const isFoot = index === bigTextHeight - 1;
		const room = width - cellWidth(drawn);
		return line(
			look,
			[
				[number.tone, drawn],
				['label', isFoot && room > 0 ? fit(caption, room).trimEnd() : ''],
			],
			width,
		);
	});
}

function glyph(row: string, character: string): string {
	const index = characters.indexOf(character);
	if (index === -1) return '';
	const from = widths.slice(0, index).reduce((sum, width) => sum + width, 0);
	return row.slice(from, from + (widths[index] ?? 0));
}
