import { closeSync, createReadStream, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { prefixLength } from './line.ts';
import type { Segment } from './segments.ts';

const blockBytes = 65_536;
/** A line and its prefix. What is longer is not ours, and its rest is left out. */
const longestBytes = 1_200_000;

export interface WantedLines {
	/** Gets each line as text, without its end. */
	readonly take: (line: string) => void;
	/** Only lines that hold this text, perhaps in their prefix; the others are not even decoded. */
	readonly containing?: string | undefined;
}

/** Makes lines of bytes in one buffer, which is used again for each block of each file: a log of any size needs no more. */
export class LineReader {
	readonly #take: (line: string) => void;
	readonly #needle: Buffer | undefined;
	#buffer = Buffer.allocUnsafe(2 * blockBytes);
	#used = 0;
	/** Up to the next line end: the rest of a line whose begin is not there, or that is too long. */
	#skips = false;

	constructor({ take, containing }: WantedLines) {
		this.#take = take;
		this.#needle = containing === undefined ? undefined : Buffer.from(containing);
	}

	/** What comes next is another file, perhaps from within a line on. */
	begin(isWithinLine: boolean): void {
		this.#used = 0;
		this.#skips = isWithinLine;
	}

	/** Reads a file from a place on, as it is now; gives how many bytes. */
	read(path: string, from: number): number {
		let read = 0;
		for (const count of this.blocks(path, from)) read += count;
		return read;
	}

	/** The same in steps, one for each block. */
	*blocks(path: string, from: number): Generator<number> {
		const file = openSync(path, 'r');
		try {
			const { size } = fstatSync(file);
			for (let at = from; at < size;) {
				const count = readSync(file, this.#buffer, this.#used, this.#room(), at);
				if (count === 0) return;
				at += count;
				this.#split(count);
				yield count;
			}
		} finally {
			closeSync(file);
		}
	}

	/** Takes bytes that another one has read. */
	add(bytes: Buffer): void {
		for (let from = 0; from < bytes.length;) {
			const count = bytes.copy(this.#buffer, this.#used, from, from + this.#room());
			from += count;
			this.#split(count);
		}
	}

	#room(): number {
		return Math.min(blockBytes, this.#buffer.length - this.#used);
	}

	#split(count: number): void {
		const from = this.#used;
		this.#used += count;
		const lastEnd = this.#buffer.subarray(from, this.#used).lastIndexOf(10);
		if (lastEnd < 0) {
			this.#makeRoom();
			return;
		}
		const end = from + lastEnd;
		let start = 0;
		if (this.#skips) {
			this.#skips = false;
			start = this.#buffer.indexOf(10) + 1;
		}
		if (this.#needle === undefined) this.#takeAll(start, end);
		else this.#takeContaining(this.#needle, start, end);
		this.#buffer.copyWithin(0, end + 1, this.#used);
		this.#used -= end + 1;
	}

	/** For a line that does not end in what was read. */
	#makeRoom(): void {
		if (this.#skips) this.#used = 0;
		else if (this.#used > longestBytes) {
			this.#takeOne(0, longestBytes);
			this.#used = 0;
			this.#skips = true;
		} else if (this.#room() < blockBytes)
			this.#buffer = Buffer.concat([this.#buffer], 2 * this.#buffer.length);
	}

	/** `end` is the place of the last line end. */
	#takeAll(start: number, end: number): void {
		for (let from = start; from <= end;) {
			const to = this.#buffer.indexOf(10, from);
			this.#takeOne(from, to);
			from = to + 1;
		}
	}

	#takeContaining(needle: Buffer, start: number, end: number): void {
		for (let from = start; from <= end;) {
			const found = this.#buffer.indexOf(needle, from);
			if (found < 0 || found > end) return;
			const to = this.#buffer.indexOf(10, found);
			this.#takeOne(Math.max(start, this.#buffer.lastIndexOf(10, found) + 1), to);
			from = to + 1;
		}
	}

	#takeOne(from: number, to: number): void {
		if (to - from >= prefixLength) this.#take(this.#buffer.toString('utf8', from, to));
	}
}

/** Reads one file of the log, compressed or not, from a place on. `afterBlock` may hold the reading up. */
export async function readSegment(
	{ path, isCompressed }: Segment,
	from: number,
	reader: LineReader,
	afterBlock?: () => Promise<void>,
): Promise<void> {
	reader.begin(from > 0);
	// It may have been compressed since it was listed.
	if (!isCompressed && existsSync(path)) {
		const blocks = reader.blocks(path, from);
		while (blocks.next().done !== true) await afterBlock?.();
		return;
	}
	for await (const block of inflated(isCompressed ? path : `${path}.gz`)) {
		reader.add(block);
		await afterBlock?.();
	}
}

/** Reads a compressed file from a place in its text on; gives how many bytes. None of a file that is removed by now. */
export async function readInflated(
	reader: LineReader,
	path: string,
	from: number,
): Promise<number> {
	if (!existsSync(path)) return 0;
	let at = 0;
	for await (const block of inflated(path)) {
		reader.add(block.subarray(Math.max(0, from - at)));
		at += block.length;
	}
	return Math.max(0, at - from);
}

async function* inflated(path: string): AsyncGenerator<Buffer> {
	// Here, as most questions are answered by the newest file, which is plain.
	const { createGunzip } = await import('node:zlib');
	const stream = createReadStream(path, { highWaterMark: blockBytes }).pipe(createGunzip());
	for await (const chunk of stream) yield chunk as Buffer; // Bytes: no encoding was set.
}
