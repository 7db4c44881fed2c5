import { cellWidth, isOneCellEach } from './cell-width.ts';

/**
 * Characters that may not come from outside into a terminal, a log or a message: C0 and C1
 * controls, DEL, soft hyphen, bidi marks and overrides, zero-width characters, line and paragraph
 * separators, variation selectors, the tag block, and lone surrogates.
 */
const forbidden =
	/[\u0000-\u001F\u007F-\u009F\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u2028-\u202E\u2060-\u206F\u3164\uFE00-\uFE0F\uFEFF\uFFA0\uFFF9-\uFFFB\u{E0000}-\u{E0FFF}\p{Cs}]/u;
const forbiddenRuns = new RegExp(`${forbidden.source}+`, 'gu');

/**
 * Terminal sequences, 7- and 8-bit: strings (OSC, DCS, SOS, PM, APC) up to their terminator or, when
 * there is none, only their introducer, so that the text behind an unterminated one is not hidden;
 * control sequences; two-character escapes.
 */
const sequences =
	/(?:\u001B[\]PX^_]|[\u009D\u0090\u0098\u009E\u009F])[^\u0007\u001B\u009C]*(?:\u0007|\u001B\\|\u009C)|(?:\u001B\[|\u009B)[0-?]*[ -/]*[@-~]|\u001B[ -/]*[0-~]/gu;

const printable = /^[\u0020-\u007E]*$/;
/** Made at the first text that needs it: it loads several megabytes of tables. */
let segmenter: Intl.Segmenter | undefined;
const defaultMaxCells = 256;
const maxCodeUnitsPerCell = 16;

/**
 * Makes a string that came from outside safe to print and to pass on. Every adapter passes every
 * foreign string through it, once. Sequences are removed, other forbidden characters become one
 * space a run, and the result is normalised (NFC), trimmed and cut to `maxCells` terminal cells on a
 * grapheme border.
 */
export function clean(foreign: string, maxCells: number = defaultMaxCells): string {
	if (foreign.length <= maxCells && printable.test(foreign)) return foreign.trim();
	const bounded = foreign.slice(0, maxCells * maxCodeUnitsPerCell);
	return truncate(stripControls(bounded).normalize('NFC').trim(), maxCells);
}

/** The second guard, at render: takes out what could move the cursor, and leaves the rest as it is. */
export function stripControls(text: string): string {
	if (printable.test(text)) return text;
	return text.replaceAll(sequences, '').replaceAll(forbiddenRuns, ' ');
}

/** The same, for a value of any shape: a string when it is one, else `undefined`. */
export function cleanText(foreign: unknown, maxCells?: number): string | undefined {
	if (typeof foreign !== 'string') return undefined;
	const cleaned = clean(foreign, maxCells);
	return cleaned === '' ? undefined : cleaned;
}

/** Cuts text to a number of terminal cells on a grapheme border; the last cell becomes `…`. */
export function truncate(text: string, maxCells: number): string {
	if (text.length <= maxCells && printable.test(text)) return text;
	if (cellWidth(text) <= maxCells) return text;
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
