import { bucketsOf, decodeBuckets, mergeBuckets } from './codec/buckets.ts';
import type { Bucket } from './codec/buckets.ts';
import type { JsonObject } from './codec/delta.ts';
import { decodeNumbers } from './codec/numbers.ts';
import { decodeRow } from './codec/rows.ts';
import { frameOfOpen, frameOfSegment } from './frame-lines.ts';
import { hourMs, levelSpans, minuteMs, windowMs } from './spans.ts';
import { levels } from './tables.ts';
import type { HistoryTables, Level, Series, Span, StoredEvent, TrackName } from './tables.ts';

/** Times and values of one number; a gap is NaN. */
export interface Numbers {
	readonly times: readonly number[];
	readonly values: readonly number[];
}

/** Numbers of one node, as samples are written: a column that is shorter than `times` began later. */
export interface Columns {
	readonly times: readonly number[];
	readonly columns: readonly { readonly name: string; readonly values: (number | null)[] }[];
}

/** As many as the live screen keeps. */
const mostRows = 300;

/** Reads the tables. Everything may throw `DamagedDataError`, and what the tables throw. */
export class HistoryReader {
	readonly tables: HistoryTables;
	#known: Index = new Map();
	#indexedAt = '';

	constructor(tables: HistoryTables) {
		this.tables = tables;
	}

	/** Which numbers of which nodes there are. */
	list(): readonly { readonly node: string; readonly metric: string }[] {
		return [...this.#index()].flatMap(([node, tracks]) =>
			tracks.flatMap(({ columns }) => [...columns.keys()].map((metric) => ({ node, metric }))),
		);
	}

	/** From the oldest frame to behind the newest; undefined without any. */
	frameSpan(): Span | undefined {
		const sealed = this.tables.segmentSpan();
		const open = this.tables.frames();
		const fromMs = sealed?.fromMs ?? open.at(0)?.atMs;
		const lastMs = open.at(-1)?.atMs;
		const untilMs = lastMs === undefined ? sealed?.untilMs : lastMs + 1;
		return fromMs === undefined || untilMs === undefined ? undefined : { fromMs, untilMs };
	}

	frameTimes(span: Span): number[] {
		const sealed = this.tables.segments(span).flatMap(({ times }) => [...decodeNumbers(times)]);
		const open = this.tables.frames().map(({ atMs }) => atMs);
		return [...sealed, ...open]
			.filter((atMs) => atMs >= span.fromMs && atMs < span.untilMs)
			.toSorted((a, b) => a - b);
	}

	/** The newest frame at or before a time, as JSON without samples. */
	frameAt(atMs: number): JsonObject | undefined {
		const open = this.tables.frames();
		if (open[0] && open[0].atMs <= atMs) return frameOfOpen(open, atMs);
		const segment = this.tables.segmentAt(atMs);
		return segment && frameOfSegment(segment, atMs);
	}

	/** The rows of a node's polls, at most as many as samples may have: the newest. */
	rows(node: string, { fromMs, untilMs }: Span): Columns {
		const track = this.#index()
			.get(node)
			?.find(({ name }) => name === 'polls');
		if (!track) return { times: [], columns: [] };
		const columns = [...track.columns.values()];
		const parts: Part[] = [this.#openPart(track.id, untilMs)];
		let found = parts[0]?.times.length ?? 0;
		const oldestMs = this.tables.oldestChunk(levels.raw) ?? Number.POSITIVE_INFINITY;
		const lastMs = Math.max(fromMs - windowMs, oldestMs - windowMs);
		for (
			let startMs = Math.floor((untilMs - 1) / windowMs) * windowMs;
			found < mostRows && startMs > lastMs;
			startMs -= windowMs
		) {
			const part = this.#sealedPart(track, startMs, untilMs);
			parts.push(part);
			found += part.times.length;
		}
		return joinParts(parts, columns, fromMs);
	}

	/** A number of a node at every poll. */
	numbers(node: string, metric: string, span: Span): Numbers {
		const times: number[] = [];
		const values: number[] = [];
		for (const series of this.#seriesOf(node, metric)) {
			const part = this.#raw(series, span);
			times.push(...part.times);
			values.push(...part.values);
		}
		return { times, values };
	}

	/** A number of a node in steps: of the coarsest level that is fine enough, else of what there is. */
	buckets(node: string, metric: string, span: Span, stepMs: number): Bucket[] {
		const level = stepMs >= hourMs ? levels.hour : stepMs >= minuteMs ? levels.minute : levels.raw;
		const found = this.#seriesOf(node, metric).flatMap((series) =>
			this.#gather(series, level, span, stepMs),
		);
		return mergeBuckets(found, stepMs);
	}

