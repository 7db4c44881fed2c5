import { expect, test } from 'vitest';
import { asciiVariable, spellInAscii } from '../../source/domain/ascii.ts';

test('what has a likeness in ASCII gets it, lines stay lines, and the rest is a question mark', () => {
	expect(spellInAscii('  → “a” – it’s\t5 µs × 2 …\n')).toBe('  > "a" - it\'s\t5 us x 2 ~\n');
	expect(spellInAscii('Zoë 東')).toBe('Zoe ?');
	expect(spellInAscii('plain')).toBe('plain');
});

test.each([
	[{}, undefined],
	[{ LANG: 'de_DE.UTF-8' }, undefined],
	[{ LANG: 'C.utf8', LC_ALL: '' }, undefined],
	[{ LANG: 'de_DE.UTF-8', LC_ALL: 'C' }, 'LC_ALL'],
	[{ LC_CTYPE: 'POSIX', LANG: 'x.UTF-8' }, 'LC_CTYPE'],
	[{ TERM: 'linux' }, 'TERM'],
])('%j: %s', (env, variable) => {
	expect(asciiVariable(env)).toBe(variable);
});
