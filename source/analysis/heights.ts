import { heightOf } from '../sections/derived.ts';
import type { NodeSnapshot } from '../sections/snapshot.ts';
import type { Member } from './member.ts';

/** Who stands where, by a height that means the same on every node. */
export interface Standing {
	readonly lowest: number;
	readonly highest: number;
	/** The highest height that two nodes share, or the highest of all when no two do. */
	readonly reference: number;
	readonly positions: ReadonlyMap<
		string,
		{ readonly position: 'level' | 'ahead' | 'behind'; readonly behindBy: number }
	>;
}

const toleratedMs = 10_000;
const toleratedBlocks = 2;

/**
 * A block's number, a height or a view; a round only of what has no DAG, for QuDAG counts rounds by
 * itself. Past 2^53 nothing is compared.
 */
export function comparableHeightOf(node: NodeSnapshot): number | undefined {
	const { consensus, dag } = node;
	const told = heightOf(node) ?? consensus?.view ?? (dag ? undefined : consensus?.round);
	const height = Number(told ?? Number.NaN);
	return Number.isSafeInteger(height) ? height : undefined;
}

/**
 * Compares heights. Two blocks, or what the network makes in ten seconds, are level, for the nodes
 * were not asked in the same moment. `undefined` when fewer than two nodes reported a height.
 */
export function compareHeights(
	members: readonly Member[],
	meanGapMs: number | undefined,
): Standing | undefined {
	const heights = new Map<string, number>();
	for (const { name, node } of members) {
		const height = comparableHeightOf(node);
		if (height !== undefined) heights.set(name, height);
	}
	if (heights.size < 2) return undefined;
	const tolerance = Math.max(
		toleratedBlocks,
		Math.ceil(toleratedMs / Math.max(meanGapMs ?? Infinity, 1)),
	);
	const sorted = [...heights.values()].sort((a, b) => b - a);
	const shared = sorted.find(
		(height, index) => height - (sorted[index + 1] ?? -Infinity) <= tolerance,
	);
	const [highest = 0] = sorted;
	const reference = shared ?? highest;
	const positions = new Map(
		[...heights].map(([name, height]) => {
			const behindBy = Math.max(0, reference - height);
			const isAhead = height - reference > tolerance;
			const position = isAhead ? 'ahead' : behindBy > tolerance ? 'behind' : 'level';
			return [name, { position, behindBy } as const];
		}),
	);
	return { lowest: sorted.at(-1) ?? 0, highest, reference, positions };
}
