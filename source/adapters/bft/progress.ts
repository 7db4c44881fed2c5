import type { Integer } from '../../domain/scalars.ts';
import type { ConsensusStatus } from '../../domain/words.ts';

/** Until the usual interval is known, and at least once it is. */
const firstPatienceMs = 30_000;
const shortestPatienceMs = 10_000;
const knownFromIntervals = 3;
const patienceIntervals = 10;
const rememberedIntervals = 32;

export interface ProgressEvidence {
	/** The value that grows with each commit: height, finalized, committed view. */
	readonly committed: Integer | undefined;
	/** The value that grows with each attempt, for nodes that tell no other. */
	readonly attempted: Integer | undefined;
	/** When the newest commit was, Unix ms, where the node tells. */
	readonly committedAtMs: number | undefined;
	readonly nowMs: number;
}

export interface ProgressVerdict {
	readonly status: ConsensusStatus;
	readonly note?: string;
}

/**
 * Judges by what moves, for no metric says "stalled": stalled is when nothing was committed for ten
 * times the median time between two commits, and for 10 s and three polls at least; for 30 s while that
 * time is not known. Until something was seen to move or that time is over the status is unknown.
 */
export function createProgressWatch(
	intervalMs: number,
): (evidence: ProgressEvidence) => ProgressVerdict {
	const committed = createMovement();
	const attempted = createMovement();
	return (evidence) => {
		const { nowMs, committedAtMs } = evidence;
		attempted.see(evidence.attempted, nowMs);
		const watched = evidence.committed === undefined ? attempted : committed;
		committed.see(evidence.committed, nowMs);
		const usualMs = watched.medianIntervalMs();
		const patienceMs = Math.max(
			usualMs === undefined ? firstPatienceMs : shortestPatienceMs,
			3 * intervalMs,
			patienceIntervals * (usualMs ?? 0),
		);
		const { sinceMs, movedAtMs } = watched.state();
		if (sinceMs === undefined && committedAtMs === undefined) return { status: 'unknown' };
		const ageMs = committedAtMs === undefined ? undefined : nowMs - committedAtMs;
		if (movedAtMs === undefined && ageMs !== undefined && Math.abs(ageMs) <= patienceMs) {
			return { status: 'active' };
		}
		const stillMs = nowMs - (movedAtMs ?? sinceMs ?? nowMs);
		// A clock that is wrong makes no stall: what was seen to move outweighs the node's own time.
		const isOld = movedAtMs === undefined && ageMs !== undefined && ageMs > patienceMs;
		if (stillMs > patienceMs || isOld) return stalled(evidence, attempted.state(), patienceMs);
		return { status: movedAtMs === undefined ? 'unknown' : 'active' };
	};
}

function stalled(
	{ nowMs, committed }: ProgressEvidence,
	{ movedAtMs }: MovementState,
	patienceMs: number,
): ProgressVerdict {
	const isTrying = movedAtMs !== undefined && nowMs - movedAtMs <= patienceMs;
	if (committed === undefined || !isTrying) return { status: 'stalled' };
	return { status: 'stalled', note: 'its view changes, but nothing is committed' };
}

interface MovementState {
	/** Since when it is watched. */
	readonly sinceMs: number | undefined;
	readonly movedAtMs: number | undefined;
}

interface Movement {
	see(value: Integer | undefined, atMs: number): void;
	state(): MovementState;
	/** From one commit to the next, several between two polls counted; `undefined` until it is known. */
	medianIntervalMs(): number | undefined;
}

function createMovement(): Movement {
	let newest: Integer | undefined;
	let sinceMs: number | undefined;
	let movedAtMs: number | undefined;
	let intervals: number[] = [];
	return {
		see(value, atMs) {
			if (value === undefined) return;
			// A count that fell is a restart, and no progress.
			if (newest === undefined || BigInt(value) < BigInt(newest)) {
				sinceMs = atMs;
				movedAtMs = undefined;
			} else if (value !== newest) {
				if (movedAtMs !== undefined) {
					const intervalMs = (atMs - movedAtMs) / Number(BigInt(value) - BigInt(newest));
					intervals = [...intervals.slice(1 - rememberedIntervals), intervalMs];
				}
				movedAtMs = atMs;
			}
			newest = value;
		},
		state: () => ({ sinceMs, movedAtMs }),
		medianIntervalMs() {
			if (intervals.length < knownFromIntervals) return undefined;
			return intervals.toSorted((a, b) => a - b)[Math.floor(intervals.length / 2)];
		},
	};
}
