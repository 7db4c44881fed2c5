import { finalizedOf, pendingOf, placeOf } from '../../sections/derived.ts';
import type { Moment } from '../../sections/moment.ts';
import type { NodeSnapshot } from '../../sections/snapshot.ts';
import type { Integer } from '../../domain/scalars.ts';
import { labelsOf } from './families.ts';
import { bounded } from './family.ts';
import type { Labels, Sample } from './family.ts';
import { sampleLine } from './prometheus-text.ts';
import { createSeedTotals } from './seed-totals.ts';
import type { HistogramTotals, SeedTotals } from './seed-totals.ts';

/**
 * The metrics of QuDAG's node operations plan, under its own names (`/metrics/seed`). They do not follow
 * the naming rules of Prometheus; `/metrics` does.
 */
interface SeedFamily {
	readonly name: string;
	readonly type: 'counter' | 'gauge' | 'histogram';
	readonly help: string;
	read(node: NodeSnapshot, totals: SeedTotals): readonly SeedSample[];
}

interface SeedSample extends Sample {
	/** Of a histogram's series: `_bucket`. */
	readonly suffix?: string;
}

function single(value: Integer | undefined, labels: Labels = {}): readonly SeedSample[] {
	return value === undefined ? [] : [{ labels, value: Number(value) }];
}

function ofHistogram({ bounds, counts, sum, count }: HistogramTotals): readonly SeedSample[] {
	return [
		...bounds.map((bound, index) => bucket(String(bound), counts[index] ?? 0)),
		bucket('+Inf', count),
		{ suffix: '_sum', labels: {}, value: sum },
		{ suffix: '_count', labels: {}, value: count },
	];
}

function bucket(le: string, value: number): SeedSample {
	return { suffix: '_bucket', labels: { le }, value };
}

function messages(outcome: 'sent' | 'received') {
	return ({ network }: NodeSnapshot): readonly SeedSample[] =>
		bounded(network?.messages ?? [], ({ type }) => type).flatMap((message) =>
			single(message[outcome], { type: message.type }),
		);
}

const families: readonly SeedFamily[] = [
	{
		name: 'consensus_round_counter',
		type: 'counter',
		help: 'Round of consensus, else view or height',
		read: (node) => single(node.consensus?.round ?? placeOf(node)?.value),
	},
	{
		name: 'consensus_finalized_vertices',
		type: 'gauge',
		help: 'Vertices or blocks that are final',
		read: (node) => single(finalizedOf(node)),
	},
	{
		name: 'consensus_finality_time_histogram',
		type: 'histogram',
		help: 'Seconds to finality: the average that the node reports, once a poll',
		read: ({ consensus }, { finality }) =>
			consensus?.averageFinalityMs === undefined && finality.count === 0
				? []
				: ofHistogram(finality),
	},
	{
		name: 'consensus_voting_power_gauge',
		type: 'gauge',
		help: 'Voting power',
		read: ({ consensus }) => single(consensus?.votingPower),
	},
	{
		name: 'dag_vertex_counter',
		// Pending vertices become final, so this can fall.
		type: 'gauge',
		help: 'Vertices by state',
		read: (node) =>
			node.dag === undefined
				? []
				: [
						...single(finalizedOf(node), { type: 'finalized' }),
						...single(pendingOf(node), { type: 'pending' }),
					],
	},
	{
		name: 'dag_edge_counter',
		type: 'counter',
		help: 'Edges',
		read: ({ dag }) => single(dag?.edges),
	},
	{ name: 'dag_tip_gauge', type: 'gauge', help: 'Tips', read: ({ dag }) => single(dag?.tips) },
	{ name: 'dag_depth_gauge', type: 'gauge', help: 'Depth', read: ({ dag }) => single(dag?.depth) },
	{
		name: 'dag_growth_rate_gauge',
		type: 'gauge',
		help: 'New vertices per second',
		read: ({ dag }) => single(dag?.growthPerSecond),
	},
	{
		name: 'network_peer_gauge',
		type: 'gauge',
		help: 'Connected peers',
		read: ({ network }) => single(network?.peers),
	},
	{
		name: 'network_messages_sent_counter',
		type: 'counter',
		help: 'Messages sent, by type',
		read: messages('sent'),
	},
	{
		name: 'network_messages_received_counter',
		type: 'counter',
		help: 'Messages received, by type',
		read: messages('received'),
	},
	{
		name: 'network_bytes_sent_counter',
		type: 'counter',
		help: 'Bytes sent since nodetop watches, from the bandwidth that the node reports',
		read: ({ network }, { bytesSent }) =>
			network?.bytesOutPerSecond === undefined && bytesSent === 0 ? [] : single(bytesSent),
	},
	{
		name: 'network_bytes_received_counter',
		type: 'counter',
		help: 'Bytes received since nodetop watches, from the bandwidth that the node reports',
		read: ({ network }, { bytesReceived }) =>
			network?.bytesInPerSecond === undefined && bytesReceived === 0 ? [] : single(bytesReceived),
	},
	{
		name: 'network_latency_histogram',
		type: 'histogram',
		help: 'Seconds to peers and back: the median that the node reports, once a poll',
		read: ({ network }, { latency }) =>
			network?.latencyMs === undefined && latency.count === 0 ? [] : ofHistogram(latency),
	},
	{
		name: 'process_cpu_usage_gauge',
		type: 'gauge',
		help: 'Per cent of one core',
		read: ({ resources }) =>
			single(resources?.cpuRatio === undefined ? undefined : resources.cpuRatio * 100),
	},
	{
		name: 'process_memory_resident_gauge',
		type: 'gauge',
		help: 'Bytes of resident memory',
		read: ({ resources }) => single(resources?.memoryResidentBytes),
	},
	{
		name: 'process_thread_count_gauge',
		type: 'gauge',
		help: 'Threads',
		read: ({ resources }) => single(resources?.threads),
	},
	{
		name: 'process_open_fds_gauge',
		type: 'gauge',
		help: 'Open files',
		read: ({ resources }) => single(resources?.openFiles),
	},
];

/** Writes a moment under the plan's names; keeps what its histograms and totals add up to. */
export function createSeedExporter(): (moment: Moment) => string {
	const count = createSeedTotals();
	return (moment) => {
		const totals = count(moment);
		// What a node reported before its last poll failed is old.
		const nodes = moment.nodes.filter(({ snapshot }) => snapshot.poll.status !== 'failed');
		return families
			.map(({ name, type, help, read }) => {
				const lines = nodes.flatMap(({ snapshot }) => {
					const own = totals.get(snapshot.target.name);
					const labels = labelsOf(snapshot);
					return (own ? read(snapshot, own) : []).map((sample) =>
						sampleLine(`${name}${sample.suffix ?? ''}`, {
							labels: { ...labels, ...sample.labels },
							value: sample.value,
						}),
					);
				});
				return lines.length === 0
					? ''
					: `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
			})
			.join('');
	};
}
