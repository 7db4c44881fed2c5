import { closeSync, createReadStream, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { pause } from '../../domain/waiting.ts';
import { isAsGrave, levelOf } from './level.ts';
import type { LogLevel } from './level.ts';
import { parseLogLine, prefixLength } from './line.ts';
import type { LogLine } from './line.ts';
import { listSegments, segmentPath } from './segments.ts';
import type { Segment } from './segments.ts';

/** Which lines of the log are wanted. */
export interface LogFilter {
	readonly sinceMs?: number | undefined;
	readonly untilMs?: number | undefined;
	/** Of the text, in linear time. */
	readonly matches?: ((text: string) => boolean) | undefined;
	readonly least?: LogLevel | undefined;
	readonly stream?: LogLine['stream'] | undefined;
}

type Take = (line: LogLine) => void;

const blockBytes = 65_536;
/** A line and its prefix. */
const longestBytes = 1_200_000;
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
	const wanted = sieve(filter, take);
	for (const segment of segmentsSince(directory, filter.sinceMs))
		await readSegment(segment, 0, wanted, afterBlock);
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
		await readSegment(newest, Math.max(0, newest.sizeBytes - tailBytes), sieve(filter, ring.add));
		if (ring.isFull()) return ring.lines();
	}
	const found: (readonly LogLine[])[] = [];
	let total = 0;
	for (const segment of segments) {
		const ring = new Ring(count - total);
		await readSegment(segment, 0, sieve(filter, ring.add));
		found.unshift(ring.lines());
		total += ring.lines().length;
		if (total >= count) break;
	}
	return found.flat();
}

function isOpen({ matches, least, stream, untilMs }: LogFilter): boolean {
	return !matches && !least && !stream && untilMs === undefined;
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
function sieve(filter: LogFilter, take: Take): (line: string) => void {
	const since = filter.sinceMs === undefined ? '' : new Date(filter.sinceMs).toISOString();
	const until = filter.untilMs === undefined ? '~' : new Date(filter.untilMs).toISOString();
	// A line without a level, as of a stack, goes with the one before it.
	let isGrave = false;
	return (text) => {
		const line = parseLogLine(text);
		if (!line || line.at < since || line.at > until) return;
		if (filter.stream !== undefined && line.stream !== filter.stream) return;
		if (filter.least !== undefined) {
			const level = levelOf(line.text);
			if (level !== undefined) isGrave = isAsGrave(level, filter.least);
			if (!isGrave) return;
		}
		if (filter.matches && !filter.matches(line.text)) return;
		take(line);
	};
}

async function readSegment(
	segment: Segment,
	from: number,
	take: (line: string) => void,
	afterBlock?: () => Promise<void>,
): Promise<void> {
	const split = createSplitter(take, from > 0);
	const isGone = !segment.isCompressed && !existsSync(segment.path);
	// Compressed since it was listed.
	const compressed = isGone
		? `${segment.path}.gz`
		: segment.isCompressed
			? segment.path
			: undefined;
	for await (const block of compressed === undefined
		? readPlain(segment.path, from)
		: inflated(compressed)) {
		split(block);
		await afterBlock?.();
	}
}

async function* inflated(path: string): AsyncGenerator<Buffer> {
	const stream = createReadStream(path, { highWaterMark: blockBytes }).pipe(createGunzip());
	for await (const chunk of stream) yield chunk as Buffer; // Bytes: no encoding was set.
}

/** Each block is good until the next one is asked for. */
function* readPlain(path: string, from: number): Generator<Buffer> {
	const file = openSync(path, 'r');
	const buffer = Buffer.allocUnsafe(blockBytes);
	try {
		const { size } = fstatSync(file);
		for (let at = from; at < size;) {
			const count = readSync(file, buffer, 0, buffer.length, at);
			if (count === 0) return;
			yield buffer.subarray(0, count);
			at += count;
		}
	} finally {
		closeSync(file);
	}
}

/** Makes lines of blocks. Bytes are only decoded when a line is whole. `isInside`: the first one is not. */
function createSplitter(take: (line: string) => void, isInside: boolean): (bytes: Buffer) => void {
	let rest: Buffer[] = [];
	let restBytes = 0;
	let skipsFirst = isInside;
	return (bytes) => {
		let from = 0;
		for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, from)) {
			const piece = bytes.subarray(from, end);
			const line = restBytes === 0 ? piece : Buffer.concat([...rest, piece]);
			if (!skipsFirst && line.length > prefixLength - 1) take(line.toString('utf8'));
			skipsFirst = false;
			rest = [];
			restBytes = 0;
			from = end + 1;
		}
		if (from >= bytes.length || restBytes > longestBytes) return;
		// A copy: the block is used again.
		rest.push(Buffer.from(bytes.subarray(from)));
		restBytes += bytes.length - from;
	};
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
	const split = createSplitter(sieve(filter, take), false);
	while (!signal.aborted) {
		at += readOn(segmentPath(directory, number), at, split);
		const next = listSegments(directory).find((segment) => segment.number > number);
		if (next) {
			// What was written between the look and the change of files.
			at += readOn(segmentPath(directory, number), at, split);
			number = next.number;
			at = 0;
		} else await pause(everyMs, signal);
	}
	readOn(segmentPath(directory, number), at, split);
}

function readOn(path: string, from: number, split: (bytes: Buffer) => void): number {
	let read = 0;
	try {
		for (const bytes of readPlain(path, from)) {
			read += bytes.length;
			split(bytes);
		}
	} catch (error) {
		// Compressed meanwhile: it was read to its end before the next file began.
		if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
	}
	return read;
}
