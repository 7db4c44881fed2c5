import { describe, expect, it } from 'vitest';
import { createLook } from '../../components/look.ts';
import { isLightAnswer, userThemeSchema } from '../../source/domain/theme.ts';

const dracula = {
	base: 'dark',
	background: '#282a36',
	tones: {
		good: { color: '#50fa7b' },
		bad: { color: '#ff6e6e', bold: true },
		selected: { background: '#44475a' },
	},
} as const;

describe('a theme of a user', () => {
	const theme = userThemeSchema.parse(dracula);

	it.each([
		[24, '\u001B[38;2;80;250;123mx\u001B[0m', '\u001B[1;38;2;255;110;110mx\u001B[0m'],
		[8, '\u001B[38;5;84mx\u001B[0m', '\u001B[1;38;5;203mx\u001B[0m'],
		[4, '\u001B[92mx\u001B[0m', '\u001B[1;91mx\u001B[0m'],
		[1, 'x', '\u001B[1;4mx\u001B[0m'],
	])('is drawn in %i bits of colour', (colorDepth, good, bad) => {
		const look = createLook({ theme, isAscii: false, colorDepth });
		expect(look.paint('good', 'x')).toBe(good);
		expect(look.paint('bad', 'x')).toBe(bad);
	});

	it('has the tones of its base where it gives none', () => {
		const look = createLook({ theme, isAscii: false, colorDepth: 24 });
		const dark = createLook({ theme: 'dark', isAscii: false, colorDepth: 24 });
		expect(look.paint('warn', 'x')).toBe(dark.paint('warn', 'x'));
	});

	it.each([
		[{ good: { color: '#303030' } }, /^#303030 on #282a36 has a contrast of 1\.\d:1/],
		[
			{ tabActive: { color: '#ffffff', background: '#eeeeee' } },
			/contrast of 1\.2:1; at least 4\.5/,
		],
		[{ good: { color: 'green' } }, /must be a colour such as/],
		[{ god: { color: '#ffffff' } }, /./],
	])('is refused when it cannot be read: %j', (tones, message) => {
		const parsed = userThemeSchema.safeParse({ ...dracula, tones });
		expect(parsed.success).toBe(false);
		expect(parsed.error?.issues[0]?.message).toMatch(message);
	});
});

it.each([
	['11;rgb:0000/0000/0000', false],
	['11;rgb:ffff/ffff/ffff', true],
	['11;rgb:28/2a/36', false],
	['11;rgb:fd/f6/e3', true],
	['11;rgba:f/f/f/0', true],
	['10;rgb:ffff/ffff/ffff', undefined],
	['11;?', undefined],
	['11;rgb:zzzz/0/0', undefined],
])('the answer %j of a terminal is light: %s', (answer, isLight) => {
	expect(isLightAnswer(answer)).toBe(isLight);
});
