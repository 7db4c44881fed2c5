import { NodeMetrics } from '../node-metrics.ts';
import type { Family, LabelledValue } from '../node-metrics.ts';
import { healthLevel } from './health.ts';
import type { NodeStatus } from './status.ts';

/** The metrics of a node, read from its status, so that both give the same numbers. */
export function createNodeMetrics(): NodeMetrics<NodeStatus> {
	return new NodeMetrics([...figures, ...messageFamilies, ...stateFamilies]);
}

const consensusStatuses = ['active', 'syncing', 'stalled'] as const;
const healthLevels = ['Healthy', 'Degraded', 'Unhealthy'] as const;

/** The first names are those of QuDAG's node operations plan. */
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
		name: 'consensus_voting_power_ratio',
		help: 'Share of the votes, 0 to 1',
		type: 'gauge',
		read: (status) => status.consensus_state.voting_power,
	},
	{
		name: 'dag_vertex_counter',
		help: 'Vertices, with those that were pruned',
		type: 'gauge',
		read: (status) => status.dag_stats.total_vertices,
	},
	{
		name: 'dag_edge_gauge',
		help: 'Edges, with those that were pruned',
		type: 'gauge',
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
		name: 'process_memory_resident_bytes',
		help: 'Resident memory of the process, which all nodes of the devnet share',
		type: 'gauge',
		read: (status) => status.resource_usage.memory_usage.resident,
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
