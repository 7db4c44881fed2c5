import * as z from 'zod';
import { cleanText } from '../../domain/clean.ts';
import type { Network, Peer } from '../../sections/network/schema.ts';
import type { Vertex } from '../../sections/dag/schema.ts';
import { toCount, toInteger, toTime } from '../quantity.ts';
import { defined } from '../../domain/defined.ts';

/** Shapes of conflux-rust 3.0; quantities are hexadecimal. Older versions lack the `latest…` fields. */
const quantity = z.unknown().optional().transform(toInteger);
const neededQuantity = quantity.pipe(z.union([z.number(), z.string()]));

export const statusSchema = z.object({
	bestHash: z.string(),
	chainId: quantity,
	networkId: quantity,
	epochNumber: neededQuantity,
	blockNumber: neededQuantity,
	pendingTxNumber: quantity,
	latestConfirmed: quantity,
	latestState: quantity,
	latestFinalized: quantity,
});
export type ConfluxStatus = z.infer<typeof statusSchema>;

export const poolSchema = z.object({ deferred: quantity, ready: quantity });

export const posSchema = z.object({
	epoch: quantity,
	latestCommitted: quantity,
	pivotDecision: z.object({ height: quantity, blockHash: z.unknown() }).optional().catch(undefined),
	latestVoted: z.unknown().optional(),
});
export type ConfluxPos = z.infer<typeof posSchema>;

/** Blocks that have come with all that they refer to, and are not in the consensus graph yet. */
export const syncGraphSchema = z.object({ readyBlockVec: z.array(z.unknown()).max(1_000_000) });

export const hashesSchema = z.array(z.string()).max(10_000);

export const blockSchema = z.object({
	hash: z.string(),
	parentHash: z.string(),
	refereeHashes: z.array(z.string()).max(1000).optional().catch(undefined),
	miner: z.unknown().optional(),
	epochNumber: quantity,
	timestamp: quantity,
});

export const sessionsSchema = z.array(
	z.object({
		originated: z.boolean(),
		nodeId: z.string().nullish().catch(undefined),
		address: z.unknown().optional(),
		status: z.unknown().optional(),
		lastRead: z.unknown().optional(),
	}),
);

const idCells = 80;
const nodeIdCells = 140;
const maxPeers = 500;

/** The parent first, then the referees: every edge of the block. */
export function readVertex(
	{
		hash,
		parentHash,
		refereeHashes = [],
		miner,
		epochNumber,
		timestamp,
	}: z.infer<typeof blockSchema>,
	finalizedEpoch: number | undefined,
): Vertex | undefined {
	const id = cleanText(hash, idCells);
	if (id === undefined) return undefined;
	const epoch = toCount(epochNumber);
	const isKnown = epoch !== undefined && finalizedEpoch !== undefined;
	return {
		id,
		parents: [parentHash, ...refereeHashes].flatMap((parent) => cleanText(parent, idCells) ?? []),
		...defined({
			author: cleanText(miner, idCells),
			at: atOf(timestamp),
			finalized: isKnown ? epoch <= finalizedEpoch : undefined,
		}),
	};
}

function atOf(timestamp: unknown): string | undefined {
	const seconds = toCount(timestamp);
	return seconds === undefined ? undefined : toTime(seconds * 1000);
}

/** Sessions of the P2P network; one that has expired is none. */
export function readSessions(all: z.infer<typeof sessionsSchema>, nowMs: number): Network {
	const sessions = all.filter(({ status }) => !/^expired/i.test(cleanText(status) ?? ''));
	const outbound = sessions.filter(({ originated }) => originated).length;
	return {
		peers: sessions.length,
		inbound: sessions.length - outbound,
		outbound,
		peerList: sessions.slice(0, maxPeers).flatMap((session): Peer[] => {
			const address = cleanText(session.address);
			// Before the handshake the node does not know who it is.
			const id = cleanText(session.nodeId, nodeIdCells) ?? address;
			if (id === undefined) return [];
			const agoMs = readDuration(session.lastRead);
			const lastSeenAt = agoMs === undefined ? undefined : toTime(nowMs - agoMs);
			const direction = session.originated ? 'outbound' : 'inbound';
			return [{ id, direction, ...defined({ address, lastSeenAt }) }];
		}),
	};
}

const unitsMs: Readonly<Record<string, number>> = { ns: 1e-6, µs: 1e-3, ms: 1, s: 1000 };

/** A duration as Rust prints it: `1.2s`, `873.1µs`. In milliseconds. */
function readDuration(value: unknown): number | undefined {
	const [, number, unit = ''] =
		typeof value === 'string' ? (/^([\d.]{1,20})(ns|µs|ms|s)$/.exec(value) ?? []) : [];
	const scale = unitsMs[unit];
	const ms = number === undefined || scale === undefined ? Number.NaN : Number(number) * scale;
	return Number.isFinite(ms) ? ms : undefined;
}
