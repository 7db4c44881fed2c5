import { rgbOfHex } from '../source/domain/theme.ts';
import type { Rgb, UserTheme, UserTone } from '../source/domain/theme.ts';
import { tones } from '../source/domain/tone.ts';
import { palettes } from './palettes.ts';
import type { Palette } from './palettes.ts';

/** The palette of a user's theme: its colours as they are, and the nearest where a terminal has fewer. */
export function userPalette({ base = 'dark', tones: own }: UserTheme): Palette {
	const entries = tones.map((tone) => {
		const given = own[tone];
		return [tone, given ? inkOf(given) : palettes[base][tone]] as const;
	});
	// One for each tone.
	return Object.fromEntries(entries) as Palette;
}

function inkOf({ color, background, bold = false }: UserTone) {
	const join = (parts: readonly (string | undefined)[]) =>
		[bold ? '1' : undefined, ...parts].filter((part) => part !== undefined).join(';');
	const text = color === undefined ? undefined : rgbOfHex(color);
	const ground = background === undefined ? undefined : rgbOfHex(background);
	return {
		exact: join([text && `38;2;${text.join(';')}`, ground && `48;2;${ground.join(';')}`]),
		rich: join([text && `38;5;${nearest256(text)}`, ground && `48;5;${nearest256(ground)}`]),
		basic: join([text && String(nearest16(text, 30)), ground && String(nearest16(ground, 40))]),
	};
}

const steps = [0, 95, 135, 175, 215, 255];

/** Of the cube and the greys, which every terminal shows alike. */
function nearest256(rgb: Rgb): number {
	const [red, green, blue] = rgb.map((value) => nearestOf(steps, value));
	const cube: Rgb = [steps[red ?? 0] ?? 0, steps[green ?? 0] ?? 0, steps[blue ?? 0] ?? 0];
	const grey = Math.max(0, Math.min(23, Math.round(((rgb[0] + rgb[1] + rgb[2]) / 3 - 8) / 10)));
	const level = 8 + grey * 10;
	if (distance(rgb, [level, level, level]) < distance(rgb, cube)) return 232 + grey;
	return 16 + 36 * (red ?? 0) + 6 * (green ?? 0) + (blue ?? 0);
}

function nearestOf(values: readonly number[], value: number): number {
	const distances = values.map((each) => Math.abs(each - value));
	return distances.indexOf(Math.min(...distances));
}

function distance(a: Rgb, b: Rgb): number {
	return a.reduce((sum, value, index) => sum + (value - (b[index] ?? 0)) ** 2, 0);
}

/** From here on a colour is one of the light ones. */
const lightFrom = 215;

/** SGR of the colour of that hue, from `first` on the eight dark ones and 60 more for the light ones; of a grey by its level. */
function nearest16(rgb: Rgb, first: 30 | 40): number {
	const most = Math.max(...rgb);
	const least = Math.min(...rgb);
	if (most - least < most / 4) {
		const greys = [
			[64, 0],
			[160, 60],
			[230, 7],
			[Number.POSITIVE_INFINITY, 67],
		] as const;
		return first + (greys.find(([below]) => most < below)?.[1] ?? 7);
	}
	const hue = rgb.reduce((bits, value, index) => bits + (value > most / 2 ? 1 << index : 0), 0);
	return first + hue + (most >= lightFrom ? 60 : 0);
}
