import type { Group } from '../../source/sections/group/schema.ts';
import { createGroupAnalysis } from '../../source/analysis/groups.ts';
import type { Block } from '../../source/sections/chain/schema.ts';
import type { NodeSnapshot } from '../../source/sections/snapshot.ts';
import type { Vertex } from '../../source/sections/dag/schema.ts';
import type { PollErrorCode } from '../../source/domain/words.ts';

export const nowMs = Date.UTC(2026, 0, 1, 12);

export function at(agoSeconds: number): string {
	return new Date(nowMs - agoSeconds * 1000).toISOString();
}

/** A node that answered just now, with these sections. */
export function node(
	name: string,
	{
		target,
		poll,
		...sections
	}: Partial<Omit<NodeSnapshot, 'target' | 'poll'>> & {
		readonly target?: Partial<NodeSnapshot['target']>;
		readonly poll?: Partial<NodeSnapshot['poll']>;
	} = {},
): NodeSnapshot {
	return {
		target: { name, kind: 'evm', url: `http://192.0.2.1:1/${name}`, ...target },
		poll: { status: 'ok', failures: 0, at: at(0), lastGoodAt: at(0), ...poll },
		identity: { chainId: 5, genesisHash: '0xgenesis' },
		health: { status: 'up', issues: [] },
		...sections,
	};
}

export function failed(name: string, code: PollErrorCode = 'unreachable'): NodeSnapshot {
	return node(name, {
		poll: { status: 'failed', failures: 1, error: { code, message: 'no answer' } },
	});
}

export interface ChainText {
	/** One letter a block, from height 0: the branch that the block is of. */
	readonly blocks: string;
	/** So many of the newest are told. */
	readonly told?: number;
	readonly gapSeconds?: number;
	/** Age of the head. */
	readonly ageSeconds?: number;
	readonly finalized?: number;
}

/** A chain whose block of height n has the hash of all letters up to there: `aab` is `0xaab`. */
export function chain(text: ChainText): NonNullable<NodeSnapshot['chain']> {
	const { blocks, told = 64, gapSeconds = 1, ageSeconds = 0, finalized } = text;
	const recent = [...blocks]
		.map((_, number): Block => ({
			number,
			hash: `0x${blocks.slice(0, number + 1)}`,
			at: at(ageSeconds + (blocks.length - 1 - number) * gapSeconds),
		}))
		.slice(-told);
	const head = recent.at(-1);
	const final = recent.find(({ number }) => number === finalized);
	return { ...(head && { head }), recent, ...(final && { finalized: final }) };
}

/** A node of a chain given by its letters. */
export function chained(name: string, text: string | ChainText): NodeSnapshot {
	return node(name, { chain: chain(typeof text === 'string' ? { blocks: text } : text) });
}

/** Vertices by these authors, one each 300 ms up to `agoSeconds`, named by author and number. */
export function vertices(authors: string, agoSeconds = 0): Vertex[] {
	return [...authors].map((author, index) => ({
		id: `${author}${index}`,
		parents: [],
		author,
		layer: index,
		at: at(agoSeconds + (authors.length - 1 - index) * 0.3),
	}));
}

/** The one group of these nodes, looked at once. */
export function groupOf(...nodes: readonly NodeSnapshot[]): Group {
	const [group, ...others] = createGroupAnalysis().evaluate(nodes, nowMs);
	if (!group || others.length > 0) throw new Error('these nodes are not one network');
	return group;
}

export function positions({ members }: Group): Record<string, string> {
	return Object.fromEntries(members.map((member) => [member.node, member.position]));
}
