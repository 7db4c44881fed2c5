import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	bucketsOf,
	decodeBuckets,
	encodeBuckets,
	mergeBuckets,
} from '../../source/history/codec/buckets.ts';
import { DamagedDataError } from '../../source/history/codec/bytes.ts';
import { applyDelta, diffJson } from '../../source/history/codec/delta.ts';
import type { Json } from '../../source/history/codec/delta.ts';
import { decodeNumbers, encodeNumbers } from '../../source/history/codec/numbers.ts';
import { decodeRow, encodeRow } from '../../source/history/codec/rows.ts';
import {
	addToSketch,
	createSketch,
	mergeSketch,
	quantileOf,
} from '../../source/history/codec/sketch.ts';
import { squeeze, unsqueeze } from '../../source/history/codec/squeeze.ts';
import { createRandom } from './random.ts';

function isReadOrRefused(read: () => unknown): boolean {
	try {
		read();
		return true;
	} catch (error) {
		return error instanceof DamagedDataError;
	}
}

describe('a column of numbers', () => {
	it('is read back exactly, whatever the numbers are', () => {
		const number = fc.oneof(
			fc.double(),
			fc.integer(),
			fc.maxSafeInteger(),
			fc.constant(Number.NaN),
			fc.integer().map((value) => value / 1000),
		);
		fc.assert(
			fc.property(fc.array(number, { maxLength: 200 }), (values) => {
				const finite = values.map((value) => (Number.isFinite(value) ? value : Number.NaN));
				expect([...decodeNumbers(encodeNumbers(values))]).toStrictEqual(finite);
			}),
			{ numRuns: 300 },
		);
	});

	it.each([
		['that stays', () => 7, 0.2],
		['that counts', (n: number) => 1e9 + n * 12, 0.2],
		['of times', (n: number) => 1.7e12 + n * 1000 + (n % 3), 0.6],
		[
			'of latencies',
			(n: number) => Number((12 + Math.abs(Math.sin(n * n)) * 3).toPrecision(5)),
			2.1,
		],
	])('%s takes few bytes', (_, valueAt, mostBytes) => {
		const values = Array.from({ length: 600 }, (_value, n) => valueAt(n));
		expect(encodeNumbers(values).length / values.length).toBeLessThan(mostBytes);
		expect([...decodeNumbers(encodeNumbers(values))]).toEqual(values);
	});

	it('refuses what nodetop did not write', () => {
		const bytes = encodeNumbers(Array.from({ length: 100 }, (_, n) => Math.sin(n)));
		fc.assert(
			fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
				const damaged = bytes.slice();
				damaged[at] = (damaged[at] ?? 0) ^ change;
				expect(isReadOrRefused(() => decodeNumbers(damaged))).toBe(true);
			}),
		);
		expect(() => decodeNumbers(bytes.subarray(0, bytes.length - 9))).toThrow(DamagedDataError);
	});
});

describe('a row', () => {
	it('is read back', () => {
		const cells = [
			[3, 0.1],
			[1, -5],
			[900, 1e300],
		] as const;
		expect(decodeRow(encodeRow(cells))).toEqual([
			[1, -5],
			[3, 0.1],
			[900, 1e300],
		]);
	});
});

describe('squeezed data', () => {
	it('are never longer than the data and a byte, and bounded when they are read', () => {
		const bytes = Buffer.from('abc'.repeat(1000));
		expect(squeeze(bytes).length).toBeLessThan(60);
		expect(Buffer.from(unsqueeze(squeeze(bytes), 3000))).toEqual(bytes);
		expect(() => unsqueeze(squeeze(bytes), 2999)).toThrow(DamagedDataError);
		expect(squeeze(Uint8Array.of(1, 2)).length).toBe(3);
	});
});

const distributions: Readonly<Record<string, (random: () => number) => number>> = {
	uniform: (random) => 10 + 90 * random(),
	normal: (random) =>
		500 + 40 * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()),
	exponential: (random) => -25 * Math.log(1 - random()),
	'log-normal': (random) =>
		Math.exp(3 + 0.9 * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())),
	Pareto: (random) => 4 / (1 - random()) ** (1 / 2.5),
};

