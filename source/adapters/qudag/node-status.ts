import type { Consensus } from '../../sections/consensus/schema.ts';
import type { Dag } from '../../sections/dag/schema.ts';
import type { Identity } from '../../sections/identity/schema.ts';
import type { Network, Peer } from '../../sections/network/schema.ts';
import type { Reading } from '../../sections/snapshot.ts';
import type { Resources } from '../../sections/resources/schema.ts';
import { clean } from '../../domain/clean.ts';
import { toCount } from '../quantity.ts';
import { demoDataNote, isDemoData } from './demo-data.ts';
import { present } from './fields.ts';
import { readDesignFields, readStatusFields } from './node-status-wire.ts';
import type { NodeStatus, WirePeer } from './node-status-wire.ts';
import { createVertexReader } from './recent-vertices.ts';
import type { VertexReader } from './recent-vertices.ts';
import { toConsensusStatus, toSelfReport } from './states.ts';

/**
 * Reads NodeStatus of QuDAG's node operations plan, or its older design (`{timestamp, metrics}`).
 * The body's names must be in snake_case. `undefined` when it is neither.
 *
 * Units on the wire: uptime in seconds, finality and latency in milliseconds, bandwidth in bytes per
 * second, `cpu_usage` in percent of one core, sizes in bytes.
 */
export function readNodeStatus(
	body: unknown,
	readVertices: VertexReader = createVertexReader(),
): Reading | undefined {
	const status = parseStatus(body);
	if (!status) return undefined;
	const { consensus_state, dag_stats } = status;
	const isDemo = isDemoData({
		vertices: dag_stats?.total_vertices,
		edges: dag_stats?.total_edges,
		tips: dag_stats?.tip_count,
		finalized: consensus_state?.finalized_vertices,
		pending: consensus_state?.pending_vertices,
	});
	const notes = [...(isDemo ? [demoDataNote] : []), ...networkNotes(status)];
	return present<Reading>({
		identity: readIdentity(status),
		consensus: readConsensus(status, isDemo),
		dag: isDemo ? undefined : readDag(status, readVertices),
		network: readNetwork(status),
		resources: readResources(status),
		selfReport: toSelfReport(status.health),
		notes: notes.length > 0 ? notes : undefined,
	});
}

function parseStatus(body: unknown): NodeStatus | undefined {
	const metrics = readDesignFields(body)?.metrics;
	if (metrics) {
		const { consensus, dag } = metrics;
		return consensus || dag ? { consensus_state: consensus, dag_stats: dag } : undefined;
	}
	const status = readStatusFields(body);
	if (!status) return undefined;
	const isNodeStatus =
		status.node_id !== undefined ||
		status.consensus_state !== undefined ||
		status.dag_stats !== undefined ||
		status.network_info !== undefined ||
		status.resource_usage !== undefined;
	return isNodeStatus ? status : undefined;
}

function readIdentity(status: NodeStatus): Identity | undefined {
	return present<Identity>({
		nodeId: status.node_id,
		client: 'qudag',
		version: status.version?.replace(/^v(?=\d)/i, ''),
		networkId: status.network_id,
		startedAt: status.start_time,
		uptimeSeconds: status.uptime,
	});
}

function readConsensus(status: NodeStatus, isDemo: boolean): Consensus | undefined {
	const wire = status.consensus_state;
	return present<Consensus>({
		status: toConsensusStatus(wire?.status),
		round: wire?.round,
		finalized: isDemo ? undefined : wire?.finalized_vertices,
		pending: isDemo ? undefined : wire?.pending_vertices,
		lastFinalizedAt: wire?.last_finalized_time,
		averageFinalityMs: wire?.average_finality_time,
		votingPower: wire?.voting_power,
	});
}

function readDag(status: NodeStatus, readVertices: VertexReader): Dag | undefined {
	const wire = status.dag_stats;
	return present<Dag>({
		vertices: wire?.total_vertices,
		edges: wire?.total_edges,
		tips: wire?.tip_count,
		depth: wire?.depth,
		branchingFactor: wire?.branching_factor,
		growthPerSecond: wire?.growth_rate,
		orphaned: wire?.orphaned,
		storageBytes: wire?.storage_size,
		recent: status.recent_vertices && readVertices(status.recent_vertices),
	});
}

function readNetwork(status: NodeStatus): Network | undefined {
	const wire = status.network_info;
	if (!wire) return undefined;
	const versions = wire.protocol_versions?.flatMap(([version, peers]) => {
		const peerCount = toCount(peers);
		return peerCount === undefined ? [] : [[clean(version), peerCount] as const];
	});
	return present<Network>({
		peers: wire.peer_count ?? wire.active_connections,
		inbound: wire.inbound_connections,
		outbound: wire.outbound_connections,
		bytesInPerSecond: wire.bandwidth_in,
		bytesOutPerSecond: wire.bandwidth_out,
		messages: wire.messages,
		latencyMs: present({ ...wire.latency, avg: wire.latency?.avg ?? wire.average_latency }),
		protocolVersions: versions && Object.fromEntries(versions),
		clients: wire.peers && countClients(wire.peers),
		peerList: wire.peers?.map(toPeer),
	});
}

function toPeer(wire: WirePeer): Peer {
	const direction = wire.direction?.toLowerCase();
	const peer = present<Peer>({
		id: wire.id,
		address: wire.address,
		direction: direction === 'inbound' || direction === 'outbound' ? direction : undefined,
		latencyMs: wire.latency,
		client: wire.client,
		version: wire.version,
		connectedSeconds: wire.connected_duration,
		lastSeenAt: wire.last_seen,
		messagesSent: wire.messages_sent,
		messagesReceived: wire.messages_received,
	});
	return peer ?? { id: wire.id };
}

/** Peers by client; `undefined` when no peer said which it runs. */
function countClients(peers: readonly WirePeer[]): Record<string, number> | undefined {
	const counts = new Map<string, number>();
	for (const { client } of peers) {
		if (client !== undefined) counts.set(client, (counts.get(client) ?? 0) + 1);
	}
	return counts.size === 0 ? undefined : Object.fromEntries(counts);
}

function readResources(status: NodeStatus): Resources | undefined {
	const wire = status.resource_usage;
	const figures = present<Omit<Resources, 'source'>>({
		cpuRatio: wire?.cpu_usage === undefined ? undefined : wire.cpu_usage / 100,
		memoryResidentBytes: wire?.memory_usage?.resident,
		memoryVirtualBytes: wire?.memory_usage?.virtual_memory,
		heapUsedBytes: wire?.memory_usage?.heap_used,
		heapTotalBytes: wire?.memory_usage?.heap_allocated,
		databaseBytes: wire?.disk_usage?.database_size,
		logBytes: wire?.disk_usage?.log_size,
		diskAvailableBytes: wire?.disk_usage?.available_space,
		diskTotalBytes: wire?.disk_usage?.total_space,
		diskReadsPerSecond: wire?.disk_usage?.iops_read,
		diskWritesPerSecond: wire?.disk_usage?.iops_write,
		threads: wire?.thread_count,
		openFiles: wire?.open_file_descriptors,
		openFilesLimit: wire?.open_file_descriptors_limit,
	});
	return figures && { source: 'node', ...figures };
}

function networkNotes(status: NodeStatus): string[] {
	const word = status.network_info?.network_health;
	if (word === undefined || /^(healthy|good|excellent|optimal|ok)$/i.test(word)) return [];
	return [`the node calls its network health: ${word}`];
}
