import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { clean } from '../domain/clean.ts';
import { PollError } from '../domain/errors.ts';

/** How far an address is: this machine, a network of one's own, or everybody's. */
export const reaches = ['loopback', 'private', 'public'] as const;
export type Reach = (typeof reaches)[number];

/** Where a test goes: resolved once, so that no later answer of a name server moves it. */
export interface Endpoint {
	readonly host: string;
	/** An IP address. */
	readonly address: string;
	readonly port: number;
	readonly isTls: boolean;
	readonly isHttp: boolean;
	/** Path and query of the node's URL. */
	readonly path: string;
	readonly reach: Reach;
	/** Absent for an IP address. */
	readonly dnsMs?: number;
}

const blocks = (...networks: readonly (readonly [string, number, 'ipv4' | 'ipv6'])[]) => {
	const list = new BlockList();
	for (const network of networks) list.addSubnet(...network);
	return list;
};

/** RFC 1122, 4291. */
const loopback = blocks(['127.0.0.0', 8, 'ipv4'], ['::1', 128, 'ipv6']);
/** RFC 1918, 3927, 6598, 4193, 4291: nobody else's networks. */
const own = blocks(
	['10.0.0.0', 8, 'ipv4'],
	['172.16.0.0', 12, 'ipv4'],
	['192.168.0.0', 16, 'ipv4'],
	['169.254.0.0', 16, 'ipv4'],
	['100.64.0.0', 10, 'ipv4'],
	['fc00::', 7, 'ipv6'],
	['fe80::', 10, 'ipv6'],
);
/** Nobody to dial: unspecified, multicast, broadcast, reserved (RFC 1122, 5771, 4291). */
const nobody = blocks(
	['0.0.0.0', 8, 'ipv4'],
	['224.0.0.0', 3, 'ipv4'],
	['::', 128, 'ipv6'],
	['ff00::', 8, 'ipv6'],
);

/** How far an IP address is; `undefined` when it is no address of one machine. */
export function reachOf(address: string): Reach | undefined {
	const mapped = /^::ffff:(\d+(?:\.\d+){3})$/i.exec(address)?.[1];
	const plain = mapped ?? address;
	const version = isIP(plain);
	if (version === 0) return undefined;
	const family = version === 4 ? 'ipv4' : 'ipv6';
	if (nobody.check(plain, family)) return undefined;
	if (loopback.check(plain, family)) return 'loopback';
	return own.check(plain, family) ? 'private' : 'public';
}

/**
 * Resolves the address of a node. Throws `PollError` with `unsupported` where there is no network path
 * (a Unix socket, this host) and `unreachable` when the name does not resolve.
 */
export async function resolveEndpoint(url: string): Promise<Endpoint> {
	const parsed = URL.canParse(url) ? new URL(url) : undefined;
	if (!parsed || parsed.hostname === '') {
		throw new PollError('unsupported', 'the node has no network address: there is no path to test');
	}
	const { protocol, pathname, search } = parsed;
	const isTls = protocol === 'https:' || protocol === 'wss:';
	const isHttp = protocol === 'http:' || protocol === 'https:';
	const host = parsed.hostname.replaceAll(/[[\]]/g, '');
	const port = Number(parsed.port) || (isTls ? 443 : 80);
	const found = await resolveHost(host);
	return { host, ...found, port, isTls, isHttp, path: `${pathname || '/'}${search}` };
}

/** The first address of a name. Throws as `resolveEndpoint` does. */
export async function resolveHost(
	host: string,
): Promise<{ readonly address: string; readonly reach: Reach; readonly dnsMs?: number }> {
	const started = performance.now();
	try {
		const { address } = await lookup(host);
		const reach = reachOf(address);
		if (reach) {
			const dnsMs = performance.now() - started;
			return { address, reach, ...(isIP(host) === 0 && { dnsMs }) };
		}
	} catch (cause) {
		throw new PollError('unreachable', `the name ${clean(host, 60)} does not resolve`, { cause });
	}
	throw new PollError('unsupported', `${clean(host, 60)} is no address of one machine`);
}

/** `host:port`, IPv6 in brackets. */
export function showHostPort(host: string, port: number): string {
	return isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`;
}
