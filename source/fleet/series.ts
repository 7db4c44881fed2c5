import type { Integer } from '../domain/scalars.ts';
import type { SampleRow } from '../sections/samples.ts';
import type { NodeSnapshot } from '../sections/snapshot.ts';

/** A number of a node that is drawn over time. */
export interface Metric {
	readonly title: string;
	readonly unit: 'count' | 'ms' | 'ratio' | 'bytes' | 'bytesPerSecond' | 'perSecond';
	read(node: NodeSnapshot): number | undefined;
}

/** Everything that sparklines and charts can show. Adding one adds one entry. */
export const metrics = {
	latencyMs: { title: 'Poll latency', unit: 'ms', read: (node) => node.poll.latencyMs },
	height: {
		title: 'Height',
		unit: 'count',
		read: (node) => toNumber(node.chain?.head?.number ?? node.consensus?.height),
	},
	round: { title: 'Round', unit: 'count', read: (node) => toNumber(node.consensus?.round) },
	view: { title: 'View', unit: 'count', read: (node) => toNumber(node.consensus?.view) },
	finalized: {
		title: 'Finalized',
		unit: 'count',
		read: (node) => toNumber(node.consensus?.finalized),
	},
	pending: {
		title: 'Pending',
		unit: 'count',
		read: (node) => toNumber(node.consensus?.pending ?? node.chain?.txPool?.pending),
	},
	finalityMs: {
		title: 'Average finality',
		unit: 'ms',
		read: (node) => node.consensus?.averageFinalityMs,
	},
	finalityLag: {
		title: 'Finality lag',
		unit: 'count',
		read: (node) => toNumber(node.consensus?.finalityLag),
	},
	vertices: { title: 'Vertices', unit: 'count', read: (node) => toNumber(node.dag?.vertices) },
	tips: { title: 'Tips', unit: 'count', read: (node) => toNumber(node.dag?.tips) },
	depth: { title: 'Depth', unit: 'count', read: (node) => toNumber(node.dag?.depth) },
	orphaned: { title: 'Orphaned', unit: 'count', read: (node) => toNumber(node.dag?.orphaned) },
	growthPerSecond: {
		title: 'Vertices per second',
		unit: 'perSecond',
		read: (node) => node.dag?.growthPerSecond,
	},
	peers: { title: 'Peers', unit: 'count', read: (node) => node.network?.peers },
	peerLatencyMs: {
		title: 'Peer latency p50',
		unit: 'ms',
		read: (node) => node.network?.latencyMs?.p50 ?? node.network?.latencyMs?.avg,
	},
	bytesInPerSecond: {
		title: 'Bandwidth in',
		unit: 'bytesPerSecond',
		read: (node) => node.network?.bytesInPerSecond,
	},
	bytesOutPerSecond: {
		title: 'Bandwidth out',
		unit: 'bytesPerSecond',
		read: (node) => node.network?.bytesOutPerSecond,
	},
	cpuRatio: { title: 'CPU', unit: 'ratio', read: (node) => node.resources?.cpuRatio },
	memoryResidentBytes: {
		title: 'Resident memory',
		unit: 'bytes',
		read: (node) => toNumber(node.resources?.memoryResidentBytes),
	},
} as const satisfies Record<string, Metric>;

export type MetricName = keyof typeof metrics;

const metricEntries = Object.entries(metrics) as [MetricName, Metric][];

/** A row of samples. A poll that failed leaves a gap in every number. */
export function sampleOf(node: NodeSnapshot): SampleRow {
	if (node.poll.status === 'failed') return {};
	return Object.fromEntries(metricEntries.map(([name, metric]) => [name, metric.read(node)]));
}

/** For drawing only: past 2^53 the nearest double. */
export function toNumber(value: Integer | undefined): number | undefined {
	return value === undefined ? undefined : Number(value);
}
