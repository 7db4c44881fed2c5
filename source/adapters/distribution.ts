import type { Distribution } from '../sections/distribution.ts';
import { defined } from '../domain/defined.ts';

/** Percentiles by nearest rank, in the values' own unit; `undefined` of nothing. */
export function distributionOf(values: readonly number[]): Distribution | undefined {
	const sorted = values.filter((value) => Number.isFinite(value) && value >= 0);
	if (sorted.length === 0) return undefined;
	sorted.sort((a, b) => a - b);
	const rank = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? sorted[0];
	return defined({
		min: sorted[0],
		avg: sorted.reduce((sum, value) => sum + value, 0) / sorted.length,
		p50: rank(0.5),
		p95: rank(0.95),
		p99: rank(0.99),
		max: sorted.at(-1),
		n: sorted.length,
	});
}