	events(span: Span, kinds?: readonly string[]): readonly StoredEvent[] {
		return this.tables.events(span, kinds);
	}

	size(): number {
		return this.tables.size();
	}

	#seriesOf(node: string, metric: string): Series[] {
		const tracks = this.#index().get(node) ?? [];
		return tracks.flatMap(({ columns }) => columns.get(metric) ?? []);
	}

	/** By node. */
	#index(): Index {
		const [tracks, series] = this.tables.counts();
		const key = `${tracks} ${series}`;
		if (key !== this.#indexedAt) {
			this.#known = indexOf(this.tables);
			this.#indexedAt = key;
		}
		return this.#known;
	}

	/** Of one level; before its first bucket of coarser ones, behind its last of finer ones. */
	#gather(series: Series, level: Level, span: Span, stepMs: number): Bucket[] {
		const own = this.#own(series, level, span, stepMs);
		const firstMs = own.at(0)?.atMs ?? span.untilMs;
		const before = { fromMs: span.fromMs, untilMs: firstMs };
		const coarser = level === levels.hour ? [] : this.#coarser(series, level, before, stepMs);
		if (level === levels.raw) return [...coarser, ...own];
		const { bucketMs } = levelSpans[level];
		const last = own.at(-1);
		const fromMs = last ? last.atMs + bucketMs : span.fromMs;
		const finer = level === levels.hour ? levels.minute : levels.raw;
		const after = { fromMs: Math.max(fromMs, span.fromMs), untilMs: span.untilMs };
		return [...coarser, ...own, ...this.#finer(series, finer, after, stepMs)];
	}

	#coarser(series: Series, level: Level, span: Span, stepMs: number): Bucket[] {
		if (span.untilMs <= span.fromMs) return [];
		const next = level === levels.raw ? levels.minute : levels.hour;
		const { bucketMs } = levelSpans[next];
		// One that reaches into what finer ones say would count that twice.
		const own = this.#own(series, next, span, stepMs).filter(
			({ atMs }) => atMs + bucketMs <= span.untilMs,
		);
		const firstMs = own.at(0)?.atMs ?? span.untilMs;
		if (next === levels.hour) return own;
		return [...this.#coarser(series, next, { ...span, untilMs: firstMs }, stepMs), ...own];
	}

	#finer(series: Series, level: Level, span: Span, stepMs: number): Bucket[] {
		if (span.untilMs <= span.fromMs) return [];
		const own = this.#own(series, level, span, stepMs);
		const last = own.at(-1);
		if (level === levels.raw) return own;
		const fromMs = last ? last.atMs + minuteMs : span.fromMs;
		return [...own, ...this.#finer(series, levels.raw, { ...span, fromMs }, stepMs)];
	}

	#own(series: Series, level: Level, span: Span, stepMs: number): Bucket[] {
		if (level === levels.raw) {
			const { times, values } = this.#raw(series, span);
			return bucketsOf(times, values, Math.min(stepMs, minuteMs));
		}
		const { bucketMs, chunkMs } = levelSpans[level];
		const widened = { fromMs: span.fromMs - chunkMs, untilMs: span.untilMs };
		return this.tables
			.chunks(series.id, level, widened)
			.flatMap(({ bytes }) => decodeBuckets(bytes, bucketMs))
			.filter(({ atMs }) => atMs + bucketMs > span.fromMs && atMs < span.untilMs);
	}

	#raw(series: Series, span: Span): Numbers {
		const tracks = [...this.#index().values()].flat();
		const timesId = tracks.find(({ id }) => id === series.track)?.timesId;
		const times: number[] = [];
		const values: number[] = [];
		const add = (atMs: number, value: number | undefined): void => {
			if (atMs < span.fromMs || atMs >= span.untilMs || value === undefined) return;
			times.push(atMs);
			values.push(value);
		};
		const widened = { fromMs: span.fromMs - windowMs, untilMs: span.untilMs };
		const timesAt = new Map(
			(timesId === undefined ? [] : this.tables.chunks(timesId, levels.raw, widened)).map(
				({ startMs, bytes }) => [startMs, bytes],
			),
		);
		for (const { startMs, bytes } of this.tables.chunks(series.id, levels.raw, widened)) {
			const encoded = timesAt.get(startMs);
			const chunkTimes = encoded ? decodeNumbers(encoded) : [];
			const chunkValues = decodeNumbers(bytes);
			for (const [index, atMs] of chunkTimes.entries()) add(atMs, chunkValues[index]);
		}
		for (const { atMs, bytes } of this.tables.rows(series.track, span)) {
			const cell = decodeRow(bytes).find(([id]) => id === series.id);
			add(atMs, cell?.[1] ?? Number.NaN);
		}
		return { times, values };
	}

	#openPart(track: number, untilMs: number): Part {
		const rows = this.tables.rows(track, { fromMs: 0, untilMs });
		const cells = rows.map(({ bytes }) => new Map(decodeRow(bytes)));
		return {
			times: rows.map((row) => row.atMs),
			columnOf: (series) => cells.map((row) => row.get(series) ?? Number.NaN),
		};
	}

	#sealedPart({ id, timesId }: IndexedTrack, startMs: number, untilMs: number): Part {
		const chunks = this.tables.chunksOfTrack(id, startMs);
		const bytesOf = new Map(chunks.map(({ series, bytes }) => [series, bytes]));
		const timeBytes = timesId === undefined ? undefined : bytesOf.get(timesId);
		const times = timeBytes ? [...decodeNumbers(timeBytes)].filter((atMs) => atMs < untilMs) : [];
		return {
			times,
			columnOf: (series) => {
				const bytes = bytesOf.get(series);
				return bytes ? decodeNumbers(bytes) : [];
			},
		};
	}
}

