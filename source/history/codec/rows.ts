import { ByteReader, ByteWriter, DamagedDataError } from './bytes.ts';

/** A number of a row, by the id of its series. */
export type Cell = readonly [series: number, value: number];

const bytesPerDouble = 8;

/** The numbers of one poll, as they stand until their chunk is sealed. */
export function encodeRow(cells: readonly Cell[]): Uint8Array {
	const writer = new ByteWriter();
	let before = 0;
	for (const [series, value] of cells.toSorted(([a], [b]) => a - b)) {
		writer.varint(series - before);
		writer.double(value);
		before = series;
	}
	return writer.done();
}

/** Throws `DamagedDataError`. */
export function decodeRow(bytes: Uint8Array): Cell[] {
	const reader = new ByteReader(bytes);
	const cells: Cell[] = [];
	let series = 0;
	while (reader.left > 0) {
		series += reader.varint();
		const raw = reader.raw(bytesPerDouble);
		const value = new DataView(raw.buffer, raw.byteOffset, raw.byteLength).getFloat64(0);
		if (!Number.isFinite(value)) throw new DamagedDataError('a row holds what is no number');
		cells.push([series, value]);
	}
	return cells;
}
