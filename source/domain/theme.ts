import * as z from 'zod';
import { tones } from './tone.ts';
import type { Tone } from './tone.ts';
import { themes } from './words.ts';

const color = z.string().regex(/^#[\da-f]{6}$/i, { error: 'must be a colour such as #50fa7b' });

const toneSchema = z.strictObject({
	color: color.optional().describe('Of the text'),
	background: color.optional(),
	bold: z.boolean().optional(),
});

const colored = z.strictObject({
	$schema: z.string().optional(),
	base: z
		.enum(themes)
		.optional()
		.describe('Whose tones are used where none is given; dark if absent'),
	background: color.describe('Of the terminal: contrast is computed against it'),
	tones: z.partialRecord(z.enum(tones), toneSchema),
});

/** WCAG 2.2, success criterion 1.4.3. */
export const leastContrast = 4.5;

/** A theme of a user: every text must be readable upon what is behind it. */
export const userThemeSchema = colored.superRefine((theme, context) => {
	for (const tone of tones) {
		const { color: text, background = theme.background } = theme.tones[tone] ?? {};
		if (text === undefined) continue;
		const ratio = contrastOf(text, background);
		if (ratio >= leastContrast) continue;
		const message = `${text} on ${background} has a contrast of ${ratio.toFixed(1)}:1; at least ${leastContrast}:1 can be read`;
		context.addIssue({ code: 'custom', path: ['tones', tone, 'color'], message });
	}
});

export type UserTheme = z.infer<typeof userThemeSchema>;
export type UserTone = NonNullable<UserTheme['tones'][Tone]>;

export type Rgb = readonly [red: number, green: number, blue: number];

/** Of `#rrggbb`. */
export function rgbOfHex(hex: string): Rgb {
	const part = (from: number) => Number.parseInt(hex.slice(from, from + 2), 16);
	return [part(1), part(3), part(5)];
}

/** Relative luminance, as WCAG 2.2 defines it. */
export function luminance(rgb: Rgb): number {
	const [red = 0, green = 0, blue = 0] = rgb.map((value) => {
		const share = value / 255;
		return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
	});
	return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** From 1 to 21. */
export function contrastOf(a: string, b: string): number {
	const [light = 0, dark = 0] = [a, b]
		.map((hex) => luminance(rgbOfHex(hex)))
		.toSorted((x, y) => y - x);
	return (light + 0.05) / (dark + 0.05);
}

/** Whether a terminal's answer to `OSC 11 ; ?` is a light background; undefined for anything else. */
export function isLightAnswer(answer: string): boolean | undefined {
	const parts = /^11;rgba?:([\da-f]{1,4})\/([\da-f]{1,4})\/([\da-f]{1,4})/i.exec(answer);
	if (!parts) return undefined;
	const [red = 0, green = 0, blue = 0] = parts
		.slice(1, 4)
		.map((hex) => (Number.parseInt(hex, 16) / (16 ** hex.length - 1)) * 255);
	// Where black and white text can be read equally well.
	return luminance([red, green, blue]) > 0.179;
}
