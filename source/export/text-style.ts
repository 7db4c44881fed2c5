import { styleText } from 'node:util';
import type { Health } from '../domain/words.ts';

export interface TextOptions {
	readonly color: boolean;
	/** Unix ms that ages are told from. */
	readonly nowMs: number;
	readonly ascii?: boolean;
	readonly width?: number;
}

type Style = Parameters<typeof styleText>[0];

export const defaultWidth = 100;

const unicodeMarks: Readonly<Record<Health, string>> = {
	up: '✓',
	degraded: '⚠',
	down: '✗',
	unknown: '?',
};
const asciiMarks: Readonly<Record<Health, string>> = {
	up: '+',
	degraded: '!',
	down: 'x',
	unknown: '?',
};
const healthWords: Readonly<Record<Health, string>> = {
	up: 'Healthy',
	degraded: 'Degraded',
	down: 'Down',
	unknown: 'Unknown',
};
const healthStyles: Readonly<Record<Health, Style>> = {
	up: 'green',
	degraded: 'yellow',
	down: ['bold', 'red'],
	unknown: 'magenta',
};

/** `✓ Healthy`: glyph and word, so that colour is never alone. */
export function healthMark(health: Health, ascii: boolean): string {
	return `${(ascii ? asciiMarks : unicodeMarks)[health]} ${healthWords[health]}`;
}

/** Text in a style where colours are wanted, else as it is. */
export function styled(style: Style, text: string, { color }: Pick<TextOptions, 'color'>): string {
	return color ? styleText(style, text, { validateStream: false }) : text;
}

export function styledHealth(health: Health, text: string, options: TextOptions): string {
	return styled(healthStyles[health], text, options);
}
