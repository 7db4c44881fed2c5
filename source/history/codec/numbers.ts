import { ByteReader, ByteWriter, DamagedDataError } from './bytes.ts';
import { squeeze, unsqueeze } from './squeeze.ts';

/** How the values of a column are written. */
const modes = { none: 0, same: 1, deltas: 2, deltasOfDeltas: 3, doubles: 4 } as const;

/** Decimal numbers with this many digits behind the point are whole numbers of a smaller unit. */
const mostDecimals = 12;
/** Differences of differences of whole numbers up to this size are exact, doubled too. */
const mostWhole = 2 ** 48;
/** A chunk is no longer: ten minutes at four polls a second are 2400. */
const mostValues = 100_000;
const bytesPerDouble = 8;

/**
 * A column of numbers, NaN where there is none, in few bytes: whole numbers and short decimals as
 * differences, anything else as doubles of which each is XORed with the one before. No number is changed.
 */
export function encodeNumbers(values: ArrayLike<number>): Uint8Array {
	const writer = new ByteWriter();
	writer.varint(values.length);
	const present = writeGaps(writer, values);
	const [first] = present;
	if (first === undefined) writer.byte(modes.none);
	else if (present.every((value) => Object.is(value, first))) {
		writer.byte(modes.same);
		writer.raw(doubleBytes([first]));
	} else writeValues(writer, present);
	return squeeze(writer.done());
}

/** The column again. Throws `DamagedDataError`. */
export function decodeNumbers(bytes: Uint8Array): Float64Array {
	const reader = new ByteReader(unsqueeze(bytes, mostValues * 2 * bytesPerDouble));
	const count = reader.varint();
	if (count > mostValues) throw new DamagedDataError('a column is too long');
	const runs = readGaps(reader, count);
	const present = runs.reduce((sum, run, index) => (index % 2 === 0 ? sum + run : sum), 0);
	const numbers = readValues(reader, present);
	const values = new Float64Array(count).fill(Number.NaN);
	let at = 0;
	let taken = 0;
	for (const [index, run] of runs.entries()) {
		if (index % 2 === 0) {
			values.set(numbers.subarray(taken, taken + run), at);
			taken += run;
		}
		at += run;
	}
	return values;
}

/** Lengths of runs with and without numbers, in turn; returns the numbers. */
function writeGaps(writer: ByteWriter, values: ArrayLike<number>): number[] {
	const present: number[] = [];
	const runs: number[] = [];
	let isPresent = true;
	let run = 0;
	for (let index = 0; index < values.length; index += 1) {
		const value = values[index] ?? Number.NaN;
		if (Number.isFinite(value) !== isPresent) {
			runs.push(run);
			run = 0;
			isPresent = !isPresent;
		}
		run += 1;
		if (isPresent) present.push(value);
	}
	runs.push(run);
	writer.varint(runs.length);
	for (const each of runs) writer.varint(each);
	return present;
}

function readGaps(reader: ByteReader, count: number): number[] {
	const length = reader.varint();
	if (length > count + 1) throw new DamagedDataError('a column has too many gaps');
	const runs = Array.from({ length }, () => reader.varint());
	const sum = runs.reduce((total, run) => total + run, 0);
	if (sum !== count) throw new DamagedDataError('a column has other gaps than values');
	return runs;
}

function writeValues(writer: ByteWriter, values: readonly number[]): void {
	const decimals = decimalsOf(values);
	if (decimals === undefined) {
		writer.byte(modes.doubles);
		writer.raw(xorPlanes(values));
		return;
	}
	const scale = 10 ** decimals;
	const whole = values.map((value) => Math.round(value * scale));
	const deltas = differences(whole);
	const second = differences(deltas);
	const isSteady = sizeOf(second) < sizeOf(deltas);
	writer.byte(isSteady ? modes.deltasOfDeltas : modes.deltas);
	writer.byte(decimals);
	for (const each of isSteady ? second : deltas) writer.signed(each);
}

