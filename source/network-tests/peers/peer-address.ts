import ipaddr from 'ipaddr.js';
import { clean } from '../../domain/clean.ts';
import type { Peer } from '../../sections/network/schema.ts';

/** The address at which a peer listens, as the node reports it. */
export interface PeerAddress {
	/** The peer's id, as the node reports it. */
	readonly id: string;
	readonly direction: Peer['direction'];
	/** Absent when the node reports no address that can be dialled. */
	readonly host?: string;
	readonly port?: number;
	/** The address as the node wrote it. */
	readonly written?: string;
}

const multiaddress = /^\/(?:ip4|ip6|dns|dns4|dns6)\/([^/]+)\/tcp\/(\d{1,5})(?:\/|$)/;
const hostName = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/i;
/** A host that ends in a number is an IPv4 address, however it is written (URL Standard, section 3.5). */
const endsInNumber = /(?:^|\.)(?:\d+|0x[0-9a-f]*)$/i;

/**
 * Reads `host:port`, `[v6]:port`, URLs, enode URLs (EIP-778's predecessor, `enode://KEY@ip:port`) and
 * multiaddresses (`/ip4/1.2.3.4/tcp/4001`). The host is an IP address in its usual form or a plain name;
 * anything else is not dialled, so that nothing a peer writes reaches a command line, or a network of ours by
 * another way of writing its address.
 */
export function readPeerAddress({ id, address, direction }: Peer): PeerAddress {
	if (address === undefined) return { id, direction };
	const written = clean(address, 80);
	const found = hostAndPort(address);
	if (!found) return { id, direction, written };
	const host = dialableHost(found.host);
	const isPort = Number.isInteger(found.port) && found.port > 0 && found.port < 65_536;
	return host !== undefined && isPort
		? { id, direction, host, port: found.port, written }
		: { id, direction, written };
}

function dialableHost(host: string): string | undefined {
	if (ipaddr.IPv4.isValidFourPartDecimal(host)) return host;
	if (ipaddr.IPv6.isValid(host)) {
		const address = ipaddr.IPv6.parse(host);
		// The kernel dials IPv4 for a mapped address (RFC 4291, section 2.5.5.2).
		if (address.isIPv4MappedAddress()) return address.toIPv4Address().toString();
		return address.zoneId === undefined ? host : undefined;
	}
	return hostName.test(host) && !endsInNumber.test(host) ? host : undefined;
}

const anyMultiaddress = /^\/(?:ip4|ip6|ip6zone\/[^/]+\/ip6|dns|dns4|dns6|dnsaddr|onion3?)\/([^/]+)/;

/**
 * The host of a peer, also of one that cannot be dialled: without a port, over a transport other than TCP,
 * with a zone (RFC 4007, left out), or an onion service. `undefined` when the address names no host.
 */
export function hostOfPeer({ id, address, direction }: Peer): string | undefined {
	if (address === undefined) return undefined;
	const dialled = readPeerAddress({ id, address, direction }).host;
	if (dialled !== undefined) return dialled;
	const [, onion, multi] = /^\/(onion3?)\/([^/:]+)/.exec(address) ?? [];
	if (onion !== undefined) return `${multi ?? ''}.onion`;
	const written =
		anyMultiaddress.exec(address)?.[1] ??
		/^\[([^\]]+)\](?::\d+)?$/.exec(address)?.[1] ??
		(ipaddr.IPv6.isValid(address) ? address : /^([^:/\s]+)(?::\d+)?$/.exec(address)?.[1]);
	const host = written?.replace(/%.*$/, '') ?? '';
	const dialable = dialableHost(host);
	// A bare word may be anything; only an IP address or a name with a dot is a host.
	const isHost = dialable !== undefined && /[.:]/.test(dialable);
	return isHost ? dialable : undefined;
}

function hostAndPort(
	address: string,
): { readonly host: string; readonly port: number } | undefined {
	const multi = multiaddress.exec(address);
	if (multi) return { host: multi[1] ?? '', port: Number(multi[2]) };
	if (/^[a-z][a-z0-9+.-]*:\/\//i.test(address)) {
		// For a scheme that it knows, URL leaves out the usual port and rewrites the host.
		const url = address.replace(/^[a-z][a-z0-9+.-]*:/i, 'peer:');
		if (!URL.canParse(url)) return undefined;
		const { hostname, port } = new URL(url);
		return { host: withoutBrackets(hostname), port: Number(port) };
	}
	const plain = /^(\[[0-9a-f:.]+\]|[^:/\s]+):(\d{1,5})$/i.exec(address);
	return plain ? { host: withoutBrackets(plain[1] ?? ''), port: Number(plain[2]) } : undefined;
}

function withoutBrackets(host: string): string {
	return host.replaceAll(/[[\]]/g, '');
}
