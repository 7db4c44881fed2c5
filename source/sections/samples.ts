/**
 * Recent numbers of one node: a table with one row a poll and one column a number. Rows are only ever
 * appended, so a view (`Samples`) costs nothing and what it shows cannot change: later polls go behind its
 * length, or into a new table.
 */
export interface SampleTable {
	/** When each row was polled, Unix ms. */
	readonly times: Float64Array;
	readonly columns: ReadonlyMap<string, SampleColumn>;
	/** How many rows are written; shared by tables that share columns. Only `appendSample` changes it. */
	readonly written: { rows: number };
}

export interface SampleColumn {
	/** A gap is NaN. */
	readonly values: Float64Array;
	/** The row in which the number was first seen. */
	readonly from: number;
}

/** The first `length` rows of a table. */
export interface Samples {
	readonly table: SampleTable;
	readonly length: number;
}

/** What one poll gave, by the name of the number. */
export type SampleRow = Readonly<Record<string, number | undefined>>;

/** Samples of one node that can be read back. */
export const keptSamples = 300;
/** Room for new rows, so that the kept ones are copied once in 40 polls. */
const fullTable = 340;
const firstTable = 32;

export const noSamples: Samples = {
	table: { times: new Float64Array(0), columns: new Map(), written: { rows: 0 } },
	length: 0,
};

/** The samples with one row more. The samples that are passed in, and views of them, stay as they are. */
export function appendSample(samples: Samples, atMs: number, row: SampleRow): Samples {
	const table = withColumns(withRoom(samples), row);
	const index = table.written.rows;
	table.times[index] = atMs;
	for (const [name, { values }] of table.columns) values[index] = row[name] ?? Number.NaN;
	table.written.rows = index + 1;
	return { table, length: index + 1 };
}

/** The newest values, oldest first, at most `count`; a gap is NaN; empty for a number never seen. */
export function lastSamples({ table, length }: Samples, name: string, count: number): number[] {
	const column = table.columns.get(name);
	if (!column) return [];
	const first = Math.max(column.from, length - Math.min(count, keptSamples));
	return Array.from(column.values.subarray(first, length));
}

/** When the newest samples were polled, Unix ms, oldest first, at most `count`. */
export function lastSampleTimes({ table, length }: Samples, count: number): number[] {
	return Array.from(
		table.times.subarray(Math.max(0, length - Math.min(count, keptSamples)), length),
	);
}

/** A table with room behind the samples: the same one, or a new one that holds the newest rows. */
function withRoom({ table, length }: Samples): SampleTable {
	// Rows behind `length` belong to a newer view: they are not written over.
	if (table.written.rows === length && length < table.times.length) return table;
	const kept = length < fullTable ? length : keptSamples;
	const capacity = Math.min(fullTable, Math.max(firstTable, kept * 2));
	const copy = (values: Float64Array) => {
		const copied = new Float64Array(capacity);
		copied.set(values.subarray(length - kept, length));
		return copied;
	};
	const columns = new Map<string, SampleColumn>();
	for (const [name, { values, from }] of table.columns) {
		columns.set(name, { values: copy(values), from: Math.max(0, from - (length - kept)) });
	}
	return { times: copy(table.times), columns, written: { rows: kept } };
}

/** A number that is seen for the first time gets its column in a new table, which shares all others. */
function withColumns(table: SampleTable, row: SampleRow): SampleTable {
	const isNew = ([name, value]: readonly [string, number | undefined]) =>
		value !== undefined && !table.columns.has(name);
	const names = Object.entries(row).filter(isNew);
	if (names.length === 0) return table;
	const columns = new Map(table.columns);
	for (const [name] of names) {
		columns.set(name, { values: new Float64Array(table.times.length), from: table.written.rows });
	}
	return { ...table, columns };
}
