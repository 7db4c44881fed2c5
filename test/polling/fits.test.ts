import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { documentSchema, nodeSchema, readingSchema } from '../../source/domain/snapshot.ts';
import type { Reading } from '../../source/domain/snapshot.ts';
import { fitting } from '../../source/polling/fits.ts';

const full: Reading = {
	latencyMs: 1.5,
	endpoints: [{ name: '/status', status: 'ok', latencyMs: 2 }],
	identity: { nodeId: 'a', chainId: 1, networkId: 'main', startedAt: '2026-01-01T00:00:00Z' },
	consensus: {
		status: 'active',
		round: '18446744073709551615',
		isLeader: false,
		finalityUnit: 'blocks',
		viewChangeReasons: { timeout: 3 },
		latenciesMs: { commit: { p50: 1, n: 4 } },
	},
	dag: { recent: [{ id: 'v', parents: ['p', 'q'], at: '2026-01-01T00:00:00.000Z' }] },
	chain: { head: { number: 7 }, txPool: { pending: 0 } },
	network: { peers: 3, peerList: [{ id: 'p', direction: 'inbound' }], clients: { geth: 2 } },
	resources: { source: 'node', cpuRatio: 0.5 },
	clock: { offsetMs: -3, uncertaintyMs: 1, source: 'httpDate' },
	storage: { daysUntilFull: { expected: 3 }, satellites: [{ satellite: 's' }] },
	process: { state: 'running' },
	selfReport: { status: 'up', reasons: [] },
	notes: ['n'],
};

/** Every place in a value, by its path. */
function* placesOf(value: unknown, path: readonly string[] = []): Generator<readonly string[]> {
	yield path;
	if (typeof value !== 'object' || value === null) return;
	for (const [key, inner] of Object.entries(value)) yield* placesOf(inner, [...path, key]);
}

/** A copy with another value at a place. */
function withAt(value: unknown, [key, ...rest]: readonly string[], other: unknown): unknown {
	if (key === undefined) return other;
	const copy: unknown = Array.isArray(value) ? [...value] : { ...(value as object) };
	Reflect.set(copy as object, key, withAt(Reflect.get(copy as object, key), rest, other));
	return copy;
}

const oddValues: readonly unknown[] = [
	undefined,
	null,
	'',
	'x',
	'12',
	'-1',
	'1e3',
	'２',
	'2026-01-01',
	'2026-13-01T00:00:00Z',
	0,
	-1,
	1.5,
	2 ** 53,
	Number.NaN,
	Number.POSITIVE_INFINITY,
	true,
	{},
	{ x: 1 },
	[],
	[null],
	new Date(0),
];

describe('a value fits a schema', () => {
	const fits = fitting(readingSchema);

	test('when it is a reading with all kinds of fields', () => {
		expect(readingSchema.safeParse(full).success).toBe(true);
		expect(fits(full)).toBe(true);
		expect(fits({})).toBe(true);
	});

	test('just when zod takes it, with any odd value at any place', () => {
		const places = [...placesOf(full)];
		expect(places.length).toBeGreaterThan(60);
		const counts = { taken: 0, refused: 0 };
		for (const place of places) {
			for (const [index, odd] of oddValues.entries()) {
				const value = withAt(full, place, odd);
				const isTaken = readingSchema.safeParse(value).success;
				counts[isTaken ? 'taken' : 'refused'] += 1;
				expect(fits(value), `${place.join('.')} = oddValues[${index}]`).toBe(isTaken);
			}
		}
		expect(Math.min(counts.taken, counts.refused)).toBeGreaterThan(100);
	});

	test('not with a name that the schema does not have, at any depth', () => {
		expect(fits({ ...full, other: undefined })).toBe(false);
		expect(fits({ ...full, network: { ...full.network, peerlist: [] } })).toBe(false);
		expect(fits(JSON.parse('{"identity":{"__proto__":"x"}}'))).toBe(false);
		expect(fits(JSON.parse('{"network":{"clients":{"__proto__":1}}}'))).toBe(false);
	});

	test('only when zod takes it: anything that JSON can hold', () => {
		const schema = z.strictObject({
			list: z.array(z.union([z.int().nonnegative(), z.string().regex(/^\d+$/)])).optional(),
			record: z.record(z.string(), z.number().positive()).optional(),
			word: z.literal(['a', 1]),
			loose: z.object({ at: z.iso.datetime() }).optional(),
		});
		const isFit = fitting(schema);
		const leaf = fc.oneof(
			{ weight: 5, arbitrary: fc.constantFrom<unknown>(1, '7', 2) },
			{ weight: 1, arbitrary: fc.jsonValue({ maxDepth: 1 }) },
		);
		const shaped = fc.record(
			{
				list: fc.array(leaf, { maxLength: 3 }),
				record: fc.dictionary(fc.string(), leaf, { maxKeys: 3 }),
				word: fc.constantFrom('a', 1, 'b'),
				loose: fc.constantFrom({ at: '2026-01-01T00:00:00Z', x: 1 }, { at: 'now' }, {}),
			},
			{ requiredKeys: ['word'] },
		);
		let fitted = 0;
		fc.assert(
			fc.property(shaped, (value) => {
				if (!isFit(value)) return;
				fitted += 1;
				expect(schema.safeParse(value).success).toBe(true);
			}),
			{ numRuns: 500, seed: 7 },
		);
		expect(fitted).toBeGreaterThan(20);
	});

	test.each<[string, z.ZodType]>([
		['a refinement', z.string().refine((text) => text === 'a')],
		['a transform', z.string().transform((text) => text.length)],
		['a bounded list', z.array(z.string()).max(1)],
		['an unknown check', z.string().max(3)],
		['a refined object', z.object({ a: z.string() }).refine(() => false)],
		['an object with other names of one kind', z.object({}).catchall(z.string())],
		['coercion', z.coerce.number()],
	])('never where what is asked is not known here: %s', (_what, schema) => {
		const isFit = fitting(schema);
		for (const value of ['a', '', [], ['a'], { a: 'a' }, {}, 7]) expect(isFit(value)).toBe(false);
	});
});

test('everything of the snapshot and of its document is known', () => {
	const node = {
		target: { name: 'n', kind: 'qudag', url: 'http://127.0.0.1' },
		poll: { status: 'ok', failures: 0, at: '2026-01-01T00:00:00.000Z' },
		health: { status: 'up', issues: [] },
	};
	expect(nodeSchema.safeParse(node).success).toBe(true);
	expect(fitting(nodeSchema)(node)).toBe(true);
	expect(fitting(readingSchema)({ members: [node] })).toBe(true);
	const document = {
		schema: 'nodetop/1',
		takenAt: '2026-01-01T00:00:00.000Z',
		nodetop: { version: '1' },
		summary: { status: 'up', nodes: 1, up: 1, degraded: 0, down: 0, unknown: 0 },
		nodes: [node],
		groups: [],
		alerts: [],
	};
	expect(documentSchema.safeParse(document).success).toBe(true);
	expect(fitting(documentSchema)(document)).toBe(true);
});
