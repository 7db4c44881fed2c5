import type { NodeSnapshot } from '../sections/snapshot.ts';

/** A node of a network as the comparisons see it: its last report, and whether that still counts. */
export interface Member {
	readonly name: string;
	readonly node: NodeSnapshot;
	/** When it was last read, or of when its figures are, Unix ms of our clock; NaN when it never was. */
	readonly readAtMs: number;
}

/** What of a group's nodes can be compared. */
export interface Attendance {
	/** Nodes that answered their last poll. */
	readonly answering: readonly Member[];
	/** Nodes that are down or cut off from us. */
	readonly unreachable: readonly string[];
	/** Nodes that refuse us, or were not asked yet. */
	readonly unreadable: readonly string[];
}

const cutOff: ReadonlySet<string> = new Set(['unreachable', 'timeout', 'badResponse']);

/** Each list by name, so that the order in which nodes are configured changes nothing. */
export function takeAttendance(nodes: readonly NodeSnapshot[]): Attendance {
	const answering: Member[] = [];
	const unreachable: string[] = [];
	const unreadable: string[] = [];
	for (const node of nodes.toSorted((a, b) => byText(a.target.name, b.target.name))) {
		const { poll, target } = node;
		if (poll.status === 'ok' || poll.status === 'partial') {
			const readAtMs = Date.parse(poll.figuresAt ?? poll.lastGoodAt ?? poll.at ?? '');
			answering.push({ name: target.name, node, readAtMs });
		} else if (poll.error && cutOff.has(poll.error.code)) unreachable.push(target.name);
		else unreadable.push(target.name);
	}
	return { answering, unreachable, unreadable };
}

/**
 * Those whose figures are of one chain, where a network has several and a node reports one of them (the
 * C-chain and the P-chain of Avalanche): of most nodes, of equals the first by name. Heights of two
 * chains say nothing of each other.
 */
export function ofCommonestChain(members: readonly Member[]): readonly Member[] {
	const counts = new Map<string, number>();
	for (const { node } of members) {
		const name = node.chain?.name;
		if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
	}
	if (counts.size < 2) return members;
	const [first] = [...counts].sort(([a, m], [b, n]) => n - m || byText(a, b));
	return members.filter(({ node }) => node.chain?.name === first?.[0]);
}

export function byText(a: string, b: string): number {
	if (a === b) return 0;
	return a < b ? -1 : 1;
}
