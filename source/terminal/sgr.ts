/** Sequences that set colours and attributes; all that a line of ours may hold beside text. */
const sgr = /\u001B\[([\d;]*)m/g;

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
	sgr.lastIndex = 0;
	for (let match = sgr.exec(line); match; match = sgr.exec(line)) {
		if (match.index > from) runs.push({ style, text: line.slice(from, match.index) });
		style = isReset(match[1] ?? '') ? '' : style + match[0];
		from = match.index + match[0].length;
	}
	if (from < line.length) runs.push({ style, text: line.slice(from) });
	return { runs, endStyle: style };
}

/** Whether a line ends in the style it began with, so that others can be put after it. */
export function isSelfContained(line: string): boolean {
	if (line.indexOf('\u001B') === -1) return true;
	const last = line.lastIndexOf('\u001B');
	sgr.lastIndex = last;
	const match = sgr.exec(line);
	return match?.index === last && isReset(match[1] ?? '');
}

function isReset(parameters: string): boolean {
	return parameters === '' || parameters === '0';
}
