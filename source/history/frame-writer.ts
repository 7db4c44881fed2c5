import { diffJson } from './codec/delta.ts';
import type { JsonObject } from './codec/delta.ts';
import { encodeNumbers } from './codec/numbers.ts';
import { squeeze } from './codec/squeeze.ts';
import { deltaLine, isKeyLine, keyLine, textOfFrames, timeOf } from './frame-lines.ts';
import { windowMs } from './spans.ts';
import type { HistoryTables } from './tables.ts';

/** Frames that are squeezed together. */
const mostFrames = 30;
/**
 * From this length of text on no further key frame is put with them. zstd finds nothing again that stands more than 2 MB
 * back, and two copies of the text are in memory: 13 MB each for five minutes of two hundred nodes.
 */
const mostText = 2 * 1024 * 1024;
/** To show a frame, what comes after its key frame is read too. Key frames of one segment squeeze well. */
const mostDeltas = 5;

/** Frames as key frames and what changes from one to the next; each is in the tables at once. */
export class FrameWriter {
	readonly #tables: HistoryTables;
	#last: JsonObject | undefined;
	#open = 0;
	#openText = 0;
	/** Since the newest key frame. */
	#deltas = 0;
	#keyLength = 0;
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
		if (!isNext) this.#begin(atMs);
		const line = this.#lineOf(frame);
		if (isKeyLine(line) && this.#openText >= mostText) this.#begin(atMs);
		this.#tables.addFrame({ atMs, bytes: squeeze(Buffer.from(line), 'fast') });
		this.#open += 1;
		this.#openText += line.length;
		this.#last = frame;
	}

	/** Nothing is known of what the tables hold: the next one is a key frame. */
	reset(): void {
		this.#last = undefined;
	}

	/** What changed since the frame before; the whole frame where there is none, or where that is not shorter. */
	#lineOf(frame: JsonObject): string {
		const before = this.#deltas < mostDeltas ? this.#last : undefined;
		if (before) {
			const changes = deltaLine(timeOf(frame), diffJson(withoutTime(before), withoutTime(frame)));
			if (changes.length < this.#keyLength) {
				this.#deltas += 1;
				return changes;
			}
		}
		const whole = keyLine(frame);
		this.#deltas = 0;
		this.#keyLength = whole.length;
		return whole;
	}

	#begin(atMs: number): void {
		this.seal();
		this.#startMs = atMs;
	}

	/** Squeezes the open frames together; the next one is a key frame. */
	seal(): void {
		this.#last = undefined;
		this.#open = 0;
		this.#openText = 0;
		const frames = this.#tables.frames();
		const [first] = frames;
		const last = frames.at(-1);
		if (!first || !last) return;
		this.#tables.addSegment({
			startMs: first.atMs,
			endMs: last.atMs,
			times: encodeNumbers(frames.map(({ atMs }) => atMs)),
			bytes: squeeze(textOfFrames(frames)),
		});
		this.#tables.dropFrames();
	}
}

function withoutTime(frame: JsonObject): JsonObject {
	return { ...frame, atMs: 0 };
}
