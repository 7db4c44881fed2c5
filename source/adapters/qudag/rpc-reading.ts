import type { Consensus } from '../../sections/consensus/schema.ts';
import type { Dag } from '../../sections/dag/schema.ts';
import type { Identity } from '../../sections/identity/schema.ts';
import type { Network, Peer } from '../../sections/network/schema.ts';
import type { Reading } from '../../sections/snapshot.ts';
import { demoDataNote, isDemoData } from './demo-data.ts';
import { measured, present } from './fields.ts';
import type { NetworkStats, RpcPeer, RunnerStatus, ServerStatus } from './rpc-wire.ts';
import { readVariant, toConsensusStatus, toReasons } from './states.ts';
import type { TrafficRates } from './traffic-rates.ts';

const mockNote =
	'state Mock: no real node is attached to this RPC server, and what it did not measure is left out';
const runnerNote = 'this RPC tells no round, finality, edges or tips';

/** Secondary answers about a node runner, each absent when it could not be had. */
export interface RunnerDetails {
	readonly peers?: readonly RpcPeer[] | undefined;
	readonly stats?: NetworkStats | undefined;
}

/** Reads `get_status` of the RPC server itself; under state `Mock` its zeros are no measurements. */
export function readServerStatus(status: ServerStatus, rates: TrafficRates, atMs: number): Reading {
	const state = readVariant(status.state);
	const isMock = state?.name === 'Mock';
	const isDemo = isDemoData({
		vertices: status.dag_stats?.vertex_count,
		edges: status.dag_stats?.edge_count,
		tips: status.dag_stats?.tip_count,
		finalized: status.dag_stats?.finalized_height,
		pending: status.dag_stats?.pending_transactions,
	});
	const notes = [...(isMock ? [mockNote] : []), ...(isDemo ? [demoDataNote] : [])];
	const realValue = <Value extends number | string>(value: Value | undefined) =>
		isMock ? measured(value) : value;
	const dag = isDemo ? undefined : status.dag_stats;
	const memoryResidentBytes = measured(status.memory_usage?.current_usage);
	return {
		identity: present<Identity>({
			nodeId: status.node_id,
			client: 'qudag',
			uptimeSeconds: status.uptime,
		}),
		consensus: present<Consensus>({
			status: toConsensusStatus(status.state),
			height: realValue(dag?.finalized_height),
		}),
		dag: present<Dag>({
			vertices: realValue(dag?.vertex_count),
			edges: realValue(dag?.edge_count),
			tips: realValue(dag?.tip_count),
			pending: realValue(dag?.pending_transactions),
		}),
		network: readNetwork(status, realValue, rates, atMs),
		resources:
			memoryResidentBytes === undefined ? undefined : { source: 'node', memoryResidentBytes },
		selfReport: readStateVerdict(state),
		notes: notes.length > 0 ? notes : undefined,
	};
}

/** Reads `get_status` of an attached node runner, which is short, with its secondary answers. */
export function readRunnerStatus(status: RunnerStatus, details: RunnerDetails): Reading {
	const { stats } = details;
	return {
		identity: present<Identity>({
			nodeId: status.p2p?.peer_id,
			client: 'qudag',
			uptimeSeconds: measured(stats?.uptime),
		}),
		consensus: { status: status.is_running ? 'active' : 'halted' },
		dag: present<Dag>({
			vertices: status.dag?.vertex_count,
			tips: measured(status.dag?.tips),
		}),
		network: present<Network>({
			peers: status.p2p?.connected_peers ?? stats?.active_connections,
			latencyMs: present({ avg: measured(stats?.average_latency) }),
			messages: readMessages(measured(stats?.messages_sent), measured(stats?.messages_received)),
			peerList: details.peers?.map(toPeer),
		}),
		notes: [runnerNote],
	};
}

/** `Error` is the node's own word for being unwell, and `Mock` for being none. */
function readStateVerdict(state: ReturnType<typeof readVariant>): Reading['selfReport'] {
	if (state?.name === 'Error') return { status: 'down', reasons: toReasons(state.content) };
	if (state?.name === 'Mock') return { status: 'degraded', reasons: ['no real node is attached'] };
	return undefined;
}

function readNetwork(
	status: ServerStatus,
	realValue: <Value extends number | string>(value: Value | undefined) => Value | undefined,
	rates: TrafficRates,
	atMs: number,
): Network | undefined {
	const stats = status.network_stats;
	return present<Network>({
		peers: realValue(stats?.active_connections ?? status.peers?.length),
		...rates.read(realValue(stats?.bytes_received), realValue(stats?.bytes_sent), atMs),
		messages: readMessages(realValue(stats?.messages_sent), realValue(stats?.messages_received)),
		latencyMs: present({ avg: measured(stats?.average_latency) }),
		peerList: status.peers?.map(toPeer),
	});
}

/** The RPC counts messages of all types together. */
function readMessages(
	sent: Network['peers'] | string,
	received: Network['peers'] | string,
): Network['messages'] {
	const all = present({ sent, received });
	return all && [{ type: 'all', ...all }];
}

/** With address `unknown` the node filled the rest in: zeros, and now for `last_seen`. */
function toPeer(wire: RpcPeer): Peer {
	if (wire.address === undefined || wire.address === 'unknown') return { id: wire.id };
	const peer = present<Peer>({
		id: wire.id,
		address: wire.address,
		latencyMs: wire.latency,
		connectedSeconds: wire.connected_duration,
		lastSeenAt: wire.last_seen,
		messagesSent: wire.messages_sent,
		messagesReceived: wire.messages_received,
	});
	return peer ?? { id: wire.id };
}
