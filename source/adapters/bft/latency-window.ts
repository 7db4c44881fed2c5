import { countOf, increaseOf, poolHistograms } from './histogram.ts';
import type { Histogram } from './histogram.ts';
import type { HistogramsBySeries } from './exposition.ts';

const windowMs = 60_000;
const stepMs = 5000;

interface Mark {
	readonly atMs: number;
	readonly series: HistogramsBySeries;
}

/** One metric's observations of the last minute, pooled over its series. */
export interface LatencyWindow {
	next(series: HistogramsBySeries, atMs: number): Histogram | undefined;
}

/**
 * The first reading gives all observations since the node's start; each later one what was added
 * since an earlier reading, at most a minute back. A minute, for etcd measures its peers each 30 s
 * only. Each series is compared with itself before they are pooled, so that a peer that comes or goes
 * changes nothing of the others; after a restart the window begins anew.
 */
export function createLatencyWindow(): LatencyWindow {
	let marks: Mark[] = [];
	let previous: HistogramsBySeries | undefined;
	return {
		next(series, atMs) {
			const hasRestarted = previous !== undefined && anyFell(previous, series);
			if (hasRestarted) marks = [{ atMs, series: new Map() }];
			previous = series;
			while (marks[1] !== undefined && atMs - (marks[0]?.atMs ?? 0) > windowMs) marks.shift();
			const base = marks[0];
			const newest = marks.at(-1);
			if (newest === undefined || atMs - newest.atMs >= stepMs) marks.push({ atMs, series });
			if (!base) return poolHistograms([...series.values()]);
			return poolHistograms(
				[...series].map(([key, now]) => {
					const before = base.series.get(key);
					return before ? increaseOf(before, now) : now;
				}),
			);
		},
	};
}

function anyFell(before: HistogramsBySeries, after: HistogramsBySeries): boolean {
	for (const [key, now] of after) {
		const earlier = before.get(key);
		if (earlier && countOf(earlier) > countOf(now)) return true;
	}
	return false;
}
