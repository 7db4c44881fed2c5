import { isReplicatedLog } from '../sections/idle.ts';
import type { Member } from './member.ts';

/** Members of a replicated log that name one leader in one term. */
export interface Following {
	/** The leader by its node's name where it is watched, else by its id. */
	readonly leader: string;
	readonly term: number;
	readonly by: readonly string[];
}

/**
 * Whom the most members of a replicated log follow, in the newest term that two of them name. A term has
 * one leader at most, and logs that took the same leader's entries are alike up to where they are (Raft,
 * sections 5.2 and 5.3 of its paper), so that following one leader is agreement without any hash.
 * `undefined` where no two members name the same.
 */
export function findFollowing(members: readonly Member[]): Following | undefined {
	const names = new Map(
		members.flatMap(({ name, node }) => {
			const id = node.identity?.nodeId;
			return id === undefined ? [] : [[id, name] as const];
		}),
	);
	const camps = new Map<string, { leader: string; term: number; by: string[] }>();
	for (const { name, node } of members) {
		const term = Number(node.consensus?.view ?? Number.NaN);
		const leader = node.consensus?.leader;
		if (!isReplicatedLog(node) || leader === undefined || !Number.isSafeInteger(term)) continue;
		const key = `${term} ${leader}`;
		const camp = camps.get(key) ?? { leader: names.get(leader) ?? leader, term, by: [] };
		camp.by.push(name);
		camps.set(key, camp);
	}
	return [...camps.values()]
		.filter(({ by }) => by.length >= 2)
		.sort((a, b) => b.term - a.term || b.by.length - a.by.length)[0];
}
