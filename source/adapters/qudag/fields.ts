import * as z from 'zod';
import { clean } from '../../domain/clean.ts';
import { toAmount, toCount, toInteger, toTime } from '../quantity.ts';
import { readIdentifier, readText } from './readers.ts';

/**
 * Fields as QuDAG's programs write them. Each is lenient: a value of the wrong shape is as absent as
 * a missing one, so that one odd field does not hide the others.
 */
export const amount = z.unknown().transform(toAmount).optional();
export const integer = z.unknown().transform(toInteger).optional();
export const count = z.unknown().transform(toCount).optional();
export const text = z.unknown().transform(readText).optional();
/** For what an entry of a list cannot do without. */
export const requiredText = z
	.string()
	.transform((value) => clean(value))
	.pipe(z.string().min(1));
export const flag = z.boolean().optional().catch(undefined);
/** Seconds, or what serde makes of a `Duration`: `{secs, nanos}`. Yields seconds. */
export const seconds = z.unknown().transform(readSeconds).optional();
export const time = z.unknown().transform(readTime).optional();
export const identifier = z.unknown().transform(readIdentifier).optional();

/** A nested object; absent when it is none. */
export function part<Schema extends z.ZodType>(schema: Schema) {
	return schema.optional().catch(undefined);
}

/** A list without the entries that do not fit; only the last `maxItems` are read. */
export function list<Schema extends z.ZodType>(item: Schema, maxItems: number) {
	return z
		.array(z.unknown())
		.transform((entries) =>
			entries.slice(-maxItems).flatMap((entry) => {
				const parsed = item.safeParse(entry);
				return parsed.success ? [parsed.data] : [];
			}),
		)
		.optional()
		.catch(undefined);
}

/** The fields that have a value; `undefined` when none has, so that an empty section is absent. */
export function present<Fields extends object>(fields: Fields): Fields | undefined {
	// Built up and not thinned out: V8 makes a slow table of an object that loses a property.
	const kept: Partial<Fields> = {};
	let isEmpty = true;
	for (const key in fields) {
		if (fields[key] === undefined) continue;
		kept[key] = fields[key];
		isEmpty = false;
	}
	// Only what is `undefined` is left out, and so the type has it already.
	return isEmpty ? undefined : (kept as Fields);
}

/** For numbers where QuDAG writes 0 for what it did not measure. */
export function measured<Value extends number | string>(
	value: Value | undefined,
): Value | undefined {
	return value === 0 ? undefined : value;
}

/** Below these keys the names are data, not fields. */
const keysOfData = new Set(['protocol_versions']);
const maxDepth = 10;

/** Whether JSON text has a field whose name is camelCase; most nodes write none. */
export function hasCamelCase(json: string): boolean {
	return /[a-z\d][A-Z]\w*"\s*:/.test(json);
}

/** Renames camelCase fields to the snake_case of the schemas; deeper than ten levels is dropped. */
export function snakeCased(value: unknown, depth = 0): unknown {
	if (typeof value !== 'object' || value === null) return value;
	if (depth === maxDepth) return undefined;
	if (Array.isArray(value)) return value.map((entry) => snakeCased(entry, depth + 1));
	return Object.fromEntries(
		Object.entries(value).map(([key, inner]) => {
			const name = key.replaceAll(/(?<=[a-z\d])[A-Z]+/g, (letters) => `_${letters.toLowerCase()}`);
			return [name, keysOfData.has(name) ? inner : snakeCased(inner, depth + 1)];
		}),
	);
}

const serdeDuration = z.object({ secs: z.number(), nanos: z.number().default(0) });
const serdeTime = z.object({
	secs_since_epoch: z.number(),
	nanos_since_epoch: z.number().default(0),
});

/** Seconds, or what serde makes of a `Duration`: `{secs, nanos}`. */
export function readSeconds(value: unknown): number | undefined {
	return toDuration(value, 1);
}

/** Milliseconds, or what serde makes of a `Duration`. */
export function readMilliseconds(value: unknown): number | undefined {
	return toDuration(value, 1000);
}

/** A bare number is in the field's own unit already; what serde makes of a `Duration` is not. */
function toDuration(value: unknown, unitsPerSecond: number): number | undefined {
	if (typeof value !== 'object') return toAmount(value);
	const serde = serdeDuration.safeParse(value);
	if (!serde.success) return undefined;
	const { secs, nanos } = serde.data;
	return toAmount(secs * unitsPerSecond + nanos / (1e9 / unitsPerSecond));
}

const smallestMilliseconds = 1e11;
/** The year 10000, from which on ISO text has another form. */
const endOfTimeMs = 253_402_300_800_000;

/**
 * ISO text, Unix seconds, Unix milliseconds (past 10^11) or what serde makes of a `SystemTime`:
 * `{secs_since_epoch, nanos_since_epoch}`. Yields ISO text.
 */
export function readTime(value: unknown): string | undefined {
	if (typeof value === 'object') {
		const serde = serdeTime.safeParse(value);
		if (!serde.success) return undefined;
		const { secs_since_epoch: wholeSeconds, nanos_since_epoch: nanos } = serde.data;
		return toPlausibleTime(wholeSeconds * 1000 + Math.floor(nanos / 1e6));
	}
	const number = toAmount(value);
	if (number !== undefined) {
		return toPlausibleTime(number > smallestMilliseconds ? number : number * 1000);
	}
	return typeof value === 'string' ? toPlausibleTime(Date.parse(value)) : undefined;
}

function toPlausibleTime(ms: number): string | undefined {
	return ms < endOfTimeMs ? toTime(ms) : undefined;
}
