import type { Group, ConnectionVerdict } from '../sections/group/schema.ts';

/** What the nodes of each network show together. */
export interface Comparison {
	readonly groups: readonly Group[];
	readonly witness?: ConnectionVerdict | undefined;
	readonly nowMs: number;
}

/** The last comparison, by node. */
export interface Standings {
	readonly groups: readonly Group[];
	readonly witness: ConnectionVerdict | undefined;
	readonly ofNode: ReadonlyMap<string, Standing>;
	/** Whom the verdict on our own connection is about. */
	readonly failing: ReadonlySet<string>;
}

interface Standing {
	readonly group: Group;
	readonly isStalled: boolean;
	/** Everything that the comparison says about this node, as one text. */
	readonly text: string;
}

export const noStandings: Standings = {
	groups: [],
	witness: undefined,
	ofNode: new Map(),
	failing: new Set(),
};

export function standingsOf({ groups, witness }: Comparison): Standings {
	const ofNode = new Map<string, Standing>();
	for (const group of groups) {
		const outliers = new Set(group.clock?.outliers);
		for (const { node, position, behindBy, side } of group.members) {
			const text = [group.state, position, behindBy, side, outliers.has(node)].join(' ');
			ofNode.set(node, { group, isStalled: position === 'stalled', text });
		}
	}
	return { groups, witness, ofNode, failing: new Set(witness?.failing) };
}

/** The network of a node, while what it shows of the node holds: not once one that stood still has moved. */
export function groupOf(
	{ ofNode }: Standings,
	name: string,
	{ hasMoved }: { readonly hasMoved: boolean },
): Group | undefined {
	const standing = ofNode.get(name);
	return hasMoved && standing?.isStalled === true ? undefined : standing?.group;
}

/** A node that has moved since the comparison does not stand still with its network, whatever that said. */
export function afterMove(standings: Standings, name: string): Standings {
	if (standings.ofNode.get(name)?.isStalled !== true) return standings;
	const ofNode = new Map(standings.ofNode);
	ofNode.delete(name);
	return { ...standings, ofNode };
}

/** Whether two comparisons say the same about a node, so that it need not be judged again. */
export function isSameStanding(before: Standings, after: Standings, name: string): boolean {
	return textOf(before, name) === textOf(after, name);
}

function textOf({ ofNode, witness, failing }: Standings, name: string): string {
	const blame = failing.has(name) ? witness?.verdict : '';
	return `${ofNode.get(name)?.text} ${blame}`;
}
