import { ByteReader, ByteWriter, DamagedDataError } from './bytes.ts';
import { decodeNumbers, encodeNumbers } from './numbers.ts';
import { addToSketch, createSketch, mergeSketch, readSketch, writeSketch } from './sketch.ts';
import type { Sketch } from './sketch.ts';
import { squeeze, unsqueeze } from './squeeze.ts';

/** What is known of the values of a number in one span of time. */
export interface Bucket {
	/** Begin of the span, Unix ms. */
	readonly atMs: number;
	readonly count: number;
	readonly min: number;
	readonly max: number;
	readonly mean: number;
	readonly sketch: Sketch;
}

const mostBuckets = 10_000;
const mostBytes = 16 * 1024 * 1024;
const meanDigits = 6;

/** The values in spans of `spanMs`, those without a number left out; times ascend. */
export function bucketsOf(
	times: ArrayLike<number>,
	values: ArrayLike<number>,
	spanMs: number,
): Bucket[] {
	const gathered = new Map<number, Gathered>();
	for (let index = 0; index < times.length; index += 1) {
		const value = values[index] ?? Number.NaN;
		if (!Number.isFinite(value)) continue;
		const atMs = Math.floor((times[index] ?? 0) / spanMs) * spanMs;
		const bucket = gathered.get(atMs) ?? createGathered();
		gathered.set(atMs, bucket);
		bucket.count += 1;
		bucket.sum += value;
		bucket.min = Math.min(bucket.min, value);
		bucket.max = Math.max(bucket.max, value);
		addToSketch(bucket.sketch, value);
	}
	return finish(gathered);
}

/** The same from finer buckets. */
export function mergeBuckets(buckets: readonly Bucket[], spanMs: number): Bucket[] {
	const gathered = new Map<number, Gathered>();
	for (const { atMs, count, min, max, mean, sketch } of buckets) {
		const beginMs = Math.floor(atMs / spanMs) * spanMs;
		const bucket = gathered.get(beginMs) ?? createGathered();
		gathered.set(beginMs, bucket);
		bucket.count += count;
		bucket.sum += mean * count;
		bucket.min = Math.min(bucket.min, min);
		bucket.max = Math.max(bucket.max, max);
		mergeSketch(bucket.sketch, sketch);
	}
	return finish(gathered);
}

interface Gathered {
	count: number;
	sum: number;
	min: number;
	max: number;
	readonly sketch: Sketch;
}

function createGathered(): Gathered {
	return {
		count: 0,
		sum: 0,
		min: Number.POSITIVE_INFINITY,
		max: Number.NEGATIVE_INFINITY,
		sketch: createSketch(),
	};
}

function finish(gathered: ReadonlyMap<number, Gathered>): Bucket[] {
	return [...gathered]
		.toSorted(([a], [b]) => a - b)
		.map(([atMs, { sum, ...rest }]) => ({
			atMs,
			...rest,
			mean: Number((sum / rest.count).toPrecision(meanDigits)),
		}));
}

export function encodeBuckets(buckets: readonly Bucket[], spanMs: number): Uint8Array {
	const writer = new ByteWriter();
	writer.varint(buckets.length);
	let before = 0;
	for (const { atMs, count } of buckets) {
		const index = Math.round(atMs / spanMs);
		writer.varint(index - before);
		writer.varint(count);
		before = index;
	}
	for (const column of ['min', 'max', 'mean'] as const) {
		writer.block(encodeNumbers(buckets.map((bucket) => bucket[column])));
	}
	for (const { min, max, sketch } of buckets) if (min !== max) writeSketch(writer, sketch);
	return squeeze(writer.done());
}

/** Throws `DamagedDataError`. */
export function decodeBuckets(bytes: Uint8Array, spanMs: number): Bucket[] {
	const reader = new ByteReader(unsqueeze(bytes, mostBytes));
	const length = reader.varint();
	if (length > mostBuckets) throw new DamagedDataError('too many spans of time');
	let index = 0;
	const spans = Array.from({ length }, () => {
		index += reader.varint();
		return { atMs: index * spanMs, count: reader.varint() };
	});
	const [min, max, mean] = [reader.block(), reader.block(), reader.block()].map(decodeNumbers);
	return spans.map(({ atMs, count }, at) => {
		const least = min?.[at] ?? Number.NaN;
		const most = max?.[at] ?? Number.NaN;
		const sketch = least === most ? sketchOfOne(least, count) : readSketch(reader);
		return { atMs, count, min: least, max: most, mean: mean?.[at] ?? Number.NaN, sketch };
	});
}

function sketchOfOne(value: number, count: number): Sketch {
	const sketch = createSketch();
	addToSketch(sketch, value, count);
	return sketch;
}
