import type { Peer } from '../sections/network/schema.ts';
import { byText } from './member.ts';
import type { Member } from './member.ts';

/** A peer that was last heard so long before the list was read is listed, but not connected. */
const staleMs = 30_000;

export interface LinkSides {
	/** Largest first; one where all are joined. */
	readonly sides: readonly (readonly string[])[];
	/** Whether any two nodes are connected; where none ever were, being apart says nothing. */
	readonly hasLink: boolean;
}

/**
 * The sides that the nodes' own peer lists show: nodes joined by connections that at least one end
 * names. Told only when every node lists all of its peers and all of them are watched, for a peer that
 * nobody watches may join two sides. `undefined` where that is not so.
 */
export function findLinkSides(members: readonly Member[]): LinkSides | undefined {
	const names = namesByPeerId(members);
	const sideOf = new Map(members.map(({ name }) => [name, new Set([name])]));
	let hasLink = false;
	for (const member of members) {
		const others = resolveAll(member, names);
		if (!others) return undefined;
		for (const other of others) {
			hasLink = true;
			unite(sideOf, member.name, other);
		}
	}
	const sides = [...new Set(sideOf.values())]
		.map((side) => [...side].sort(byText))
		.sort((a, b) => b.length - a.length || byText(a[0] ?? '', b[0] ?? ''));
	return { sides, hasLink };
}

/** A node by its own id, and by the address at which we poll it, which some nodes use as peer id. */
export function namesByPeerId(members: readonly Member[]): Map<string, string> {
	const names = new Map<string, string>();
	for (const { name, node } of members) {
		const { nodeId } = node.identity ?? {};
		if (nodeId !== undefined) names.set(nodeId, name);
		const url = URL.parse(node.target.url);
		if (url !== null && url.port !== '') names.set(url.host, name);
	}
	return names;
}

/** The watched nodes that a node is connected to; `undefined` when it has, or may have, others. */
function resolveAll(
	{ node, readAtMs }: Member,
	names: ReadonlyMap<string, string>,
): string[] | undefined {
	const { peers, peerList } = node.network ?? {};
	if (peers === 0) return [];
	if (!peerList || peerList.length < (peers ?? 0)) return undefined;
	const found: string[] = [];
	for (const peer of peerList) {
		const name = names.get(peer.id) ?? names.get(peer.address ?? '');
		if (name === undefined) return undefined;
		if (!isStale(peer, readAtMs)) found.push(name);
	}
	return found;
}

function isStale({ lastSeenAt }: Peer, readAtMs: number): boolean {
	return lastSeenAt !== undefined && readAtMs - Date.parse(lastSeenAt) > staleMs;
}

function unite(sideOf: Map<string, Set<string>>, a: string, b: string): void {
	const [mine, theirs] = [sideOf.get(a), sideOf.get(b)];
	if (!mine || !theirs || mine === theirs) return;
	for (const name of theirs) {
		mine.add(name);
		sideOf.set(name, mine);
	}
}
