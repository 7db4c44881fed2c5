import * as z from 'zod';
import { distributionSchema } from '../../sections/distribution.ts';
import type { NodeSnapshot } from '../../sections/snapshot.ts';
import type { NetworkMemory } from '../../sections/network/memory.ts';
import type { Peer } from '../../sections/network/schema.ts';
import { defined } from '../../domain/defined.ts';
import { createHistogram, rounded } from './histogram.ts';
import { placeOfPeer } from '../peers/peer-place.ts';
import { stateOf } from '../peers/peer-state.ts';
import { peerLatency } from '../peers/peer-latencies.ts';
import type { PeerFilter } from '../peers/peer-filter.ts';
import { spreadSchema } from '../results.ts';

/** One document for each node of `nodetop network stats --json`. Rates are those of the watched time. */
export const networkStatsSchemaId = 'nodetop-network-stats/1' as const;

const amount = z.number().nonnegative();
const count = z.int().nonnegative();
const countOrText = z.union([count, z.string()]);
const tally = z.record(z.string(), count);

const messageSchema = z.strictObject({
	type: z.string(),
	sent: countOrText.optional(),
	received: countOrText.optional(),
	dropped: countOrText.optional(),
	failed: countOrText.optional(),
	processed: countOrText.optional().describe('Received and handled without an error'),
	bytes: distributionSchema.optional().describe('Sizes of the messages received'),
	processingMs: distributionSchema.optional(),
	propagationMs: distributionSchema.optional(),
	sentPerSecond: amount.optional(),
	receivedPerSecond: amount.optional(),
	droppedPerSecond: amount.optional(),
	failedPerSecond: amount.optional(),
	peakPerSecond: amount.optional().describe('Most sent and received in a second between two polls'),
});

const directionSchema = z.strictObject({
	bytesPerSecond: amount.optional(),
	peakBytesPerSecond: amount.optional().describe('While watched'),
	utilisationRatio: amount.optional().describe('Share of the stated capacity'),
});

const peerLatencySchema = z.strictObject({
	id: z.string(),
	last: amount,
	min: amount,
	avg: amount,
	p50: amount,
	p95: amount,
	p99: amount,
	max: amount,
	n: count,
});

export const networkStatsSchema = z.strictObject({
	schema: z.literal(networkStatsSchemaId),
	node: z.string(),
	at: z.iso.datetime(),
	watchedSeconds: amount.describe('Period of rates, peaks and churn'),
	connections: z.strictObject({
		peers: count.optional(),
		inbound: count.optional(),
		outbound: count.optional(),
		listed: count.optional().describe('Number in the node’s own list, after the filter'),
		byState: tally
			.optional()
			.describe('new: for less than a minute; silent: no message for half a minute'),
	}),
	bandwidth: z.strictObject({
		in: directionSchema,
		out: directionSchema,
		capacityBytesPerSecond: count.optional(),
	}),
	messages: z.array(messageSchema).optional(),
	latency: z
		.strictObject({
			source: z.enum(['node', 'peers']).describe('The node’s own figures, or those of its peers'),
			overallMs: spreadSchema.partial(),
			histogram: z.array(z.strictObject({ upToMs: amount, count })).optional(),
			peers: z
				.array(peerLatencySchema)
				.optional()
				.describe('Latency of each peer over the last 60 polls that reported it, highest first'),
		})
		.optional(),
	peersBy: z.strictObject({
		client: tally.optional(),
		version: tally.optional(),
		addressFamily: tally.optional(),
		reach: tally.optional(),
		network: tally
			.optional()
			.describe('By network, IPv4 /16 and IPv6 /32; nodetop sends no request for this'),
		protocolVersion: tally.optional(),
	}),
	churn: z
		.strictObject({
			joined: count,
			left: count,
			perMinute: amount.optional(),
		})
		.optional()
		.describe('Peers that joined and left the list since nodetop started'),
	queues: tally.optional().describe('Entries that wait in the node, by queue'),
	processingMs: z
		.record(z.string(), spreadSchema.partial())
		.optional()
		.describe('Phases of its own work; `answer` is the latency of our polls'),
	propagation: z
		.strictObject({
			lastMs: amount,
			averageMs: amount,
			resolutionMs: amount.describe('Precision: the time between two polls'),
			n: count,
		})
		.optional()
		.describe('Time from a head’s own timestamp until nodetop first saw it'),
});

export type NetworkStats = z.infer<typeof networkStatsSchema>;

export interface StatsContext {
	readonly nowMs: number;
	readonly memory: NetworkMemory | undefined;
	readonly capacityBytesPerSecond: number | undefined;
	readonly filter?: PeerFilter | undefined;
}

const mostBuckets = 12;

