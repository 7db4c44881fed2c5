import type { FindingInput, UnjudgedNode } from '../../source/sections/finding.ts';
import type { ConnectionVerdict, Group, GroupMember } from '../../source/sections/group/schema.ts';

/** Noon, the time of every look. */
export const nowMs = Date.UTC(2026, 0, 1, 12);

export const ago = (seconds: number): string => new Date(nowMs - seconds * 1000).toISOString();

interface Seen extends Partial<Omit<UnjudgedNode, 'poll' | 'target'>> {
	readonly poll?: Partial<UnjudgedNode['poll']>;
	readonly memory?: FindingInput['memory'];
	readonly group?: Group;
	readonly witness?: ConnectionVerdict;
}

/** Node `a` with these sections, looked at once. */
export function look({ poll, memory = {}, group, witness, ...sections }: Seen): FindingInput {
	return {
		node: {
			target: { name: 'a', kind: 'evm', url: 'http://192.0.2.1:1' },
			poll: { status: 'ok', failures: 0, ...poll },
			...sections,
		},
		memory,
		...(group && { group }),
		...(witness && { witness }),
		nowMs,
	};
}

/** The network of `a`, `b` and `c`. */
export function groupOf(
	state: Group['state'],
	position: GroupMember['position'],
	more: Partial<Group> & { readonly member?: Partial<GroupMember> } = {},
): Group {
	const { member, ...rest } = more;
	return {
		name: 'evm:5',
		kind: 'evm',
		nodes: ['a', 'b', 'c'],
		state,
		since: ago(60),
		message: `3 nodes: ${state}`,
		evidence: 'as they show',
		nextStep: 'look closely',
		members: [
			{ node: 'b', position: 'level' },
			{ node: 'a', position, ...member },
			{ node: 'c', position: 'level' },
		],
		...rest,
	};
}

export function verdictOf(
	verdict: ConnectionVerdict['verdict'],
	failing: readonly string[] = ['a', 'b'],
): ConnectionVerdict {
	return {
		verdict,
		at: ago(0),
		since: ago(30),
		message: 'what was found',
		evidence: ['one', 'two'],
		failing: [...failing],
	};
}
