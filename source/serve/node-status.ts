import { definedOrNone } from '../domain/defined.ts';
import type { NodeSnapshot } from '../sections/snapshot.ts';
import type { Peer } from '../sections/network/schema.ts';

type Part = Readonly<Record<string, unknown>>;

/**
 * A node as NodeStatus of QuDAG's node operations plan, in snake_case as its testnet and the demo's nodes
 * write it: uptime in seconds, finality as `{secs, nanos}`, latency in milliseconds, bandwidth in bytes per
 * second, `cpu_usage` in percent of one core. What the node does not report is absent, and so is a part of
 * which nothing is known: this is the plan's partial status.
 */
export function toNodeStatus(node: NodeSnapshot): Part {
	const { identity = {} } = node;
	return (
		present({
			node_id: identity.nodeId,
			version: identity.version,
			network_id: identity.networkId ?? identity.chainId,
			uptime: identity.uptimeSeconds,
			start_time: identity.startedAt,
			consensus_state: consensusOf(node),
			dag_stats: dagOf(node),
			network_info: networkInfoOf(node),
			resource_usage: resourcesOf(node),
			health: healthOf(node),
			recent_vertices: node.dag?.recent?.map(({ id, parents, layer, author, sequence, ...rest }) =>
				present({ id, parents, layer, author, sequence, timestamp: rest.at, ...finalOf(rest) }),
			),
		}) ?? {}
	);
}

function consensusOf({ consensus }: NodeSnapshot): Part | undefined {
	if (!consensus) return undefined;
	const { status, round, view, height, finalized, pending, averageFinalityMs } = consensus;
	return present({
		status,
		round: round ?? view ?? height,
		finalized_vertices: finalized,
		pending_vertices: pending,
		voting_power: consensus.votingPower,
		last_finalized_time: consensus.lastFinalizedAt,
		average_finality_time:
			averageFinalityMs === undefined ? undefined : toDuration(averageFinalityMs),
	});
}

function dagOf({ dag }: NodeSnapshot): Part | undefined {
	if (!dag) return undefined;
	return present({
		total_vertices: dag.vertices,
		total_edges: dag.edges,
		tip_count: dag.tips,
		depth: dag.depth,
		branching_factor: dag.branchingFactor,
		growth_rate: dag.growthPerSecond,
		storage_size: dag.storageBytes,
		orphaned: dag.orphaned,
	});
}

function networkInfoOf({ network, health }: NodeSnapshot): Part | undefined {
	if (!network) return undefined;
	const { peers, latencyMs } = network;
	return present({
		peer_count: peers,
		active_connections: peers,
		inbound_connections: network.inbound,
		outbound_connections: network.outbound,
		bandwidth_in: network.bytesInPerSecond,
		bandwidth_out: network.bytesOutPerSecond,
		average_latency: latencyMs?.avg,
		latency: latencyMs,
		network_health: networkHealthOf(health),
		messages: network.messages,
		peers: network.peerList?.map(peerOf),
		protocol_versions: network.protocolVersions,
	});
}

function networkHealthOf({ issues }: NodeSnapshot['health']): string {
	const bad = issues.filter(
		({ component, severity }) => component === 'network' && severity !== 'info',
	);
	if (bad.length === 0) return 'Healthy';
	return bad.some(({ severity }) => severity === 'critical') ? 'Unhealthy' : 'Degraded';
}

function peerOf(peer: Peer): Part {
	const { id, address, direction, latencyMs, client, version, lastSeenAt } = peer;
	return {
		id,
		...present({
			address,
			direction,
			latency: latencyMs,
			client,
			version,
			connected_duration: peer.connectedSeconds,
			messages_sent: peer.messagesSent,
			messages_received: peer.messagesReceived,
			last_seen: lastSeenAt,
		}),
	};
}

function resourcesOf({ resources }: NodeSnapshot): Part | undefined {
	if (!resources) return undefined;
	const { cpuRatio } = resources;
	return present({
		// Not 100 times: 0.07 × 100 is 7.000000000000001.
		cpu_usage: cpuRatio === undefined ? undefined : Number((cpuRatio * 100).toPrecision(12)),
		memory_usage: present({
			resident: resources.memoryResidentBytes,
			virtual_memory: resources.memoryVirtualBytes,
			heap_allocated: resources.heapTotalBytes,
			heap_used: resources.heapUsedBytes,
		}),
		disk_usage: present({
			database_size: resources.databaseBytes,
			log_size: resources.logBytes,
			available_space: resources.diskAvailableBytes,
			total_space: resources.diskTotalBytes,
			iops_read: resources.diskReadsPerSecond,
			iops_write: resources.diskWritesPerSecond,
		}),
		thread_count: resources.threads,
		open_file_descriptors: resources.openFiles,
		open_file_descriptors_limit: resources.openFilesLimit,
	});
}

/** The plan's enum as Rust's serde writes it. A node without any data is not healthy. */
function healthOf({ health: { status, issues } }: NodeSnapshot): unknown {
	const reasons = issues
		.filter(({ severity }) => severity !== 'info')
		.map(({ message }) => message);
	if (status === 'up') return 'Healthy';
	if (status === 'degraded') return { Degraded: reasons };
	return { Unhealthy: status === 'unknown' && reasons.length === 0 ? ['not known yet'] : reasons };
}

function finalOf({ finalized }: { readonly finalized?: boolean | undefined }): Part {
	return finalized === undefined ? {} : { finalized };
}

/** As serde writes a Rust `Duration`. */
function toDuration(durationMs: number): Part {
	const secs = Math.floor(durationMs / 1000);
	return { secs, nanos: Math.round((durationMs - secs * 1000) * 1e6) };
}

const present = (fields: Part): Part | undefined => definedOrNone(fields);
