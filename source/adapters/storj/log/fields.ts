import type { LogLine } from './log-line.ts';

const quote = 34;
const backslash = 92;
const colon = 58;
const comma = 44;
const blank = 32;
const openBrace = 123;
const closeBrace = 125;
const openers: ReadonlySet<number> = new Set([openBrace, 91]);
/** Fields of one line, at most; a line of the node has a dozen. */
const mostFields = 64;

/** What a line in JSON says beside its fields. `wrapped` is a line that a container's log put into JSON. */
interface Names {
	time: string;
	level: string;
	logger: string;
	message: string;
	wrapped: string | undefined;
}

/** Both styles of keys: with blanks up to 1.145, with underscores from 1.146.5 on. */
const meaning: ReadonlyMap<string, keyof LogLine | keyof Names> = new Map([
	['Piece ID', 'piece'],
	['piece_id', 'piece'],
	['PieceID', 'piece'],
	['Satellite ID', 'satellite'],
	['satellite_id', 'satellite'],
	['SatelliteID', 'satellite'],
	['Action', 'action'],
	['action', 'action'],
	['Remote Address', 'remoteAddress'],
	['remote_address', 'remoteAddress'],
	['Size', 'sizeBytes'],
	['size', 'sizeBytes'],
	['error', 'error'],
	['Error', 'error'],
	['T', 'time'],
	['ts', 'time'],
	['time', 'time'],
	['timestamp', 'time'],
	['@timestamp', 'time'],
	['L', 'level'],
	['level', 'level'],
	['severity', 'level'],
	['severityText', 'level'],
	['N', 'logger'],
	['logger', 'logger'],
	['M', 'message'],
	['msg', 'message'],
	['message', 'message'],
	['body', 'message'],
	['log', 'wrapped'],
	['line', 'wrapped'],
	['MESSAGE', 'wrapped'],
]);
/** The same by the length of the key: most keys of a line are recognised, or not, by their first letter. */
const byLength: (readonly [string, keyof LogLine | keyof Names])[][] = [];
for (const entry of meaning) (byLength[entry[0].length] ??= []).push(entry);

function fieldOf(text: string, start: number, end: number) {
	const known = byLength[end - start];
	if (known === undefined) return undefined;
	// By index: an iterator makes an object of each step.
	for (let index = 0; index < known.length; index += 1) {
		const entry = known[index];
		if (entry !== undefined && text.startsWith(entry[0], start)) return entry[1];
	}
	return undefined;
}

/** Where collectors put the fields of a line, one level deeper. */
const holders: ReadonlySet<string> = new Set(['attributes', 'fields', 'context', 'extra']);

/**
 * Reads the fields of the JSON that begins at `from`, one after another and without a parser's objects:
 * a log has hundreds of thousands of lines a second. Stops where the text is no JSON.
 */
export function readFields(text: string, from: number, line: LogLine): Names {
	const names: Names = { time: '', level: '', logger: '', message: '', wrapped: undefined };
	let at = from + 1;
	let depth = 0;
	for (let count = 0; count < mostFields; count += 1) {
		const keyStart = text.indexOf('"', at) + 1;
		if (keyStart === 0) break;
		const keyEnd = text.indexOf('"', keyStart);
		if (keyEnd === -1) break;
		let start = keyEnd + 1;
		if (text.charCodeAt(start) === colon) start += 1;
		while (text.charCodeAt(start) === blank) start += 1;
		const code = text.charCodeAt(start);
		const isText = code === quote;
		if (code === openBrace && holders.has(text.slice(keyStart, keyEnd))) {
			depth += 1;
			at = start + 1;
			continue;
		}
		const end = isText ? endOfText(text, start + 1) : endOfValue(text, start);
		if (end === -1) break;
		const field = fieldOf(text, keyStart, keyEnd);
		if (field !== undefined) {
			if (field === 'sizeBytes') line.sizeBytes = sizeOf(text, start, end, isText);
			else if (isText) keep(field, valueOf(text, start, end), line, names);
			else if (field === 'time') names.time = text.slice(start, end).trim();
		}
		at = isText ? end + 1 : end;
		for (; text.charCodeAt(at) === closeBrace; at += 1) depth -= 1;
		if (depth < 0) break;
	}
	return names;
}

/** No piece is larger. */
const mostPieceBytes = 2 ** 40;

/** Some collectors write every value as text; what is no size of a piece is none. */
function sizeOf(text: string, start: number, end: number, isText: boolean): number {
	const size = Number(isText ? text.slice(start + 1, end) : text.slice(start, end));
	return Number.isInteger(size) && size <= mostPieceBytes ? size : Number.NaN;
}

function keep(
	field: Exclude<keyof LogLine | keyof Names, 'sizeBytes'>,
	value: string,
	line: LogLine,
	names: Names,
): void {
	if (field === 'piece' || field === 'satellite' || field === 'action') line[field] = value;
	else if (field === 'remoteAddress' || field === 'error') line[field] = value;
	else if (field === 'time' || field === 'level' || field === 'wrapped') names[field] = value;
	else if (field === 'logger' || field === 'message') names[field] = value;
}

/** The text between the quotes; with escapes it is worth a parser. */
function valueOf(text: string, start: number, end: number): string {
	const inner = text.slice(start + 1, end);
	if (!inner.includes('\\')) return inner;
	try {
		const value: unknown = JSON.parse(text.slice(start, end + 1));
		return typeof value === 'string' ? value : inner;
	} catch {
		return inner;
	}
}

/** The place of the quote that ends a text; -1 without one. */
function endOfText(text: string, start: number): number {
	let end = text.indexOf('"', start);
	while (end !== -1) {
		let slashes = 0;
		while (text.charCodeAt(end - 1 - slashes) === backslash) slashes += 1;
		if (slashes % 2 === 0) return end;
		end = text.indexOf('"', end + 1);
	}
	return -1;
}

/** The place behind a number, a word, or a whole object or list. */
function endOfValue(text: string, start: number): number {
	if (openers.has(text.charCodeAt(start))) return endOfNested(text, start);
	let end = start;
	for (; end < text.length; end += 1) {
		const code = text.charCodeAt(end);
		if (code === comma || code === closeBrace) return end;
	}
	return -1;
}

function endOfNested(text: string, start: number): number {
	let depth = 0;
	for (let at = start; at < text.length; at += 1) {
		const code = text.charCodeAt(at);
		if (code === quote) {
			at = endOfText(text, at + 1);
			if (at === -1) return -1;
		} else if (openers.has(code)) depth += 1;
		else if (code === closeBrace || code === 93) {
			depth -= 1;
			if (depth === 0) return at + 1;
		}
	}
	return -1;
}
