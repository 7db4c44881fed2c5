import { counter, NodeMetrics } from '../node-metrics.ts';
import type { Family, LabelledValue } from '../node-metrics.ts';
import { healthLevel } from './health.ts';
import type { NodeStatus } from './status.ts';

/** What the metrics of a node are read from. */
export interface Scrape {
	readonly status: NodeStatus;
	/** Of messages, since the start. */
	readonly bytes: { readonly bytesSent: number; readonly bytesReceived: number };
}

/**
 * The metrics of a node, read from its status, so that both give the same numbers, but for the
 * histograms of its run. All names of QuDAG's node operations plan are among them.
 */
export function createNodeMetrics(): NodeMetrics<Scrape> {
	return new NodeMetrics([...figures.map(ofStatus), ...planned, ...ofStates]);
}

function ofStatus({ read, ...family }: Family<NodeStatus>): Family<Scrape> {
	return { ...family, read: ({ status }) => read(status) };
}

const consensusStatuses = ['active', 'syncing', 'stalled'] as const;
const healthLevels = ['Healthy', 'Degraded', 'Unhealthy'] as const;

const figures: readonly Family<NodeStatus>[] = [
	{
		name: 'consensus_round_counter',
		help: 'Rounds of votes begun since start',
		type: 'counter',
		read: (status) => status.consensus_state.round,
	},
	{
		name: 'consensus_finalized_vertices',
		help: 'Vertices that are final',
		type: 'gauge',
		read: (status) => status.consensus_state.finalized_vertices,
	},
	{
		name: 'consensus_pending_vertices',
		help: 'Vertices that are not final yet',
		type: 'gauge',
		read: (status) => status.consensus_state.pending_vertices,
	},
	{
		name: 'consensus_average_finality_seconds',
		help: 'Mean time from attaching a vertex to finality, over one minute',
		type: 'gauge',
		read: ({ consensus_state: { average_finality_time: time } }) =>
			time && time.secs + time.nanos / 1e9,
	},
	{
		name: 'consensus_voting_power_gauge',
		help: 'Share of the votes, 0 to 1',
		type: 'gauge',
		read: (status) => status.consensus_state.voting_power,
	},
	{
		// A gauge: pending vertices become final.
		name: 'dag_vertex_counter',
		help: 'Vertices by state, with those that were pruned',
		type: 'gauge',
		labels: ['type'],
		read: ({ consensus_state: { finalized_vertices, pending_vertices } }) => [
			[{ type: 'finalized' }, finalized_vertices],
			[{ type: 'pending' }, pending_vertices],
		],
	},
	{
		name: 'dag_edge_counter',
		help: 'Edges, with those that were pruned',
		type: 'counter',
		read: (status) => status.dag_stats.total_edges,
	},
	{
		name: 'dag_tip_gauge',
		help: 'Vertices without children',
		type: 'gauge',
		read: (status) => status.dag_stats.tip_count,
	},
	{
		name: 'dag_depth_gauge',
		help: 'The highest layer',
		type: 'gauge',
		read: (status) => status.dag_stats.depth,
	},
	{
		name: 'dag_growth_rate_gauge',
		help: 'Vertices per second, over 30 s',
		type: 'gauge',
		read: (status) => status.dag_stats.growth_rate,
	},
	{
		name: 'dag_orphaned_gauge',
		help: 'Vertices that wait for a parent for more than 5 s',
		type: 'gauge',
		read: (status) => status.dag_stats.orphaned,
	},
	{
		name: 'dag_storage_bytes',
		help: 'Serialised size of the vertices held',
		type: 'gauge',
		read: (status) => status.dag_stats.storage_size,
	},
	{
		name: 'network_peer_gauge',
		help: 'Connected peers',
		type: 'gauge',
		read: (status) => status.network_info.peer_count,
	},
	{
		name: 'network_bandwidth_in_bytes_per_second',
		help: 'Bytes received per second, over 10 s',
		type: 'gauge',
		read: (status) => status.network_info.bandwidth_in,
	},
	{
		name: 'network_bandwidth_out_bytes_per_second',
		help: 'Bytes sent per second, over 10 s',
		type: 'gauge',
		read: (status) => status.network_info.bandwidth_out,
	},
	{
		name: 'network_latency_average_milliseconds',
		help: 'Mean round trip to peers, over two minutes',
		type: 'gauge',
		read: (status) => status.network_info.average_latency,
	},
	{
		name: 'disk_available_bytes',
		help: 'Free space on the simulated disk of this node',
		type: 'gauge',
		read: (status) => status.resource_usage.disk_usage.available_space,
	},
	{
		name: 'process_cpu_usage_gauge',
		help: 'Per cent of one core: the share of this node in its process',
		type: 'gauge',
		read: (status) => status.resource_usage.cpu_usage,
	},
	{
		name: 'process_memory_resident_gauge',
		help: 'Bytes of resident memory of the process, which all nodes of the devnet share',
		type: 'gauge',
		read: (status) => status.resource_usage.memory_usage.resident,
	},
	{
		name: 'process_thread_count_gauge',
		help: 'Threads of the process, which all nodes of the devnet share',
		type: 'gauge',
		read: (status) => status.resource_usage.thread_count,
	},
	{
		name: 'process_open_fds_gauge',
		help: 'Open files of the process, which all nodes of the devnet share',
		type: 'gauge',
		read: (status) => status.resource_usage.open_file_descriptors,
	},
];

const messageFamilies = (['sent', 'received', 'dropped', 'failed'] as const).map(
	(outcome): Family<NodeStatus> => ({
		name: `network_messages_${outcome}_counter`,
		help: `Messages ${outcome}, by type`,
		type: 'counter',
		labels: ['type'],
		read: ({ network_info: { messages } }) =>
			messages.map((counts): LabelledValue => [{ type: counts.type }, counts[outcome]]),
	}),
);

const planned: readonly Family<Scrape>[] = [
	...messageFamilies.map(ofStatus),
	counter(
		'network_bytes_sent_counter',
		'Bytes of messages sent',
		({ bytes: { bytesSent } }) => bytesSent,
	),
	counter(
		'network_bytes_received_counter',
		'Bytes of messages received',
		({ bytes: { bytesReceived } }) => bytesReceived,
	),
];

const stateFamilies: readonly Family<NodeStatus>[] = [
	{
		name: 'consensus_status',
		help: '1 for the state the consensus is in',
		type: 'gauge',
		labels: ['status'],
		read: ({ consensus_state: { status } }) =>
			consensusStatuses.map((each): LabelledValue => [{ status: each }, each === status ? 1 : 0]),
	},
	{
		name: 'node_health',
		help: '1 for the health that the node reports',
		type: 'gauge',
		labels: ['status'],
		read: ({ health }) =>
			healthLevels.map((each): LabelledValue => [
				{ status: each.toLowerCase() },
				each === healthLevel(health) ? 1 : 0,
			]),
	},
];

const ofStates = stateFamilies.map(ofStatus);
