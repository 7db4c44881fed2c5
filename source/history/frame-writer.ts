import { applyDelta, diffJson } from './codec/delta.ts';
import type { Delta, Json, JsonObject } from './codec/delta.ts';
import { DamagedDataError } from './codec/bytes.ts';
import { encodeNumbers } from './codec/numbers.ts';
import { squeeze, unsqueeze } from './codec/squeeze.ts';
import { windowMs } from './spans.ts';
import type { HistoryTables, StoredFrame } from './tables.ts';

/** To show a frame, all before it in its segment are read: so many take some milliseconds. */
const mostFrames = 30;
/** A frame of a thousand nodes with all their peers takes 50 MB. */
const mostFrameBytes = 256 * 1024 * 1024;

/** What one line of a segment holds. */
type Line = { readonly key: JsonObject } | { readonly at: number; readonly d: Delta | null };

/** Frames as a key frame and what changes from one to the next; each is in the tables at once. */
export class FrameWriter {
	readonly #tables: HistoryTables;
	#last: JsonObject | undefined;
	#open = 0;
	#startMs = 0;

	constructor(tables: HistoryTables) {
		this.#tables = tables;
	}

	add(frame: JsonObject): void {
		const atMs = timeOf(frame);
		const lastMs = this.#last && timeOf(this.#last);
		if (atMs === lastMs) return;
		const isNext =
			this.#last !== undefined &&
			lastMs !== undefined &&
			atMs > lastMs &&
			this.#open < mostFrames &&
			atMs - this.#startMs < windowMs;
		// What a killed process left open is sealed too.
		if (!isNext) this.seal();
		const line: Line =
			isNext && this.#last
				? { at: atMs, d: diffJson(withoutTime(this.#last), withoutTime(frame)) ?? null }
				: { key: frame };
		if ('key' in line) this.#startMs = atMs;
		this.#tables.addFrame({ atMs, bytes: squeeze(Buffer.from(JSON.stringify(line)), 'fast') });
		this.#open += 1;
		this.#last = frame;
	}

	/** Nothing is known of what the tables hold: the next one is a key frame. */
	reset(): void {
		this.#last = undefined;
	}

	/** Squeezes the open frames together; the next one is a key frame. */
	seal(): void {
		this.#last = undefined;
		this.#open = 0;
		const frames = this.#tables.frames();
		const [first] = frames;
		const last = frames.at(-1);
		if (!first || !last) return;
		const lines = frames.flatMap(({ bytes }, index) => [
			...(index === 0 ? [] : [Buffer.from('\n')]),
			unsqueeze(bytes, mostFrameBytes),
		]);
		this.#tables.addSegment({
			startMs: first.atMs,
			endMs: last.atMs,
			times: encodeNumbers(frames.map(({ atMs }) => atMs)),
			bytes: squeeze(Buffer.concat(lines)),
		});
		this.#tables.dropFrames();
	}
}

/** The newest of these lines at or before a time. Throws `DamagedDataError`. */
export function frameFromLines(lines: Iterable<string>, atMs: number): JsonObject | undefined {
	let frame: Json | undefined;
	try {
		for (const text of lines) {
			const line = JSON.parse(text) as Line; // What nodetop wrote; else applying it throws.
			const lineMs = 'key' in line ? timeOf(line.key) : line.at;
			if (lineMs > atMs) break;
			if ('key' in line) frame = line.key;
			else if (frame !== undefined) {
				const next = line.d === null ? frame : applyDelta(frame, line.d);
				frame = { ...asObject(next), atMs: lineMs };
			}
		}
	} catch (error) {
		throw new DamagedDataError('a frame is damaged', { cause: error });
	}
	return frame === undefined ? undefined : asObject(frame);
}

export function linesOfFrames(frames: readonly StoredFrame[]): string[] {
	return frames.map(({ bytes }) => Buffer.from(unsqueeze(bytes, mostFrameBytes)).toString());
}

export function linesOfSegment(bytes: Uint8Array): string[] {
	return Buffer.from(unsqueeze(bytes, mostFrameBytes)).toString().split('\n');
}

function timeOf({ atMs }: JsonObject): number {
	if (typeof atMs === 'number') return atMs;
	throw new DamagedDataError('a frame has no time');
}

function withoutTime(frame: JsonObject): JsonObject {
	return { ...frame, atMs: 0 };
}

function asObject(value: Json): JsonObject {
	if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
		return value as JsonObject; // Neither a list nor null.
	}
	throw new DamagedDataError('a frame is no object');
}
