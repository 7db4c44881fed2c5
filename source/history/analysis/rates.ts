import type { TimedNumbers } from './robust.ts';

/**
 * How fast a counter grew between each two samples, per second, at the time of the later one. A counter that
 * falls was reset: what it shows then has grown since, at least. A pause longer than `mostGapMs` gives no rate.
 */
export function ratesOf({ times, values }: TimedNumbers, mostGapMs: number): TimedNumbers {
	const rates: { times: number[]; values: number[] } = { times: [], values: [] };
	for (const [index, value] of values.entries()) {
		const [before, atMs, beforeMs] = [values[index - 1], times[index], times[index - 1]];
		if (before === undefined || atMs === undefined || beforeMs === undefined) continue;
		const elapsedMs = atMs - beforeMs;
		if (elapsedMs <= 0 || elapsedMs > mostGapMs) continue;
		const grown = value < before ? Math.max(0, value) : value - before;
		rates.times.push(atMs);
		rates.values.push((grown * 1000) / elapsedMs);
	}
	return rates;
}
