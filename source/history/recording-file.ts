import { crc32 } from 'node:zlib';
import { clean } from '../domain/clean.ts';
import { ByteReader, ByteWriter, DamagedDataError } from './codec/bytes.ts';
import { encodeNumbers } from './codec/numbers.ts';
import { decodeRow, encodeRow } from './codec/rows.ts';
import { squeeze, unsqueeze } from './codec/squeeze.ts';
import { textOfFrames, textOfSegment } from './frame-lines.ts';
import { createAddressMask } from './mask.ts';
import { MemoryTables } from './memory-tables.ts';
import { levelSpans, windowMs } from './spans.ts';
import { levels } from './tables.ts';
import type { Chunk, HistoryTables, Segment, Series, Span, StoredRow, Track } from './tables.ts';

/** The first bytes of the file. */
const magic = 'nodetop-recording/1\n';
const mostFileBytes = 1024 * 1024 * 1024;
const mostBlockBytes = 256 * 1024 * 1024;
const mostEntries = 1_000_000;
const packBytes = 256 * 1024;
/** A pack holds one entry more than fits into it. */
const mostPackBytes = 64 * packBytes;
const mostListBytes = 64 * 1024 * 1024;
/** Of all packs together: few bytes can hold very many that are alike. */
const mostPacked = 10_000_000;
const mostNameCells = 200;
const headBytes = 9;

const kinds = {
	manifest: 1,
	tracks: 2,
	series: 3,
	rows: 4,
	chunks: 5,
	segment: 6,
	events: 7,
	end: 8,
};
type Kind = keyof typeof kinds;

export interface Manifest {
	/** Version of nodetop that wrote it. */
	readonly version: string;
	/** ISO times of the first and the last moment. */
	readonly from: string;
	readonly until: string;
	readonly nodes: readonly string[];
	readonly hasMaskedAddresses: boolean;
}

export interface ExportOptions {
	readonly span: Span;
	readonly version: string;
	readonly masksAddresses: boolean;
}

/** What a history holds of a span of time, as the pieces of one portable file. Reads only. */
export function* recordingBlocks(
	tables: HistoryTables,
	{ span, version, masksAddresses }: ExportOptions,
): Generator<Uint8Array> {
	const mask = masksAddresses ? createAddressMask() : (text: string) => text;
	const tracks = tables.tracks();
	const series = tables.series();
	const iso = (atMs: number) => new Date(atMs).toISOString();
	const manifest: Manifest = {
		version,
		from: iso(span.fromMs),
		until: iso(span.untilMs),
		nodes: [...new Set(tracks.map(({ node }) => node))],
		hasMaskedAddresses: masksAddresses,
	};
	yield Buffer.from(magic);
	yield block('manifest', json(manifest));
	yield block('tracks', json(tracks));
	yield block('series', json(series));
	// Moments first: of a file that is cut off they show the most.
	for (const segment of segmentsIn(tables, span))
		yield block('segment', writeSegment(segment, mask));
	yield* packed('chunks', chunksIn(tables, series, span), writeChunk);
	yield* packed('rows', rowsIn(tables, tracks, span), writeRow);
	const events = tables.events(span).map((event) => ({ ...event, data: mask(event.data) }));
	yield block('events', json(events));
	yield block('end', new Uint8Array(0));
}

export interface OpenedRecording {
	readonly tables: MemoryTables;
	readonly manifest: Manifest;
	/** Whether its end is missing: what there is can be shown. */
	readonly isCutOff: boolean;
}

/**
 * A recording from the bytes of its file. It may come from anybody: every length is bounded, every name is
 * made safe to print, and what is not as nodetop writes it throws `DamagedDataError`. Moments are validated
 * when they are read.
 */
export function readRecording(bytes: Uint8Array): OpenedRecording {
	if (bytes.length > mostFileBytes) throw new DamagedDataError('it is larger than 1 GB');
	if (Buffer.from(bytes.subarray(0, magic.length)).toString() !== magic) {
		throw new DamagedDataError('it does not begin as a recording of nodetop does');
	}
	const loading = new Loading();
	let at = magic.length;
	let isCutOff = true;
	while (at < bytes.length && isCutOff) {
		const head = Buffer.from(bytes.subarray(at, at + headBytes));
		if (head.length < headBytes) break;
		const length = head.readUInt32BE(1);
		const body = bytes.subarray(at + headBytes, at + headBytes + length);
		if (body.length < length) break;
		if (crc32(body) !== head.readUInt32BE(5)) throw new DamagedDataError('a checksum is wrong');
		const kind = head.readUInt8(0);
		if (kind === kinds.end) isCutOff = false;
		else loading.take(kind, unsqueeze(body, mostBytesOf(kind)));
		at += headBytes + length;
	}
	return { ...loading.done(), isCutOff };
}

