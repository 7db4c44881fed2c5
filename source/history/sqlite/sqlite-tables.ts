import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { DamagedDataError } from '../codec/bytes.ts';
import { levels } from '../tables.ts';
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
} from '../tables.ts';

/** Pages that are given back at a time: 1 MB, which takes some milliseconds. */
const tidiedPages = 256;

type Row = Readonly<Record<string, unknown>>;

/** The history in one SQLite file. Statements are prepared at their first use. */
export class SqliteTables implements HistoryTables {
	readonly #db: DatabaseSync;
	readonly #statements = new Map<string, StatementSync>();
	readonly #trackIds = new Map<string, number>();
	readonly #seriesIds = new Map<string, number>();
	#isWithin = false;

	constructor(db: DatabaseSync) {
		this.#db = db;
	}

	atomically(work: () => void): void {
		if (this.#isWithin) {
			work();
			return;
		}
		this.#db.exec('BEGIN IMMEDIATE');
		this.#isWithin = true;
		try {
			work();
			this.#db.exec('COMMIT');
		} catch (error) {
			this.#undo();
			throw error;
		} finally {
			this.#isWithin = false;
		}
	}

	tracks(): readonly Track[] {
		return this.#all('SELECT id, node, name FROM tracks ORDER BY id').map((row) => ({
			id: numberOf(row, 'id'),
			node: textOf(row, 'node'),
			name: textOf(row, 'name') === 'frames' ? 'frames' : 'polls',
		}));
	}

	series(): readonly Series[] {
		return this.#all('SELECT id, track, metric FROM series ORDER BY id').map((row) => ({
			id: numberOf(row, 'id'),
			track: numberOf(row, 'track'),
			metric: textOf(row, 'metric'),
		}));
	}

	counts(): readonly [tracks: number, series: number] {
		const [row] = this.#all(
			'SELECT (SELECT coalesce(max(id), 0) FROM tracks) AS t, (SELECT coalesce(max(id), 0) FROM series) AS s',
		);
		return row ? [numberOf(row, 't'), numberOf(row, 's')] : [0, 0];
	}

	trackOf(node: string, name: TrackName): number {
		return this.#idOf(this.#trackIds, 'tracks', ['node', 'name'], [node, name]);
	}

	seriesOf(track: number, metric: string): number {
		return this.#idOf(this.#seriesIds, 'series', ['track', 'metric'], [track, metric]);
	}

	addRow({ track, atMs, bytes }: StoredRow): void {
		this.#run('INSERT OR REPLACE INTO rows VALUES (?, ?, ?)', track, atMs, bytes);
	}

	rows(track: number, { fromMs, untilMs }: Span): readonly StoredRow[] {
		return this.#all(
			'SELECT at_ms, bytes FROM rows WHERE track = ? AND at_ms >= ? AND at_ms < ? ORDER BY at_ms',
			track,
			...bounds(fromMs, untilMs),
		).map((row) => ({ track, atMs: numberOf(row, 'at_ms'), bytes: bytesOf(row, 'bytes') }));
	}

	rowSpan(track: number): Span | undefined {
		const [row] = this.#all(
			'SELECT min(at_ms) AS first, max(at_ms) AS last FROM rows WHERE track = ?',
			track,
		);
		if (!row || row['first'] === null) return undefined;
		return { fromMs: numberOf(row, 'first'), untilMs: numberOf(row, 'last') + 1 };
	}

	dropRows(track: number, { fromMs, untilMs }: Span): void {
		this.#run(
			'DELETE FROM rows WHERE track = ? AND at_ms >= ? AND at_ms < ?',
			track,
			...bounds(fromMs, untilMs),
		);
	}

	putChunk({ series, level, startMs, bytes }: Chunk): void {
		this.#run(
			`INSERT INTO chunks (series, level, start_ms, bytes) VALUES (?, ?, ?, ?)
			ON CONFLICT (series, level, start_ms) DO UPDATE SET bytes = excluded.bytes`,
			series,
			level,
			startMs,
			bytes,
		);
	}

	chunks(series: number, level: Level, { fromMs, untilMs }: Span): readonly Chunk[] {
		return this.#all(
			`SELECT start_ms, bytes FROM chunks
			WHERE series = ? AND level = ? AND start_ms >= ? AND start_ms < ? ORDER BY start_ms`,
			series,
			level,
			...bounds(fromMs, untilMs),
		).map((row) => ({
			series,
			level,
			startMs: numberOf(row, 'start_ms'),
			bytes: bytesOf(row, 'bytes'),
		}));
	}

	chunksOfTrack(track: number, startMs: number): readonly Chunk[] {
		return this.#all(
			`SELECT chunks.series, bytes FROM series JOIN chunks ON chunks.series = series.id
			WHERE track = ? AND level = ? AND start_ms = ?`,
			track,
			levels.raw,
			startMs,
		).map((row) => ({
			series: numberOf(row, 'series'),
			level: levels.raw,
			startMs,
			bytes: bytesOf(row, 'bytes'),
		}));
	}

	oldestChunk(level: Level): number | undefined {
		const [row] = this.#all('SELECT min(start_ms) AS first FROM chunks WHERE level = ?', level);
		return row && row['first'] !== null ? numberOf(row, 'first') : undefined;
	}

	dropChunks(level: Level, beforeMs: number, most: number): number {
		return this.#run(
			`DELETE FROM chunks WHERE id IN (
				SELECT id FROM chunks WHERE level = ? AND start_ms < ? ORDER BY start_ms LIMIT ?)`,
			level,
			Math.floor(beforeMs),
			most,
		);
	}

	addFrame({ atMs, bytes }: StoredFrame): void {
		this.#run('INSERT INTO frames (at_ms, bytes) VALUES (?, ?)', atMs, bytes);
	}

	frames(): readonly StoredFrame[] {
		return this.#all('SELECT at_ms, bytes FROM frames ORDER BY id').map((row) => ({
			atMs: numberOf(row, 'at_ms'),
			bytes: bytesOf(row, 'bytes'),
		}));
	}

	dropFrames(): void {
		this.#run('DELETE FROM frames');
	}

	addSegment({ startMs, endMs, times, bytes }: Segment): void {
		this.#run('INSERT OR REPLACE INTO segments VALUES (?, ?, ?, ?)', startMs, endMs, times, bytes);
	}

	segments({ fromMs, untilMs }: Span): readonly Omit<Segment, 'bytes'>[] {
		const [from, until] = bounds(fromMs, untilMs);
		return this.#all(
			`SELECT start_ms, end_ms, times FROM segments
			WHERE start_ms < ? AND end_ms >= ? ORDER BY start_ms`,
			until,
			from,
		).map(segmentHead);
	}

	segmentSpan(): Span | undefined {
		const [row] = this.#all('SELECT min(start_ms) AS first, max(end_ms) AS last FROM segments');
		if (!row || row['first'] === null) return undefined;
		return { fromMs: numberOf(row, 'first'), untilMs: numberOf(row, 'last') + 1 };
	}

	segmentAt(atMs: number): Segment | undefined {
		const [row] = this.#all(
			'SELECT * FROM segments WHERE start_ms <= ? ORDER BY start_ms DESC LIMIT 1',
			Math.floor(atMs),
		);
		return row && { ...segmentHead(row), bytes: bytesOf(row, 'bytes') };
	}

	dropSegments(beforeMs: number, most: number): number {
		return this.#run(
			`DELETE FROM segments WHERE start_ms IN (
				SELECT start_ms FROM segments WHERE start_ms < ? ORDER BY start_ms LIMIT ?)`,
			Math.floor(beforeMs),
			most,
		);
	}

	addEvent({ atMs, kind, node, group, data }: StoredEvent): void {
		this.#run(
			'INSERT INTO events (at_ms, kind, node, "group", data) VALUES (?, ?, ?, ?, ?)',
			atMs,
			kind,
			node ?? null,
			group ?? null,
			data,
		);
	}

	events({ fromMs, untilMs }: Span, kinds?: readonly string[]): readonly StoredEvent[] {
		const chosen = kinds === undefined ? null : JSON.stringify(kinds);
		return this.#all(
			`SELECT at_ms, kind, node, "group", data FROM events WHERE at_ms >= ? AND at_ms < ?
			AND (?3 IS NULL OR kind IN (SELECT value FROM json_each(?3))) ORDER BY at_ms, id`,
			...bounds(fromMs, untilMs),
			chosen,
		).map((row) => ({
			atMs: numberOf(row, 'at_ms'),
			kind: textOf(row, 'kind'),
			...(row['node'] !== null && { node: textOf(row, 'node') }),
			...(row['group'] !== null && { group: textOf(row, 'group') }),
			data: textOf(row, 'data'),
		}));
	}

	dropEvents(beforeMs: number, most: number): number {
		return this.#run(
			`DELETE FROM events WHERE id IN (
				SELECT id FROM events WHERE at_ms < ? ORDER BY at_ms LIMIT ?)`,
			Math.floor(beforeMs),
			most,
		);
	}

	size(): number {
		const pragma = (name: string): number => {
			const [row] = this.#all(`PRAGMA ${name}`);
			return row ? numberOf(row, name) : 0;
		};
		return (pragma('page_count') - pragma('freelist_count')) * pragma('page_size');
	}

	tidy(): void {
		this.#db.exec(`PRAGMA incremental_vacuum(${tidiedPages})`);
		// PASSIVE waits for nobody, neither readers nor writers.
		this.#db.exec('PRAGMA wal_checkpoint(PASSIVE)');
	}

	close(): void {
		this.#db.close();
	}

	#undo(): void {
		// A full disk has ended the transaction already.
		if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
		// What was made within it is gone.
		this.#trackIds.clear();
		this.#seriesIds.clear();
	}

	#idOf(
		known: Map<string, number>,
		table: 'tracks' | 'series',
		columns: readonly [string, string],
		values: readonly [string | number, string],
	): number {
		const key = JSON.stringify(values);
		const found = known.get(key);
		if (found !== undefined) return found;
		const select = `SELECT id FROM ${table} WHERE ${columns[0]} = ? AND ${columns[1]} = ?`;
		if (this.#all(select, ...values).length === 0) {
			this.#run(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (?, ?)`, ...values);
		}
		const [row] = this.#all(select, ...values);
		const id = row ? numberOf(row, 'id') : 0;
		known.set(key, id);
		return id;
	}

	#prepare(sql: string): StatementSync {
		const known = this.#statements.get(sql);
		if (known) return known;
		const statement = this.#db.prepare(sql);
		this.#statements.set(sql, statement);
		return statement;
	}

	#all(sql: string, ...values: SQLInputValue[]): readonly Row[] {
		return this.#prepare(sql).all(...values);
	}

	/** How many rows it changed. */
	#run(sql: string, ...values: SQLInputValue[]): number {
		return Number(this.#prepare(sql).run(...values).changes);
	}
}

/** Any span, endless ones too, as whole numbers that SQLite compares. */
function bounds(fromMs: number, untilMs: number): [number, number] {
	const most = Number.MAX_SAFE_INTEGER;
	const whole = (value: number): number => Math.ceil(Math.max(-most, Math.min(most, value)));
	return [whole(fromMs), whole(untilMs)];
}

function segmentHead(row: Row): Omit<Segment, 'bytes'> {
	return {
		startMs: numberOf(row, 'start_ms'),
		endMs: numberOf(row, 'end_ms'),
		times: bytesOf(row, 'times'),
	};
}

function numberOf(row: Row, column: string): number {
	const value = row[column];
	if (typeof value === 'number') return value;
	throw new DamagedDataError(`the column ${column} has no number`);
}

function textOf(row: Row, column: string): string {
	const value = row[column];
	if (typeof value === 'string') return value;
	throw new DamagedDataError(`the column ${column} has no text`);
}

function bytesOf(row: Row, column: string): Uint8Array {
	const value = row[column];
	if (value instanceof Uint8Array) return value;
	throw new DamagedDataError(`the column ${column} has no bytes`);
}
