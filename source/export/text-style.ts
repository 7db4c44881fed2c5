import { spellInAscii } from '../domain/ascii.ts';
import { styleText } from 'node:util';
import { cellWidth } from '../domain/cell-width.ts';
import { stripControls, truncate } from '../domain/clean.ts';
import type { Tone } from '../domain/tone.ts';
import type { Health, HealthLevel, Severity } from '../domain/words.ts';

/** How text is written, whatever it says. */
export interface TextOptions {
	/** Colours, by SGR sequences. Default off; the caller checks NO_COLOR and the terminal. */
	readonly color?: boolean | undefined;
	/** Only ASCII characters, in what foreign strings say too. */
	readonly ascii?: boolean | undefined;
	/** Unix milliseconds from which ages are counted; default: the document's own time. */
	readonly nowMs?: number | undefined;
	/** Cells a line may take. */
	readonly width?: number | undefined;
}

interface Marks {
	readonly level: Readonly<Record<HealthLevel, string>>;
	readonly health: Readonly<Record<Health, string>>;
	readonly severity: Readonly<Record<Severity, string>>;
	readonly down: string;
	readonly up: string;
	readonly doubleRule: string;
	readonly rule: string;
	readonly next: string;
}

const unicodeMarks: Marks = {
	level: { ok: '✓', warning: '⚠', critical: '✗', unknown: '?' },
	health: { up: '✓', degraded: '⚠', down: '✗', unknown: '?' },
	severity: { critical: '✗', warning: '⚠', info: '·' },
	down: '↓',
	up: '↑',
	doubleRule: '═',
	rule: '─',
	next: '→',
};

const asciiMarks: Marks = {
	level: { ok: '+', warning: '!', critical: 'x', unknown: '?' },
	health: { up: '+', degraded: '!', down: 'x', unknown: '?' },
	severity: { critical: 'x', warning: '!', info: '.' },
	down: 'in',
	up: 'out',
	doubleRule: '=',
	rule: '-',
	next: '->',
};

type Style = Parameters<typeof styleText>[0];

/** Tones that text shows; all others are plain. `changed` is what `--watch` marks. */
const styles: Readonly<Partial<Record<Tone | 'changed', Style>>> = {
	title: 'bold',
	dim: 'dim',
	label: 'dim',
	good: 'green',
	warn: 'yellow',
	bad: ['bold', 'red'],
	unknown: 'magenta',
	changed: 'inverse',
};

/** How a text is written: with which colours and characters, and how wide it may be. */
export interface TextStyle {
	readonly marks: Marks;
	/** `Infinity` when lines may be of any length. */
	readonly width: number;
	readonly nowMs: number;
	readonly hasColor: boolean;
	/** Makes a string fit to be printed: no controls and, in ASCII mode, nothing but ASCII. */
	show(text: string): string;
	/** Colours text that was shown, fitted and padded before. */
	paint(tone: Tone | 'changed', text: string): string;
}

export function createTextStyle(options: TextOptions, takenAt: string): TextStyle {
	return {
		marks: options.ascii ? asciiMarks : unicodeMarks,
		width: options.width ?? Number.POSITIVE_INFINITY,
		nowMs: options.nowMs ?? Date.parse(takenAt),
		hasColor: options.color === true,
		show: options.ascii ? (text) => spellInAscii(stripControls(text)) : stripControls,
		paint(tone, text) {
			const style = styles[tone];
			if (!options.color || style === undefined || text === '') return text;
			return styleText(style, text, { validateStream: false });
		},
	};
}

/** Pads to a width in cells; what is wider stays as it is. */
export function pad(text: string, width: number, align: 'left' | 'right' = 'left'): string {
	const padding = ' '.repeat(Math.max(0, width - cellWidth(text)));
	return align === 'right' ? padding + text : text + padding;
}

/** Cuts to a width in cells, the cut marked. `shown` came from `show`. */
export function cut(style: TextStyle, shown: string, width: number): string {
	return style.show(truncate(shown, width));
}

/**
 * Breaks text at spaces into lines of at most `width` cells; a word that is wider by itself is
 * broken where it must be. Always at least one line.
 */
export function wrap(text: string, width: number): string[] {
	if (cellWidth(text) <= width) return [text];
	const lines: string[] = [];
	let line = '';
	for (const word of text.split(' ').filter((each) => each !== '')) {
		const joined = line === '' ? word : `${line} ${word}`;
		if (cellWidth(joined) <= width) {
			line = joined;
			continue;
		}
		if (line !== '') lines.push(line);
		const pieces = breakWord(word, width);
		lines.push(...pieces.slice(0, -1));
		line = pieces.at(-1) ?? '';
	}
	return [...lines, line];
}

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

function breakWord(word: string, width: number): string[] {
	const pieces: string[] = [];
	let piece = '';
	for (const { segment } of segmenter.segment(word)) {
		if (piece !== '' && cellWidth(piece + segment) > width) {
			pieces.push(piece);
			piece = '';
		}
		piece += segment;
	}
	return [...pieces, piece];
}
