import { protocol } from './dag-node.ts';
import type { DagNode } from './dag-node.ts';
import type { Distribution } from '../meters.ts';
import type { Peer } from '../peer-table.ts';
import type { ResourceUsage } from '../process-meter.ts';
import type { MessageCounts } from '../traffic.ts';
import { consensusStatus, healthOf } from './health.ts';
import type { ConsensusStatus, NodeHealth } from './health.ts';
import type { AboutDagNode } from './message.ts';

/**
 * NodeStatus of QuDAG's node operations plan (docs of ruvnet/QuDAG, June 2025), extended by
 * distributions, messages by type, peers and recent vertices. Times are ISO 8601, `last_seen` Unix
 * seconds, latencies milliseconds of a round trip, bandwidth bytes per second. A value that was not
 * measured is absent.
 */
export interface NodeStatus {
	readonly node_id: string;
	readonly version: string;
	readonly network_id: string;
	readonly uptime: number;
	readonly start_time: string;
	readonly consensus_state: {
		readonly status: ConsensusStatus;
		readonly round: number;
		readonly finalized_vertices: number;
		readonly pending_vertices: number;
		readonly voting_power: number;
		readonly last_finalized_time?: string;
		readonly average_finality_time?: { readonly secs: number; readonly nanos: number };
	};
	readonly dag_stats: {
		readonly total_vertices: number;
		readonly total_edges: number;
		readonly tip_count: number;
		readonly depth: number;
		/** Edges per vertex: the mean number of parents, and so of children. */
		readonly branching_factor: number;
		/** Vertices per second, over 30 s. */
		readonly growth_rate: number;
		readonly storage_size: number;
		/** Vertices that have waited more than 5 s for a parent. */
		readonly orphaned: number;
	};
	readonly network_info: NetworkInfo;
	readonly resource_usage: ResourceUsage & { readonly disk_usage: DiskUsage };
	readonly health: NodeHealth;
	readonly recent_vertices: readonly RecentVertex[];
}

/** Bytes, of the simulated disk of this node alone. */
interface DiskUsage {
	readonly database_size: number;
	readonly available_space: number;
	readonly total_space: number;
}

export interface NetworkInfo {
	readonly peer_count: number;
	readonly active_connections: number;
	readonly inbound_connections: number;
	readonly outbound_connections: number;
	readonly bandwidth_in: number;
	readonly bandwidth_out: number;
	readonly average_latency?: number;
	readonly latency?: Distribution;
	readonly network_health: 'Healthy' | 'Degraded' | 'Unhealthy';
	readonly messages: readonly (MessageCounts & { readonly type: string })[];
	readonly peers: readonly PeerStatus[];
	/** Protocol → number of connected peers that use it. */
	readonly protocol_versions: Readonly<Record<string, number>>;
}

interface PeerStatus {
	readonly id: string;
	readonly address?: string;
	readonly direction: 'inbound' | 'outbound';
	readonly latency?: number;
	readonly version?: string;
	readonly client?: string;
	readonly connected_duration: number;
	readonly messages_sent: number;
	readonly messages_received: number;
	readonly last_seen?: number;
}

interface RecentVertex {
	readonly id: string;
	readonly parents: readonly string[];
	readonly layer: number;
	readonly author: string;
	/** Counts up per author; two vertices of one author and number conflict. */
	readonly sequence: number;
	readonly timestamp: string;
	readonly finalized: boolean;
}

export interface StatusOptions {
	readonly nowMs: number;
	/** Nodes in the network; each has one vote. */
	readonly nodeCount: number;
	readonly resources: ResourceUsage;
}

export const networkId = 'nodetop-devnet';
const recentVertices = 60;
const orphanedAfterMs = 5000;

/** The status of a node, from its own counts at this moment. */
export function statusOf(node: DagNode, options: StatusOptions): NodeStatus {
	const { nowMs, nodeCount, resources } = options;
	return {
		node_id: node.identity.nodeId,
		version: node.version,
		network_id: networkId,
		uptime: Math.floor((nowMs - node.startedAtMs) / 1000),
		start_time: toIso(node.startedAtWallMs),
		consensus_state: consensusOf(node, nowMs, nodeCount),
		dag_stats: dagStatsOf(node, nowMs),
		network_info: networkOf(node, nowMs),
		resource_usage: {
			...resources,
			cpu_usage: rounded(resources.cpu_usage),
			disk_usage: {
				database_size: node.dag.totals().storageBytes,
				available_space: node.disk.availableBytes(),
				total_space: node.disk.capacityBytes,
			},
		},
		health: healthOf(node, nowMs),
		recent_vertices: node.dag.recent(recentVertices).map(({ vertex, isFinal }) => ({
			id: vertex.id,
			parents: vertex.parents,
			layer: vertex.layer,
			author: vertex.author,
			sequence: vertex.sequence,
			timestamp: toIso(vertex.timestampMs),
			finalized: isFinal,
		})),
	};
}

