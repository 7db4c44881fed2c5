import { quantileOf } from './codec/sketch.ts';
import type { Bucket } from './codec/buckets.ts';
import type { HistoryReader } from './reader.ts';
import type { Span } from './tables.ts';

/** What is taken of the values in a step. */
export const statNames = ['mean', 'min', 'max', 'count', 'p50', 'p95', 'p99'] as const;
export type StatName = (typeof statNames)[number];

const shares = { p50: 0.5, p95: 0.95, p99: 0.99 } as const;
/** More digits than what was recorded has. */
const digits = 6;

export interface NodePoints {
	readonly node: string;
	/** Unix ms of the begin of each step, and its value. */
	readonly points: readonly (readonly [atMs: number, value: number])[];
}

export function statOf(bucket: Bucket, stat: StatName): number {
	if (stat === 'mean' || stat === 'min' || stat === 'max' || stat === 'count') return bucket[stat];
	const value = quantileOf(bucket.sketch, shares[stat]) ?? bucket.mean;
	// No value of a step was outside of what it had.
	const within = Math.min(bucket.max, Math.max(bucket.min, value));
	return Number(within.toPrecision(digits));
}

export function seriesOf(
	reader: Pick<HistoryReader, 'buckets'>,
	asked: {
		readonly nodes: readonly string[];
		readonly metric: string;
		readonly span: Span;
		readonly stepMs: number;
		readonly stat: StatName;
	},
): NodePoints[] {
	const { nodes, metric, span, stepMs, stat } = asked;
	return nodes.map((node) => ({
		node,
		points: reader
			.buckets(node, metric, span, stepMs)
			.map((bucket) => [bucket.atMs, statOf(bucket, stat)] as const),
	}));
}

/** All nodes added, at the times at which as many as ever have a value. */
export function sumOf(series: readonly NodePoints[]): NodePoints {
	const sums = new Map<number, { sum: number; nodes: number }>();
	for (const { points } of series) {
		for (const [atMs, value] of points) {
			const { sum, nodes } = sums.get(atMs) ?? { sum: 0, nodes: 0 };
			sums.set(atMs, { sum: sum + value, nodes: nodes + 1 });
		}
	}
	const most = Math.max(0, ...[...sums.values()].map(({ nodes }) => nodes));
	// A sum over fewer nodes would look like a fall.
	const whole = [...sums].filter(([, { nodes }]) => nodes === most);
	return {
		node: 'all',
		points: whole
			.toSorted(([a], [b]) => a - b)
			.map(([atMs, { sum }]) => [atMs, Number(sum.toPrecision(digits))] as const),
	};
}
