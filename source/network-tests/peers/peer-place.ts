import ipaddr from 'ipaddr.js';
import { reachOf } from '../../domain/reach.ts';
import type { Reach } from '../../domain/reach.ts';
import type { Peer } from '../../sections/network/schema.ts';
import { hostOfPeer } from './peer-address.ts';

export interface PeerPlace {
	readonly family?: 'ipv4' | 'ipv6' | 'name' | 'onion';
	readonly reach?: Reach;
	/** `203.0.0.0/16` or `2001:db8::/32`. */
	readonly network?: string;
}

/** The place of a peer by its address alone, without a name server or a database of networks. */
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

/** By address as the node wrote it, because the same peers are counted at every poll. */
const places = new Map<string, PeerPlace>();
const mostKept = 5000;

function read(peer: Peer): PeerPlace {
	const host = hostOfPeer(peer);
	if (host === undefined) return {};
	if (!ipaddr.isValid(host)) return { family: host.endsWith('.onion') ? 'onion' : 'name' };
	const reach = reachOf(host);
	const family = ipaddr.parse(host).kind();
	return { family, ...(reach && { reach }), network: networkOf(host, family) };
}

function networkOf(host: string, family: 'ipv4' | 'ipv6'): string {
	return family === 'ipv4'
		? `${ipaddr.IPv4.networkAddressFromCIDR(`${host}/16`).toString()}/16`
		: `${ipaddr.IPv6.networkAddressFromCIDR(`${host}/32`).toString()}/32`;
}
