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

/** Whether the parameters of a sequence end every style. */
export function isReset(parameters: string): boolean {
	return parameters === '' || parameters === '0';
}

/** What a style shows, as the parameters of one sequence in one order: `1;38;5;114`; empty for none. */
export function parametersOf(style: string): string {
	if (style === '') return '';
	const known = parametersByStyle.get(style);
	if (known !== undefined) return known;
	const attributes = new Map<string, string>();
	for (const each of attributesOf(style.slice(introducer.length, -1).replaceAll('m\u001B[', ';'))) {
		const ended = endedBy[each];
		if (each === '0') attributes.clear();
		else if (ended === undefined) attributes.set(kindOf(each), each);
		else for (const kind of ended) attributes.delete(kind);
	}
	const parameters = [...attributes.values()].toSorted().join(';');
	if (parametersByStyle.size >= mostKnown) parametersByStyle.clear();
	parametersByStyle.set(style, parameters);
	return parameters;
}
/** A theme has some tens of styles. */
const mostKnown = 256;
const parametersByStyle = new Map<string, string>();

/** Parameters that end others. */
const endedBy: Readonly<Record<string, readonly string[]>> = {
	'22': ['1', '2'],
	'23': ['3'],
	'24': ['4'],
	'25': ['5'],
	'27': ['7'],
	'28': ['8'],
	'29': ['9'],
	'39': ['foreground'],
	'49': ['background'],
};

/** Whether a style shows on a blank: a background, an inversion or a line. */
export function isSeenOnBlank(parameters: string): boolean {
	return attributesOf(parameters).some(
		(each) => kindOf(each) === 'background' || each === '4' || each === '7' || each === '9',
	);
}

/** The sequence that leads from one style to another, both as `parametersOf` gives them. */
export function styleChange(from: string, to: string): string {
	if (to === '') return '\u001B[m';
	if (from === '') return `\u001B[${to}m`;
	const before = attributesOf(from);
	const after = attributesOf(to);
	const kinds = new Set(after.map(kindOf));
	// What has no successor is ended by a reset.
	if (!before.every((each) => kinds.has(kindOf(each)))) return `\u001B[0;${to}m`;
	return `\u001B[${after.filter((each) => !before.includes(each)).join(';')}m`;
}

/** A colour is one attribute of several parameters. */
function attributesOf(parameters: string): string[] {
	return parameters.match(/[34]8;(?:2;\d+;\d+;\d+|5;\d+)|\d+/g) ?? [];
}

function kindOf(attribute: string): string {
	if (/^(?:3\d|9\d|38;.*)$/.test(attribute)) return 'foreground';
	return /^(?:4\d|10\d|48;.*)$/.test(attribute) ? 'background' : attribute;
}
