import * as z from 'zod';
import { amount, count, integer, list, part, requiredText, seconds, text, time } from './fields.ts';

/** Structs of core/protocol/src/rpc_server.rs at commit 9edbf36, June 2025. */
export const envelopeSchema = z.object({
	id: z.string(),
	result: z.unknown().optional(),
	error: z.object({ code: z.number(), message: text }).nullable().optional(),
});

const peer = z.object({
	id: requiredText,
	address: text,
	connected_duration: seconds,
	messages_sent: integer,
	messages_received: integer,
	last_seen: time,
	/** Milliseconds. */
	latency: amount,
});

const maxPeers = 1000;
export const peersSchema = list(peer, maxPeers);

export const networkStatsSchema = z.object({
	total_connections: count,
	active_connections: count,
	messages_sent: integer,
	messages_received: integer,
	bytes_sent: count,
	bytes_received: count,
	/** Milliseconds. */
	average_latency: amount,
	uptime: seconds,
});

/** `get_status` of the RPC server alone; what every shipped test sees, with state `Mock`. */
export const serverStatusSchema = z.object({
	node_id: requiredText,
	state: z.unknown().optional(),
	uptime: seconds,
	peers: list(peer, maxPeers),
	network_stats: part(networkStatsSchema),
	dag_stats: part(
		z.object({
			vertex_count: integer,
			edge_count: integer,
			tip_count: integer,
			finalized_height: integer,
			pending_transactions: integer,
		}),
	),
	/** `peak_usage` is the peak of virtual memory and comparable with nothing, so it is not read. */
	memory_usage: part(z.object({ total_allocated: integer, current_usage: integer })),
});

/** `get_status` with a NodeRunner attached. */
export const runnerStatusSchema = z.object({
	is_running: z.boolean(),
	dag: part(z.object({ vertex_count: integer, tips: integer })),
	p2p: part(z.object({ peer_id: text, connected_peers: count })),
});

export type RpcPeer = z.infer<typeof peer>;
export type NetworkStats = z.infer<typeof networkStatsSchema>;
export type ServerStatus = z.infer<typeof serverStatusSchema>;
export type RunnerStatus = z.infer<typeof runnerStatusSchema>;
