import { bucketsOf, decodeBuckets, encodeBuckets, mergeBuckets } from './codec/buckets.ts';
import type { Bucket } from './codec/buckets.ts';
import type { JsonObject } from './codec/delta.ts';
import { decodeNumbers, encodeNumbers } from './codec/numbers.ts';
import { decodeRow, encodeRow } from './codec/rows.ts';
import type { Cell } from './codec/rows.ts';
import { FrameWriter } from './frame-writer.ts';
import { hourMs, levelSpans, minuteMs, windowMs } from './spans.ts';
import { levels } from './tables.ts';
import { isKnownEvent } from './process-events.ts';
import type { HistoryTables, Level, StoredEvent, TrackName } from './tables.ts';

/** The numbers of one node at one time, by metric; one that is no number is a gap. */
export interface IncomingRow {
	readonly node: string;
	readonly track: TrackName;
	/** Unix ms, whole. */
	readonly atMs: number;
	readonly names: readonly string[];
	readonly values: ArrayLike<number>;
}

/** Rows that come late still find their ten minutes open. */
const graceMs = 5000;

/** Takes what the watch saw, and seals what is over. Each call is one transaction. */
export class HistoryWriter {
	readonly #tables: HistoryTables;
	readonly #frames: FrameWriter;
	/** The oldest row that is not sealed, by track. */
	readonly #oldest = new Map<number, number>();

	constructor(tables: HistoryTables) {
		this.#tables = tables;
		this.#frames = new FrameWriter(tables);
		for (const { id } of tables.tracks()) this.#look(id);
	}

	addRows(rows: readonly IncomingRow[]): void {
		this.#tables.atomically(() => {
			for (const { node, track, atMs, names, values } of rows) {
				const id = this.#tables.trackOf(node, track);
				const cells: Cell[] = [];
				for (let index = 0; index < names.length; index += 1) {
					const value = values[index] ?? Number.NaN;
					if (!Number.isFinite(value)) continue;
					cells.push([this.#tables.seriesOf(id, names[index] ?? ''), value]);
				}
				this.#tables.addRow({ track: id, atMs: Math.floor(atMs), bytes: encodeRow(cells) });
				const oldest = this.#oldest.get(id) ?? Number.POSITIVE_INFINITY;
				this.#oldest.set(id, Math.min(oldest, Math.floor(atMs)));
			}
		});
	}

	/** Takes rows of the past for those ten minutes in which nothing of their node is known. */
	fillWith(rows: readonly IncomingRow[]): void {
		const isEmpty = new Map<string, boolean>();
		const missing = rows.filter(({ node, track, atMs }) => {
			const id = this.#tables.trackOf(node, track);
			const startMs = startOf(atMs, windowMs);
			const key = `${id} ${startMs}`;
			const known = isEmpty.get(key) ?? this.#isEmpty(id, startMs);
			isEmpty.set(key, known);
			return known;
		});
		this.addRows(missing);
	}

