import { toAscii } from './ascii.ts';
import { palettes } from './palettes.ts';
import type { Palette } from './palettes.ts';
import { userPalette } from './user-palette.ts';
import type { ChartStyle } from './charts/style.ts';
import type { UserTheme } from '../source/domain/theme.ts';
import type { ThemeName } from '../source/domain/words.ts';
import type { Tone } from '../source/domain/tone.ts';
import type { Health, HealthLevel, Severity } from '../source/domain/words.ts';

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
	/** The parts of a cell that a bar may end with, the shortest first; the last is a whole cell. */
	readonly bar: readonly string[];
	/** The value axis of a chart: beside a label, elsewhere, and where it meets the time axis. */
	readonly axisTick: string;
	readonly axis: string;
	readonly axisCorner: string;
	/** A cell in which most values of a chart lay. */
	readonly band: string;
	/** Of a note that a person wrote. */
	readonly note: string;
	/** A dashed line across, and one upwards. */
	readonly dash: string;
	readonly dashUp: string;
	/** A cell of a heat strip. */
	readonly heat: Readonly<Record<HealthLevel, string>>;
	readonly rule: string;
	readonly divider: string;
	readonly cursor: string;
	/** Beside what is marked. */
	readonly mark: string;
	/** Where a node started. */
	readonly restart: string;
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
	bar: ['╸', '━'],
	axisTick: '┤',
	axis: '│',
	axisCorner: '└',
	band: '░',
	note: '◆',
	dash: '╌',
	dashUp: '┊',
	heat: { ok: '▁', warning: '▄', critical: '█', unknown: '·' },
	rule: '─',
	divider: '│',
	cursor: '▸',
	mark: '◆',
	restart: '↻',
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
	band: ':',
	note: '*',
	dash: '-',
	dashUp: ':',
	heat: { ok: '_', warning: 'o', critical: 'X', unknown: '.' },
	rule: '-',
	divider: '|',
	cursor: '>',
	mark: '*',
	restart: 'R',
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
	readonly theme: ThemeName | UserTheme;
	readonly isAscii: boolean;
	/** Braille, unless said; ASCII draws its own. */
	readonly chartStyle?: ChartStyle;
	/** 1 none, 4 sixteen colours, 8 256, 24 all, as `getColorDepth()` says. */
	readonly colorDepth: number;
}

export function createLook({
	theme,
	isAscii,
	colorDepth,
	chartStyle = 'braille',
}: LookOptions): Look {
	const palette = paletteOf(theme, colorDepth);
	const sgrOf = (tone: Tone): string => {
		const { exact, rich, basic } = palette[tone];
		if (colorDepth < 8) return basic;
		return colorDepth >= 24 ? (exact ?? rich) : rich;
	};
	const spell = isAscii ? toAscii : (text: string) => text;
	const wrapIn = (sgr: string, text: string) =>
		sgr === '' || text === '' ? text : `\u001B[${sgr}m${text}\u001B[0m`;
	return {
		isAscii,
		chartStyle: isAscii ? 'ascii' : chartStyle,
		glyphs: isAscii ? ascii : unicode,
		paint: (tone, text) => wrapIn(sgrOf(tone), spell(text)),
		paintOn(ground, tone, text) {
			const both = [sgrOf(ground), sgrOf(tone)].filter((sgr) => sgr !== '');
			return wrapIn(both.join(';'), spell(text));
		},
	};
}

const quieted = new WeakMap<Look, Look>();
const toneOfQuiet: Partial<Record<Tone, Tone>> = {
	title: 'title',
	label: 'label',
	accent: 'accent',
};

/** The same look, in which no value stands out: for what is old. */
export function quiet(look: Look): Look {
	const toned = (tone: Tone): Tone => toneOfQuiet[tone] ?? 'dim';
	const made = quieted.get(look) ?? {
		...look,
		paint: (tone: Tone, text: string) => look.paint(toned(tone), text),
		paintOn: (ground: Tone, tone: Tone, text: string) => look.paintOn(ground, toned(tone), text),
	};
	quieted.set(look, made);
	return made;
}

function paletteOf(theme: ThemeName | UserTheme, colorDepth: number): Palette {
	if (colorDepth < 4) return palettes.mono;
	return typeof theme === 'string' ? palettes[theme] : userPalette(theme);
}