function readValues(reader: ByteReader, count: number): Float64Array {
	const mode = reader.byte();
	if (mode === modes.none && count === 0) return new Float64Array(0);
	if (mode === modes.same) {
		const [value = Number.NaN] = readDoubles(reader.raw(bytesPerDouble));
		return new Float64Array(count).fill(value);
	}
	if (mode === modes.doubles) return fromXorPlanes(reader.raw(count * bytesPerDouble), count);
	if (mode !== modes.deltas && mode !== modes.deltasOfDeltas) {
		throw new DamagedDataError('a column of an unknown form');
	}
	const decimals = reader.byte();
	if (decimals > mostDecimals) throw new DamagedDataError('a column of an unknown scale');
	const scale = 10 ** decimals;
	const values = new Float64Array(count);
	let value = 0;
	let delta = 0;
	for (let index = 0; index < count; index += 1) {
		const read = reader.signed();
		delta = mode === modes.deltas ? read : delta + read;
		value += delta;
		values[index] = value / scale;
	}
	return values;
}

/** The fewest digits behind the point that write every number; undefined where there are none. */
function decimalsOf(values: readonly number[]): number | undefined {
	let decimals = 0;
	for (const value of values) {
		while (!isWhole(value, decimals)) {
			decimals += 1;
			if (decimals > mostDecimals) return undefined;
		}
	}
	const scale = 10 ** decimals;
	const isExact = (value: number): boolean =>
		isWhole(value, decimals) && Math.abs(value * scale) <= mostWhole && !Object.is(value, -0);
	return values.every(isExact) ? decimals : undefined;
}

function isWhole(value: number, decimals: number): boolean {
	const scale = 10 ** decimals;
	return Math.round(value * scale) / scale === value;
}

/** The first one as it is, then how much each differs from the one before. */
function differences(values: readonly number[]): number[] {
	let before = 0;
	return values.map((value) => {
		const difference = value - before;
		before = value;
		return difference;
	});
}

/** Bytes that the numbers will take, roughly. */
function sizeOf(values: readonly number[]): number {
	return values.reduce((sum, value) => sum + Math.log2(1 + Math.abs(value)), 0);
}

/** All first bytes, then all second ones, and so on: alike ones stand together. */
function xorPlanes(values: readonly number[]): Uint8Array {
	const bytes = doubleBytes(values);
	const planes = new Uint8Array(bytes.length);
	for (let index = 0; index < values.length; index += 1) {
		for (let byte = 0; byte < bytesPerDouble; byte += 1) {
			const at = index * bytesPerDouble + byte;
			const before = index === 0 ? 0 : (bytes[at - bytesPerDouble] ?? 0);
			planes[byte * values.length + index] = (bytes[at] ?? 0) ^ before;
		}
	}
	return planes;
}

function fromXorPlanes(planes: Uint8Array, count: number): Float64Array {
	const bytes = new Uint8Array(planes.length);
	for (let index = 0; index < count; index += 1) {
		for (let byte = 0; byte < bytesPerDouble; byte += 1) {
			const at = index * bytesPerDouble + byte;
			const before = index === 0 ? 0 : (bytes[at - bytesPerDouble] ?? 0);
			bytes[at] = (planes[byte * count + index] ?? 0) ^ before;
		}
	}
	return readDoubles(bytes);
}

function doubleBytes(values: readonly number[]): Uint8Array {
	const view = new DataView(new ArrayBuffer(values.length * bytesPerDouble));
	for (const [index, value] of values.entries()) view.setFloat64(index * bytesPerDouble, value);
	return new Uint8Array(view.buffer);
}

function readDoubles(bytes: Uint8Array): Float64Array {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const count = bytes.length / bytesPerDouble;
	return Float64Array.from({ length: count }, (_, index) =>
		view.getFloat64(index * bytesPerDouble),
	);
}
