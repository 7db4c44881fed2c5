import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { fit, heading, line, wrap } from '../../components/line.ts';
import { createLook } from '../../components/look.ts';

const look = createLook({ theme: 'dark', isAscii: false, colorDepth: 8 });
const plain = createLook({ theme: 'mono', isAscii: true, colorDepth: 1 });

describe('fit', () => {
	it.each([
		['abc', 5, 'left', 'abc  '],
		['abc', 5, 'right', '  abc'],
		['abcdef', 4, 'left', 'abc…'],
		['日本語', 5, 'left', '日本…'],
		['日本', 5, 'left', '日本 '],
		['a\u001B[2Jb', 3, 'left', 'ab '],
		['abc', 0, 'left', ''],
	] as const)('%j in %i cells, %s', (text, width, align, expected) => {
		expect(fit(text, width, align)).toBe(expected);
	});

	it('is as wide as asked, whatever the text', () => {
		fc.assert(
			fc.property(
				fc.string({ unit: 'grapheme' }),
				fc.integer({ min: 1, max: 60 }),
				(text, width) => {
					expect(stringWidth(fit(text, width))).toBe(width);
				},
			),
		);
	});
});

describe('line', () => {
	it('cuts the span that passes the end and leaves out what follows', () => {
		const spans = [
			['plain', 'abc'],
			['strong', 'defgh'],
			['bad', 'x'],
		] as const;
		expect(line(plain, spans, 6)).toBe('abc\u001B[1mde~\u001B[0m');
	});

	it('fills with blanks', () => {
		expect(line(plain, [['plain', 'ab']], 4)).toBe('ab  ');
	});
});

describe('heading', () => {
	it.each([
		['Nodes', 30, '4', '─ Nodes ──────────────────── 4 ─'.length - 2],
		['A very long title that does not fit at all', 20, 'note', 20],
		['T', 8, 'a long note', 8],
	] as const)('%s in %i', (title, width, note, cells) => {
		expect(stringWidth(heading(look, title, width, note))).toBe(cells);
	});

	it.each([
		[40, '─ Title ─────── on this host  over all ─'],
		[28, '─ Title ───── on this host ─'],
		[20, '─ Title ────────────'],
	])('in %i cells leaves out of a note what does not fit whole', (width, expected) => {
		expect(stripVTControlCharacters(heading(look, 'Title', width, 'on this host  over all'))).toBe(
			expected,
		);
	});
});

describe('wrap', () => {
	it('breaks between words, and cuts a word that is longer than a line', () => {
		expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
		expect(wrap('unbreakable', 6)).toEqual(['unbre…']);
		expect(wrap('', 6)).toEqual([]);
	});
});

describe('ASCII mode', () => {
	it('spells everything in ASCII, in as many cells', () => {
		expect(plain.paint('plain', '┌─ ↑ 12 ms … 日本 → é')).toBe('+- ^ 12 ms ~ ???? > ?');
	});
});
