import type * as z from 'zod';
import { cleanText } from '../../../domain/clean.ts';
import type { Block, Chain } from '../../../sections/chain/schema.ts';
import type { Consensus } from '../../../sections/consensus/schema.ts';
import type { Network } from '../../../sections/network/schema.ts';
import type { Reading } from '../../../sections/snapshot.ts';
import { toTime } from '../../quantity.ts';
import { defined } from '../../../domain/defined.ts';
import type { BeaconMetrics } from './metrics.ts';
import { currentSlot, judgeBeacon } from './verdict.ts';
import type { BeaconVerdict } from './verdict.ts';
import { isConnected, readIdentity, readNetwork, readTiming } from './wire.ts';
import type {
	ChainTiming,
	finalitySchema,
	genesisSchema,
	headerSchema,
	peersSchema,
	syncingSchema,
} from './wire.ts';

/** What a beacon node said in a poll; `undefined` where it said nothing. */
export interface BeaconAnswers {
	readonly syncing: z.infer<typeof syncingSchema>['data'];
	readonly head: z.infer<typeof headerSchema>['data'] | undefined;
	readonly finality: z.infer<typeof finalitySchema>['data'] | undefined;
	readonly healthStatus: number | undefined;
	readonly peerCount: number | undefined;
	readonly peers: z.infer<typeof peersSchema>['data'] | undefined;
	readonly version: string | undefined;
	readonly peerId: string | undefined;
	readonly genesis: z.infer<typeof genesisSchema>['data'] | undefined;
	readonly spec: Readonly<Record<string, unknown>> | undefined;
	readonly metrics: BeaconMetrics | undefined;
}

export interface HeadMovement {
	/** When the head was last seen to move, or watching began, Unix ms. */
	readonly movedAtMs: number;
	readonly hasMoved: boolean;
}

/** A clock of one slot off is no news. */
const aheadTolerance = 1;

/**
 * The sections of a beacon node. Heights, `consensus.finalized` and the finality lag are slots; a
 * checkpoint has the number of its epoch's first slot and the root of the block that was newest then.
 */
export function compose(
	answers: BeaconAnswers,
	movement: HeadMovement,
	nowMs: number,
): Omit<Reading, 'latencyMs' | 'endpoints'> {
	const { syncing, finality, genesis, spec, metrics } = answers;
	const timing = readTiming(spec, genesis?.genesis_time);
	const peers = answers.peerCount ?? answers.peers?.filter(isConnected).length ?? metrics?.peers;
	const verdict = judgeBeacon({
		headSlot: syncing.head_slot,
		isSyncing: syncing.is_syncing,
		isOptimistic: syncing.is_optimistic === true,
		isExecutionOffline: syncing.el_offline === true,
		peers,
		finalizedEpoch: finality?.finalized.epoch,
		timing,
		...movement,
		nowMs,
	});
	const chain = readChain(answers, timing);
	const identity = readIdentity(
		answers.version,
		spec,
		genesis?.genesis_validators_root,
		answers.peerId,
	);
	return {
		identity: { ...identity, ...metrics?.started },
		consensus: readConsensus(answers, timing, chain, verdict),
		chain,
		...defined({
			network: withMetrics(readNetwork(answers.peers, peers), metrics),
			resources: metrics?.resources,
			selfReport: readSelfReport(answers),
		}),
		notes: readNotes(answers, timing, verdict, nowMs),
	};
}

function readChain({ syncing, head, finality }: BeaconAnswers, timing: ChainTiming): Chain {
	const slot = head?.header.message.slot ?? syncing.head_slot;
	const target = syncing.head_slot + syncing.sync_distance;
	return {
		head: {
			number: slot,
			...defined({
				hash: cleanText(head?.root, 80),
				at: timeOfSlot(slot, timing),
			}),
		},
		...defined({
			safe: finality && readCheckpoint(finality.current_justified, timing),
			finalized: finality && readCheckpoint(finality.finalized, timing),
			highestKnown: target > slot ? target : undefined,
			blockIntervalMs: timing.slotMs,
		}),
		syncing: syncing.is_syncing,
	};
}

