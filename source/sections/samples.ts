/**
 * Recent numbers of one node, in tables with one row a poll and one column a number. Rows are only ever
 * appended, so a view (`Samples`) costs nothing and what it shows cannot change: later polls go behind its
 * length, or into a new table.
 */
export interface SampleTable {
	/** The column of each number; column 0 holds the times. Shared by tables with the same columns. */
	readonly columnOf: ReadonlyMap<string, number>;
	/** For each column, the row in which its number was first seen. */
	readonly firstRows: readonly number[];
	/** Column after column, `tableRows` cells each; a gap is NaN. */
	readonly cells: Float64Array;
	/** How many rows are written. Only `appendSample` changes it. */
	readonly written: { rows: number };
}

/** Full tables, oldest first, and the first `length` rows of one more. */
export interface Samples {
	readonly before: readonly SampleTable[];
	readonly table: SampleTable;
	readonly length: number;
	/** Rows that were ever appended, those that are no longer kept too. */
	readonly appended: number;
}

/** What one poll gave, by the name of the number. */
export type SampleRow = Readonly<Record<string, number | undefined>>;

/** Samples of one node that can be read back. */
export const keptSamples = 300;
/** Small tables of one size: nothing is copied when one is full, and the memory of old ones fits new ones. */
const tableRows = 60;
const keptTables = keptSamples / tableRows;

export const noSamples: Samples = {
	before: [],
	table: { columnOf: new Map(), firstRows: [0], cells: new Float64Array(0), written: { rows: 0 } },
	length: 0,
	appended: 0,
};

/** The samples with one row more. The samples that are passed in, and views of them, stay as they are. */
export function appendSample(samples: Samples, atMs: number, row: SampleRow): Samples {
	const { before, table: room } = withRoom(samples);
	const table = withColumns(room, row);
	const { columnOf, cells, written } = table;
	const index = written.rows;
	cells[index] = atMs;
	// Not by entries: each would be a new pair.
	for (const name of columnOf.keys()) {
		const column = columnOf.get(name) ?? 0;
		cells[column * tableRows + index] = row[name] ?? Number.NaN;
	}
	written.rows = index + 1;
	return { before, table, length: index + 1, appended: samples.appended + 1 };
}

/** The newest values, oldest first, at most `count`; a gap is NaN; empty for a number never seen. */
export function lastSamples(samples: Samples, name: string, count: number): number[] {
	return newest(samples, count, ({ columnOf }) => columnOf.get(name));
}

/** When the newest samples were polled, Unix ms, oldest first, at most `count`. */
export function lastSampleTimes(samples: Samples, count: number): number[] {
	return newest(samples, count, () => 0);
}

/** The newest values of a number with their times, oldest first, at most `count`; a gap is NaN. */
export function timedSamples(
	samples: Samples,
	name: string,
	count: number,
): { readonly times: readonly number[]; readonly values: readonly number[] } {
	const values = lastSamples(samples, name, count);
	return { times: lastSampleTimes(samples, values.length), values };
}

/** The names of all numbers that were seen. */
export function sampledNames({ table }: Samples): readonly string[] {
	return [...table.columnOf.keys()];
}

/** A row as it was appended; a gap is NaN. */
export interface WrittenRow {
	readonly atMs: number;
	readonly names: readonly string[];
	readonly values: Float64Array;
}

interface NamedColumns {
	readonly names: readonly string[];
	readonly columns: readonly number[];
}

const knownColumns = new WeakMap<SampleTable['columnOf'], NamedColumns>();
/** Nodes of one kind have the same names: handed to another thread together, they go over once. */
let lastNames: readonly string[] = [];

function namedColumns(columnOf: SampleTable['columnOf']): NamedColumns {
	const known = knownColumns.get(columnOf);
	if (known) return known;
	const own = [...columnOf.keys()];
	const isSame = own.length === lastNames.length && own.every((name, at) => name === lastNames[at]);
	const names = isSame ? lastNames : own;
	const made = { names, columns: [...columnOf.values()] };
	lastNames = names;
	knownColumns.set(columnOf, made);
	return made;
}

