import { toAmount, toCount, toInteger } from '../quantity.ts';
import { readMilliseconds, readSeconds, readTime } from './fields.ts';
import {
	asItIs,
	entriesOf,
	listOf,
	object,
	readFlag,
	readIdentifier,
	readText,
} from './readers.ts';
import type { Read } from './readers.ts';

const maxPeers = 1000;
const maxMessageTypes = 100;
const maxVersions = 100;
const maxParents = 64;

const consensus = object({
	status: asItIs,
	round: toInteger,
	finalized_vertices: toInteger,
	pending_vertices: toInteger,
	voting_power: toAmount,
	last_finalized_time: readTime,
	average_finality_time: readMilliseconds,
});

const dag = object({
	total_vertices: toInteger,
	total_edges: toInteger,
	tip_count: toInteger,
	depth: toInteger,
	branching_factor: toAmount,
	growth_rate: toAmount,
	storage_size: toInteger,
	orphaned: toInteger,
});

const latency = object({
	min: toAmount,
	avg: toAmount,
	p50: toAmount,
	p95: toAmount,
	p99: toAmount,
	max: toAmount,
	n: toCount,
});

const message = object(
	{
		type: readText,
		sent: toInteger,
		received: toInteger,
		dropped: toInteger,
		failed: toInteger,
	},
	'type',
);

const peer = object(
	{
		id: readText,
		address: readText,
		direction: readText,
		latency: readMilliseconds,
		client: readText,
		version: readText,
		connected_duration: readSeconds,
		messages_sent: toInteger,
		messages_received: toInteger,
		last_seen: readTime,
	},
	'id',
);

const network = object({
	peer_count: toCount,
	active_connections: toCount,
	inbound_connections: toCount,
	outbound_connections: toCount,
	bandwidth_in: toAmount,
	bandwidth_out: toAmount,
	average_latency: readMilliseconds,
	network_health: readText,
	latency: latency,
	messages: listOf(message, maxMessageTypes),
	peers: listOf(peer, maxPeers),
	protocol_versions: entriesOf(maxVersions),
});

const resources = object({
	cpu_usage: toAmount,
	memory_usage: object({
		resident: toInteger,
		virtual_memory: toInteger,
		heap_allocated: toInteger,
		heap_used: toInteger,
	}),
	disk_usage: object({
		database_size: toInteger,
		log_size: toInteger,
		available_space: toInteger,
		/** Beyond the plan, which has no size of the disk; nodetop's own devnet tells it. */
		total_space: toInteger,
		iops_read: toAmount,
		iops_write: toAmount,
	}),
	thread_count: toCount,
	open_file_descriptors: toCount,
	open_file_descriptors_limit: toInteger,
});

/** One of `recent_vertices`. */
export const readVertexFields = object(
	{
		id: readText,
		parents: listOf(readText, maxParents),
		layer: toCount,
		author: readText,
		sequence: toInteger,
		timestamp: readTime,
		finalized: readFlag,
	},
	'id',
);

/** NodeStatus of the node operations plan, as snake_case JSON; every field optional. */
export const readStatusFields = object({
	node_id: readText,
	version: readText,
	network_id: readIdentifier,
	uptime: readSeconds,
	start_time: readTime,
	consensus_state: consensus,
	dag_stats: dag,
	network_info: network,
	resource_usage: resources,
	health: asItIs,
	/** As they came: the reader of vertices looks at each that is new. */
	recent_vertices: readList,
});

function readList(value: unknown): readonly unknown[] | undefined {
	return Array.isArray(value) ? value : undefined;
}

/** The older design: the same consensus and DAG fields under `metrics`. */
export const readDesignFields = object({
	metrics: object({ consensus, dag }),
});

export type NodeStatus = Read<typeof readStatusFields>;
export type WirePeer = Read<typeof peer>;