/** The network figures of one node. A figure that is neither reported nor measured is absent. */
export function networkStats(node: NodeSnapshot, context: StatsContext): NetworkStats {
	const { network } = node;
	const { memory, nowMs, filter, capacityBytesPerSecond } = context;
	const listed = network?.peerList;
	const peers = filter === undefined ? listed : listed?.filter((peer) => filter(peer, nowMs));
	return {
		schema: networkStatsSchemaId,
		node: node.target.name,
		at: new Date(nowMs).toISOString(),
		watchedSeconds: memory ? Math.round((nowMs - memory.sinceMs) / 1000) : 0,
		connections: {
			...defined({ peers: network?.peers, inbound: network?.inbound, outbound: network?.outbound }),
			...(peers && {
				listed: peers.length,
				byState: countBy(peers, (peer) => stateOf(peer, nowMs)),
			}),
		},
		bandwidth: bandwidthOf(network, memory, capacityBytesPerSecond),
		...defined({
			messages: messagesOf(network, memory),
			latency: latencyOf(network, peers, memory),
			churn: memory?.churn,
			queues: queuesOf(node),
			processingMs: processingOf(node),
			propagation: memory?.propagation,
		}),
		peersBy: {
			...(peers && peers.length > 0 && groupsOf(peers)),
			...defined({ protocolVersion: network?.protocolVersions }),
		},
	};
}

function groupsOf(peers: readonly Peer[]): NetworkStats['peersBy'] {
	const places = new Map(peers.map((peer) => [peer, placeOfPeer(peer)]));
	const by = (key: 'family' | 'reach' | 'network') =>
		countBy(peers, (peer) => places.get(peer)?.[key]);
	return defined({
		client: countBy(peers, ({ client }) => client),
		version: countBy(peers, ({ version }) => version),
		addressFamily: by('family'),
		reach: by('reach'),
		network: by('network'),
	});
}

type NetworkSection = NonNullable<NodeSnapshot['network']>;

function bandwidthOf(
	network: NetworkSection | undefined,
	memory: NetworkMemory | undefined,
	capacity: number | undefined,
): NetworkStats['bandwidth'] {
	const direction = (bytesPerSecond: number | undefined, peak: number | undefined) =>
		defined({
			bytesPerSecond,
			// The newest rate may be the highest, and not be remembered yet.
			peakBytesPerSecond: peak === undefined ? undefined : Math.max(peak, bytesPerSecond ?? 0),
			utilisationRatio:
				bytesPerSecond === undefined || capacity === undefined
					? undefined
					: bytesPerSecond / capacity,
		});
	return {
		in: direction(network?.bytesInPerSecond, memory?.peakBytesInPerSecond),
		out: direction(network?.bytesOutPerSecond, memory?.peakBytesOutPerSecond),
		...defined({ capacityBytesPerSecond: capacity }),
	};
}

function messagesOf(
	network: NetworkSection | undefined,
	memory: NetworkMemory | undefined,
): NetworkStats['messages'] {
	return network?.messages?.map((message) => ({
		...message,
		...memory?.messageRates.get(message.type),
	}));
}

function latencyOf(
	network: NetworkSection | undefined,
	peers: readonly Peer[] | undefined,
	memory: NetworkMemory | undefined,
): NetworkStats['latency'] {
	const histogram = createHistogram();
	for (const { latencyMs } of peers ?? []) if (latencyMs !== undefined) histogram.add(latencyMs);
	const own = network?.latencyMs;
	const ofPeers = histogram.spread();
	if (!own && !ofPeers) return undefined;
	return {
		source: own ? 'node' : 'peers',
		overallMs: own ?? ofPeers ?? {},
		...(ofPeers && { histogram: histogram.buckets(mostBuckets) }),
		...(ofPeers && memory && { peers: eachPeer(peers ?? [], memory) }),
	};
}

function eachPeer(
	peers: readonly Peer[],
	{ peerLatencies }: NetworkMemory,
): NonNullable<NetworkStats['latency']>['peers'] {
	return [...new Set(peers.map(({ id }) => id))]
		.flatMap((id) => {
			const latency = peerLatency(peerLatencies, id);
			return latency === undefined ? [] : [{ id, ...latency }];
		})
		.toSorted((a, b) => b.p50 - a.p50);
}

function queuesOf({ chain, consensus, dag }: NodeSnapshot): Record<string, number> | undefined {
	const queues = {
		transactionsPending: chain?.txPool?.pending,
		transactionsQueued: chain?.txPool?.queued,
		notFinal: consensus?.pending,
		verticesMissing: dag?.missing,
	};
	const known = Object.entries(queues).flatMap(([name, value]) =>
		value === undefined ? [] : [[name, Number(value)] as const],
	);
	return known.length === 0 ? undefined : Object.fromEntries(known);
}

function processingOf({ consensus, poll }: NodeSnapshot): NetworkStats['processingMs'] {
	const answer =
		poll.latencyMs === undefined ? {} : { answer: { avg: rounded(poll.latencyMs), n: 1 } };
	const all = { ...consensus?.latenciesMs, ...answer };
	return Object.keys(all).length === 0 ? undefined : all;
}

/** Largest first; `undefined` when none has the key. */
function countBy(
	peers: readonly Peer[],
	key: (peer: Peer) => string | undefined,
): Record<string, number> | undefined {
	const counts = new Map<string, number>();
	for (const peer of peers) {
		const name = key(peer);
		if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
	}
	if (counts.size === 0) return undefined;
	return Object.fromEntries([...counts].toSorted(([, a], [, b]) => b - a));
}
