import { levels } from './tables.ts';
import type {
	Chunk,
	HistoryTables,
	Level,
	Segment,
	Series,
	Span,
	StoredEvent,
	StoredFrame,
	StoredRow,
	Track,
	TrackName,
} from './tables.ts';

/** Rough cost of an entry beside its bytes. */
const entryBytes = 64;

/** The history of a run that keeps nothing on disk, of a recording, and of tests. */
export class MemoryTables implements HistoryTables {
	readonly #tracks: Track[] = [];
	readonly #series: Series[] = [];
	readonly #trackIds = new Map<string, number>();
	readonly #seriesIds = new Map<string, number>();
	readonly #rows = new Map<number, StoredRow[]>();
	/** By level, then by series. */
	readonly #chunks = new Map<Level, Map<number, Chunk[]>>(
		Object.values(levels).map((level) => [level, new Map()]),
	);
	#frames: StoredFrame[] = [];
	#segments: Segment[] = [];
	#events: StoredEvent[] = [];
	#bytes = 0;

	atomically(work: () => void): void {
		work();
	}

	tracks(): readonly Track[] {
		return this.#tracks;
	}

	series(): readonly Series[] {
		return this.#series;
	}

	counts(): readonly [tracks: number, series: number] {
		return [this.#tracks.length, this.#series.length];
	}

	trackOf(node: string, name: TrackName): number {
		const key = JSON.stringify([node, name]);
		const known = this.#trackIds.get(key);
		if (known !== undefined) return known;
		const id = this.#tracks.length + 1;
		this.#tracks.push({ id, node, name });
		this.#trackIds.set(key, id);
		return id;
	}

	seriesOf(track: number, metric: string): number {
		const key = `${track} ${metric}`;
		const known = this.#seriesIds.get(key);
		if (known !== undefined) return known;
		const id = this.#series.length + 1;
		this.#series.push({ id, track, metric });
		this.#seriesIds.set(key, id);
		return id;
	}

	addRow(row: StoredRow): void {
		const rows = this.#rows.get(row.track) ?? [];
		this.#rows.set(row.track, rows);
		this.#count(row.bytes, place(rows, row, (each) => each.atMs)?.bytes);
	}

	rows(track: number, span: Span): readonly StoredRow[] {
		return (this.#rows.get(track) ?? []).filter(({ atMs }) => isIn(atMs, span));
	}

	rowSpan(track: number): Span | undefined {
		const rows = this.#rows.get(track) ?? [];
		const [first] = rows;
		const last = rows.at(-1);
		return first && last && { fromMs: first.atMs, untilMs: last.atMs + 1 };
	}

	dropRows(track: number, span: Span): void {
		const rows = this.#rows.get(track) ?? [];
		this.#rows.set(
			track,
			this.#without(
				rows,
				rows.filter(({ atMs }) => isIn(atMs, span)),
			),
		);
	}

	putChunk(chunk: Chunk): void {
		const bySeries = this.#chunks.get(chunk.level);
		const chunks = bySeries?.get(chunk.series) ?? [];
		bySeries?.set(chunk.series, chunks);
		this.#count(chunk.bytes, place(chunks, chunk, (each) => each.startMs)?.bytes);
	}

	chunks(series: number, level: Level, span: Span): readonly Chunk[] {
		const chunks = this.#chunks.get(level)?.get(series) ?? [];
		return chunks.filter(({ startMs }) => isIn(startMs, span));
	}

	chunksOfTrack(track: number, startMs: number): readonly Chunk[] {
		const one = { fromMs: startMs, untilMs: startMs + 1 };
		return this.#series.flatMap((each) =>
			each.track === track ? this.chunks(each.id, levels.raw, one) : [],
		);
	}

	oldestChunk(level: Level): number | undefined {
		const all = [...(this.#chunks.get(level)?.values() ?? [])];
		const starts = all.flatMap(([first]) => (first ? [first.startMs] : []));
		return starts.length === 0 ? undefined : Math.min(...starts);
	}

	dropChunks(level: Level, beforeMs: number, most: number): number {
		let dropped = 0;
		for (const [series, chunks] of this.#chunks.get(level) ?? []) {
			const old = chunks.filter(({ startMs }) => startMs < beforeMs).slice(0, most - dropped);
			dropped += old.length;
			this.#chunks.get(level)?.set(series, this.#without(chunks, old));
		}
		return dropped;
	}

	addFrame(frame: StoredFrame): void {
		this.#frames.push(frame);
		this.#count(frame.bytes);
	}

	frames(): readonly StoredFrame[] {
		return this.#frames;
	}

	dropFrames(): void {
		this.#frames = this.#without(this.#frames, this.#frames);
	}

	addSegment(segment: Segment): void {
		this.#count(segment.bytes, place(this.#segments, segment, (each) => each.startMs)?.bytes);
	}

	segments({ fromMs, untilMs }: Span): readonly Omit<Segment, 'bytes'>[] {
		return this.#segments.filter(({ startMs, endMs }) => startMs < untilMs && endMs >= fromMs);
	}

	segmentSpan(): Span | undefined {
		const [first] = this.#segments;
		const last = this.#segments.at(-1);
		return first && last && { fromMs: first.startMs, untilMs: last.endMs + 1 };
	}

	segmentAt(atMs: number): Segment | undefined {
		return this.#segments.findLast(({ startMs }) => startMs <= atMs);
	}

	dropSegments(beforeMs: number, most: number): number {
		const old = this.#segments.filter(({ startMs }) => startMs < beforeMs).slice(0, most);
		this.#segments = this.#without(this.#segments, old);
		return old.length;
	}

	addEvent(event: StoredEvent): void {
		const index = this.#events.findLastIndex(({ atMs }) => atMs <= event.atMs);
		this.#events.splice(index + 1, 0, event);
		this.#bytes += event.data.length + entryBytes;
	}

	events(span: Span, kinds?: readonly string[]): readonly StoredEvent[] {
		return this.#events.filter(
			({ atMs, kind }) => isIn(atMs, span) && (kinds === undefined || kinds.includes(kind)),
		);
	}

	dropEvents(beforeMs: number, most: number): number {
		const old = this.#events.filter(({ atMs }) => atMs < beforeMs).slice(0, most);
		this.#events = this.#events.slice(old.length);
		for (const { data } of old) this.#bytes -= data.length + entryBytes;
		return old.length;
	}

	size(): number {
		return this.#bytes;
	}

	tidy(): void {
		// Memory is given back by itself.
	}

	close(): void {
		// Nothing is held but memory.
	}

	#count(added: Uint8Array, replaced?: Uint8Array): void {
		this.#bytes += added.length + entryBytes;
		if (replaced) this.#bytes -= replaced.length + entryBytes;
	}

	#without<Entry extends { readonly bytes: Uint8Array }>(
		all: readonly Entry[],
		gone: readonly Entry[],
	): Entry[] {
		if (gone.length === 0) return [...all];
		const dropped = new Set(gone);
		for (const { bytes } of gone) this.#bytes -= bytes.length + entryBytes;
		return all.filter((each) => !dropped.has(each));
	}
}

function isIn(atMs: number, { fromMs, untilMs }: Span): boolean {
	return atMs >= fromMs && atMs < untilMs;
}

/** Puts an entry where its time says, in the place of one of the same time, which is returned. */
function place<Entry>(
	entries: Entry[],
	entry: Entry,
	timeOf: (entry: Entry) => number,
): Entry | undefined {
	const atMs = timeOf(entry);
	const before = entries.findLastIndex((each) => timeOf(each) <= atMs);
	const replaced = entries[before];
	if (replaced !== undefined && timeOf(replaced) === atMs) {
		entries[before] = entry;
		return replaced;
	}
	entries.splice(before + 1, 0, entry);
	return undefined;
}
