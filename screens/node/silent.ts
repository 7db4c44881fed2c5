import { quiet } from '../../components/look.ts';
import type { Look } from '../../components/look.ts';
import type { NodeSnapshot } from '../../source/sections/snapshot.ts';

/** Whether a node does not answer, so that what it said is old. */
export function isSilent({ poll }: Pick<NodeSnapshot, 'poll'>): boolean {
	return poll.status === 'failed';
}

/** How a node's figures are drawn: none stands out when they are old. */
export function lookOf(look: Look, node: Pick<NodeSnapshot, 'poll'>): Look {
	return isSilent(node) ? quiet(look) : look;
}
