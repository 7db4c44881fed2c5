/** Of sequences that set colours and attributes: all that a line of ours may hold beside text. */
const introducer = '\u001B[';
const [finalM, semicolon, digit0, digit9] = [0x6d, 0x3b, 0x30, 0x39] as const;

/** A stretch of a line in one style. */
export interface StyledRun {
	/** The sequences that lead to the style, as written since the last reset; empty for none. */
	readonly style: string;
	readonly text: string;
}

/** The stretches of a line, and the style in which it ends. */
export function runsOf(line: string): { runs: StyledRun[]; endStyle: string } {
	const runs: StyledRun[] = [];
	let style = '';
	let from = 0;
	for (let at = line.indexOf(introducer); at !== -1; at = line.indexOf(introducer, at + 1)) {
		const end = endOfColors(line, at);
		if (end === undefined) continue;
		if (at > from) runs.push({ style, text: line.slice(from, at) });
		style = isReset(line.slice(at + introducer.length, end - 1)) ? '' : style + line.slice(at, end);
		from = end;
	}
	if (from < line.length) runs.push({ style, text: line.slice(from) });
	return { runs, endStyle: style };
}

/** Where the sequence that starts at `at` ends, when it is one of colours and attributes. */
function endOfColors(line: string, at: number): number | undefined {
	for (let index = at + introducer.length; index < line.length; index++) {
		const code = line.charCodeAt(index);
		if (code === finalM) return index + 1;
		if (code !== semicolon && (code < digit0 || code > digit9)) return undefined;
	}
	return undefined;
}

/** Whether a line ends in the style it began with, so that others can be put after it. */
export function isSelfContained(line: string): boolean {
	const last = line.lastIndexOf('\u001B');
	if (last === -1) return true;
	if (!line.startsWith(introducer, last)) return false;
	const end = endOfColors(line, last);
	return end !== undefined && isReset(line.slice(last + introducer.length, end - 1));
}

function isReset(parameters: string): boolean {
	return parameters === '' || parameters === '0';
}
