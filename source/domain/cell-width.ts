import stringWidth from 'string-width';

/**
 * Text in which every character takes one cell: ASCII, Latin, arrows, and what the screens draw with
 * (punctuation, scan lines, box drawing, blocks, geometric shapes, braille).
 */
const singleCells =
	/^[\u0020-\u007E\u00A1-\u00AC\u00AE-\u02FF\u2010-\u2027\u2190-\u21FF\u2212\u23BA-\u23BD\u2500-\u25FC\u25FF\u2715\u2716\u2800-\u28FF]*$/;
/** The same, in lines and colours. */
const plainText =
	/^(?:[\n\u0020-\u007E\u00A1-\u00AC\u00AE-\u02FF\u2010-\u2027\u2190-\u21FF\u2212\u23BA-\u23BD\u2500-\u25FC\u25FF\u2715\u2716\u2800-\u28FF]|\u001B\[[\d;]*m)*$/;
/** Sequences that colour text and take no cell. */
const colorSequences = /\u001B\[[\d;]*m/g;

/** Whether every character takes one cell, so that text can be cut anywhere. */
export function isOneCellEach(text: string): boolean {
	return singleCells.test(text);
}

/** Whether a text is nothing but single cells, newlines and colours, so that nothing needs mending. */
export function isPlainText(text: string): boolean {
	return plainText.test(text);
}

/**
 * Cells that a text takes in a terminal, colours not counted. string-width asks ICU about each
 * grapheme; nearly all that a monitor draws needs no such question, and is most of a frame's cost.
 */
export function cellWidth(text: string): number {
	if (singleCells.test(text)) return text.length;
	if (text.includes('\u001B')) {
		const plain = text.replaceAll(colorSequences, '');
		if (singleCells.test(plain)) return plain.length;
	}
	return stringWidth(text);
}
