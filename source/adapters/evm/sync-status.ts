import type { Integer } from '../../domain/scalars.ts';
import type { ConsensusStatus } from '../../domain/words.ts';
import type { Movement } from './movement.ts';
import type { WireBlock, WireSyncing } from './wire.ts';

export interface SyncEvidence {
	readonly head: WireBlock | undefined;
	readonly syncing: WireSyncing | undefined;
	/** ethereumjs answers `eth_syncing` with an error until it has a peer. */
	readonly isWaitingForPeer: boolean;
	/** The newest block of the peers, as far as more than one says so. */
	readonly bestPeerHead: Integer | undefined;
	readonly movement: Movement;
	/** Blocks come when somebody wants one: a head that stands still says nothing. */
	readonly isDevelopmentChain: boolean;
	/** A chain without empty blocks, and no transaction waits. */
	readonly isAtRest: boolean;
	readonly nowMs: number;
}

export interface SyncVerdict {
	readonly status: ConsensusStatus;
	/** What contradicts the node's own flag, in words. */
	readonly note?: string;
}

const shortestPatienceMs = 60_000;
const patienceBlocks = 10;
const syncPatienceMs = 10 * 60_000;
/** Peers tell their head late: with eth/69 only each 32 blocks or so, and by lower numbers. */
const aheadTolerance = 16n;

/**
 * Whether the node follows its chain. `eth_syncing: false` alone proves nothing: geth and Nethermind
 * say it with no peers, before a sync begins and without a consensus client (go-ethereum issues
 * 16147, 22875, 25534; nethermind 5694). The age of the head against ten of the chain's own block
 * intervals, the peers' heads and what was seen to move decide.
 */
export function judgeSync(evidence: SyncEvidence): SyncVerdict {
	const { head, syncing, movement, nowMs } = evidence;
	if (!head) {
		const isSyncing = syncing?.flag === true || evidence.isWaitingForPeer;
		return { status: isSyncing ? 'syncing' : 'unknown' };
	}
	const patienceMs = Math.max(shortestPatienceMs, patienceBlocks * (movement.blockIntervalMs ?? 0));
	const ageMs = head.atMs === undefined ? undefined : nowMs - head.atMs;
	// A head far in the future is as little proof as an old one: some clock is wrong.
	const isFresh = ageMs !== undefined && Math.abs(ageMs) <= patienceMs;
	const behind = blocksBehind(head.block.number, evidence.bestPeerHead);
	if (syncing?.flag === true) return judgeSyncing(evidence, syncing, isFresh && behind === 0n);
	if (behind > 0n) {
		const isStill =
			!movedWithin(movement, patienceMs, nowMs) && watched(movement, patienceMs, nowMs);
		return { status: isStill ? 'stalled' : 'syncing', note: `peers are ${behind} blocks ahead` };
	}
	if (isFresh) return { status: 'active' };
	if (evidence.isWaitingForPeer) return { status: 'syncing', note: 'no peer to sync from yet' };
	return judgeUnproven(evidence, ageMs, patienceMs);
}

/**
 * The flag is set. geth keeps it while it only indexes transactions or states behind a current head
 * (`SyncProgress.Done`), and ethereumjs keeps it for good: both follow their chain.
 */
function judgeSyncing(
	{ head, movement, nowMs }: SyncEvidence,
	{ highest }: WireSyncing,
	isCurrent: boolean,
): SyncVerdict {
	const isAtEnd =
		head !== undefined &&
		highest !== undefined &&
		BigInt(highest) <= BigInt(head.block.number) + aheadTolerance;
	if (isCurrent && isAtEnd) return { status: 'active' };
	const stillMs = nowMs - movement.anythingMovedAtMs;
	return stillMs > syncPatienceMs
		? { status: 'stalled', note: `says it is syncing, but nothing moves for ${minutes(stillMs)}` }
		: { status: 'syncing' };
}

/** The flag is not set, and the head's time does not show that the node is current. */
function judgeUnproven(
	{ head, syncing, movement, isDevelopmentChain, isAtRest, nowMs }: SyncEvidence,
	ageMs: number | undefined,
	patienceMs: number,
): SyncVerdict {
	const hasMoved = movedWithin(movement, patienceMs, nowMs);
	// Without transactions such a chain legitimately stands still, and its clock may be set at will:
	// what moves is active, but of what does not move nobody can say that it stalled.
	if (isDevelopmentChain) return { status: hasMoved ? 'active' : 'unknown' };
	const isInFuture = ageMs !== undefined && ageMs < 0;
	if (hasMoved) {
		// Whose head is old because it was set back may follow its chain or not.
		const { wentBackBy } = movement;
		if (wentBackBy !== undefined)
			return { status: 'unknown', note: `its head went back by ${wentBackBy}` };
		if (isInFuture) {
			return { status: 'active', note: 'blocks are dated in the future: a clock is wrong' };
		}
		if (head?.isMisdated === true) return { status: 'active', note: misdated };
		return ageMs === undefined
			? { status: 'active' }
			: { status: 'syncing', note: `imports blocks that are ${minutes(ageMs)} old` };
	}
	if (isAtRest && !isInFuture) {
		const age = ageMs === undefined ? '' : `: its newest block is ${minutes(ageMs)} old`;
		return { status: 'active', note: `at rest, for no transaction waits${age}` };
	}
	if (watched(movement, patienceMs, nowMs)) {
		const stillMs = nowMs - (movement.headMovedAtMs ?? movement.watchedSinceMs);
		return { status: 'stalled', note: `no new block seen for ${minutes(stillMs)}` };
	}
	// One look at an old head is enough where the node itself says that there is nothing to fetch;
	// a chain that has only its genesis block may not have begun.
	if (syncing?.flag === false && ageMs !== undefined && !isInFuture && head?.block.number !== 0) {
		const note = `says it is not syncing, but its newest block is ${minutes(ageMs)} old`;
		return { status: 'stalled', note };
	}
	return { status: 'unknown', ...(head?.isMisdated === true && { note: misdated }) };
}

const misdated = 'its blocks are dated before the year 2000, so their age is unknown';

/** 0 within the tolerance. */
function blocksBehind(head: Integer, best: Integer | undefined): bigint {
	if (best === undefined) return 0n;
	const ahead = BigInt(best) - BigInt(head);
	return ahead > aheadTolerance ? ahead : 0n;
}

function movedWithin({ headMovedAtMs }: Movement, patienceMs: number, nowMs: number): boolean {
	return headMovedAtMs !== undefined && nowMs - headMovedAtMs <= patienceMs;
}

function watched({ watchedSinceMs }: Movement, patienceMs: number, nowMs: number): boolean {
	return nowMs - watchedSinceMs > patienceMs;
}

function minutes(ms: number): string {
	const total = Math.round(ms / 60_000);
	if (total < 120) return `${total} min`;
	return total < 48 * 60 ? `${Math.round(total / 60)} h` : `${Math.round(total / 1440)} days`;
}