function consensusOf(
	node: DagNode,
	nowMs: number,
	nodeCount: number,
): NodeStatus['consensus_state'] {
	const { finalized, pending } = node.dag.totals();
	const { lastAtWallMs } = node.finality;
	const averageMs = node.finality.distribution()?.avg;
	return {
		status: consensusStatus(node, nowMs),
		round: node.voting.round,
		finalized_vertices: finalized,
		pending_vertices: pending,
		voting_power: 1 / nodeCount,
		...(lastAtWallMs !== undefined && { last_finalized_time: toIso(lastAtWallMs) }),
		...(averageMs !== undefined && { average_finality_time: toDuration(averageMs) }),
	};
}

function dagStatsOf(node: DagNode, nowMs: number): NodeStatus['dag_stats'] {
	const { vertices, edges, tips, depth, storageBytes } = node.dag.totals();
	const isOverdue = ({ sinceMs }: { sinceMs: number }) => nowMs - sinceMs > orphanedAfterMs;
	return {
		total_vertices: vertices,
		total_edges: edges,
		tip_count: tips,
		depth,
		branching_factor: vertices > 0 ? rounded(edges / vertices) : 0,
		growth_rate: rounded(node.growth.perSecond(nowMs)),
		storage_size: storageBytes,
		orphaned: node.dag.orphans().filter(isOverdue).length,
	};
}

function networkOf(node: DagNode, nowMs: number): NetworkInfo {
	const connected = node.peers.connected();
	const inbound = connected.filter(({ direction }) => direction === 'inbound').length;
	const bytes = node.traffic.bytesPerSecond(nowMs);
	const latency = node.peers.latency();
	return {
		peer_count: connected.length,
		active_connections: connected.length,
		inbound_connections: inbound,
		outbound_connections: connected.length - inbound,
		bandwidth_in: rounded(bytes.in),
		bandwidth_out: rounded(bytes.out),
		...(latency && { average_latency: rounded(latency.avg), latency: roundedAll(latency) }),
		network_health: networkHealth(connected.length, node.peers.all().length),
		messages: node.traffic.counts(),
		peers: connected.map((peer) => peerStatus(peer, nowMs)),
		protocol_versions: countProtocols(connected),
	};
}

function networkHealth(connected: number, known: number): NetworkInfo['network_health'] {
	if (connected === known) return 'Healthy';
	return connected > 0 ? 'Degraded' : 'Unhealthy';
}

function peerStatus(peer: Peer<AboutDagNode>, nowMs: number): PeerStatus {
	const { roundTripMs, lastSeenWallMs, about } = peer;
	return {
		id: peer.name,
		...(about?.address !== undefined && { address: about.address }),
		direction: peer.direction,
		...(roundTripMs !== undefined && { latency: rounded(roundTripMs) }),
		...(about && { version: about.version, client: about.client }),
		connected_duration: Math.floor((nowMs - peer.connectedAtMs) / 1000),
		messages_sent: peer.messagesSent,
		messages_received: peer.messagesReceived,
		...(lastSeenWallMs !== undefined && { last_seen: Math.floor(lastSeenWallMs / 1000) }),
	};
}

function countProtocols(peers: readonly Peer<AboutDagNode>[]): Record<string, number> {
	const counts: Record<string, number> = {};
	for (const { about } of peers) {
		const theirs = about?.protocol ?? protocol;
		counts[theirs] = (counts[theirs] ?? 0) + 1;
	}
	return counts;
}

function toIso(unixMs: number): string {
	return new Date(unixMs).toISOString();
}

/** As serde writes a Rust `Duration`. */
function toDuration(durationMs: number): { secs: number; nanos: number } {
	const secs = Math.floor(durationMs / 1000);
	return { secs, nanos: Math.floor((durationMs - secs * 1000) * 1e6) };
}

function rounded(value: number): number {
	return Math.round(value * 1000) / 1000;
}

function roundedAll({ n, ...latency }: Distribution): Distribution {
	const { min, avg, p50, p95, p99, max } = latency;
	return {
		min: rounded(min),
		avg: rounded(avg),
		p50: rounded(p50),
		p95: rounded(p95),
		p99: rounded(p99),
		max: rounded(max),
		n,
	};
}