function mostBytesOf(kind: number): number {
	if (kind === kinds.segment) return mostBlockBytes;
	return kind === kinds.chunks || kind === kinds.rows ? mostPackBytes : mostListBytes;
}

/** Fills tables with what the blocks hold; ids are given anew. */
class Loading {
	readonly #tables = new MemoryTables();
	readonly #tracks = new Map<number, number>();
	readonly #series = new Map<number, number>();
	readonly #listed = new Set<number>();
	#packed = 0;
	#manifest: Manifest | undefined;

	take(kind: number, bytes: Uint8Array): void {
		if (kind === kinds.chunks) this.#takeChunks(bytes);
		else if (kind === kinds.rows) this.#takeRows(bytes);
		else if (kind === kinds.segment) this.#tables.addSegment(readSegment(new ByteReader(bytes)));
		else this.#takeList(kind, bytes);
	}

	done(): Pick<OpenedRecording, 'tables' | 'manifest'> {
		if (!this.#manifest) throw new DamagedDataError('it has no manifest');
		return { tables: this.#tables, manifest: this.#manifest };
	}

	/** Each list is written once. */
	#takeList(kind: number, bytes: Uint8Array): void {
		if (this.#listed.has(kind)) throw new DamagedDataError('a list is there twice');
		this.#listed.add(kind);
		if (kind === kinds.manifest) this.#manifest = manifestOf(parse(bytes));
		else if (kind === kinds.tracks) this.#takeTracks(listOf(parse(bytes)));
		else if (kind === kinds.series) this.#takeSeries(listOf(parse(bytes)));
		else if (kind === kinds.events)
			for (const event of listOf(parse(bytes))) this.#takeEvent(event);
		else throw new DamagedDataError('it holds a block of an unknown kind');
	}

	#takeTracks(tracks: readonly unknown[]): void {
		for (const track of tracks) {
			const name = textOf(track, 'name') === 'frames' ? 'frames' : 'polls';
			const node = clean(textOf(track, 'node'), mostNameCells);
			this.#tracks.set(numberOf(track, 'id'), this.#tables.trackOf(node, name));
		}
	}

	#takeSeries(series: readonly unknown[]): void {
		for (const each of series) {
			const track = this.#tracks.get(numberOf(each, 'track'));
			if (track === undefined) continue;
			const metric = clean(textOf(each, 'metric'), mostNameCells);
			this.#series.set(numberOf(each, 'id'), this.#tables.seriesOf(track, metric));
		}
	}

	#takeChunks(bytes: Uint8Array): void {
		for (const chunk of this.#entries(bytes, readChunk)) {
			const series = this.#series.get(chunk.series);
			if (series !== undefined) this.#tables.putChunk({ ...chunk, series });
		}
	}

	#takeRows(bytes: Uint8Array): void {
		for (const row of this.#entries(bytes, readRow)) this.#takeRow(row);
	}

	#takeRow(row: StoredRow): void {
		const track = this.#tracks.get(row.track);
		if (track === undefined) return;
		const cells = decodeRow(row.bytes).flatMap(([id, value]): [number, number][] => {
			const series = this.#series.get(id);
			return series === undefined ? [] : [[series, value]];
		});
		this.#tables.addRow({ track, atMs: row.atMs, bytes: encodeRow(cells) });
	}

	#takeEvent(event: unknown): void {
		const [node, group] = ['node', 'group'].map((key) => optionalText(event, key));
		this.#tables.addEvent({
			atMs: numberOf(event, 'atMs'),
			kind: clean(textOf(event, 'kind'), mostNameCells),
			...(node !== undefined && { node }),
			...(group !== undefined && { group }),
			data: textOf(event, 'data'),
		});
	}

	*#entries<Entry>(bytes: Uint8Array, read: (reader: ByteReader) => Entry): Generator<Entry> {
		const reader = new ByteReader(bytes);
		while (reader.left > 0) {
			this.#packed += 1;
			if (this.#packed > mostPacked) throw new DamagedDataError('it holds too many numbers');
			yield read(reader);
		}
	}
}

function* chunksIn(tables: HistoryTables, series: readonly Series[], span: Span): Generator<Chunk> {
	for (const level of Object.values(levels)) {
		const chunkMs = level === levels.raw ? windowMs : levelSpans[level].chunkMs;
		const widened = { fromMs: span.fromMs - chunkMs, untilMs: span.untilMs };
		for (const { id } of series) yield* tables.chunks(id, level, widened);
	}
}

function* rowsIn(
	tables: HistoryTables,
	tracks: readonly Track[],
	span: Span,
): Generator<StoredRow> {
	for (const { id } of tracks) yield* tables.rows(id, span);
}

