import { withoutSequences } from '../../../domain/control-sequences.ts';
import { readFields } from './fields.ts';
import { resetLine } from './log-line.ts';
import type { LogLine } from './log-line.ts';
import { timePattern, timeReader } from './time.ts';

/** Text in front of a line's time, at most, and the time itself. */
const mostPrefix = 400;
const openBrace = 123;
/** Of other loggers only errors are read to the end. */
const transferLogger = 'piecestore';
/** The shortest line that the node writes is longer. */
const leastLine = 20;
const levelLetters: ReadonlySet<string> = new Set(['D', 'I', 'W', 'E', 'P', 'F']);
const levels = 'DEBUG|INFO|WARN|ERROR|DPANIC|PANIC|FATAL';
/** Where a collector replaced the tabs, coloured the level or put text in front; some put the level first. */
const looseForms = [
	new RegExp(
		String.raw`(?<time>${timePattern})\]?\s{1,8}\[?(?<level>${levels})\]?:?\s{1,8}(?<rest>.*)$`,
		'is',
	),
	new RegExp(
		String.raw`\[?(?<level>${levels})\]?:?\s{1,8}\[?(?<time>${timePattern})\]?\s{1,8}(?<rest>.*)$`,
		'is',
	),
] as const;

/**
 * Reads lines as storagenode writes them: `TIME\tLEVEL\tLOGGER\tMESSAGE\t{JSON}`, with or without the
 * columns of logger and caller; the same behind the prefix of a container or a collector, with blanks
 * in place of tabs; and `log.encoding=json`. `false` for what is no line of a log, such as a stack.
 */
export function createLineReader(): (text: string, line: LogLine) => boolean {
	const readTime = timeReader();

	function readJson(text: string, line: LogLine): boolean {
		const names = readFields(text, 0, line);
		if (names.wrapped !== undefined) return read(names.wrapped.trimEnd(), line);
		line.level = names.level.charAt(0).toUpperCase();
		line.logger = names.logger;
		line.message = names.message;
		readTime(names.time, line);
		if (line.message !== '' && levelLetters.has(line.level) && !line.message.includes('\t'))
			return true;
		// A collector may put the whole line where others put the message.
		return names.message.length > leastLine && read(names.message, line);
	}

	function readLoose(written: string, line: LogLine): boolean {
		const text = written.includes('\u001B') ? withoutSequences(written) : written;
		const start = text.slice(0, mostPrefix);
		const found = looseForms[0].exec(start) ?? looseForms[1].exec(start);
		const { time, level, rest } = found?.groups ?? {};
		if (time === undefined || level === undefined || rest === undefined) return false;
		readTime(time, line);
		line.level = level.charAt(0).toUpperCase();
		const from = start.length - rest.length;
		const columns = text.slice(from).split(/\t| {2,8}/, 5);
		const json = columns.findIndex((column) => column.startsWith('{'));
		const words = json === -1 ? columns : columns.slice(0, json);
		line.message = words.at(-1)?.trim() ?? '';
		line.logger = words.length > 1 ? (words[0] ?? '') : '';
		const brace = text.indexOf('{', from);
		if (brace !== -1) readFields(text, brace, line);
		return line.message !== '';
	}

	function read(text: string, line: LogLine): boolean {
		resetLine(line);
		if (text.charCodeAt(0) === openBrace) return readJson(text, line);
		const first = text.indexOf('\t');
		const second = first === -1 ? -1 : text.indexOf('\t', first + 1);
		const level = text.charAt(first + 1);
		if (second === -1 || second - first > 7 || !levelLetters.has(level))
			return readLoose(text, line);
		const before = text.lastIndexOf(' ', first) + 1;
		if (!readTime(text.slice(before, first), line)) return readLoose(text, line);
		line.level = level;
		readColumns(text, second + 1, line);
		return line.message !== '';
	}
	return read;
}

/** Logger, perhaps the caller, the message, perhaps JSON: what stands in front of the JSON is the message. */
function readColumns(text: string, from: number, line: LogLine): void {
	let start = from;
	let end = text.indexOf('\t', start);
	let isFirst = true;
	while (end !== -1 && text.charCodeAt(end + 1) !== openBrace) {
		if (isFirst) line.logger = text.slice(start, end);
		isFirst = false;
		start = end + 1;
		end = text.indexOf('\t', start);
	}
	line.message = text.slice(start, end === -1 ? text.length : end);
	const isWanted = isTransferLogger(line.logger) || (line.level !== 'I' && line.level !== 'D');
	if (end !== -1 && isWanted) readFields(text, end + 1, line);
}

/** Whether a logger writes about transfers: by its name, within another's, or by the file that calls it. */
export function isTransferLogger(logger: string): boolean {
	return (
		logger === transferLogger ||
		logger.startsWith(transferLogger) ||
		logger.endsWith(`.${transferLogger}`) ||
		logger.endsWith(`:${transferLogger}`)
	);
}
