import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { fitsOf } from '../../source/domain/fits.ts';
import { count, identifier, integer, kind, ratio, time } from '../../source/domain/scalars.ts';
import { readingSchema } from '../../source/sections/snapshot.ts';
import type { Reading } from '../../source/sections/snapshot.ts';

const at = '2026-01-02T03:04:05.678Z';
const numbers = [0, -0, 1, -1, 1.5, 2 ** 53, 2 ** 53 - 1, Number.NaN, Infinity, -Infinity, 1n];
const texts = ['', 'abc', '12', '12a', '-1', 'up', 'down', '\n12'];
const times = [at, '2026-01-02T03:04:05Z', '2026-13-02T03:04:05Z', '2026-01-02T03:04:05+01:00'];
const others = [true, false, null, undefined, Symbol('x'), () => 1, new Date(0), /x/, new Map()];
const lists = [[], [1], ['a'], ['a', 'b', 'c'], [undefined], Array(2)];
const plain = [{}, { a: 1 }, { a: 'x' }, { a: 1, b: 2 }, { b: 1 }, { a: undefined }];
const odd = [Object.create({ a: 1 }), Object.create(null), JSON.parse('{"__proto__": 1}')];
const values: readonly unknown[] = [numbers, texts, times, others, lists, plain, odd].flat();

const known = {
	count,
	identifier,
	integer,
	kind,
	ratio,
	time,
	flag: z.boolean(),
	word: z.enum(['up', 'down']),
	absent: z.string().optional(),
	nothing: z.number().nullable(),
	list: z.array(z.string()).max(2),
	table: z.record(z.string(), z.number()),
	object: z.strictObject({ a: z.number(), b: z.number().optional() }),
};

/** Schemas of which it is not known how zod reads them. */
const unknown = {
	refined: z.string().refine((value) => value !== 'abc'),
	trimmed: z.string().trim(),
	shorter: z.string().max(2),
	coerced: z.coerce.number(),
	transformed: z.string().transform((value) => value.length),
	loose: z.object({ a: z.number() }),
	enumKeys: z.record(z.enum(['a', 'b']), z.number()),
	above: z.number().gt(0),
	below: z.number().max(1),
	step: z.number().multipleOf(2),
	filled: z.array(z.string()).min(1),
	email: z.email(),
	refinedObject: z.strictObject({ a: z.number() }).refine(({ a }) => a > 1),
	prefaulted: z.string().default('x'),
	lazy: z.lazy(() => z.string()),
	any: z.any(),
	number: z.enum({ one: 1, two: 2 }),
};

describe('a schema as a check that copies nothing', () => {
	it.each(Object.entries(known))('%s: says what zod says', (_name, schema) => {
		const fits = fitsOf(schema);
		// zod takes what is not written as {…} too; that is left to it.
		const judged = values.filter((value) => !hasOtherPrototype(value));
		const zods = judged.filter((value) => schema.safeParse(value).success);
		expect(judged.filter(fits)).toEqual(zods);
	});

	it.each(Object.entries({ ...known, ...unknown }))(
		'%s: says yes only where zod does',
		(_name, schema) => {
			const taken = values.filter(fitsOf(schema));
			expect(taken.filter((value) => !schema.safeParse(value).success)).toEqual([]);
		},
	);

	it('knows every part of a reading', () => {
		const fits = fitsOf(readingSchema);
		expect(readingSchema.safeParse(reading).success).toBe(true);
		expect(fits(reading)).toBe(true);
	});

	it('says yes only where zod does of a reading in which anything may be wrong', () => {
		const fits = fitsOf(readingSchema);
		const wrong = fc.oneof(fc.constantFrom(...values), fc.anything());
		expect.assertions(1);
		const holds = fc.check(
			fc.property(fc.nat(), wrong, fc.boolean(), (position, value, isNew) => {
				const changed: unknown = structuredClone(reading);
				const places = placesIn(changed);
				const place = places[position % places.length];
				if (!place) return true;
				place.holder[isNew ? `${place.key}2` : place.key] = value;
				return !fits(changed) || readingSchema.safeParse(changed).success;
			}),
			{ numRuns: 300 },
		);
		expect(holds.counterexample).toBeNull();
	});
});

function hasOtherPrototype(value: unknown): boolean {
	return (
		typeof value === 'object' &&
		value !== null &&
		!Array.isArray(value) &&
		Object.getPrototypeOf(value) !== Object.prototype
	);
}

interface Place {
	readonly holder: Record<string, unknown>;
	readonly key: string;
}

function placesIn(value: unknown): Place[] {
	if (typeof value !== 'object' || value === null) return [];
	const holder = value as Record<string, unknown>; // Of plain objects and lists only.
	return Object.keys(holder).flatMap((key) => [{ holder, key }, ...placesIn(holder[key])]);
}

const reading: Reading = {
	latencyMs: 12.5,
	identity: { version: '1.2.3', uptimeSeconds: 12 },
	consensus: { height: '9007199254740993', status: 'active', round: 5 },
	dag: {
		vertices: 5,
		recent: [
			{ id: 'a', parents: [], layer: 0, author: 'x', sequence: 1, at, finalized: true },
			{ id: 'b', parents: ['a'], layer: 1, author: 'y', sequence: '18446744073709551616', at },
		],
	},
	network: { peers: 3, peerList: [{ id: 'p', address: '192.0.2.1:30303', latencyMs: 3 }] },
	resources: { source: 'node', cpuRatio: 0.5, memoryResidentBytes: 1024 },
};
