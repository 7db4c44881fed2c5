import { cellWidth, isOneCellEach } from './cell-width.ts';
import { withoutSequences } from './control-sequences.ts';

/**
 * Characters that may not come from outside into a terminal, a log or a message: C0 and C1 controls, DEL,
 * every format character (bidi marks and overrides, zero-width characters, soft hyphen, tags, …) but the
 * visible signs of Arabic, Syriac and Kaithi, line and paragraph separators, variation selectors, fillers,
 * and lone surrogates.
 */
const forbidden =
	/[\u0000-\u001F\u007F-\u009F\u034F\u115F\u1160\u17B4\u17B5\u180B-\u180F\u2028\u2029\u3164\uFE00-\uFE0F\uFFA0\u{E0000}-\u{E0FFF}\p{Cs}[\p{Cf}--[\u0600-\u0605\u06DD\u070F\u0890\u0891\u08E2\u{110BD}\u{110CD}]]]/v;
const forbiddenRuns = new RegExp(`${forbidden.source}+`, 'gv');
/**
 * More marks on one letter than any language writes: a tower that covers the lines around it. Vowels and
 * finals of Hangul that follow no letter are drawn on it as marks are.
 */
const towers = /([\p{M}\u1160-\u11FF\uD7B0-\uD7FF]{4})[\p{M}\u1160-\u11FF\uD7B0-\uD7FF]+/gu;
/** Signs of one to a letter: terminals give each more a cell, and Unicode none. */
const doubled = /([\u0E33\u0EB3\u{1F3FB}-\u{1F3FF}])[\u0E33\u0EB3\u{1F3FB}-\u{1F3FF}]+/gu;

const printable = /^[\u0020-\u007E]*$/;
/** Made at the first text that needs it: it loads several megabytes of tables. */
let segmenter: Intl.Segmenter | undefined;
const defaultMaxCells = 256;
const maxCodeUnitsPerCell = 16;

/**
 * Makes a string that came from outside safe to print and to pass on. Every adapter passes every
 * foreign string through it, once. Sequences are removed, other forbidden characters become one
 * space a run; the result is normalised (NFC), keeps at most four marks on a letter, and is trimmed and cut to `maxCells` terminal cells on a
 * grapheme border.
 */
export function clean(foreign: string, maxCells: number = defaultMaxCells): string {
	if (foreign.length <= maxCells && printable.test(foreign)) return foreign.trim();
	const bounded = foreign.slice(0, maxCells * maxCodeUnitsPerCell);
	const composed = withoutTowers(withoutControls(bounded).normalize('NFC'));
	return truncate(composed.trim(), maxCells);
}

/** The second guard, at render: takes out what could move the cursor or cover other lines, and leaves the rest as it is. */
export function stripControls(text: string): string {
	if (printable.test(text)) return text;
	return withoutTowers(withoutControls(text));
}

function withoutControls(text: string): string {
	return withoutSequences(text).replaceAll(forbiddenRuns, ' ');
}

function withoutTowers(text: string): string {
	return text.replaceAll(towers, '$1').replaceAll(doubled, '$1');
}

/** The same, for a value of any shape: a string when it is one, else `undefined`. */
export function cleanText(foreign: unknown, maxCells?: number): string | undefined {
	if (typeof foreign !== 'string') return undefined;
	const cleaned = clean(foreign, maxCells);
	return cleaned === '' ? undefined : cleaned;
}

/** A copy of a JSON value in which every text is clean, names of fields included. */
export function cleanAll(value: unknown, maxCells: number): unknown {
	if (typeof value === 'string') return clean(value, maxCells);
	if (Array.isArray(value)) return value.map((item) => cleanAll(item, maxCells));
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value).map(([key, inner]) => [clean(key, maxCells), cleanAll(inner, maxCells)]),
	);
}

/** Cuts text to a number of terminal cells on a grapheme border; the last cell becomes `…`. */
export function truncate(text: string, maxCells: number): string {
	if (text.length <= maxCells && printable.test(text)) return text;
	// Measuring costs as much as the text is long, and what stands behind this cannot be kept.
	const most = maxCells * maxCodeUnitsPerCell;
	return text.length > most
		? cutToCells(text.slice(0, most), maxCells, true)
		: cutToCells(text, maxCells, false);
}

/**
 * Cuts the middle out of a name that is too long: of addresses and of numbered names the end tells one from
 * another. `127.0.0.1:7301` in 12 cells is `127.0.0…7301`.
 */
export function truncateMiddle(text: string, maxCells: number): string {
	if (text.length <= maxCells || maxCells < 5 || !isOneCellEach(text))
		return truncate(text, maxCells);
	const tail = Math.ceil((maxCells - 1) / 3);
	return `${text.slice(0, maxCells - 1 - tail)}…${text.slice(-tail)}`;
}

function cutToCells(text: string, maxCells: number, isCut: boolean): string {
	if (!isCut && cellWidth(text) <= maxCells) return text;
	if (maxCells > 0 && isOneCellEach(text)) return `${text.slice(0, maxCells - 1)}…`;
	let cells = 0;
	let kept = '';
	segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
	for (const { segment } of segmenter.segment(text)) {
		const width = cellWidth(segment);
		if (cells + width > maxCells - 1) break;
		cells += width;
		kept += segment;
	}
	return maxCells > 0 ? `${kept}…` : '';
}
