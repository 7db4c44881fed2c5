import * as z from 'zod';
import {
	amount,
	count,
	flag,
	identifier,
	integer,
	list,
	milliseconds,
	part,
	requiredText,
	seconds,
	text,
	texts,
	time,
} from './fields.ts';

const maxPeers = 1000;
const maxMessageTypes = 100;
const maxVersions = 100;

const consensus = z.object({
	status: z.unknown().optional(),
	round: integer,
	finalized_vertices: integer,
	pending_vertices: integer,
	voting_power: amount,
	last_finalized_time: time,
	average_finality_time: milliseconds,
});

const dag = z.object({
	total_vertices: integer,
	total_edges: integer,
	tip_count: integer,
	depth: integer,
	branching_factor: amount,
	growth_rate: amount,
	storage_size: integer,
	orphaned: integer,
});

const latency = z.object({
	min: amount,
	avg: amount,
	p50: amount,
	p95: amount,
	p99: amount,
	max: amount,
	n: count,
});

const message = z.object({
	type: requiredText,
	sent: integer,
	received: integer,
	dropped: integer,
	failed: integer,
});

const peer = z.object({
	id: requiredText,
	address: text,
	direction: text,
	latency: milliseconds,
	client: text,
	version: text,
	connected_duration: seconds,
	messages_sent: integer,
	messages_received: integer,
	last_seen: time,
});

const network = z.object({
	peer_count: count,
	active_connections: count,
	inbound_connections: count,
	outbound_connections: count,
	bandwidth_in: amount,
	bandwidth_out: amount,
	average_latency: milliseconds,
	network_health: text,
	latency: part(latency),
	messages: list(message, maxMessageTypes),
	peers: list(peer, maxPeers),
	protocol_versions: part(
		z.record(z.string(), z.unknown()).transform((all) => Object.entries(all).slice(0, maxVersions)),
	),
});

const resources = z.object({
	cpu_usage: amount,
	memory_usage: part(
		z.object({
			resident: integer,
			virtual_memory: integer,
			heap_allocated: integer,
			heap_used: integer,
		}),
	),
	disk_usage: part(
		z.object({
			database_size: integer,
			log_size: integer,
			available_space: integer,
			/** Beyond the plan, which has no size of the disk; nodetop's own devnet tells it. */
			total_space: integer,
			iops_read: amount,
			iops_write: amount,
		}),
	),
	thread_count: count,
	open_file_descriptors: count,
	open_file_descriptors_limit: integer,
});

/** One of `recent_vertices`. */
export const vertexSchema = z.object({
	id: requiredText,
	parents: texts(64),
	layer: count,
	author: text,
	sequence: integer,
	timestamp: time,
	finalized: flag,
});

/** NodeStatus of the node operations plan, as snake_case JSON; every field optional. */
export const nodeStatusSchema = z.object({
	node_id: text,
	version: text,
	network_id: identifier,
	uptime: seconds,
	start_time: time,
	consensus_state: part(consensus),
	dag_stats: part(dag),
	network_info: part(network),
	resource_usage: part(resources),
	health: z.unknown().optional(),
	/** As they came: the reader of vertices looks at each that is new. */
	recent_vertices: z.unknown().transform(toList).optional(),
});

function toList(value: unknown): readonly unknown[] | undefined {
	return Array.isArray(value) ? value : undefined;
}

/** The older design: the same consensus and DAG fields under `metrics`. */
export const designStatusSchema = z.object({
	metrics: z.object({ consensus: part(consensus), dag: part(dag) }),
});

export type NodeStatus = z.infer<typeof nodeStatusSchema>;
export type WirePeer = z.infer<typeof peer>;
