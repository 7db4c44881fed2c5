/** Any value of JSON. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
	readonly [key: string]: Json;
}

/**
 * What makes one value of another: `[value]` takes its place; an object changes some keys and drops others;
 * a list keeps `n` entries from `s` on, changes some of them, and gets more at its end.
 */
export type Delta =
	| readonly [Json]
	| { readonly k: { readonly [key: string]: Delta }; readonly x?: readonly string[] }
	| {
			readonly s: number;
			readonly n: number;
			readonly i: { readonly [index: string]: Delta };
			readonly p: readonly Json[];
	  };

/** Lists that begin with another entry than before have mostly lost their oldest ones. */
const mostShift = 64;

/** What has changed from one value to the next; undefined where nothing has. */
export function diffJson(before: Json, after: Json): Delta | undefined {
	if (Object.is(before, after)) return undefined;
	if (isList(before) && isList(after)) return diffLists(before, after);
	if (isObject(before) && isObject(after)) return diffObjects(before, after);
	return [after];
}

/** The next value. Throws `TypeError` where the delta does not fit. */
export function applyDelta(before: Json, delta: Delta): Json {
	if ('k' in delta) {
		if (!isObject(before)) throw new TypeError('an object was expected');
		const dropped = new Set(delta.x);
		const kept = Object.keys(before).filter((key) => !dropped.has(key));
		const added = Object.keys(delta.k).filter((key) => !Object.hasOwn(before, key));
		return Object.fromEntries(
			[...kept, ...added].map((key) => [key, changed(before[key] ?? null, delta.k, key)]),
		);
	}
	if ('s' in delta) {
		if (!isList(before)) throw new TypeError('a list was expected');
		const kept = before.slice(delta.s, delta.s + delta.n);
		return [...kept.map((entry, index) => changed(entry, delta.i, String(index))), ...delta.p];
	}
	const [value] = delta;
	return value;
}

function changed(before: Json, deltas: { readonly [key: string]: Delta }, key: string): Json {
	const delta = Object.hasOwn(deltas, key) ? deltas[key] : undefined;
	return delta === undefined ? before : applyDelta(before, delta);
}

function diffObjects(before: JsonObject, after: JsonObject): Delta | undefined {
	const keys = Object.keys(after);
	const dropped: string[] = [];
	let kept = 0;
	for (const key of Object.keys(before)) {
		if (!Object.hasOwn(after, key)) dropped.push(key);
		// Keys are shown in their order, so that is part of the value.
		else if (keys[kept++] !== key) return [after];
	}
	const deltas: [string, Delta][] = [];
	for (const key of keys) {
		const value = after[key] ?? null;
		const isNew = !Object.hasOwn(before, key);
		const delta: Delta | undefined = isNew ? [value] : diffJson(before[key] ?? null, value);
		if (delta !== undefined) deltas.push([key, delta]);
	}
	if (deltas.length === 0 && dropped.length === 0) return undefined;
	const k = Object.fromEntries(deltas);
	return dropped.length === 0 ? { k } : { k, x: dropped };
}

function diffLists(before: readonly Json[], after: readonly Json[]): Delta | undefined {
	const s = shiftOf(before, after);
	const n = Math.min(before.length - s, after.length);
	const deltas: [string, Delta][] = [];
	for (let index = 0; index < n; index += 1) {
		const delta = diffJson(before[s + index] ?? null, after[index] ?? null);
		if (delta !== undefined) deltas.push([String(index), delta]);
	}
	if (deltas.length === 0 && n === after.length && n === before.length) return undefined;
	return { s, n, i: Object.fromEntries(deltas), p: after.slice(n) };
}

function shiftOf(before: readonly Json[], after: readonly Json[]): number {
	const [first] = after;
	if (first === undefined) return 0;
	const most = Math.min(mostShift, before.length);
	for (let index = 0; index < most; index += 1) {
		if (isSame(before[index] ?? null, first)) return index;
	}
	return 0;
}

/** Whether nothing has changed. Ends at the first difference and leaves nothing behind: most entries differ. */
function isSame(a: Json, b: Json): boolean {
	if (Object.is(a, b)) return true;
	if (isList(a)) {
		if (!isList(b) || a.length !== b.length) return false;
		return a.every((value, index) => isSame(value, b[index] ?? null));
	}
	if (!isObject(a) || !isObject(b)) return false;
	const keys = Object.keys(b);
	let index = 0;
	for (const key in a) {
		if (keys[index] !== key || !isSame(a[key] ?? null, b[key] ?? null)) return false;
		index += 1;
	}
	return index === keys.length;
}

function isList(value: Json): value is readonly Json[] {
	return Array.isArray(value);
}

function isObject(value: Json): value is JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
