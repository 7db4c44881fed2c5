import { cleanText } from '../../domain/clean.ts';
import { toCount } from '../quantity.ts';

/**
 * Reads one field of a foreign object: its value, or `undefined` for one of the wrong shape, which is
 * as absent as a missing one. It never throws.
 */
export type Reader<Value> = (value: unknown) => Value | undefined;

/** What a reader reads. */
export type Read<Of extends Reader<unknown>> = NonNullable<ReturnType<Of>>;

type Readers = Readonly<Record<string, Reader<unknown>>>;

/** What is read of an object: each field may be absent but those that are required. */
type FieldsOf<Table extends Readers, Required extends keyof Table = never> = {
	readonly [Name in Exclude<keyof Table, Required>]?: ReturnType<Table[Name]>;
} & { readonly [Name in Required]: NonNullable<ReturnType<Table[Name]>> };

/**
 * A reader of an object by a table of its fields; `undefined` for what is no object, or lacks one that
 * is required. It does what a zod object of lenient fields does, at a tenth of the garbage: a status
 * has hundreds of fields, ten nodes are read each second, and none of these fields can be wrong.
 */
export function object<Table extends Readers, Required extends keyof Table & string = never>(
	table: Table,
	...required: readonly Required[]
): Reader<FieldsOf<Table, Required>> {
	const names = Object.keys(table);
	const readers = Object.values(table);
	return (value) => {
		if (!isObject(value)) return undefined;
		const fields: Record<string, unknown> = {};
		for (let index = 0; index < readers.length; index++) {
			const name = names[index] ?? '';
			const field = value[name];
			if (field !== undefined) fields[name] = readers[index]?.(field);
		}
		for (const name of required) if (fields[name] === undefined) return undefined;
		// The readers of the table made each of its values, and what is required was looked for.
		return fields as FieldsOf<Table, Required>;
	};
}

/** A list without the entries that do not fit; only the last `maxItems` are read. */
export function listOf<Item>(read: Reader<Item>, maxItems: number): Reader<Item[]> {
	return (value) => {
		if (!Array.isArray(value)) return undefined;
		const items: Item[] = [];
		for (let index = Math.max(0, value.length - maxItems); index < value.length; index++) {
			const item = read(value[index]);
			if (item !== undefined) items.push(item);
		}
		return items;
	};
}

/** The values of an object whose names are data; only the first `maxEntries`. */
export function entriesOf(maxEntries: number): Reader<[string, unknown][]> {
	return (value) => (isObject(value) ? Object.entries(value).slice(0, maxEntries) : undefined);
}

/** For what another reads later. */
export function asItIs(value: unknown): unknown {
	return value;
}

export function readFlag(value: unknown): boolean | undefined {
	return typeof value === 'boolean' ? value : undefined;
}

/** A network's name or number. */
export function readIdentifier(value: unknown): string | number | undefined {
	return toCount(typeof value === 'number' ? value : undefined) ?? readText(value);
}

/** Text, cleaned; `undefined` when nothing is left of it. */
export function readText(value: unknown): string | undefined {
	return cleanText(value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
