import { pause } from '../../domain/waiting.ts';
import { isAsGrave, levelOf } from './level.ts';
import type { LogLevel } from './level.ts';
import { parseLogLine } from './line.ts';
import type { LogLine } from './line.ts';
import { LineReader, readInflated, readSegment } from './line-reader.ts';
import type { WantedLines } from './line-reader.ts';
import { listSegments, segmentPath } from './segments.ts';
import type { Segment } from './segments.ts';

/** Which lines of the log are wanted. */
export interface LogFilter {
	readonly sinceMs?: number | undefined;
	readonly untilMs?: number | undefined;
	/** Of the text, in linear time. */
	readonly matches?: ((text: string) => boolean) | undefined;
	/** What the text holds, letter for letter: other lines are not decoded, so this is far quicker than a pattern. */
	readonly contains?: string | undefined;
	readonly least?: LogLevel | undefined;
	readonly stream?: LogLine['stream'] | undefined;
}

type Take = (line: LogLine) => void;

/** Where the last lines are looked for first. */
const tailBytes = 2_097_152;
const mostKeptCharacters = 16_000_000;

/** Gives every wanted line, oldest first. `afterBlock` may hold the reading up. */
export async function eachLine(
	directory: string,
	filter: LogFilter,
	take: Take,
	afterBlock: () => Promise<void>,
): Promise<void> {
	const reader = new LineReader(sieve(filter, take));
	for (const segment of segmentsSince(directory, filter.sinceMs))
		await readSegment(segment, 0, reader, afterBlock);
}

/** The last wanted lines, oldest first; at most 16 MB of them. */
export async function lastLines(
	directory: string,
	count: number,
	filter: LogFilter = {},
): Promise<readonly LogLine[]> {
	const segments = segmentsSince(directory, filter.sinceMs).toReversed();
	const newest = segments[0];
	if (newest && isOpen(filter)) {
		// Nearly always these are enough.
		const ring = new Ring(count);
		const reader = new LineReader(sieve(filter, ring.add));
		await readSegment(newest, Math.max(0, newest.sizeBytes - tailBytes), reader);
		if (ring.isFull()) return ring.lines();
	}
	const found: (readonly LogLine[])[] = [];
	let total = 0;
	let ring = new Ring(count);
	const reader = new LineReader(
		sieve(filter, (line) => {
			ring.add(line);
		}),
	);
	for (const segment of segments) {
		ring = new Ring(count - total);
		await readSegment(segment, 0, reader);
		found.unshift(ring.lines());
		total += ring.lines().length;
		if (total >= count) break;
	}
	return found.flat();
}

function isOpen({ matches, contains, least, stream, untilMs }: LogFilter): boolean {
	return !matches && contains === undefined && !least && !stream && untilMs === undefined;
}

function segmentsSince(directory: string, sinceMs = 0): readonly Segment[] {
	// A compressed file is changed later than its last line, never earlier.
	return listSegments(directory).filter(({ changedAtMs }) => changedAtMs >= sinceMs);
}

class Ring {
	readonly #count: number;
	#lines: LogLine[] = [];
	#characters = 0;

	constructor(count: number) {
		this.#count = Math.max(0, count);
	}

	readonly add = (line: LogLine): void => {
		this.#lines.push(line);
		this.#characters += line.text.length;
		// Cut now and then, not at each line: moving a list costs its length.
		if (this.#lines.length >= 2 * this.#count + 64 || this.#characters > mostKeptCharacters)
			this.#cut();
	};

	isFull(): boolean {
		return this.#lines.length >= this.#count;
	}

	lines(): readonly LogLine[] {
		this.#cut();
		return this.#lines;
	}

	#cut(): void {
		this.#lines = this.#count === 0 ? [] : this.#lines.slice(-this.#count);
		this.#characters = this.#lines.reduce((sum, { text }) => sum + text.length, 0);
		while (this.#characters > mostKeptCharacters && this.#lines.length > 1)
			this.#characters -= this.#lines.shift()?.text.length ?? 0;
	}
}

/** Takes lines of text; what does not pass the filter is dropped. */
function sieve(filter: LogFilter, take: Take): WantedLines {
	const since = filter.sinceMs === undefined ? '' : new Date(filter.sinceMs).toISOString();
	const until = filter.untilMs === undefined ? '~' : new Date(filter.untilMs).toISOString();
	// A line without a level, as of a stack, goes with the one before it.
	let isGrave = false;
	const takeText = (text: string): void => {
		const line = parseLogLine(text);
		if (!line || line.at < since || line.at > until) return;
		if (filter.stream !== undefined && line.stream !== filter.stream) return;
		if (filter.least !== undefined) {
			const level = levelOf(line.text);
			if (level !== undefined) isGrave = isAsGrave(level, filter.least);
			if (!isGrave) return;
		}
		if (filter.matches && !filter.matches(line.text)) return;
		if (filter.contains !== undefined && !line.text.includes(filter.contains)) return;
		take(line);
	};
	// The level of a line may be that of a line before it which is not wanted.
	return { take: takeText, ...(filter.least === undefined && { containing: filter.contains }) };
}

/** Gives the wanted lines that are there from a place on and those that come, until the signal. */
export async function followLines(
	directory: string,
	filter: LogFilter,
	take: Take,
	signal: AbortSignal,
	everyMs = 200,
): Promise<void> {
	const newest = listSegments(directory).at(-1);
	let number = newest?.number ?? 1;
	let at = newest?.sizeBytes ?? 0;
	const reader = new LineReader(sieve(filter, take));
	for (;;) {
		const isLast = signal.aborted;
		at += await readOn(reader, directory, number, at);
		const next = listSegments(directory).find((segment) => segment.number > number);
		if (next) {
			// What was written between the look and the change of files.
			await readOn(reader, directory, number, at);
			number = next.number;
			at = 0;
		} else if (isLast) return;
		else await pause(everyMs, signal);
	}
}

/** Reads a file of the log from a place on; gives how many bytes. It may be compressed at any time. */
async function readOn(
	reader: LineReader,
	directory: string,
	number: number,
	from: number,
): Promise<number> {
	const path = segmentPath(directory, number);
	try {
		return reader.read(path, from);
	} catch (error) {
		if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
		return readInflated(reader, `${path}.gz`, from);
	}
}
