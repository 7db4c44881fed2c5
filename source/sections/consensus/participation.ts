import type { FindingInput } from '../finding.ts';

/**
 * The share of validators that answer, where all of them are watched; `undefined` elsewhere. Only a node
 * that does not answer is surely absent, and none is while our own connection is lost.
 */
export function answeringShare({
	node,
	group,
	witness,
}: Pick<FindingInput, 'node' | 'group' | 'witness'>): number | undefined {
	const validators = node.consensus?.validators ?? 0;
	if (!group || validators === 0 || group.members.length < validators) return undefined;
	if (witness?.verdict === 'us') return undefined;
	const present = group.members.filter(({ position }) => position !== 'unreachable').length;
	return Math.min(1, present / validators);
}
