import type { Health, HealthLevel, Severity } from './words.ts';

/** What a piece of text means; a theme, or a text style, decides how that looks. */
export const tones = [
	'plain',
	'strong',
	'dim',
	'label',
	'title',
	'accent',
	'good',
	'warn',
	'bad',
	'unknown',
	'tab',
	'tabActive',
	'selected',
	'banner',
] as const;
export type Tone = (typeof tones)[number];

export const toneOfHealth = {
	up: 'good',
	degraded: 'warn',
	down: 'bad',
	unknown: 'unknown',
} as const satisfies Readonly<Record<Health, Tone>>;

export const toneOfLevel = {
	ok: 'good',
	warning: 'warn',
	critical: 'bad',
	unknown: 'unknown',
} as const satisfies Readonly<Record<HealthLevel, Tone>>;

export const toneOfSeverity = {
	critical: 'bad',
	warning: 'warn',
	info: 'label',
} as const satisfies Readonly<Record<Severity, Tone>>;
