import { isIP } from 'node:net';
import type { Peer } from '../../sections/network/schema.ts';
import { reachOf } from '../../domain/reach.ts';
import type { Reach } from '../../domain/reach.ts';
import { hostOfPeer } from './peer-address.ts';

export interface PeerPlace {
	readonly family?: 'ipv4' | 'ipv6' | 'name' | 'onion';
	readonly reach?: Reach;
	/** `203.0.0.0/16` or `2001:db8::/32`. */
	readonly network?: string;
}

/** What a peer's address tells of its place, asking nobody: no name server, no data base of networks. */
export function placeOfPeer(peer: Peer): PeerPlace {
	const { address } = peer;
	if (address === undefined) return {};
	const known = places.get(address);
	if (known) return known;
	const place = read(peer);
	if (places.size >= mostKept) places.clear();
	places.set(address, place);
	return place;
}

/** By address as the node wrote it: the same peers are counted at every poll. */
const places = new Map<string, PeerPlace>();
const mostKept = 5000;

function read(peer: Peer): PeerPlace {
	const host = hostOfPeer(peer);
	if (host === undefined) return {};
	const version = isIP(host);
	if (version === 0) return { family: host.endsWith('.onion') ? 'onion' : 'name' };
	const reach = reachOf(host);
	return {
		family: version === 4 ? 'ipv4' : 'ipv6',
		...(reach && { reach }),
		network: version === 4 ? `${host.split('.').slice(0, 2).join('.')}.0.0/16` : prefixOf(host),
	};
}

/** The first two groups of an IPv6 address; a short form has them before its `::`. */
function prefixOf(address: string): string {
	const [before = ''] = address.split('::');
	const groups = before.split(':').filter((group) => group !== '');
	const [first = '0', second = '0'] = groups;
	return `${trimmed(first)}:${trimmed(second)}::/32`;
}

function trimmed(group: string): string {
	return group.toLowerCase().replace(/^0+(?=.)/, '');
}
