import { saysStalled } from '../sections/idle.ts';
import type { Member } from './member.ts';
import type { GroupMemory } from './memory.ts';
import type { NodeSnapshot } from '../sections/snapshot.ts';
import { newestAtMs } from './pace.ts';

/** Which nodes make progress. */
export interface Stillness {
	/** How long nothing moved on any of `seen`, as of the reading that is oldest; absent when not known. */
	readonly groupMs: number | undefined;
	/** Nodes whose progress is known: they report a height, a time, or that they are stalled. */
	readonly seen: ReadonlySet<string>;
	/** Nodes without progress, or that report a stall. */
	readonly still: ReadonlySet<string>;
	/** Nodes whose own consensus is stalled or halted. */
	readonly selfReported: ReadonlySet<string>;
	/** Of those, the ones whose blocks go on: only finality stands still. */
	readonly onlyFinality: ReadonlySet<string>;
}

/**
 * Measures up to each node's own reading, so that a node that is polled seldom does not seem to stand
 * still. A node without any progress since nodetop started is judged by the timestamp of its newest block,
 * or else by the time since the start. A node that reports nothing that could change does not stand still.
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

/** Whether it reports anything that grows as its network progresses. */
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
