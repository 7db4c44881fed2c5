import type { ConsensusStatus } from '../../../domain/words.ts';
import type { ChainTiming } from './wire.ts';

export interface BeaconEvidence {
	readonly headSlot: number;
	readonly isSyncing: boolean;
	readonly isOptimistic: boolean;
	/** Whether it cannot reach its execution client. */
	readonly isExecutionOffline: boolean;
	/** Absent when the node does not tell. */
	readonly peers: number | undefined;
	readonly finalizedEpoch: number | undefined;
	readonly timing: ChainTiming;
	/** When the head was last seen to move, or watching began, Unix ms. */
	readonly movedAtMs: number;
	/** Whether that was a movement. */
	readonly hasMoved: boolean;
	readonly nowMs: number;
}

export interface BeaconVerdict {
	readonly status: ConsensusStatus;
	readonly note?: string;
}

const syncPatienceMs = 10 * 60_000;
const untimedPatienceMs = 120_000;
/** Two behind is usual; past four, the chain's own penalties for inactivity begin (consensus specs). */
const finalityToleranceEpochs = 4;

/**
 * Whether a beacon node follows its chain. `is_syncing: false` alone proves nothing: Lodestar 1.5.1
 * says it, with a distance of 0, when it has no peers and builds a chain of its own. The slot that the
 * clock is in, the peers and the finalized checkpoint decide.
 */
export function judgeBeacon(evidence: BeaconEvidence): BeaconVerdict {
	const { isSyncing, isOptimistic, peers, timing, nowMs } = evidence;
	if (timing.genesisAtMs !== undefined && nowMs < timing.genesisAtMs) {
		const at = new Date(timing.genesisAtMs).toISOString();
		return { status: 'unknown', note: `the chain begins at ${at}` };
	}
	if (isSyncing) {
		const stillMs = nowMs - evidence.movedAtMs;
		if (stillMs <= syncPatienceMs) return { status: 'syncing' };
		const note = `it is syncing, but its head stands still for ${Math.round(stillMs / 60_000)} min`;
		return { status: 'stalled', note };
	}
	if (peers === 0) {
		const note =
			'isolated: it says it is synced, but has no peers; it may be building a chain of its own';
		return { status: 'unknown', note };
	}
	const behind = judgeHead(evidence);
	if (behind) return behind;
	if (isOptimistic && evidence.isExecutionOffline) {
		const note = 'its head is not verified: its execution client is offline';
		return { status: 'unknown', note };
	}
	if (isOptimistic) {
		const note = 'its head is optimistic: the execution client has not verified it yet';
		return { status: 'syncing', note };
	}
	return judgeFinality(evidence);
}

/** A head within one epoch of the clock is current: slots may be missed. */
function judgeHead(evidence: BeaconEvidence): BeaconVerdict | undefined {
	const { headSlot, timing, movedAtMs, hasMoved, nowMs } = evidence;
	const { slotMs, slotsPerEpoch } = timing;
	const slot = currentSlot(timing, nowMs);
	if (slot === undefined || slotMs === undefined || slotsPerEpoch === undefined) {
		return nowMs - movedAtMs > untimedPatienceMs
			? { status: 'stalled', note: 'its head stands still' }
			: undefined;
	}
	const slots = slot - headSlot;
	if (slots <= slotsPerEpoch) return undefined;
	const isMoving = hasMoved && nowMs - movedAtMs <= slotsPerEpoch * slotMs;
	const note = `it says it is synced, but its head is ${slots} slots behind the clock`;
	return { status: isMoving ? 'syncing' : 'stalled', note };
}

function judgeFinality({ headSlot, finalizedEpoch, timing }: BeaconEvidence): BeaconVerdict {
	const { slotsPerEpoch } = timing;
	if (finalizedEpoch === undefined || slotsPerEpoch === undefined) return { status: 'active' };
	const epochs = Math.floor(headSlot / slotsPerEpoch) - finalizedEpoch;
	if (epochs <= finalityToleranceEpochs) return { status: 'active' };
	const note =
		`finality is ${epochs} epochs behind, 2 are usual: ` +
		'fewer than two thirds of the validators attest to one chain';
	return { status: 'stalled', note };
}

/** The slot that it is by our clock; `undefined` before genesis and without the node's timing. */
export function currentSlot(
	{ genesisAtMs, slotMs }: ChainTiming,
	nowMs: number,
): number | undefined {
	if (genesisAtMs === undefined || slotMs === undefined || nowMs < genesisAtMs) return undefined;
	return Math.floor((nowMs - genesisAtMs) / slotMs);
}
