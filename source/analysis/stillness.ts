import { saysStalled } from '../domain/rest.ts';
import type { Member } from './member.ts';
import type { GroupMemory } from './memory.ts';
import { newestAtMs } from './pace.ts';

/** Who moves and who does not. */
export interface Stillness {
	/** How long nothing moved on any node, as of the reading that is oldest; absent when not known. */
	readonly groupMs: number | undefined;
	/** Nodes that stand still, or say so. */
	readonly still: ReadonlySet<string>;
	/** Nodes that say of themselves that they are stalled or halted. */
	readonly selfTold: ReadonlySet<string>;
}

/**
 * Measures up to each node's own reading, so that a node that is asked seldom does not seem to stand
 * still. What never moved while watched is judged by its newest block's timestamp, and without one by
 * the time of watching.
 */
export function findStillness(
	members: readonly Member[],
	memory: GroupMemory,
	limitMs: number | undefined,
): Stillness {
	const selfTold = new Set(members.filter(({ node }) => saysStalled(node)).map(({ name }) => name));
	const movedAt = members.map((member) => movedAtMs(member, memory));
	const lastMovedMs = Math.max(...movedAt);
	const oldestReadMs = Math.min(...members.map(({ readAtMs }) => readAtMs));
	const groupMs = Math.max(0, oldestReadMs - lastMovedMs);
	const still = members.filter(
		({ name, readAtMs }, index) =>
			selfTold.has(name) ||
			(limitMs !== undefined && readAtMs - (movedAt[index] ?? readAtMs) >= limitMs),
	);
	return {
		groupMs: Number.isFinite(groupMs) ? groupMs : undefined,
		still: new Set(still.map(({ name }) => name)),
		selfTold,
	};
}

function movedAtMs({ name, node, readAtMs }: Member, memory: GroupMemory): number {
	const seenMs = Date.parse(node.lastProgressAt ?? '');
	if (!Number.isNaN(seenMs)) return seenMs;
	const toldMs = newestAtMs(node);
	if (toldMs !== undefined) return Math.min(toldMs, readAtMs);
	return memory.firstSeenMs.get(name) ?? readAtMs;
}
