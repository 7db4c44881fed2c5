import { toAscii } from './ascii.ts';
import type { ChartStyle } from './charts/style.ts';
import type { ThemeName } from '../source/domain/words.ts';
import type { Tone } from '../source/domain/tone.ts';
import type { Health, HealthLevel, Severity } from '../source/domain/words.ts';

/** SGR parameters: for a terminal of 256 colours or more, and for one of 16. */
interface Ink {
	readonly rich: string;
	readonly basic: string;
}

type Palette = Readonly<Record<Tone, Ink>>;

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
	bad: both('1;7'),
	unknown: both('2'),
	tab: both('2'),
	tabActive: both('1;7'),
	selected: both('7'),
	banner: both('1;7'),
};

const dark: Palette = {
	...mono,
	dim: { rich: '38;5;243', basic: '90' },
	label: { rich: '38;5;247', basic: '37' },
	title: { rich: '1;38;5;110', basic: '1;36' },
	accent: { rich: '38;5;110', basic: '36' },
	good: { rich: '38;5;114', basic: '32' },
	warn: { rich: '38;5;221', basic: '33' },
	bad: { rich: '1;38;5;203', basic: '1;31' },
	unknown: { rich: '38;5;147', basic: '35' },
	tab: { rich: '38;5;247', basic: '37' },
	tabActive: { rich: '1;38;5;231;48;5;24', basic: '1;7' },
	selected: { rich: '48;5;237', basic: '7' },
	banner: { rich: '1;38;5;16;48;5;221', basic: '1;30;43' },
};

const light: Palette = {
	...mono,
	dim: { rich: '38;5;245', basic: '90' },
	label: { rich: '38;5;240', basic: '30' },
	title: { rich: '1;38;5;25', basic: '1;34' },
	accent: { rich: '38;5;25', basic: '34' },
	good: { rich: '38;5;28', basic: '32' },
	warn: { rich: '38;5;130', basic: '33' },
	bad: { rich: '1;38;5;160', basic: '1;31' },
	unknown: { rich: '38;5;97', basic: '35' },
	tab: { rich: '38;5;240', basic: '30' },
	tabActive: { rich: '1;38;5;231;48;5;25', basic: '1;7' },
	selected: { rich: '48;5;254', basic: '7' },
	banner: { rich: '1;38;5;16;48;5;214', basic: '1;30;43' },
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

const palettes: Readonly<Record<ThemeName, Palette>> = { dark, light, colorblind, mono };

export interface Glyphs {
	readonly level: Readonly<Record<HealthLevel, string>>;
	readonly health: Readonly<Record<Health, string>>;
	readonly severity: Readonly<Record<Severity, string>>;
	/** Of a sparkline where the number never changed. */
	readonly flat: string;
	readonly gaugeFull: string;
	readonly gaugeEmpty: string;
	/** Where a band of a gauge begins. */
	readonly gaugeMark: string;
	/** A bar by eighths of a cell, the thinnest first. */
	readonly bar: readonly string[];
	/** The value axis of a chart: beside a label, elsewhere, and where it meets the time axis. */
	readonly axisTick: string;
	readonly axis: string;
	readonly axisCorner: string;
	/** A dashed line across, and one upwards. */
	readonly dash: string;
	readonly dashUp: string;
	/** A cell of a heat strip. */
	readonly heat: Readonly<Record<HealthLevel, string>>;
	readonly rule: string;
	readonly divider: string;
	readonly cursor: string;
	readonly down: string;
	readonly up: string;
	readonly sortDown: string;
	readonly sortUp: string;
	readonly ellipsis: string;
	readonly missing: string;
	readonly dot: string;
}

const unicode: Glyphs = {
	level: { ok: '●', warning: '▲', critical: '✖', unknown: '?' },
	health: { up: '●', degraded: '▲', down: '✖', unknown: '?' },
	severity: { critical: '✖', warning: '▲', info: '·' },
	flat: '·',
	gaugeFull: '━',
	gaugeEmpty: '─',
	gaugeMark: '│',
	bar: ['▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'],
	axisTick: '┤',
	axis: '│',
	axisCorner: '└',
	dash: '╌',
	dashUp: '┊',
	heat: { ok: '▁', warning: '▄', critical: '█', unknown: '·' },
	rule: '─',
	divider: '│',
	cursor: '▸',
	down: '↓',
	up: '↑',
	sortDown: '▾',
	sortUp: '▴',
	ellipsis: '…',
	missing: '—',
	dot: '·',
};

const ascii: Glyphs = {
	level: { ok: '+', warning: '!', critical: 'x', unknown: '?' },
	health: { up: '+', degraded: '!', down: 'x', unknown: '?' },
	severity: { critical: 'x', warning: '!', info: '.' },
	flat: '.',
	gaugeFull: '#',
	gaugeEmpty: '.',
	gaugeMark: '|',
	bar: ['#'],
	axisTick: '+',
	axis: '|',
	axisCorner: '+',
	dash: '-',
	dashUp: ':',
	heat: { ok: '_', warning: 'o', critical: 'X', unknown: '.' },
	rule: '-',
	divider: '|',
	cursor: '>',
	down: 'in',
	up: 'out',
	sortDown: 'v',
	sortUp: '^',
	ellipsis: '~',
	missing: '-',
	dot: '-',
};

/** How everything is drawn: the one constant that every component shares. */
export interface Look {
	readonly glyphs: Glyphs;
	readonly isAscii: boolean;
	readonly chartStyle: ChartStyle;
	/** Wraps text in the tone's attributes. Cut and pad before: the result has invisible parts. */
	paint(tone: Tone, text: string): string;
	/** The same upon another tone's ground, as on the selected row. */
	paintOn(ground: Tone, tone: Tone, text: string): string;
}

export interface LookOptions {
	readonly theme: ThemeName;
	readonly isAscii: boolean;
	/** Braille, unless said; ASCII draws its own. */
	readonly chartStyle?: ChartStyle;
	/** 1 none, 4 sixteen colours, 8 and more 256, as `getColorDepth()` says. */
	readonly colorDepth: number;
}

export function createLook({
	theme,
	isAscii,
	colorDepth,
	chartStyle = 'braille',
}: LookOptions): Look {
	const palette = palettes[colorDepth < 4 ? 'mono' : theme];
	const depth = colorDepth >= 8 ? 'rich' : 'basic';
	const spell = isAscii ? toAscii : (text: string) => text;
	const wrapIn = (sgr: string, text: string) =>
		sgr === '' || text === '' ? text : `\u001B[${sgr}m${text}\u001B[0m`;
	return {
		isAscii,
		chartStyle: isAscii ? 'ascii' : chartStyle,
		glyphs: isAscii ? ascii : unicode,
		paint: (tone, text) => wrapIn(palette[tone][depth], spell(text)),
		paintOn(ground, tone, text) {
			const both = [palette[ground][depth], palette[tone][depth]].filter((sgr) => sgr !== '');
			return wrapIn(both.join(';'), spell(text));
		},
	};
}
