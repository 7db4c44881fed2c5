import type { Health, Severity } from '../../domain/words.ts';
import { make } from './dom.ts';

/** Colour is never alone: a glyph and a word come with it. */
const looks = {
	up: { glyph: '✓', className: 'good' },
	degraded: { glyph: '!', className: 'warn' },
	down: { glyph: '✗', className: 'bad' },
	unknown: { glyph: '?', className: 'unknown' },
	critical: { glyph: '✗', className: 'bad' },
	warning: { glyph: '!', className: 'warn' },
	info: { glyph: 'i', className: 'dim' },
} as const satisfies Readonly<Record<Health | Severity, object>>;

export function lookOf(word: Health | Severity): HTMLElement {
	const { glyph, className } = looks[word];
	return make(
		'span',
		{ class: className },
		make('span', { 'aria-hidden': 'true' }, `${glyph} `),
		word,
	);
}