/** The rows behind the first `count` that were ever appended, oldest first, as far as they are kept. */
export function rowsAfter(
	{ before, table, length, appended }: Samples,
	count: number,
): WrittenRow[] {
	let left = Math.min(appended - count, keptSamples);
	const found: WrittenRow[] = [];
	for (const each of [table, ...before.toReversed()]) {
		if (left <= 0) break;
		const { columnOf, cells, firstRows } = each;
		const { names, columns } = namedColumns(columnOf);
		for (let row = (each === table ? length : tableRows) - 1; row >= 0 && left > 0; row -= 1) {
			// A number that was first seen later was not 0 before.
			const cell = (column: number): number =>
				row < (firstRows[column] ?? 0)
					? Number.NaN
					: (cells[column * tableRows + row] ?? Number.NaN);
			found.push({ atMs: cell(0), names, values: Float64Array.from(columns, cell) });
			left -= 1;
		}
	}
	return found.toReversed();
}

/**
 * Samples from whole columns, as they were written. A column that is shorter than `times` was first seen
 * later.
 */
export function samplesFrom(
	times: readonly number[],
	columns: readonly (readonly [name: string, values: readonly number[]])[],
): Samples {
	const columnOf = new Map(columns.map(([name], index) => [name, index + 1]));
	const all = [times, ...columns.map(([, values]) => values)];
	const tables = Array.from({ length: Math.ceil(times.length / tableRows) }, (_, position) => {
		const start = position * tableRows;
		const rows = Math.min(tableRows, times.length - start);
		const cells = new Float64Array(all.length * tableRows);
		const firstRows = all.map((values, column) => {
			const first = Math.max(0, times.length - values.length - start);
			// Behind the last column there is no place, not even for nothing.
			if (first >= rows) return Math.min(first, tableRows);
			const from = start + first - (times.length - values.length);
			cells.set(values.slice(from, from + rows - first), column * tableRows + first);
			return first;
		});
		return { columnOf, firstRows, cells, written: { rows } };
	});
	const table = tables.at(-1);
	if (!table) return noSamples;
	return {
		before: tables.slice(0, -1),
		table,
		length: table.written.rows,
		appended: times.length,
	};
}

function newest(
	{ before, table, length }: Samples,
	count: number,
	choose: (table: SampleTable) => number | undefined,
): number[] {
	let left = Math.min(count, keptSamples);
	const values: number[] = [];
	// From the newest back: not by iterators, which would leave an object behind for each value.
	for (let index = before.length; index >= 0 && left > 0; index -= 1) {
		const each = before[index] ?? table;
		const column = choose(each);
		if (column === undefined) break;
		const rows = each === table ? length : tableRows;
		const first = Math.max(each.firstRows[column] ?? 0, rows - left, 0);
		const start = column * tableRows;
		for (let row = rows - 1; row >= first; row -= 1) {
			values.push(each.cells[start + row] ?? Number.NaN);
		}
		left -= rows - first;
	}
	return values.toReversed();
}

/** A table with room behind the samples: the same one, or a new one. */
function withRoom({ before, table, length }: Samples): Pick<Samples, 'before' | 'table'> {
	const { columnOf, cells, written } = table;
	if (length === tableRows) {
		const firstRows = table.firstRows.map(() => 0);
		const empty = new Float64Array(cells.length);
		const next = { columnOf, firstRows, cells: empty, written: { rows: 0 } };
		return { before: [...before.slice(1 - keptTables), table], table: next };
	}
	// Rows behind `length` belong to a newer view: they are not written over.
	if (written.rows === length && cells.length > 0) return { before, table };
	const copied = cells.length === 0 ? new Float64Array(tableRows) : cells.slice();
	return { before, table: { ...table, cells: copied, written: { rows: length } } };
}

/** A number that is seen for the first time gets its column in a new table, with the rows of the old one. */
function withColumns(table: SampleTable, row: SampleRow): SampleTable {
	const names: string[] = [];
	for (const name in row) {
		if (row[name] !== undefined && !table.columnOf.has(name)) names.push(name);
	}
	if (names.length === 0) return table;
	const columnOf = new Map(table.columnOf);
	for (const name of names) columnOf.set(name, columnOf.size + 1);
	const cells = new Float64Array((columnOf.size + 1) * tableRows);
	cells.set(table.cells);
	const { rows } = table.written;
	const firstRows = [...table.firstRows, ...names.map(() => rows)];
	return { columnOf, firstRows, cells, written: { rows } };
}
