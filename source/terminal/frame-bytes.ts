import { isReset, parametersOf, styleChange } from './sgr.ts';

const introducer = '\u001B[';
const nextLine = '\u001B[E';
/** Sequences that write or clear cells: they take the background of the style. */
const painting = '@JKPX';

/**
 * The same frame in fewer bytes: Ink puts together rows that each begin and end without a style. A style goes on over the
 * rows that follow in it, and changes where something is painted in another one.
 */
export function tidyFrame(frame: string): string {
	let bytes = '';
	/** The parameters of the style that the terminal has, and of the one that is asked for. */
	let present = '';
	let wanted = '';
	for (let at = 0, end = 0; at < frame.length; at = end) {
		end = endOfToken(frame, at);
		const token = frame.slice(at, end);
		const isSequence = token.startsWith(introducer);
		if (isSequence && token.endsWith('m')) {
			const isEnd = isReset(token.slice(introducer.length, -1));
			wanted = isEnd ? '' : parametersOf(`${introducer}${wanted}m${token}`);
			continue;
		}
		const isPainting = isSequence
			? painting.includes(token.at(-1) ?? '')
			: token !== '\n' && token !== '\r';
		if (isPainting && present !== wanted) {
			bytes += styleChange(present, wanted);
			present = wanted;
		}
		// Both go to a row that there is.
		bytes += token === nextLine ? '\n' : token;
	}
	return present === wanted ? bytes : bytes + styleChange(present, wanted);
}

/** Behind the sequence, the line end or the text that begins here. */
function endOfToken(frame: string, from: number): number {
	if (frame.startsWith(introducer, from)) {
		let at = from + introducer.length;
		// Parameters come before the final byte.
		while (at < frame.length && frame.charCodeAt(at) < 0x40) at += 1;
		return at + 1;
	}
	let at = from + 1;
	while (at < frame.length && !isEndOfText(frame, from, at)) at += 1;
	return at;
}

function isEndOfText(frame: string, from: number, at: number): boolean {
	const ends = (index: number): boolean => frame[index] === '\n' || frame[index] === '\r';
	return ends(from) || ends(at) || frame[at] === '\u001B';
}
