/** Where rows of numbers come from: each poll, or each frame. Its rows share their times. */
export interface Track {
	readonly id: number;
	readonly node: string;
	readonly name: TrackName;
}

/** `polls` has a row for each poll; `frames` one for each frame, with the numbers that no poll's row has. */
export type TrackName = 'polls' | 'frames';

/** One number of one track; the empty name is the column of times. */
export interface Series {
	readonly id: number;
	readonly track: number;
	readonly metric: string;
}

/** A row as it came, until its chunk is sealed. */
export interface StoredRow {
	readonly track: number;
	readonly atMs: number;
	readonly bytes: Uint8Array;
}

/** How fine the numbers of a chunk are. */
export const levels = { raw: 0, minute: 1, hour: 2 } as const;
export type Level = (typeof levels)[keyof typeof levels];

export interface Chunk {
	readonly series: number;
	readonly level: Level;
	/** Begin of the span of time that it holds, Unix ms. */
	readonly startMs: number;
	readonly bytes: Uint8Array;
}

/** A key frame, or what changed since the frame before. */
export interface StoredFrame {
	readonly atMs: number;
	readonly bytes: Uint8Array;
}

/** Frames from a key frame on, squeezed together. */
export interface Segment {
	readonly startMs: number;
	readonly endMs: number;
	/** When each of its frames was, Unix ms, as encoded times. */
	readonly times: Uint8Array;
	readonly bytes: Uint8Array;
}

export interface StoredEvent {
	readonly atMs: number;
	readonly kind: string;
	readonly node?: string | undefined;
	readonly group?: string | undefined;
	/** JSON. */
	readonly data: string;
}

export interface Span {
	readonly fromMs: number;
	/** Not included. */
	readonly untilMs: number;
}

/**
 * What the history keeps, as plain tables: in SQLite, or in memory. All calls return at once or throw.
 * Lists are ordered by time.
 */
export interface HistoryTables {
	/** Does all or nothing. */
	atomically(work: () => void): void;
	tracks(): readonly Track[];
	series(): readonly Series[];
	/** How many tracks and series there are: whether a list of them is still whole. */
	counts(): readonly [tracks: number, series: number];
	/** The track of that node and name, made where there is none. */
	trackOf(node: string, name: TrackName): number;
	seriesOf(track: number, metric: string): number;

	addRow(row: StoredRow): void;
	rows(track: number, span: Span): readonly StoredRow[];
	/** The oldest and the newest time of rows that are not sealed; undefined without rows. */
	rowSpan(track: number): Span | undefined;
	dropRows(track: number, span: Span): void;

	/** Takes the place of a chunk of the same series, level and start. */
	putChunk(chunk: Chunk): void;
	chunks(series: number, level: Level, span: Span): readonly Chunk[];
	/** All chunks of a track's polls that begin at a time, in no order. */
	chunksOfTrack(track: number, startMs: number): readonly Chunk[];
	/** Begin of the oldest chunk of a level. */
	oldestChunk(level: Level): number | undefined;
	/** Removes at most `most` chunks that begin before a time; returns how many. */
	dropChunks(level: Level, beforeMs: number, most: number): number;

	addFrame(frame: StoredFrame): void;
	frames(): readonly StoredFrame[];
	dropFrames(): void;
	addSegment(segment: Segment): void;
	/** Those that overlap the span, without their frames. */
	segments(span: Span): readonly Omit<Segment, 'bytes'>[];
	/** Begin of the oldest, and end of the newest. */
	segmentSpan(): Span | undefined;
	/** The newest that begins at or before a time. */
	segmentAt(atMs: number): Segment | undefined;
	dropSegments(beforeMs: number, most: number): number;

	addEvent(event: StoredEvent): void;
	events(span: Span, kinds?: readonly string[]): readonly StoredEvent[];
	dropEvents(beforeMs: number, most: number): number;

	/** Bytes that all of it takes. */
	size(): number;
	/** Gives room of what was removed back, a little at a time. */
	tidy(): void;
	close(): void;
}
