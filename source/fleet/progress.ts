import type { NodeSnapshot } from '../sections/snapshot.ts';

/**
 * When a node last got on: as seen while watching, or until then as the node itself tells by its
 * newest final vertex or its head's own time. ISO text; absent when neither is known.
 */
export function lastProgressOf(node: NodeSnapshot): string | undefined {
	return node.lastProgressAt ?? node.consensus?.lastFinalizedAt ?? node.chain?.head?.at;
}
