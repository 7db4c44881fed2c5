import type { Integer } from '../../domain/scalars.ts';
import type { WireBlock, WireSyncing } from './wire.ts';
import { difference, isBelow } from './wire.ts';

/** What was seen to change since watching began, in Unix ms of our own clock. */
export interface Movement {
	readonly watchedSinceMs: number;
	/** When the head was last seen to be another one; absent while it has not been. */
	readonly headMovedAtMs: number | undefined;
	/** When the head or any number of the sync's progress last changed, or watching began. */
	readonly anythingMovedAtMs: number;
	/** The head is lower than at the poll before: a reorganisation, or another chain. */
	readonly isHeadLower: boolean;
	/** How far the head is below the highest that was seen in the last hour; absent where it is not. */
	readonly wentBackBy: Integer | undefined;
	/** Mean over the blocks seen, by their own timestamps. */
	readonly blockIntervalMs: number | undefined;
}

export interface MovementWatch {
	observe(head: WireBlock | undefined, syncing: WireSyncing | undefined, nowMs: number): Movement;
	/** The node was away: what did not move meanwhile proves nothing. The interval is kept. */
	reset(): void;
}

interface Seen {
	readonly sinceMs: number;
	readonly number: Integer | undefined;
	readonly headMark: string;
	readonly syncMark: string;
	readonly headMovedAtMs: number | undefined;
	readonly anythingMovedAtMs: number;
	readonly highest: { readonly number: Integer; readonly atMs: number } | undefined;
}

/** A head that stays lower for longer is the node's own again. */
const rememberHighestMs = 3_600_000;

/** Compares each poll's head and sync progress with those of the polls before. */
export function createMovementWatch(): MovementWatch {
	const interval = createBlockInterval();
	let seen: Seen | undefined;
	return {
		observe(head, syncing, nowMs) {
			const before = seen;
			const number = head?.block.number;
			const headMark = `${number} ${head?.block.hash}`;
			const syncMark = JSON.stringify(syncing ?? null);
			const hasHeadMoved = before !== undefined && headMark !== before.headMark;
			const hasMoved = hasHeadMoved || (before !== undefined && syncMark !== before.syncMark);
			const highest = highestOf(before?.highest, number, nowMs);
			const next: Seen = {
				sinceMs: before?.sinceMs ?? nowMs,
				number,
				headMark,
				syncMark,
				headMovedAtMs: hasHeadMoved ? nowMs : before?.headMovedAtMs,
				anythingMovedAtMs: hasMoved ? nowMs : (before?.anythingMovedAtMs ?? nowMs),
				highest,
			};
			seen = next;
			return {
				watchedSinceMs: next.sinceMs,
				headMovedAtMs: next.headMovedAtMs,
				anythingMovedAtMs: next.anythingMovedAtMs,
				isHeadLower:
					number !== undefined && before?.number !== undefined && isBelow(number, before.number),
				wentBackBy:
					number !== undefined && highest !== undefined && isBelow(number, highest.number)
						? difference(highest.number, number)
						: undefined,
				blockIntervalMs: interval(head),
			};
		},
		reset() {
			seen = undefined;
		},
	};
}

function highestOf(
	before: Seen['highest'],
	number: Integer | undefined,
	atMs: number,
): Seen['highest'] {
	if (number === undefined) return before;
	const isKept = before !== undefined && atMs - before.atMs < rememberHighestMs;
	return isKept && isBelow(number, before.number) ? before : { number, atMs };
}

const maxHeads = 64;

/**
 * Mean milliseconds from block to block over the last heads seen. By timestamps, not by arrival, so
 * that it is the chain's interval even while old blocks are imported fast. Blocks that a lower head
 * took back are forgotten.
 */
export function createBlockInterval(): (head: WireBlock | undefined) => number | undefined {
	let heads: { readonly number: number; readonly atMs: number }[] = [];
	return (head) => {
		const number = head?.block.number;
		const atMs = head?.atMs;
		if (typeof number === 'number' && atMs !== undefined) {
			heads = heads.filter((earlier) => earlier.number < number);
			heads.push({ number, atMs });
			if (heads.length > maxHeads) heads.shift();
		}
		const first = heads[0];
		const last = heads.at(-1);
		if (!first || !last || last.number === first.number) return undefined;
		const meanMs = (last.atMs - first.atMs) / (last.number - first.number);
		return meanMs > 0 ? meanMs : undefined;
	};
}