	#isEmpty(track: number, startMs: number): boolean {
		const span = { fromMs: startMs, untilMs: startMs + windowMs };
		return (
			this.#tables.rows(track, span).length === 0 &&
			this.#tables.chunksOfTrack(track, startMs).length === 0
		);
	}

	/** A whole moment as JSON, without samples. */
	addFrame(frame: JsonObject): void {
		this.#tables.atomically(() => {
			this.#frames.add(frame);
		});
	}

	/** After a batch that failed. */
	reset(): void {
		this.#frames.reset();
	}

	addEvents(events: readonly StoredEvent[]): void {
		this.#tables.atomically(() => {
			for (const event of events)
				if (!isKnownEvent(this.#tables, event)) this.#tables.addEvent(event);
		});
	}

	/** Seals one stretch of ten minutes that is over; false where there was none. */
	sealOne(nowMs: number): boolean {
		for (const [track, oldestMs] of this.#oldest) {
			const startMs = startOf(oldestMs, windowMs);
			if (startMs + windowMs + graceMs > nowMs) continue;
			this.#tables.atomically(() => {
				this.#seal(track, startMs, nowMs);
			});
			this.#look(track);
			return true;
		}
		return false;
	}

	/** Seals everything, the present ten minutes too: at the end of a recording. */
	sealAll(): void {
		while (this.sealOne(Number.POSITIVE_INFINITY)) continue;
		this.#tables.atomically(() => {
			this.#frames.seal();
		});
	}

	#look(track: number): void {
		const span = this.#tables.rowSpan(track);
		if (span) this.#oldest.set(track, span.fromMs);
		else this.#oldest.delete(track);
	}

	#seal(track: number, startMs: number, nowMs: number): void {
		const span = { fromMs: startMs, untilMs: startMs + windowMs };
		const columns = this.#columnsOf(track, startMs);
		const times = columns.times.toSorted((a, b) => a - b);
		const series = this.#tables.seriesOf(track, '');
		this.#put(series, levels.raw, startMs, encodeNumbers(times));
		for (const [id, byTime] of columns.values) {
			const values = times.map((atMs) => byTime.get(atMs) ?? Number.NaN);
			this.#put(id, levels.raw, startMs, encodeNumbers(values));
			this.#fold(id, levels.minute, bucketsOf(times, values, minuteMs), span);
			const isHourOver = (startMs + windowMs) % hourMs === 0;
			if (isHourOver || nowMs - startMs > hourMs) this.#foldHour(id, startOf(startMs, hourMs));
		}
		this.#tables.dropRows(track, span);
	}

	/** The rows of ten minutes, joined with what was sealed of them before. */
	#columnsOf(track: number, startMs: number) {
		const span = { fromMs: startMs, untilMs: startMs + windowMs };
		const values = new Map<number, Map<number, number>>();
		const add = (series: number, atMs: number, value: number): void => {
			const column = values.get(series) ?? new Map<number, number>();
			values.set(series, column);
			column.set(atMs, value);
		};
		const times = new Set<number>();
		const timesId = this.#tables.seriesOf(track, '');
		const sealed = this.#tables.chunksOfTrack(track, startMs);
		const timeChunk = sealed.find(({ series }) => series === timesId);
		const sealedTimes = timeChunk ? decodeNumbers(timeChunk.bytes) : [];
		for (const atMs of sealedTimes) times.add(atMs);
		for (const { series, bytes } of sealed) {
			if (series === timesId) continue;
			for (const [index, value] of decodeNumbers(bytes).entries()) {
				if (!Number.isNaN(value)) add(series, sealedTimes[index] ?? 0, value);
			}
		}
		for (const { atMs, bytes } of this.#tables.rows(track, span)) {
			times.add(atMs);
			for (const [series, value] of decodeRow(bytes)) add(series, atMs, value);
		}
		return { times: [...times], values };
	}

	/** Puts buckets into their chunks, in the place of those that were there in the span. */
	#fold(
		series: number,
		level: Exclude<Level, 0>,
		buckets: readonly Bucket[],
		span: { readonly fromMs: number; readonly untilMs: number },
	): void {
		if (buckets.length === 0) return;
		const { bucketMs, chunkMs } = levelSpans[level];
		const startMs = startOf(span.fromMs, chunkMs);
		const [known] = this.#tables.chunks(series, level, { fromMs: startMs, untilMs: startMs + 1 });
		const others = (known ? decodeBuckets(known.bytes, bucketMs) : []).filter(
			({ atMs }) => atMs < span.fromMs || atMs >= span.untilMs,
		);
		const all = [...others, ...buckets].toSorted((a, b) => a.atMs - b.atMs);
		this.#put(series, level, startMs, encodeBuckets(all, bucketMs));
	}

	#foldHour(series: number, hourStartMs: number): void {
		const span = { fromMs: hourStartMs, untilMs: hourStartMs + hourMs };
		const { bucketMs, chunkMs } = levelSpans[levels.minute];
		const startMs = startOf(hourStartMs, chunkMs);
		const chunks = this.#tables.chunks(series, levels.minute, {
			fromMs: startMs,
			untilMs: startMs + 1,
		});
		const minutes = chunks
			.flatMap(({ bytes }) => decodeBuckets(bytes, bucketMs))
			.filter(({ atMs }) => atMs >= span.fromMs && atMs < span.untilMs);
		this.#fold(series, levels.hour, mergeBuckets(minutes, hourMs), span);
	}

	#put(series: number, level: Level, startMs: number, bytes: Uint8Array): void {
		this.#tables.putChunk({ series, level, startMs, bytes });
	}
}

function startOf(atMs: number, spanMs: number): number {
	return Math.floor(atMs / spanMs) * spanMs;
}
