import { ByteWriter, DamagedDataError } from './bytes.ts';
import type { ByteReader } from './bytes.ts';

/**
 * How many values there were of each size, in steps of 1.6 %: quantiles of any number of values, merged in
 * any order, are within 0.8 % of the true ones (the idea of DDSketch, Masson et al., VLDB 2019).
 */
export interface Sketch {
	/** How many, by step; of values above 0. */
	readonly positive: Map<number, number>;
	/** The same of values below 0, by the step of their size. */
	readonly negative: Map<number, number>;
	/** How many were 0, or nearer to it than anything is measured. */
	zero: number;
}

const relativeError = 0.008;
const base = (1 + relativeError) / (1 - relativeError);
const logBase = Math.log(base);
const leastSize = 1e-9;
/** More than all steps from the least size to the largest double. */
const mostSteps = 100_000;

export function createSketch(): Sketch {
	return { positive: new Map(), negative: new Map(), zero: 0 };
}

export function addToSketch(sketch: Sketch, value: number, count = 1): void {
	const size = Math.abs(value);
	if (size < leastSize) {
		sketch.zero += count;
		return;
	}
	const steps = value > 0 ? sketch.positive : sketch.negative;
	const step = Math.ceil(Math.log(size) / logBase);
	steps.set(step, (steps.get(step) ?? 0) + count);
}

export function mergeSketch(into: Sketch, from: Sketch): void {
	for (const side of ['positive', 'negative'] as const) {
		for (const [step, count] of from[side]) {
			into[side].set(step, (into[side].get(step) ?? 0) + count);
		}
	}
	into.zero += from.zero;
}

/** The value below which a share of all values lies, 0 to 1; undefined where there are none. */
export function quantileOf(sketch: Sketch, share: number): number | undefined {
	const ordered = orderedOf(sketch);
	const total = ordered.reduce((sum, [, count]) => sum + count, 0);
	if (total === 0) return undefined;
	const rank = share * (total - 1);
	let below = 0;
	for (const [value, count] of ordered) {
		below += count;
		if (below > rank) return value;
	}
	return ordered.at(-1)?.[0];
}

function orderedOf({ positive, negative, zero }: Sketch): (readonly [number, number])[] {
	const valueOf = (step: number): number => (2 * base ** step) / (base + 1);
	return [
		...byStep(negative)
			.toReversed()
			.map(([step, count]) => [-valueOf(step), count] as const),
		...(zero === 0 ? [] : [[0, zero] as const]),
		...byStep(positive).map(([step, count]) => [valueOf(step), count] as const),
	];
}

function byStep(steps: ReadonlyMap<number, number>): [number, number][] {
	return [...steps].toSorted(([a], [b]) => a - b);
}

export function writeSketch(writer: ByteWriter, { positive, negative, zero }: Sketch): void {
	writer.varint(zero);
	for (const steps of [positive, negative]) {
		const ordered = byStep(steps);
		writer.varint(ordered.length);
		let before = 0;
		for (const [step, count] of ordered) {
			writer.signed(step - before);
			writer.varint(count);
			before = step;
		}
	}
}

export function readSketch(reader: ByteReader): Sketch {
	const sketch = createSketch();
	sketch.zero = reader.varint();
	for (const steps of [sketch.positive, sketch.negative]) {
		const length = reader.varint();
		if (length > mostSteps) throw new DamagedDataError('a sketch is too long');
		let step = 0;
		for (let index = 0; index < length; index += 1) {
			step += reader.signed();
			steps.set(step, reader.varint());
		}
	}
	return sketch;
}
