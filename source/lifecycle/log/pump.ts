import {
	closeSync,
	constants,
	fstatSync,
	ftruncateSync,
	mkdirSync,
	openSync,
	rmSync,
	writeSync,
} from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { Clock } from '../../domain/clock.ts';
import { messageOf } from '../../domain/errors.ts';
import { punchHole } from '../platform.ts';
import { inWords, readSmall, writeSmall } from '../small-file.ts';
import { emptyCapture, openCapture, readNext, sizeOf } from './capture.ts';
import type { Capture } from './capture.ts';
import { LogEncoder } from './encode.ts';
import type { OutputFacts } from './encode.ts';
import { longestLineBytes } from './line.ts';
import type { Stream } from './line.ts';
import { listSegments, segmentPath } from './segments.ts';
import type { Retention } from './segments.ts';
import { compressFinished, pruneSegments } from './upkeep.ts';

const streamCursor = z.object({ offset: z.number(), isWithinLine: z.boolean() });
/** How far the output is in the log, and how long the log was then. Saved after each turn. */
const cursorSchema = z.object({
	stdout: streamCursor,
	stderr: streamCursor,
	segment: z.int(),
	size: z.int(),
	segmentSinceMs: z.number(),
});
type Cursor = z.infer<typeof cursorSchema>;

/** What a pump does, each of which may fail alone. */
export type PumpWork = 'output' | 'log' | 'position' | 'old logs';

export interface PumpOptions {
	readonly stdout: string;
	readonly stderr: string;
	/** Where the log is. */
	readonly directory: string;
	readonly retention: Retention;
	readonly clock: Pick<Clock, 'now'>;
	/** Called with each piece of the log as it is written, for what needs the last lines. The bytes do not outlive it. */
	readonly onWritten?: (piece: Buffer) => void;
	/** Something that a person should know of one thing it does, once for each problem; undefined when that works again. */
	readonly onProblem: (about: PumpWork, problem: string | undefined) => void;
	/** More unread output than this is skipped. */
	readonly mostUnreadBytes?: number;
}

const blockBytes = 1_048_576;
const blocksATurn = 4;
const punchEveryBytes = 8 * 1_048_576;
const defaultMostUnread = 256 * 1_048_576;
/** Without holes a file is emptied while the node writes: lines of a moment may be lost. */
const mostUnpunchedBytes = 1_000_000_000;
const page = 4096;

/**
 * Takes what the node wrote over into the log. Nothing that it does can hold the node up. After a crash of the
 * supervisor the next pump goes on where the cursor stands: no line is lost, none doubled.
 */
export class LogPump {
	readonly #options: PumpOptions;
	readonly #captures: readonly Capture[];
	readonly #cursorPath: string;
	readonly #encoder = new LogEncoder();
	readonly #buffer = Buffer.allocUnsafe(blockBytes);
	#segment: number;
	#segmentSinceMs: number;
	#size: number;
	#file: number;
	#background: Promise<void> = Promise.resolve();
	#canPunch = true;
	readonly #problems = new Map<PumpWork, string | undefined>();

