import { BlockList, isIP } from 'node:net';

/** How far an address is: this machine, a network of one's own, or everybody's. */
export const reaches = ['loopback', 'private', 'public'] as const;
export type Reach = (typeof reaches)[number];

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

/** Whether an address is this machine by its name, or a Unix socket. */
export function isLocal(url: string): boolean {
	if (url.startsWith('unix:')) return true;
	if (!URL.canParse(url)) return false;
	const { hostname } = new URL(url);
	return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
