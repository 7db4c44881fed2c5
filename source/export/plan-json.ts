import { defined, definedOrNone } from '../domain/defined.ts';
import { finalizedOf, pendingOf, placeOf } from '../sections/derived.ts';
import type { NodeSnapshot, SnapshotDocument } from '../sections/snapshot.ts';

/**
 * The JSON of QuDAG's node operations plan, `{"timestamp","metrics":{"consensus":{…},"dag":{…}}}`, one line for
 * each node, which is named beside the timestamp. Names are those of the plan's NodeStatus; times are in
 * seconds. What a node did not report, or reported before its last poll failed, is absent.
 */
export function toPlanJson({ nodes, takenAt }: SnapshotDocument): string {
	return nodes
		.map((node) => {
			const metrics = node.poll.status === 'failed' ? {} : metricsOf(node);
			return `${JSON.stringify({ timestamp: takenAt, node: node.target.name, metrics })}\n`;
		})
		.join('');
}

function metricsOf(node: NodeSnapshot): object {
	const { consensus, dag, network, resources } = node;
	return defined({
		consensus: definedOrNone({
			status: consensus?.status,
			round: consensus?.round ?? placeOf(node)?.value,
			finalized_vertices: finalizedOf(node),
			pending_vertices: pendingOf(node),
			average_finality_time:
				consensus?.averageFinalityMs === undefined ? undefined : consensus.averageFinalityMs / 1000,
			voting_power: consensus?.votingPower,
		}),
		dag: definedOrNone({
			total_vertices: dag?.vertices,
			total_edges: dag?.edges,
			tip_count: dag?.tips,
			depth: dag?.depth,
			branching_factor: dag?.branchingFactor,
			growth_rate: dag?.growthPerSecond,
			storage_size: dag?.storageBytes,
		}),
		network: definedOrNone({
			peer_count: network?.peers,
			inbound_connections: network?.inbound,
			outbound_connections: network?.outbound,
			bandwidth_in: network?.bytesInPerSecond,
			bandwidth_out: network?.bytesOutPerSecond,
			average_latency: network?.latencyMs?.avg,
		}),
		process: definedOrNone({
			cpu_usage: resources?.cpuRatio === undefined ? undefined : resources.cpuRatio * 100,
			memory_resident: resources?.memoryResidentBytes,
			thread_count: resources?.threads,
			open_fds: resources?.openFiles,
		}),
	});
}
