import type { Tone } from '../source/domain/tone.ts';
import type { ThemeName } from '../source/domain/words.ts';

/** SGR parameters: for a terminal of all colours where those differ, for one of 256, and for one of 16. */
interface Ink {
	readonly exact?: string;
	readonly rich: string;
	readonly basic: string;
}

export type Palette = Readonly<Record<Tone, Ink>>;

const both = (sgr: string): Ink => ({ rich: sgr, basic: sgr });

const mono: Palette = {
	plain: both(''),
	strong: both('1'),
	dim: both('2'),
	label: both('2'),
	title: both('1'),
	accent: both('1'),
	good: both(''),
	warn: both('1'),
	// Not inverse: that is the selected row.
	bad: both('1;4'),
	unknown: both('2'),
	tab: both('2'),
	tabActive: both('1;7'),
	selected: both('7'),
	banner: both('1;7'),
};

const dark: Palette = {
	...mono,
	dim: { rich: '38;5;246', basic: '90' },
	label: { rich: '38;5;249', basic: '37' },
	title: { rich: '1;38;5;110', basic: '1;36' },
	accent: { rich: '38;5;110', basic: '36' },
	good: { rich: '38;5;114', basic: '32' },
	warn: { rich: '38;5;221', basic: '33' },
	bad: { rich: '1;38;5;203', basic: '1;31' },
	unknown: { rich: '38;5;147', basic: '35' },
	tab: { rich: '38;5;249', basic: '37' },
	tabActive: { rich: '1;38;5;231;48;5;24', basic: '1;7' },
	selected: { rich: '48;5;235', basic: '7' },
	banner: { rich: '1;38;5;16;48;5;221', basic: '1;30;43' },
};

const light: Palette = {
	...mono,
	dim: { rich: '38;5;242', basic: '90' },
	label: { rich: '38;5;239', basic: '30' },
	title: { rich: '1;38;5;25', basic: '1;34' },
	accent: { rich: '38;5;25', basic: '34' },
	good: { rich: '38;5;22', basic: '32' },
	warn: { rich: '38;5;94', basic: '33' },
	bad: { rich: '1;38;5;160', basic: '1;31' },
	unknown: { rich: '38;5;61', basic: '35' },
	tab: { rich: '38;5;239', basic: '30' },
	tabActive: { rich: '1;38;5;231;48;5;25', basic: '1;7' },
	selected: { rich: '48;5;255', basic: '7' },
	banner: { rich: '1;38;5;16;48;5;214', basic: '1;30;43' },
};

/** White and plain colours on black: for bright rooms and weak eyes. */
const contrast: Palette = {
	...dark,
	plain: { rich: '38;5;231', basic: '97' },
	strong: { rich: '1;38;5;231', basic: '1;97' },
	dim: { rich: '38;5;252', basic: '37' },
	label: { rich: '38;5;255', basic: '37' },
	title: { rich: '1;38;5;159', basic: '1;96' },
	accent: { rich: '38;5;159', basic: '96' },
	good: { rich: '38;5;120', basic: '92' },
	warn: { rich: '1;38;5;227', basic: '1;93' },
	bad: { rich: '1;38;5;217', basic: '1;91' },
	unknown: { rich: '38;5;225', basic: '95' },
	tab: { rich: '38;5;255', basic: '37' },
	tabActive: { rich: '1;38;5;16;48;5;231', basic: '1;7' },
	banner: { rich: '1;38;5;16;48;5;227', basic: '1;30;103' },
};

/** Okabe and Ito's colours, which the common colour deficiencies tell apart. */
const colorblind: Palette = {
	...dark,
	title: { rich: '1;38;5;74', basic: '1;36' },
	accent: { rich: '38;5;74', basic: '36' },
	good: { rich: '38;5;74', basic: '36' },
	warn: { rich: '38;5;220', basic: '33' },
	bad: { rich: '1;38;5;208', basic: '1;31' },
	unknown: { rich: '38;5;175', basic: '35' },
};

/** Each theme's tones. `test/components/contrast.test.ts` computes that all can be read. */
export const palettes: Readonly<Record<ThemeName, Palette>> = {
	dark,
	light,
	contrast,
	colorblind,
	mono,
};
