import * as z from 'zod';
import { cleanText } from '../../domain/clean.ts';
import type { Block } from '../../sections/chain/schema.ts';
import type { Network } from '../../sections/network/schema.ts';
import type { Vertex } from '../../sections/dag/schema.ts';
import { toAmount, toCount, toInteger, toTime } from '../quantity.ts';
import { defined, definedOrNone } from '../../domain/defined.ts';

/** Shapes of Hornet 2 (stardust), core API v2; read from iotaledger/hornet. */
const milestoneSchema = z.object({
	index: z.int().nonnegative(),
	/** Unix seconds, left out while unknown. */
	timestamp: z.unknown().optional(),
	milestoneId: z.unknown().optional(),
});

export const infoSchema = z.object({
	name: z.string(),
	version: z.string().optional(),
	status: z.object({
		isHealthy: z.boolean(),
		latestMilestone: milestoneSchema,
		confirmedMilestone: milestoneSchema,
		pruningIndex: z.unknown().optional(),
	}),
	protocol: z.object({ networkName: z.unknown().optional() }).optional().catch(undefined),
	metrics: z
		.object({ blocksPerSecond: z.unknown().optional(), referencedRate: z.unknown().optional() })
		.optional()
		.catch(undefined),
});
export type HornetInfo = z.infer<typeof infoSchema>;

export const tipsSchema = z.object({ tips: z.array(z.string()) });

export const metadataSchema = z.object({
	blockId: z.string(),
	parents: z.array(z.string()).max(64),
	referencedByMilestoneIndex: z.unknown().optional(),
	milestoneIndex: z.unknown().optional(),
});

const gossipSchema = z
	.object({
		metrics: z.record(z.string(), z.unknown()).optional().catch(undefined),
	})
	.optional()
	.nullable()
	.catch(undefined);

export const peersSchema = z.array(
	z.object({
		id: z.string(),
		multiAddresses: z.array(z.unknown()).optional().catch(undefined),
		connected: z.boolean(),
		gossip: gossipSchema,
	}),
);
type HornetPeer = z.infer<typeof peersSchema>[number];

const maxPeers = 500;
const idCells = 80;

export function readMilestone(milestone: z.infer<typeof milestoneSchema>): Block {
	return {
		number: milestone.index,
		...defined({ hash: cleanText(milestone.milestoneId, idCells), at: toTime(timeOf(milestone)) }),
	};
}

/** Unix ms. */
export function timeOf({ timestamp }: z.infer<typeof milestoneSchema>): number | undefined {
	const seconds = toAmount(timestamp);
	return seconds === undefined || seconds === 0 ? undefined : seconds * 1000;
}

/** A block is final once a milestone refers to it. */
export function readVertex(metadata: z.infer<typeof metadataSchema>): Vertex | undefined {
	const id = cleanText(metadata.blockId, idCells);
	if (id === undefined) return undefined;
	const parents = metadata.parents.flatMap((parent) => cleanText(parent, idCells) ?? []);
	const final =
		toInteger(metadata.referencedByMilestoneIndex) ?? toInteger(metadata.milestoneIndex);
	return { id, parents, finalized: final !== undefined };
}

/** Messages by their type: the names in the counters of a peer's gossip. */
const messageTypes = [
	['block', 'sentBlocks', 'receivedBlocks'],
	['blockRequest', 'sentBlockRequests', 'receivedBlockRequests'],
	['milestoneRequest', 'sentMilestoneRequests', 'receivedMilestoneRequests'],
	['heartbeat', 'sentHeartbeats', 'receivedHeartbeats'],
] as const;

/** Peers that the node keeps but is not connected to are not counted. */
export function readPeers(all: readonly HornetPeer[]): Network {
	const connected = all.filter((peer) => peer.connected).slice(0, maxPeers);
	return {
		peers: all.filter((peer) => peer.connected).length,
		...defined({ messages: readMessages(connected) }),
		peerList: connected.flatMap((peer) => {
			const id = cleanText(peer.id, idCells);
			if (id === undefined) return [];
			const { metrics } = peer.gossip ?? {};
			const address = cleanText(peer.multiAddresses?.[0]);
			const messagesSent = toInteger(metrics?.['sentBlocks']);
			const messagesReceived = toInteger(metrics?.['receivedBlocks']);
			return [{ id, ...defined({ address, messagesSent, messagesReceived }) }];
		}),
	};
}

function readMessages(peers: readonly HornetPeer[]): Network['messages'] {
	const sum = (counter: string) => {
		const counts = peers.flatMap(({ gossip }) => toCount(gossip?.metrics?.[counter]) ?? []);
		return counts.length === 0 ? undefined : counts.reduce((total, count) => total + count, 0);
	};
	const rows: NonNullable<Network['messages']> = messageTypes.flatMap(
		([type, sentName, receivedName]) => {
			const counts = definedOrNone({ sent: sum(sentName), received: sum(receivedName) });
			return counts ? [{ type, ...counts }] : [];
		},
	);
	const dropped = sum('droppedPackets');
	if (dropped !== undefined) rows.push({ type: 'packet', dropped });
	return rows.length === 0 ? undefined : rows;
}
