import { Counter, Gauge, Registry } from 'prom-client';
import type { NodeStatus } from './status.ts';
import { wordOf } from './verdict.ts';

/** Prometheus text of a status, so that both surfaces tell the same numbers at the same moment. */
export interface NodeMetrics {
	readonly contentType: string;
	render(status: NodeStatus): Promise<string>;
}

interface Reader {
	readonly name: string;
	readonly help: string;
	readonly kind: 'counter' | 'gauge';
	/** `undefined` when the node did not measure it: the metric then has no sample. */
	readonly read: (status: NodeStatus) => number | undefined;
}

/** The first names are those of QuDAG's node operations plan. */
const readers: readonly Reader[] = [
	{
		name: 'consensus_round_counter',
		help: 'Rounds of votes begun since start',
		kind: 'counter',
		read: (status) => status.consensus_state.round,
	},
	{
		name: 'consensus_finalized_vertices',
		help: 'Vertices that are final',
		kind: 'gauge',
		read: (status) => status.consensus_state.finalized_vertices,
	},
	{
		name: 'consensus_pending_vertices',
		help: 'Vertices that are not final yet',
		kind: 'gauge',
		read: (status) => status.consensus_state.pending_vertices,
	},
	{
		name: 'consensus_average_finality_seconds',
		help: 'Mean time from attaching a vertex to finality, over one minute',
		kind: 'gauge',
		read: ({ consensus_state: { average_finality_time: time } }) =>
			time && time.secs + time.nanos / 1e9,
	},
	{
		name: 'consensus_voting_power_ratio',
		help: 'Share of the votes, 0 to 1',
		kind: 'gauge',
		read: (status) => status.consensus_state.voting_power,
	},
	{
		name: 'dag_vertex_counter',
		help: 'Vertices, with those that were pruned',
		kind: 'gauge',
		read: (status) => status.dag_stats.total_vertices,
	},
	{
		name: 'dag_edge_gauge',
		help: 'Edges, with those that were pruned',
		kind: 'gauge',
		read: (status) => status.dag_stats.total_edges,
	},
	{
		name: 'dag_tip_gauge',
		help: 'Vertices without children',
		kind: 'gauge',
		read: (status) => status.dag_stats.tip_count,
	},
	{
		name: 'dag_depth_gauge',
		help: 'The highest layer',
		kind: 'gauge',
		read: (status) => status.dag_stats.depth,
	},
	{
		name: 'dag_growth_rate_gauge',
		help: 'Vertices per second, over 30 s',
		kind: 'gauge',
		read: (status) => status.dag_stats.growth_rate,
	},
	{
		name: 'dag_orphaned_gauge',
		help: 'Vertices that wait for a parent for more than 5 s',
		kind: 'gauge',
		read: (status) => status.dag_stats.orphaned,
	},
	{
		name: 'dag_storage_bytes',
		help: 'Serialised size of the vertices held',
		kind: 'gauge',
		read: (status) => status.dag_stats.storage_size,
	},
	{
		name: 'network_peer_gauge',
		help: 'Connected peers',
		kind: 'gauge',
		read: (status) => status.network_info.peer_count,
	},
	{
		name: 'network_bandwidth_in_bytes_per_second',
		help: 'Bytes received per second, over 10 s',
		kind: 'gauge',
		read: (status) => status.network_info.bandwidth_in,
	},
	{
		name: 'network_bandwidth_out_bytes_per_second',
		help: 'Bytes sent per second, over 10 s',
		kind: 'gauge',
		read: (status) => status.network_info.bandwidth_out,
	},
	{
		name: 'network_latency_average_milliseconds',
		help: 'Mean round trip to peers, over two minutes',
		kind: 'gauge',
		read: (status) => status.network_info.average_latency,
	},
	{
		name: 'disk_available_bytes',
		help: 'Free space on the simulated disk of this node',
		kind: 'gauge',
		read: (status) => status.resource_usage.disk_usage.available_space,
	},
	{
		name: 'process_cpu_usage_gauge',
		help: 'Per cent of one core: the share of this node in its process',
		kind: 'gauge',
		read: (status) => status.resource_usage.cpu_usage,
	},
	{
		name: 'process_memory_resident_bytes',
		help: 'Resident memory of the process, which all nodes of the devnet share',
		kind: 'gauge',
		read: (status) => status.resource_usage.memory_usage.resident,
	},
];

const messageOutcomes = ['sent', 'received', 'dropped', 'failed'] as const;
const consensusStatuses = ['active', 'syncing', 'stalled'] as const;
const verdicts = ['Healthy', 'Degraded', 'Unhealthy'] as const;

export function createNodeMetrics(): NodeMetrics {
	const registry = new Registry();
	const registers = [registry];
	const figures = readers.map(({ name, help, kind, read }) => {
		const metric =
			kind === 'counter'
				? new Counter({ name, help, registers })
				: new Gauge({ name, help, registers });
		return { metric, read };
	});
	const messages = messageOutcomes.map((outcome) => ({
		outcome,
		metric: new Counter({
			name: `network_messages_${outcome}_counter`,
			help: `Messages ${outcome}, by type`,
			labelNames: ['type'],
			registers,
		}),
	}));
	const status = new Gauge({
		name: 'consensus_status',
		help: '1 for the state the consensus is in',
		labelNames: ['status'],
		registers,
	});
	const health = new Gauge({
		name: 'node_health',
		help: '1 for what the node says of its health',
		labelNames: ['status'],
		registers,
	});

	const set = (now: NodeStatus): void => {
		for (const { metric, read } of figures) {
			metric.remove();
			const value = read(now);
			if (value !== undefined) metric.inc(value);
		}
		for (const { outcome, metric } of messages) {
			metric.reset();
			for (const counts of now.network_info.messages) {
				metric.inc({ type: counts.type }, counts[outcome]);
			}
		}
		for (const word of consensusStatuses) {
			status.set({ status: word }, word === now.consensus_state.status ? 1 : 0);
		}
		for (const word of verdicts) {
			health.set({ status: word.toLowerCase() }, word === wordOf(now.health) ? 1 : 0);
		}
	};

	return {
		contentType: registry.contentType,
		render(now) {
			set(now);
			return registry.metrics();
		},
	};
}
