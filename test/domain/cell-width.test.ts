import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { cellWidth } from '../../source/domain/cell-width.ts';

describe('cellWidth', () => {
	it.each([
		'',
		'abc',
		'─│╭╯█░▁',
		'● up',
		'▲ ✖ ◆ ○',
		'…—·',
		'日本',
		'é',
		'👍',
		'\u001B[31mred\u001B[0m ─',
	])('%j is as wide as string-width says', (text) => {
		expect(cellWidth(text)).toBe(stringWidth(text));
	});

	it('agrees with string-width on any text', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'grapheme' }), (text) => {
				expect(cellWidth(text)).toBe(stringWidth(text));
			}),
			{ numRuns: 2000 },
		);
	});

	it('agrees with string-width on every character of its short way', () => {
		for (let code = 0x20; code < 0x2800; code++) {
			const text = `a${String.fromCharCode(code)}b`;
			expect([code, cellWidth(text)]).toEqual([code, stringWidth(text)]);
		}
	});
});