/** The sealed ones, and one of the frames that are open. */
function* segmentsIn(tables: HistoryTables, span: Span): Generator<Segment> {
	for (const { startMs } of tables.segments(span)) {
		const segment = tables.segmentAt(startMs);
		if (segment) yield segment;
	}
	const open = tables.frames();
	const [first] = open;
	const last = open.at(-1);
	if (!first || !last || first.atMs >= span.untilMs || last.atMs < span.fromMs) return;
	yield {
		startMs: first.atMs,
		endMs: last.atMs,
		times: encodeNumbers(open.map(({ atMs }) => atMs)),
		bytes: squeeze(textOfFrames(open)),
	};
}

/** Many small entries in few blocks. */
function* packed<Entry>(
	kind: Kind,
	entries: Iterable<Entry>,
	write: (writer: ByteWriter, entry: Entry) => number,
): Generator<Uint8Array> {
	let writer = new ByteWriter();
	let bytes = 0;
	for (const entry of entries) {
		bytes += write(writer, entry);
		if (bytes < packBytes) continue;
		yield block(kind, writer.done());
		writer = new ByteWriter();
		bytes = 0;
	}
	if (bytes > 0) yield block(kind, writer.done());
}

function writeChunk(writer: ByteWriter, { series, level, startMs, bytes }: Chunk): number {
	for (const value of [series, level, startMs]) writer.varint(value);
	writer.block(bytes);
	return bytes.length + headBytes;
}

function readChunk(reader: ByteReader): Chunk {
	const [series, level, startMs] = [reader.varint(), reader.varint(), reader.varint()];
	const known = Object.values(levels).find((each) => each === level);
	if (known === undefined) throw new DamagedDataError('numbers of an unknown level');
	return { series, level: known, startMs, bytes: reader.block() };
}

function writeRow(writer: ByteWriter, { track, atMs, bytes }: StoredRow): number {
	writer.varint(track);
	writer.varint(atMs);
	writer.block(bytes);
	return bytes.length + headBytes;
}

function readRow(reader: ByteReader): StoredRow {
	return { track: reader.varint(), atMs: reader.varint(), bytes: reader.block() };
}

function writeSegment(segment: Segment, mask: (text: string) => string): Uint8Array {
	const writer = new ByteWriter();
	writer.varint(segment.startMs);
	writer.varint(segment.endMs);
	writer.block(segment.times);
	writer.block(squeeze(Buffer.from(mask(textOfSegment(segment).toString()))));
	return writer.done();
}

function readSegment(reader: ByteReader): Segment {
	const [startMs, endMs] = [reader.varint(), reader.varint()];
	return { startMs, endMs, times: reader.block(), bytes: reader.block() };
}

function block(kind: Kind, bytes: Uint8Array): Uint8Array {
	const body = squeeze(bytes);
	const head = Buffer.alloc(headBytes);
	head.writeUInt8(kinds[kind], 0);
	head.writeUInt32BE(body.length, 1);
	head.writeUInt32BE(crc32(body), 5);
	return Buffer.concat([head, body]);
}

function json(value: unknown): Uint8Array {
	return Buffer.from(JSON.stringify(value));
}

function parse(bytes: Uint8Array): unknown {
	try {
		return JSON.parse(Buffer.from(bytes).toString());
	} catch (error) {
		throw new DamagedDataError('a list is not JSON', { cause: error });
	}
}

function manifestOf(value: unknown): Manifest {
	return {
		version: clean(textOf(value, 'version'), mostNameCells),
		from: clean(textOf(value, 'from'), mostNameCells),
		until: clean(textOf(value, 'until'), mostNameCells),
		nodes: listOf(child(value, 'nodes')).map((node) =>
			typeof node === 'string' ? clean(node, mostNameCells) : '',
		),
		hasMaskedAddresses: child(value, 'hasMaskedAddresses') === true,
	};
}

function listOf(value: unknown): readonly unknown[] {
	if (Array.isArray(value) && value.length <= mostEntries) return value;
	throw new DamagedDataError('a list is missing or too long');
}

function child(value: unknown, key: string): unknown {
	if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
	return Reflect.get(value, key);
}

function textOf(value: unknown, key: string): string {
	const text = child(value, key);
	if (typeof text === 'string') return text;
	throw new DamagedDataError(`${key} is missing`);
}

function optionalText(value: unknown, key: string): string | undefined {
	const text = child(value, key);
	return typeof text === 'string' ? clean(text, mostNameCells) : undefined;
}

function numberOf(value: unknown, key: string): number {
	const number = child(value, key);
	if (typeof number === 'number' && Number.isSafeInteger(number)) return number;
	throw new DamagedDataError(`${key} is missing`);
}
