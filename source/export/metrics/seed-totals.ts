import { rowsAfter } from '../../sections/samples.ts';
import type { WrittenRow } from '../../sections/samples.ts';
import type { Moment, NodeMoment } from '../../sections/moment.ts';

/** Observations by upper bound, as Prometheus counts them: each bucket holds those below it. */
export interface HistogramTotals {
	readonly bounds: readonly number[];
	/** One for each bound. */
	readonly counts: number[];
	sum: number;
	count: number;
}

/** What the plan's names need of a node besides its snapshot: it only grows. */
export interface SeedTotals {
	/** Seconds: the node's average time to finality, once a poll. */
	readonly finality: HistogramTotals;
	/** Seconds: the median latency of its peers, once a poll. */
	readonly latency: HistogramTotals;
	/** From the bandwidth that the node reports, since nodetop watches it. */
	bytesSent: number;
	bytesReceived: number;
}

interface Counted {
	readonly totals: SeedTotals;
	/** Rows of its samples that are counted. */
	rows: number;
	lastAtMs: number | undefined;
}

const finalityBounds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const latencyBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];
/** Nobody knows what went over the line in a longer gap between two polls. */
const longestGapMs = 60_000;

/**
 * Counts each poll of each node once, however often it is asked, as long as it is asked before 300 more
 * polls have passed. Forgets nodes that are no longer watched.
 */
export function createSeedTotals(): (moment: Moment) => ReadonlyMap<string, SeedTotals> {
	const known = new Map<string, Counted>();
	return ({ nodes }) => {
		const present = new Set(nodes.map(({ snapshot }) => snapshot.target.name));
		for (const name of known.keys()) if (!present.has(name)) known.delete(name);
		return new Map(
			nodes.map((node) => {
				const { name } = node.snapshot.target;
				const counted = known.get(name) ?? createCounted();
				known.set(name, counted);
				countNew(counted, node);
				return [name, counted.totals];
			}),
		);
	};
}

function createCounted(): Counted {
	const totals = {
		finality: createHistogram(finalityBounds),
		latency: createHistogram(latencyBounds),
		bytesSent: 0,
		bytesReceived: 0,
	};
	return { totals, rows: 0, lastAtMs: undefined };
}

function createHistogram(bounds: readonly number[]): HistogramTotals {
	return { bounds, counts: bounds.map(() => 0), sum: 0, count: 0 };
}

function countNew(counted: Counted, { samples }: NodeMoment): void {
	// Its samples began anew, as when a node was removed and added.
	if (samples.appended < counted.rows) counted.rows = 0;
	const rows = rowsAfter(samples, counted.rows);
	counted.rows = samples.appended;
	for (const row of rows) countRow(counted, row);
}

function countRow(counted: Counted, row: WrittenRow): void {
	const { totals, lastAtMs } = counted;
	const of = (name: string): number => row.values[row.names.indexOf(name)] ?? Number.NaN;
	observe(totals.finality, of('consensus.averageFinalityMs') / 1000);
	observe(totals.latency, of('peerLatencyMs') / 1000);
	const gapMs = lastAtMs === undefined ? 0 : row.atMs - lastAtMs;
	const seconds = gapMs > 0 && gapMs <= longestGapMs ? gapMs / 1000 : 0;
	totals.bytesSent += (of('network.bytesOutPerSecond') || 0) * seconds;
	totals.bytesReceived += (of('network.bytesInPerSecond') || 0) * seconds;
	counted.lastAtMs = row.atMs;
}

function observe(histogram: HistogramTotals, value: number): void {
	if (!Number.isFinite(value)) return;
	histogram.sum += value;
	histogram.count += 1;
	for (const [index, bound] of histogram.bounds.entries()) {
		if (value <= bound) histogram.counts[index] = (histogram.counts[index] ?? 0) + 1;
	}
}