describe('a quantile sketch', () => {
	it.each(Object.keys(distributions))('of a %s distribution is within 1 %', (name) => {
		const draw = distributions[name];
		const random = createRandom(7);
		const values = Array.from({ length: 40_000 }, () => draw?.(random) ?? 0);
		const whole = createSketch();
		// Merged from parts of unequal size, as minutes make an hour and hours a day.
		for (let from = 0; from < values.length; from += 1700) {
			const part = createSketch();
			for (const value of values.slice(from, from + 1700)) addToSketch(part, value);
			mergeSketch(whole, part);
		}
		const sorted = values.toSorted((a, b) => a - b);
		for (const share of [0.01, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999]) {
			const exact = sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
			expect(Math.abs((quantileOf(whole, share) ?? 0) / exact - 1)).toBeLessThan(0.01);
		}
	});

	it('knows zeros and negative numbers', () => {
		const sketch = createSketch();
		for (const value of [-100, -1, 0, 0, 50]) addToSketch(sketch, value);
		expect(quantileOf(sketch, 0)).toBeCloseTo(-100, -1);
		expect(quantileOf(sketch, 0.5)).toBe(0);
		expect(quantileOf(sketch, 1)).toBeCloseTo(50, -1);
		expect(quantileOf(createSketch(), 0.5)).toBeUndefined();
	});
});

describe('buckets', () => {
	const times = Array.from({ length: 400 }, (_, n) => 1_700_000_000_000 + n * 1000);
	const values = times.map((_, n) => (n % 50 === 3 ? Number.NaN : 5 + Math.sin(n)));

	it('are read back, and say the same when they are merged', () => {
		const minutes = bucketsOf(times, values, 60_000);
		expect(decodeBuckets(encodeBuckets(minutes, 60_000), 60_000)).toEqual(minutes);
		const [hour] = mergeBuckets(minutes, 3_600_000);
		const present = values.filter((value) => !Number.isNaN(value));
		expect(hour?.count).toBe(present.length);
		expect(hour?.min).toBe(Math.min(...present));
		expect(hour?.max).toBe(Math.max(...present));
		const mean = present.reduce((sum, value) => sum + value, 0) / present.length;
		expect(hour?.mean).toBeCloseTo(mean, 4);
	});
});

describe('what changed in a value', () => {
	const json = fc
		.jsonValue({ maxDepth: 4 })
		.map((value) => JSON.parse(JSON.stringify(value)) as Json);

	it('makes the next one of it, with its keys in their order', () => {
		fc.assert(
			fc.property(json, json, (before, after) => {
				const delta = diffJson(before, after);
				const next = delta === undefined ? before : applyDelta(before, delta);
				expect(JSON.stringify(next)).toBe(JSON.stringify(after));
			}),
			{ numRuns: 500 },
		);
	});

	it('is small where a list lost its oldest entries, and little changed', () => {
		const list = (from: number) => Array.from({ length: 50 }, (_, n) => ({ id: `v${from + n}` }));
		const before = { name: 'n', recent: list(0), peers: 3 };
		const after = { name: 'n', recent: list(4), peers: 3 };
		const delta = diffJson(before, after);
		expect(JSON.stringify(delta).length).toBeLessThan(100);
		expect(delta && applyDelta(before, delta)).toEqual(after);
		expect(diffJson(after, structuredClone(after))).toBeUndefined();
	});

	it('takes "__proto__" for a key like any other', () => {
		const before = JSON.parse('{"a":1}') as Json;
		const after = JSON.parse('{"a":1,"__proto__":{"b":2}}') as Json;
		const delta = JSON.parse(JSON.stringify(diffJson(before, after))) as ReturnType<
			typeof diffJson
		>;
		expect(JSON.stringify(delta && applyDelta(before, delta))).toBe(JSON.stringify(after));
	});
});