	constructor(options: PumpOptions) {
		this.#options = options;
		mkdirSync(options.directory, { recursive: true, mode: 0o700 });
		this.#cursorPath = join(options.directory, 'cursor.json');
		const cursor = readSmall(this.#cursorPath, cursorSchema);
		const newest = listSegments(options.directory).at(-1);
		this.#segment = cursor?.segment ?? (newest?.number ?? 0) + 1;
		this.#segmentSinceMs = cursor?.segmentSinceMs ?? options.clock.now();
		this.#file = openSegment(segmentPath(options.directory, this.#segment));
		this.#size = cutTo(this.#file, cursor?.size ?? 0);
		// Begun, and not yet in the cursor.
		for (const { number, path } of listSegments(options.directory))
			if (number > this.#segment) rmSync(path, { force: true });
		this.#captures = (['stdout', 'stderr'] as const).map((stream) => this.#open(stream, cursor));
		this.#save();
	}

	#open(stream: Stream, cursor: Cursor | undefined): Capture {
		const { offset = 0, isWithinLine = false } = cursor?.[stream] ?? {};
		const capture = openCapture(stream, this.#options[stream], offset, isWithinLine);
		// It was emptied after the cursor was saved.
		if (sizeOf(capture) < capture.offset) capture.offset = 0;
		return capture;
	}

	/** Takes over at most some megabytes; gives how many bytes. `atEnd` takes a last line without its end too. */
	turn(atEnd = false): number {
		let total = 0;
		let problem: string | undefined;
		for (const capture of this.#captures)
			try {
				total += this.#takeSome(capture, atEnd);
			} catch (error) {
				// Somebody has removed the files of a node that runs: that must not end its supervisor.
				problem ??= `its output cannot be read: ${messageOf(error)}`;
			}
		this.#tell('output', problem);
		if (total > 0) this.#save();
		return total;
	}

	#takeSome(capture: Capture, atEnd: boolean): number {
		let total = 0;
		this.#skipIfFarBehind(capture);
		for (let block = 0; block < blocksATurn; block += 1) {
			const taken = this.#take(capture, atEnd);
			if (taken === 0) break;
			total += taken;
		}
		this.#giveBack(capture);
		return total;
	}

	/** Everything that is there, in turns that let other work between. */
	async drain(atEnd: boolean): Promise<void> {
		while (this.turn(atEnd) > 0)
			await new Promise((resolve) => {
				setImmediate(resolve);
			});
	}

	/** Begins anew with empty files. Only while no node writes. */
	reset(): void {
		for (const capture of this.#captures) emptyCapture(capture);
		this.#save();
	}

	/** Adds a line of our own. */
	note(text: string): void {
		const bytes = Buffer.from(`nodetop: ${text}\n`);
		this.#append(bytes, { stream: 'stderr', isContinued: false });
		this.#save();
	}

	async close(): Promise<void> {
		await this.#background;
		closeSync(this.#file);
	}

	#take(capture: Capture, atEnd: boolean): number {
		const count = readNext(capture, this.#buffer);
		if (count === 0) return 0;
		const lastEnd = this.#buffer.lastIndexOf(10, count - 1);
		const isFull = lastEnd < 0 && count >= longestLineBytes;
		const length =
			lastEnd >= 0 ? lastEnd + 1 : isFull || atEnd ? wholeCharacters(this.#buffer, count) : 0;
		if (length === 0) return 0;
		const { stream, isWithinLine: isContinued } = capture;
		if (!this.#append(this.#buffer.subarray(0, length), { stream, isContinued })) return 0;
		capture.offset += length;
		capture.isWithinLine = lastEnd < 0 && isFull;
		return length;
	}

	/** Whether it is on disk; if not, it is tried again at the next turn. */
	#append(bytes: Buffer, about: Omit<OutputFacts, 'at'>): boolean {
		const { clock, directory, onWritten } = this.#options;
		const at = new Date(clock.now()).toISOString();
		try {
			this.#rotateIfDue();
			let size = this.#size;
			this.#encoder.encode(bytes, { ...about, at }, (piece) => {
				size += writeAll(this.#file, piece, size);
				onWritten?.(piece);
			});
			this.#size = size;
		} catch (error) {
			this.#tell('log', `its output is not kept: ${messageOf(inWords(error, directory))}`);
			return false;
		}
		this.#tell('log', undefined);
		return true;
	}

	#rotateIfDue(): void {
		const { directory, retention, clock } = this.#options;
		const nowMs = clock.now();
		const isDue =
			this.#size >= retention.segmentBytes || nowMs - this.#segmentSinceMs >= retention.segmentMs;
		if (!isDue || this.#size === 0) return;
		const next = openSegment(segmentPath(directory, this.#segment + 1));
		cutTo(next, 0);
		closeSync(this.#file);
		this.#file = next;
		this.#segment += 1;
		this.#size = 0;
		this.#segmentSinceMs = nowMs;
		this.#save();
		this.#background = this.#tidy(this.#background, this.#segment);
	}

	async #tidy(earlier: Promise<void>, current: number): Promise<void> {
		await earlier;
		const { directory, retention, clock } = this.#options;
		try {
			await compressFinished(directory, current);
			pruneSegments(directory, retention, clock.now());
			this.#tell('old logs', undefined);
		} catch (error) {
			this.#tell(
				'old logs',
				`old logs are not compressed: ${messageOf(inWords(error, directory))}`,
			);
		}
	}

	#skipIfFarBehind(capture: Capture): void {
		const most = this.#options.mostUnreadBytes ?? defaultMostUnread;
		const size = sizeOf(capture);
		const unread = size - capture.offset;
		if (unread <= most) return;
		const target = size - blockBytes;
		const skipped = target - capture.offset;
		capture.offset = target;
		// The rest of the line that it landed in belongs to what is skipped.
		const count = readNext(capture, this.#buffer);
		const end = this.#buffer.subarray(0, count).indexOf(10);
		if (end >= 0) capture.offset += end + 1;
		capture.isWithinLine = end < 0;
		this.note(
			`${skipped} bytes of its ${capture.stream} were skipped: it writes faster than they can be kept`,
		);
	}

	/** Frees the disk space of what is in the log. */
	#giveBack(capture: Capture): void {
		const upTo = Math.floor(capture.offset / page) * page;
		const length = upTo - capture.punched;
		if (length < punchEveryBytes) return;
		if (!this.#canPunch) {
			if (capture.offset < mostUnpunchedBytes || capture.offset < sizeOf(capture)) return;
			emptyCapture(capture);
			this.#save();
			return;
		}
		const from = capture.punched;
		capture.punched = upTo;
		this.#background = this.#punch(this.#background, { path: capture.path, from, length });
	}

	async #punch(
		earlier: Promise<void>,
		{
			path,
			from,
			length,
		}: { readonly path: string; readonly from: number; readonly length: number },
	): Promise<void> {
		await earlier;
		if (!(await punchHole(path, from, length))) this.#canPunch = false;
	}

	#save(): void {
		const [stdout, stderr] = this.#captures.map(({ offset, isWithinLine }) => ({
			offset,
			isWithinLine,
		}));
		const cursor = {
			stdout,
			stderr,
			segment: this.#segment,
			size: this.#size,
			segmentSinceMs: this.#segmentSinceMs,
		};
		try {
			writeSmall(this.#cursorPath, cursor, false);
			this.#tell('position', undefined);
		} catch (error) {
			this.#tell('position', `the position in the log is not saved: ${messageOf(error)}`);
		}
	}

	#tell(about: PumpWork, problem: string | undefined): void {
		if (this.#problems.get(about) === problem) return;
		this.#problems.set(about, problem);
		this.#options.onProblem(about, problem);
	}
}

function openSegment(path: string): number {
	return openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
}

/** What was appended after the cursor was saved goes: it is read again. */
function cutTo(file: number, size: number): number {
	const { size: present } = fstatSync(file);
	if (present > size) ftruncateSync(file, size);
	return Math.min(present, size);
}

function writeAll(file: number, bytes: Buffer, position: number): number {
	let written = 0;
	while (written < bytes.length)
		written += writeSync(file, bytes, written, bytes.length - written, position + written);
	return written;
}

/** Not to cut a character of several bytes. */
function wholeCharacters(buffer: Buffer, count: number): number {
	let length = count;
	while (length > count - 4 && length > 1 && ((buffer[length - 1] ?? 0) & 0xc0) === 0x80)
		length -= 1;
	const lead = buffer[length - 1] ?? 0;
	const needed = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
	return count - length + 1 >= needed ? count : length - 1;
}
