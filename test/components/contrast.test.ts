import { describe, expect, it } from 'vitest';
import { palettes } from '../../components/palettes.ts';
import { leastContrast, luminance } from '../../source/domain/theme.ts';
import type { Rgb } from '../../source/domain/theme.ts';
import type { Tone } from '../../source/domain/tone.ts';

/** Colours of the 256 that every terminal shows alike: the cube and the greys. */
function rgbOf(index: number): Rgb {
	if (index >= 232) {
		const level = 8 + (index - 232) * 10;
		return [level, level, level];
	}
	const step = (value: number) => (value === 0 ? 0 : 55 + value * 40);
	const at = index - 16;
	return [step(Math.floor(at / 36)), step(Math.floor(at / 6) % 6), step(at % 6)];
}

function contrast(a: Rgb, b: Rgb): number {
	const [light = 0, dark = 0] = [luminance(a), luminance(b)].toSorted((x, y) => y - x);
	return (light + 0.05) / (dark + 0.05);
}

/** The colour that SGR parameters set, of the writing (38) or its ground (48). */
function colorIn(sgr: string, which: 38 | 48): Rgb | undefined {
	const index = new RegExp(`(?:^|;)${which};5;(\\d+)`).exec(sgr)?.[1];
	return index === undefined ? undefined : rgbOf(Number(index));
}

/** What a terminal's own ground and writing are; a theme is read on any in between. */
const terminals: Readonly<Record<'dark' | 'light', { grounds: readonly Rgb[]; text: Rgb }>> = {
	dark: {
		grounds: [
			[0, 0, 0],
			[0x1e, 0x1e, 0x1e],
		],
		text: [0xcc, 0xcc, 0xcc],
	},
	light: {
		grounds: [
			[255, 255, 255],
			[0xf5, 0xf5, 0xf5],
		],
		text: [0x24, 0x24, 0x24],
	},
};

const themes = [
	['dark', 'dark'],
	['contrast', 'dark'],
	['colorblind', 'dark'],
	['light', 'light'],
] as const;

describe.each(themes)('theme %s', (theme, terminal) => {
	const palette = palettes[theme];
	const { grounds, text } = terminals[terminal];
	// The keys of a palette are exactly the tones.
	const tones = Object.keys(palette) as Tone[];
	const selected = colorIn(palette.selected.rich, 48);

	it.each(tones)('%s can be read', (tone) => {
		const { rich } = palette[tone];
		const own = colorIn(rich, 48);
		const writing = colorIn(rich, 38) ?? text;
		const behind = own ? [own] : [...grounds, ...(selected ? [selected] : [])];
		for (const ground of behind) {
			expect(contrast(writing, ground)).toBeGreaterThanOrEqual(leastContrast);
		}
	});
});
