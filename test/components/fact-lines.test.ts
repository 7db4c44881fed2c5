import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { factLines } from '../../components/fact-lines.ts';
import { createLook } from '../../components/look.ts';

const look = createLook({ theme: 'dark', isAscii: false, colorDepth: 24 });

it('cuts no label beside values that are short', () => {
	const linesOf = (value: string) =>
		factLines(look, [{ label: 'For repair and audit', value }], 35, 3).map((text) =>
			stripVTControlCharacters(text).trimEnd(),
		);
	expect(linesOf('$0.37')).toEqual(['For repair and audit  $0.37']);
	// A long value takes half.
	expect(linesOf('a value of thirty characters, or')).toEqual([
		'For repair and a…  a value of thir…',
	]);
});
