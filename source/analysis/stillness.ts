import { saysStalled } from '../sections/idle.ts';
import type { Member } from './member.ts';
import type { GroupMemory } from './memory.ts';
import type { NodeSnapshot } from '../sections/snapshot.ts';
import { newestAtMs } from './pace.ts';

/** Who moves and who does not. */
export interface Stillness {
	/** How long nothing moved on any of `seen`, as of the reading that is oldest; absent when not known. */
	readonly groupMs: number | undefined;
	/** Nodes of which it can be said whether they move: they tell a height or a time, or that they are stalled. */
	readonly seen: ReadonlySet<string>;
	/** Nodes that stand still, or say so. */
	readonly still: ReadonlySet<string>;
	/** Nodes whose own consensus is stalled or halted. */
	readonly selfReported: ReadonlySet<string>;
	/** Of those, the ones whose blocks go on: only finality stands still. */
	readonly onlyFinality: ReadonlySet<string>;
}

/**
 * Measures up to each node's own reading, so that a node that is asked seldom does not seem to stand
 * still. What never moved while watched is judged by its newest block's timestamp, and without one by
 * the time of watching. A node that tells nothing that could move does not stand still.
 */
export function findStillness(
	members: readonly Member[],
	memory: GroupMemory,
	limitMs: number | undefined,
): Stillness {
	const selfReported = new Set(
		members.filter(({ node }) => saysStalled(node)).map(({ name }) => name),
	);
	const movable = members.flatMap((member) => {
		const atMs = movedAtMs(member, memory);
		return atMs === undefined ? [] : [{ ...member, movedAtMs: atMs }];
	});
	const lastMovedMs = Math.max(...movable.map((each) => each.movedAtMs));
	const oldestReadMs = Math.min(...movable.map(({ readAtMs }) => readAtMs));
	const groupMs = Math.max(0, oldestReadMs - lastMovedMs);
	const still = movable.filter(
		(each) => limitMs !== undefined && each.readAtMs - each.movedAtMs >= limitMs,
	);
	const onlyFinality = new Set(
		movable
			.filter(
				({ name, node, readAtMs, movedAtMs: lastMs }) =>
					selfReported.has(name) &&
					hasOpenBlocks(node) &&
					readAtMs - lastMs < (limitMs ?? Infinity),
			)
			.map(({ name }) => name),
	);
	const stalled = [...selfReported].filter((name) => !onlyFinality.has(name));
	return {
		groupMs: Number.isFinite(groupMs) ? groupMs : undefined,
		seen: new Set([...selfReported, ...movable.map(({ name }) => name)]),
		still: new Set([...stalled, ...still.map(({ name }) => name)]),
		selfReported,
		onlyFinality,
	};
}

/** Whether it has blocks above its finalized one: then its head may go on while finality does not. */
function hasOpenBlocks({ chain }: NodeSnapshot): boolean {
	const { head, finalized } = chain ?? {};
	return head !== undefined && finalized !== undefined && head.number !== finalized.number;
}

function movedAtMs({ name, node, readAtMs }: Member, memory: GroupMemory): number | undefined {
	const toldMs = newestAtMs(node);
	if (toldMs === undefined && !tellsPlace(node)) return undefined;
	const seenMs = Date.parse(node.lastProgressAt ?? '');
	if (!Number.isNaN(seenMs)) return seenMs;
	if (toldMs !== undefined) return Math.min(toldMs, readAtMs);
	return memory.firstSeenMs.get(name) ?? readAtMs;
}

/** Whether it tells anything that grows as its network gets on. */
function tellsPlace({ chain, consensus, dag }: NodeSnapshot): boolean {
	const places = [
		chain?.head?.number,
		consensus?.height,
		consensus?.round,
		consensus?.view,
		consensus?.finalized,
		dag?.vertices,
	];
	return places.some((place) => place !== undefined);
}