type Index = ReadonlyMap<string, readonly IndexedTrack[]>;

interface IndexedTrack {
	readonly id: number;
	readonly name: TrackName;
	/** The series of its times; absent before its first chunk. */
	readonly timesId: number | undefined;
	/** By metric. */
	readonly columns: ReadonlyMap<string, Series>;
}

function indexOf(tables: HistoryTables): Index {
	const ofTrack = Map.groupBy(tables.series(), ({ track }) => track);
	const tracks = tables.tracks().map(({ id, node, name }) => {
		const series = ofTrack.get(id) ?? [];
		const columns = series.flatMap((each): [string, Series][] =>
			each.metric === '' ? [] : [[each.metric, each]],
		);
		const timesId = series.find(({ metric }) => metric === '')?.id;
		return { node, id, name, timesId, columns: new Map(columns) };
	});
	return Map.groupBy(tracks, ({ node }) => node);
}

/** Rows of a stretch of time. */
interface Part {
	readonly times: readonly number[];
	/** The values of a series at these times; it may be shorter. */
	readonly columnOf: (series: number) => ArrayLike<number>;
}

/**
 * Parts from the newest to the oldest as columns, from a time on. A number that was first seen within them
 * has a column that begins there.
 */
function joinParts(parts: readonly Part[], series: readonly Series[], fromMs: number): Columns {
	const ordered = parts.toReversed();
	const times = ordered.flatMap((part) => part.times);
	const early = times.filter((atMs) => atMs < fromMs).length;
	const skipped = Math.max(0, times.length - mostRows, early);
	const columns = series.map(({ id, metric }) => {
		const all = ordered.flatMap((part) => {
			const column = part.columnOf(id);
			return part.times.map((_, index) => finiteOf(column[index]));
		});
		const first = all.findIndex((value) => value !== null);
		return { name: metric, values: first < 0 ? [] : all.slice(Math.max(first, skipped)) };
	});
	return {
		times: times.slice(skipped),
		columns: columns.filter(({ values }) => values.length > 0),
	};
}

function finiteOf(value: number | undefined): number | null {
	return value !== undefined && Number.isFinite(value) ? value : null;
}
