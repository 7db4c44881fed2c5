import { cellWidth } from '../source/domain/cell-width.ts';
import { stripControls, truncate } from '../source/domain/clean.ts';
import type { Look } from './look.ts';
import type { Tone } from '../source/domain/tone.ts';

/**
 * Text in exactly `width` cells: cut with `…`, or padded. Controls that reached this far are taken
 * out, so nothing foreign can move the cursor.
 */
export function fit(text: string, width: number, align: 'left' | 'right' = 'left'): string {
	if (width <= 0) return '';
	const shown = truncate(stripControls(text), width);
	const cells = cellWidth(shown);
	const padding = ' '.repeat(Math.max(0, width - cells));
	return align === 'right' ? padding + shown : shown + padding;
}

/** A stretch of one tone within a line. */
export type Span = readonly [tone: Tone, text: string];

/**
 * One line of exactly `width` cells from stretches of text. With a `background`, the whole line
 * takes that tone and only the tones that carry a warning keep their colour.
 */
export function line(look: Look, spans: readonly Span[], width: number): string {
	let room = width;
	let result = '';
	for (const [tone, text] of spans) {
		if (room <= 0) break;
		const cells = cellWidth(text);
		const shown = cells > room ? fit(text, room) : text;
		result += look.paint(tone, shown);
		room -= Math.min(cells, room);
	}
	return room > 0 ? result + ' '.repeat(room) : result;
}

/**
 * A heading over the full width: `─ Title ───────────── note ─`. Of a note whose parts stand two blanks
 * apart, the last give way first; a part is shown whole or not at all. Where the focus is, a cursor stands in it.
 */
export function heading(
	look: Look,
	title: string,
	width: number,
	note = '',
	isFocused = false,
): string {
	const { rule, cursor } = look.glyphs;
	const left = `${isFocused ? cursor : rule} `;
	const shownTitle = fitWithin(title, Math.max(0, width - 6));
	const noteRoom = width - 2 - cellWidth(shownTitle) - 5;
	const shownNote = partsWithin(note, noteRoom);
	const right = shownNote === '' ? '' : ` ${shownNote} ${rule}`;
	const fill = Math.max(0, width - cellWidth(left) - cellWidth(shownTitle) - 1 - cellWidth(right));
	return (
		look.paint(isFocused ? 'accent' : 'dim', left) +
		look.paint('title', shownTitle) +
		look.paint('dim', ` ${rule.repeat(fill)}`) +
		(shownNote === ''
			? ''
			: look.paint('dim', ' ') + look.paint('label', shownNote) + look.paint('dim', ` ${rule}`))
	);
}

function partsWithin(note: string, width: number): string {
	if (cellWidth(note) <= width) return note;
	const end = note.lastIndexOf('  ');
	return end < 0 ? '' : partsWithin(note.slice(0, end).trimEnd(), width);
}

/** Cut to `width` cells, not padded. */
export function fitWithin(text: string, width: number): string {
	return cellWidth(text) <= width ? text : truncate(text, Math.max(0, width));
}

/** Words broken into lines of at most `width` cells. */
export function wrap(text: string, width: number): string[] {
	const lines: string[] = [];
	let current = '';
	for (const word of text.split(' ')) {
		if (current !== '' && cellWidth(current) + 1 + cellWidth(word) > width) {
			lines.push(current);
			current = word;
		} else {
			current = current === '' ? word : `${current} ${word}`;
		}
	}
	if (current !== '') lines.push(current);
	return lines.map((each) => fitWithin(each, width));
}

/** Exactly `height` lines: cut, or filled with blank ones. */
export function fillLines(lines: readonly string[], width: number, height: number): string[] {
	const blank = ' '.repeat(Math.max(0, width));
	return Array.from({ length: Math.max(0, height) }, (_, index) => lines[index] ?? blank);
}

/** The last digits are those that move: a number that is too long loses its commas, then its beginning. */
export function numberWithin(text: string, width: number): string {
	if (text.length <= width) return text;
	const digits = text.replaceAll(',', '');
	return digits.length <= width ? digits : `…${digits.slice(1 - width)}`;
}