/** `undefined` while the length of an epoch is not known. */
function readCheckpoint(
	{ epoch, root }: { readonly epoch: number; readonly root: string },
	timing: ChainTiming,
): Block | undefined {
	if (timing.slotsPerEpoch === undefined) return undefined;
	const number = epoch * timing.slotsPerEpoch;
	return { number, ...defined({ hash: cleanText(root, 80), at: timeOfSlot(number, timing) }) };
}

function timeOfSlot(slot: number, { genesisAtMs, slotMs }: ChainTiming): string | undefined {
	if (genesisAtMs === undefined || slotMs === undefined) return undefined;
	return toTime(genesisAtMs + slot * slotMs);
}

function readConsensus(
	{ head, metrics }: BeaconAnswers,
	{ slotsPerEpoch }: ChainTiming,
	chain: Chain,
	verdict: BeaconVerdict,
): Consensus {
	const slot = Number(chain.head?.number ?? 0);
	const finalized = chain.finalized?.number;
	return {
		status: verdict.status,
		height: slot,
		...defined({
			epoch: slotsPerEpoch === undefined ? undefined : Math.floor(slot / slotsPerEpoch),
			finalized,
			...(finalized !== undefined && {
				finalityLag: Math.max(0, slot - Number(finalized)),
				finalityUnit: 'slots' as const,
			}),
			lastFinalizedAt: chain.finalized?.at,
			leader: readProposer(head?.header.message.proposer_index),
			validators: metrics?.validators,
		}),
	};
}

function readProposer(index: unknown): string | undefined {
	const text = typeof index === 'number' ? String(index) : cleanText(index, 20);
	return text === undefined ? undefined : `validator ${text}`;
}

function withMetrics(
	network: Network | undefined,
	metrics: BeaconMetrics | undefined,
): Network | undefined {
	if (!network || network.clients || metrics?.clients === undefined) return network;
	return { ...network, clients: metrics.clients };
}

/**
 * The node's own verdict, from all that it says: `/eth/v1/node/health` of Lodestar 1.5.1 stays 200
 * while `is_syncing` is true, where the Beacon API wants 206.
 */
function readSelfReport({ syncing, healthStatus }: BeaconAnswers): Reading['selfReport'] {
	const reasons: string[] = [];
	if (healthStatus === 503) reasons.push('its health is 503: not initialised');
	if (syncing.is_syncing) {
		reasons.push(`is ${syncing.sync_distance} slots behind by its own account`);
		if (healthStatus === 200) reasons.push('although its health says ready (200)');
	} else if (healthStatus === 206) reasons.push('its health is 206: syncing');
	if (syncing.el_offline === true) reasons.push('its execution client is offline');
	if (reasons.length > 0) {
		return { status: healthStatus === 503 ? 'down' : 'degraded', reasons };
	}
	return healthStatus === 200 ? { status: 'up', reasons } : undefined;
}

function readNotes(
	{ syncing, finality }: BeaconAnswers,
	timing: ChainTiming,
	verdict: BeaconVerdict,
	nowMs: number,
): string[] {
	const slot = currentSlot(timing, nowMs);
	const isAhead = slot !== undefined && syncing.head_slot - slot > aheadTolerance;
	const epochs = timing.slotsPerEpoch;
	return [
		epochs === undefined
			? 'heights and finality lag are counted in slots'
			: `heights and finality lag are counted in slots, ${epochs} an epoch`,
		...(finality
			? [
					`justified epoch ${finality.current_justified.epoch}, finalized epoch ${finality.finalized.epoch}`,
				]
			: []),
		...(isAhead ? ['its head is ahead of this machine’s clock: one of the clocks is wrong'] : []),
		...(verdict.note === undefined ? [] : [verdict.note]),
	];
}
