import { namesByPeerId } from './link-sides.ts';
import type { Member } from './member.ts';

/** When each node last heard of each other one, Unix ms by its own clock, as its peer list tells it. */
export interface HeardPeers {
	lastHeardMs(by: string, of: string): number | undefined;
}

/** Reads the peer lists only when they are asked for. */
export function readHeardPeers(members: readonly Member[]): HeardPeers {
	let names: ReadonlyMap<string, string> | undefined;
	const lists = new Map<string, ReadonlyMap<string, number>>();
	const byName = new Map(members.map((member) => [member.name, member]));
	return {
		lastHeardMs(by, of) {
			names ??= namesByPeerId(members);
			let list = lists.get(by);
			if (list === undefined) {
				list = readList(byName.get(by), names);
				lists.set(by, list);
			}
			return list.get(of);
		},
	};
}

function readList(
	member: Member | undefined,
	names: ReadonlyMap<string, string>,
): ReadonlyMap<string, number> {
	const list = new Map<string, number>();
	for (const { id, address = '', lastSeenAt } of member?.node.network?.peerList ?? []) {
		const name = names.get(id) ?? names.get(address);
		if (name !== undefined && lastSeenAt !== undefined) list.set(name, Date.parse(lastSeenAt));
	}
	return list;
}
