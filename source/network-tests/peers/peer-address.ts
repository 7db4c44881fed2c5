import { isIP } from 'node:net';
import { clean } from '../../domain/clean.ts';
import type { Peer } from '../../sections/network/schema.ts';

/** Where a peer says that it listens. */
export interface PeerAddress {
	/** The peer's id, as the node gives it. */
	readonly id: string;
	readonly direction: Peer['direction'];
	/** Absent when the node gave none that can be dialled. */
	readonly host?: string;
	readonly port?: number;
	/** As the node wrote it. */
	readonly written?: string;
}

const multiaddress = /^\/(?:ip4|ip6|dns|dns4|dns6)\/([^/]+)\/tcp\/(\d{1,5})(?:\/|$)/;
const hostName = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/i;

/**
 * Reads `host:port`, `[v6]:port`, URLs, enode URLs (EIP-778's predecessor, `enode://KEY@ip:port`) and
 * multiaddresses (`/ip4/1.2.3.4/tcp/4001`). A host that is neither an IP address nor a plain name is not
 * taken, so that nothing a peer writes reaches a command line.
 */
export function readPeerAddress({ id, address, direction }: Peer): PeerAddress {
	if (address === undefined) return { id, direction };
	const written = clean(address, 80);
	const found = parse(address);
	if (!found) return { id, direction, written };
	const host = found.host.replaceAll(/[[\]]/g, '');
	const isDialable = isIP(host) !== 0 || hostName.test(host);
	const isPort = Number.isInteger(found.port) && found.port > 0 && found.port < 65_536;
	return isDialable && isPort
		? { id, direction, host, port: found.port, written }
		: { id, direction, written };
}

const anyMultiaddress = /^\/(?:ip4|ip6|ip6zone\/[^/]+\/ip6|dns|dns4|dns6|dnsaddr|onion3?)\/([^/]+)/;

/**
 * Where a peer is, also where it cannot be dialled: no port, a transport other than TCP, a link-local
 * address with its zone (RFC 4007, left out), an onion service. `undefined` where that is not told.
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
		(isIP(address) === 0 ? /^([^:/\s]+)(?::\d+)?$/.exec(address)?.[1] : address);
	const host = written?.replace(/%.*$/, '') ?? '';
	// A bare word may be anything; only an IP address or a name with a dot is a place.
	return isIP(host) !== 0 || (hostName.test(host) && /\.[a-z]/i.test(host)) ? host : undefined;
}

function parse(address: string): { readonly host: string; readonly port: number } | undefined {
	const multi = multiaddress.exec(address);
	if (multi) return { host: multi[1] ?? '', port: Number(multi[2]) };
	if (/^[a-z][a-z0-9+.-]*:\/\//i.test(address)) {
		// A scheme that URL does not know leaves the port as it is; one that it knows may hide it.
		const url = address.replace(/^[a-z][a-z0-9+.-]*:/i, 'peer:');
		if (!URL.canParse(url)) return undefined;
		const { hostname, port } = new URL(url);
		return { host: hostname, port: Number(port) };
	}
	const plain = /^(\[[0-9a-f:.]+\]|[^:/\s]+):(\d{1,5})$/i.exec(address);
	return plain ? { host: plain[1] ?? '', port: Number(plain[2]) } : undefined;
}
