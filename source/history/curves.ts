import { quantileOf } from './codec/sketch.ts';
import type { Bucket } from './codec/buckets.ts';
import type { HistoryReader } from './reader.ts';
import type { Span } from './tables.ts';

/** A number of a node, or of several added up, in steps of time. A step without samples is left out. */
export interface Curve {
	/** Absent for a sum. */
	readonly node?: string;
	/** Begin of each step, Unix ms. */
	readonly times: readonly number[];
	/** Mean of each step. */
	readonly values: readonly number[];
	/** Greatest of each step: where a counter stood at its end. */
	readonly max: readonly number[];
	/** Between these two lie 90 % of the samples of a step. Of a sum, its value. */
	readonly low: readonly number[];
	readonly high: readonly number[];
}

export interface CurveQuestion extends Span {
	readonly metric: string;
	readonly nodes: readonly string[];
	readonly stepMs: number;
	/** Adds all nodes, at the times at which all that report it have a value. */
	readonly isSum: boolean;
}

const lowShare = 0.05;
const highShare = 0.95;

/** What was recorded of a number, as a chart draws it. Nodes that never reported it are left out. */
export function curvesOf(
	reader: Pick<HistoryReader, 'buckets'>,
	{ metric, nodes, stepMs, isSum, ...span }: CurveQuestion,
): Curve[] {
	const curves = nodes
		.map((node) => curveOf(node, reader.buckets(node, metric, span, stepMs)))
		.filter(({ times }) => times.length > 0);
	return isSum && curves.length > 0 ? [sumOfCurves(curves)] : curves;
}

function curveOf(node: string, buckets: readonly Bucket[]): Curve {
	return {
		node,
		times: buckets.map(({ atMs }) => atMs),
		values: buckets.map(({ mean }) => mean),
		max: buckets.map(({ max }) => max),
		low: buckets.map((bucket) => within(bucket, lowShare)),
		high: buckets.map((bucket) => within(bucket, highShare)),
	};
}

function within({ sketch, min, max, mean }: Bucket, share: number): number {
	return Math.min(max, Math.max(min, quantileOf(sketch, share) ?? mean));
}

/** A sum over fewer nodes than usual would look like a fall: such steps are left out. */
function sumOfCurves(curves: readonly Curve[]): Curve {
	const sums = new Map<number, { mean: number; max: number; nodes: number }>();
	for (const { times, values, max } of curves) {
		for (const [index, atMs] of times.entries()) {
			const before = sums.get(atMs) ?? { mean: 0, max: 0, nodes: 0 };
			sums.set(atMs, {
				mean: before.mean + (values[index] ?? 0),
				max: before.max + (max[index] ?? 0),
				nodes: before.nodes + 1,
			});
		}
	}
	const whole = [...sums]
		.filter(([, { nodes }]) => nodes === curves.length)
		.toSorted(([a], [b]) => a - b);
	const values = whole.map(([, { mean }]) => mean);
	const times = whole.map(([atMs]) => atMs);
	return { times, values, max: whole.map(([, { max }]) => max), low: values, high: values };
}
