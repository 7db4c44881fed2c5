import { expect, it } from 'vitest';
import { knownSettings } from '../../source/app/configuration.ts';

it('every setting of the file, of a profile and of a node is known by its path, with what it does', () => {
	const settings = knownSettings();
	const whatOf = (path: string) => settings.find((each) => each.path === path)?.what;
	expect(whatOf('theme')).toMatch(/^Colours: auto, dark/);
	expect(whatOf('color')).toBe('Whether colours are used: auto, always or never');
	expect(whatOf('profiles.NAME.silences')).toMatch(/no messages are sent/);
	expect(whatOf('profiles.NAME.nodes[0].token')).toBe(
		'Bearer token; ${NAME} keeps it out of the file',
	);
	expect(settings.filter(({ path }) => path.includes('$'))).toEqual([]);
});
