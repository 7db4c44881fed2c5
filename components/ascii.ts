import { cellWidth } from '../source/domain/cell-width.ts';

/** What screens draw with beyond ASCII, each as one ASCII character. */
const asciiOf: Readonly<Record<string, string>> = {
	'…': '~',
	'—': '-',
	'–': '-',
	'−': '-',
	'→': '>',
	'←': '<',
	'↑': '^',
	'↓': 'v',
	'×': 'x',
	'’': "'",
	'·': '.',
	'▏': '_',
	'─': '-',
	'│': '|',
};

const boxCorners = /[┌┐└┘├┤┬┴┼]/g;
const beyondAscii = /[^\u0020-\u007E]/u;

/** The text in ASCII alone, in as many cells; what has no likeness becomes `?`. */
export function toAscii(text: string): string {
	if (!beyondAscii.test(text)) return text;
	return Array.from(text.replaceAll(boxCorners, '+'), (character) =>
		beyondAscii.test(character)
			? (asciiOf[character] ?? '?'.repeat(cellWidth(character)))
			: character,
	).join('');
}
