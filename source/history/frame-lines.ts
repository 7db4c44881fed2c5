import { DamagedDataError } from './codec/bytes.ts';
import { applyDelta } from './codec/delta.ts';
import type { Delta, Json, JsonObject } from './codec/delta.ts';
import { decodeNumbers } from './codec/numbers.ts';
import { unsqueeze } from './codec/squeeze.ts';
import type { Segment, StoredFrame } from './tables.ts';

/** A frame of a thousand nodes with all their peers takes 50 MB. */
const mostFrameBytes = 256 * 1024 * 1024;
const newline = 10;

/** What one line of a segment holds: a whole frame, or what changed since the line before. */
type FrameLine = { readonly key: JsonObject } | { readonly at: number; readonly d: Delta | null };

/** How the text of a key frame begins. */
const keyStart = '{"key":';

export function keyLine(frame: JsonObject): string {
	return JSON.stringify({ key: frame } satisfies FrameLine);
}

export function deltaLine(atMs: number, delta: Delta | undefined): string {
	return JSON.stringify({ at: atMs, d: delta ?? null } satisfies FrameLine);
}

export function isKeyLine(line: string): boolean {
	return line.startsWith(keyStart);
}

/** Open frames as the text of their segment. */
export function textOfFrames(frames: readonly StoredFrame[]): Uint8Array {
	const lines = frames.flatMap(({ bytes }, index) => [
		...(index === 0 ? [] : [Buffer.of(newline)]),
		unsqueeze(bytes, mostFrameBytes),
	]);
	return Buffer.concat(lines);
}

export function textOfSegment({ bytes }: Pick<Segment, 'bytes'>): Buffer {
	return bufferOf(unsqueeze(bytes, mostFrameBytes));
}

/** The newest of open frames at or before a time. Throws `DamagedDataError`. */
export function frameOfOpen(frames: readonly StoredFrame[], atMs: number): JsonObject | undefined {
	const lineAt = (index: number): string => {
		const frame = frames[index];
		return frame ? bufferOf(unsqueeze(frame.bytes, mostFrameBytes)).toString() : '';
	};
	return frameFrom(linesUpTo(countUpTo(frames, atMs), lineAt));
}

/**
 * The newest frame of a segment at or before a time. Reads only the lines from the key frame before it on.
 * Throws `DamagedDataError`.
 */
export function frameOfSegment(segment: Segment, atMs: number): JsonObject | undefined {
	const times = [...decodeNumbers(segment.times)].map((each) => ({ atMs: each }));
	const text = textOfSegment(segment);
	const starts = [0];
	for (;;) {
		const end = text.indexOf(newline, starts.at(-1));
		if (end < 0) break;
		starts.push(end + 1);
	}
	if (starts.length !== times.length) throw new DamagedDataError('a frame is missing');
	const lineAt = (index: number): string =>
		text.toString('utf8', starts[index], (starts[index + 1] ?? text.length + 1) - 1);
	return frameFrom(linesUpTo(countUpTo(times, atMs), lineAt));
}

export function timeOf({ atMs }: JsonObject): number {
	if (typeof atMs === 'number') return atMs;
	throw new DamagedDataError('a frame has no time');
}

/** How many there are at or before a time; their times ascend. */
function countUpTo(frames: readonly { readonly atMs: number }[], atMs: number): number {
	return frames.findLastIndex((frame) => frame.atMs <= atMs) + 1;
}

/** The newest of the first lines, back to a key frame, in their order. */
function linesUpTo(count: number, lineAt: (index: number) => string): string[] {
	const lines: string[] = [];
	for (let index = count - 1; index >= 0; index -= 1) {
		const line = lineAt(index);
		lines.push(line);
		if (isKeyLine(line)) break;
	}
	return lines.toReversed();
}

function frameFrom(lines: readonly string[]): JsonObject | undefined {
	let frame: Json | undefined;
	let lastMs = 0;
	try {
		for (const text of lines) {
			const line = JSON.parse(text) as FrameLine; // What nodetop wrote; else applying it throws.
			lastMs = 'key' in line ? timeOf(line.key) : line.at;
			if ('key' in line) frame = line.key;
			else if (frame !== undefined && line.d !== null) frame = applyDelta(frame, line.d);
		}
	} catch (error) {
		throw new DamagedDataError('a frame is damaged', { cause: error });
	}
	return frame === undefined ? undefined : { ...asObject(frame), atMs: lastMs };
}

/** A view of the same bytes. */
function bufferOf(bytes: Uint8Array): Buffer {
	return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function asObject(value: Json): JsonObject {
	if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
		return value as JsonObject; // Neither a list nor null.
	}
	throw new DamagedDataError('a frame is no object');
}
