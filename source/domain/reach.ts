import ipaddr from 'ipaddr.js';

/** How far an address is: this machine, a private network, or the internet. */
export const reaches = ['loopback', 'private', 'public'] as const;
export type Reach = (typeof reaches)[number];

/** Ranges of ipaddr.js that belong to a private network (RFC 1918, 3879, 3927, 4193, 4291, 6598). */
const privateRanges = new Set<string>([
	'private',
	'carrierGradeNat',
	'linkLocal',
	'uniqueLocal',
	'deprecatedSiteLocal',
]);
/** Ranges that are never the address of one machine (RFC 1122, 5771, 4291, 6666). */
const nobodysRanges = new Set<string>(['unspecified', 'multicast', 'broadcast', 'discard']);
/** Ranges of IPv6 addresses whose last four bytes are an IPv4 address (RFC 4291, 6052, 7915). */
const embeddingRanges = new Set<string>(['ipv4Mapped', 'rfc6145', 'rfc6052']);

/**
 * How far an IP address is; `undefined` when it is not the address of one machine. An IPv6 address that
 * stands for an IPv4 address is as far as that one.
 */
export function reachOf(address: string): Reach | undefined {
	const range = rangeOf(address);
	if (range === undefined || nobodysRanges.has(range)) return undefined;
	if (range === 'loopback') return 'loopback';
	return privateRanges.has(range) ? 'private' : 'public';
}

/** Whether an address is valid on one link only: 169.254.0.0/16 and fe80::/10 (RFC 3927, 4291). */
export function isLinkLocal(address: string): boolean {
	return rangeOf(address) === 'linkLocal';
}

function rangeOf(text: string): string | undefined {
	const address = parse(text);
	if (!address) return undefined;
	if (address instanceof ipaddr.IPv4) return rangeOfV4(address);
	const range: string = address.range();
	const embedded = embeddedIn(address, range);
	return embedded ? rangeOfV4(embedded) : range;
}

function rangeOfV4(address: ipaddr.IPv4): string {
	// Class E (RFC 1112) is routed by nobody; other reserved networks are as far as any.
	return (address.octets[0] ?? 0) >= 240 ? 'broadcast' : address.range();
}

/**
 * Takes IPv4 as four decimals only: programs differ in how they read `127.1`, `0x7f000001` and `010.0.0.1`
 * (RFC 6943, section 3.1.1).
 */
function parse(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
	if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
	return ipaddr.IPv6.isValid(text) ? ipaddr.IPv6.parse(text) : undefined;
}

/** The IPv4 address that an IPv6 address stands for, if any. */
function embeddedIn(address: ipaddr.IPv6, range: string): ipaddr.IPv4 | undefined {
	const bytes = address.toByteArray();
	// RFC 3056.
	if (range === '6to4') return new ipaddr.IPv4(bytes.slice(2, 6));
	return embeddingRanges.has(range) ? new ipaddr.IPv4(bytes.slice(12)) : undefined;
}

/** Whether an address is this machine by its name, or a Unix socket. */
export function isLocal(url: string): boolean {
	if (url.startsWith('unix:')) return true;
	if (!URL.canParse(url)) return false;
	const { hostname } = new URL(url);
	return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
