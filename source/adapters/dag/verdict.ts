import { formatMs } from '../../domain/format.ts';
import type { ConsensusStatus } from '../../domain/words.ts';

/** When something last changed while watched, Unix ms of our own clock. */
export interface Stillness {
	readonly watchedSinceMs: number;
	/** Absent while no change was seen. */
	readonly movedAtMs: number | undefined;
}

export interface StillnessWatch {
	observe(mark: unknown, nowMs: number): Stillness;
	/** The node was away: what did not move meanwhile proves nothing. */
	reset(): void;
}

/** Compares what should move from poll to poll. */
export function createStillnessWatch(): StillnessWatch {
	let seen: { readonly mark: string; readonly stillness: Stillness } | undefined;
	return {
		observe(value, nowMs) {
			const mark = JSON.stringify(value ?? null);
			const before = seen?.stillness;
			const hasMoved = seen !== undefined && seen.mark !== mark;
			const stillness: Stillness = {
				watchedSinceMs: before?.watchedSinceMs ?? nowMs,
				movedAtMs: hasMoved ? nowMs : before?.movedAtMs,
			};
			seen = { mark, stillness };
			return stillness;
		},
		reset() {
			seen = undefined;
		},
	};
}

export interface Evidence {
	/** The node's own word; `undefined` when it does not say. */
	readonly claimsSynced: boolean | undefined;
	/** How far the node is behind the newest that it knows of, in the dialect's own unit. */
	readonly behind?: number | undefined;
	/** A distance that is no sign of trouble. */
	readonly tolerance?: number;
	readonly peers: number | undefined;
	/** The time of the newest block, Unix ms. */
	readonly newestAtMs?: number | undefined;
	readonly stillness: Stillness;
	/** How long the network may be silent. `undefined`: as long as nobody sends anything. */
	readonly patienceMs: number | undefined;
	readonly nowMs: number;
}

export interface Verdict {
	readonly status: ConsensusStatus;
	/** What contradicts the node's own word, in words. */
	readonly note?: string;
}

const syncPatienceMs = 10 * 60_000;

/**
 * Whether the node follows its network. Its own flag is one witness among several: a node without
 * peers finds itself synced, one whose newest block is old is not current whatever it says, and one
 * that says nothing is judged by what moves.
 */
export function judgeProgress(evidence: Evidence): Verdict {
	const { claimsSynced, behind = 0, tolerance = 0, peers, nowMs, stillness } = evidence;
	const isBehind = behind > tolerance;
	if (claimsSynced === false || isBehind) {
		const stillMs = nowMs - (stillness.movedAtMs ?? stillness.watchedSinceMs);
		if (stillMs <= syncPatienceMs) return { status: 'syncing' };
		return {
			status: 'stalled',
			note: `it is syncing, but nothing moved for ${wholeSeconds(stillMs)}`,
		};
	}
	if (peers === 0) {
		const claim = claimsSynced === true ? 'it says it is synced, but' : 'it';
		return { status: 'unknown', note: `${claim} has no peers: nobody confirms what it shows` };
	}
	return judgeAge(evidence);
}

function judgeAge(evidence: Evidence): Verdict {
	const { claimsSynced, newestAtMs, patienceMs, nowMs, stillness } = evidence;
	if (patienceMs === undefined) return { status: claimsSynced === true ? 'active' : 'unknown' };
	const hasMoved = stillness.movedAtMs !== undefined && nowMs - stillness.movedAtMs <= patienceMs;
	const ageMs = newestAtMs === undefined ? undefined : nowMs - newestAtMs;
	if (ageMs !== undefined && ageMs > patienceMs) {
		return hasMoved
			? { status: 'syncing', note: `it takes in blocks that are ${wholeSeconds(ageMs)} old` }
			: { status: 'stalled', note: `its newest block is ${wholeSeconds(ageMs)} old` };
	}
	if (hasMoved) return { status: 'active' };
	const stillMs = nowMs - (stillness.movedAtMs ?? stillness.watchedSinceMs);
	if (stillMs > patienceMs) {
		return { status: 'stalled', note: `nothing new for ${wholeSeconds(stillMs)}` };
	}
	// At the first look a fresh block, or the node's word with peers around it, is all there is.
	return { status: ageMs !== undefined || claimsSynced === true ? 'active' : 'unknown' };
}

function wholeSeconds(ms: number): string {
	return formatMs(Math.round(ms / 1000) * 1000);
}
