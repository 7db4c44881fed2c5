import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import {
	clean,
	cleanText,
	stripControls,
	truncate,
	truncateMiddle,
} from '../../source/domain/clean.ts';

describe('clean', () => {
	it.each([
		['plain text stays', 'geth/v1.16', 'geth/v1.16'],
		['a colour is taken out', '\u001B[31mred\u001B[0m', 'red'],
		['a clipboard write is taken out', 'a\u001B]52;c;ZXZpbA==\u0007b', 'ab'],
		['a title change by ST', 'a\u001B]0;title\u001B\\b', 'ab'],
		['an 8-bit OSC', 'a\u009D0;title\u009Cb', 'ab'],
		['an 8-bit CSI', 'a\u009B2Jb', 'ab'],
		['a device control string', 'a\u001BPq#0\u001B\\b', 'ab'],
		['a reset', 'a\u001Bcb', 'ab'],
		['a hyperlink keeps its text', '\u001B]8;;http://evil\u0007text\u001B]8;;\u0007', 'text'],
		['line breaks and tabs become one space', 'a\r\n\tb', 'a b'],
		['bidi overrides', 'a\u202Etxt.exe\u202C', 'a txt.exe'],
		['zero width', 'a\u200Bb\u2060c', 'a b c'],
		['tag characters', 'a\u{E0041}\u{E0042}b', 'a b'],
		['a lone surrogate', 'a\uD800b', 'a b'],
		['NUL, BEL and DEL', 'a\u0000\u0007\u007Fb', 'a b'],
		['decomposed letters are composed', 'e\u0301', 'é'],
		['a tower of marks keeps four', `x${'\u0323'.repeat(200)}y`, `x${'\u0323'.repeat(4)}y`],
		['marks in turn are one tower', `x${'\u0301\u20DD'.repeat(9)}`, 'x\u0301\u20DD\u0301\u20DD'],
		['vowels of Hangul without letters', `\u1100${'\u1161'.repeat(50)}`, `가${'\u1161'.repeat(4)}`],
		['finals of Hangul without letters', `a${'\u11A8'.repeat(50)}`, `a${'\u11A8'.repeat(4)}`],
		['Hangul in parts is composed', '\u1112\u1161\u11AB', '한'],
		['more than one skin', `\u{1F44D}${'\u{1F3FB}'.repeat(9)}`, '\u{1F44D}\u{1F3FB}'],
		['a vowel of Thai again and again', `\u0E01${'\u0E33'.repeat(9)}`, '\u0E01\u0E33'],
		['the visible format signs of Arabic stay', '\u0600\u06DD', '\u0600\u06DD'],
		['other format characters', 'a\u{1D173}b\u{13430}c', 'a b c'],
		['a string that never ends, again and again', '\u001B]x'.repeat(3), 'xxx'],
		['an 8-bit one that never ends', '\u009Dx\u009Dy', 'x y'],
		['a string that ends at the second terminator', 'a\u001B]0;t\u001B[1m\u0007b', 'a0;t b'],
	])('%s', (_what, foreign, expected) => {
		expect(clean(foreign)).toBe(expected);
	});

	it('does not let an unterminated string hide what follows', () => {
		expect(clean('\u001B]0;half then the text')).toContain('then the text');
	});

	it('cuts on a grapheme border, within the cells allowed', () => {
		expect(clean('x'.repeat(300))).toHaveLength(256);
		expect(truncate('日本語テキスト', 5)).toBe('日本…');
		expect(truncate('ab', 0)).toBe('');
	});

	it('keeps the end of a name, which tells it from others', () => {
		expect(truncateMiddle('127.0.0.1:7301', 14)).toBe('127.0.0.1:7301');
		expect(truncateMiddle('127.0.0.1:7301', 12)).toBe('127.0.0…7301');
		expect(truncateMiddle('validator-eu-017', 10)).toBe('valida…017');
		expect(truncateMiddle('日本語テキスト', 5)).toBe('日本…');
	});

	it('never lets a control through, whatever comes', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 40 }), (text, cells) => {
				const cleaned = clean(text, cells);
				expect(cleaned).not.toMatch(/[\u0000-\u001F\u007F-\u009F\u202A-\u202E\u200B]/);
				expect(stringWidth(cleaned)).toBeLessThanOrEqual(cells);
				expect(clean(cleaned, cells)).toBe(cleaned);
				expect(cleaned).not.toMatch(/[\p{M}\u1160-\u11FF\uD7B0-\uD7FF]{5}/u);
			}),
			{ numRuns: 500 },
		);
	});
});

describe('cleanText', () => {
	it('gives nothing for what is no text, and for what is blank', () => {
		expect(cleanText(5)).toBeUndefined();
		expect(cleanText(null)).toBeUndefined();
		expect(cleanText('\u001B[0m \n')).toBeUndefined();
		expect(cleanText(' a ')).toBe('a');
	});
});

describe('stripControls', () => {
	it('guards what was cleaned nowhere: no tower, no invisible character', () => {
		expect(stripControls(`a${'\u0323'.repeat(9)}\u200Bb`)).toBe(`a${'\u0323'.repeat(4)} b`);
	});

	it('leaves spaces at the ends, for it guards text that is laid out already', () => {
		expect(stripControls('  ─ a\u001B[2J ')).toBe('  ─ a ');
	});
});
