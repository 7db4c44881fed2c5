import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { clean } from '../domain/clean.ts';
import { PollError } from '../domain/errors.ts';
import { isLinkLocal, reachOf } from '../domain/reach.ts';
import type { Reach } from '../domain/reach.ts';

/** The address of a test: resolved once, so that no later answer of a name server moves it. */
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

export interface ResolvedHost {
	readonly address: string;
	readonly reach: Reach;
	/** Absent for an IP address. */
	readonly dnsMs?: number;
}

/** The first address of a name. Throws as `resolveEndpoint` does. */
export async function resolveHost(host: string): Promise<ResolvedHost> {
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
	throw new PollError('unsupported', `${clean(host, 60)} is not the address of one machine`);
}

const distances: Readonly<Record<Reach, number>> = { loopback: 0, private: 1, public: 2 };

/**
 * Resolves a host that a node lists as its peer. A node elsewhere cannot make us dial this machine or a
 * private network, and no node can make us dial a link-local address, where clouds keep their credentials.
 * Throws as `resolveEndpoint` does, with `unsupported` for an address that is not dialled.
 */
export async function resolvePeer(
	host: string,
	{ reach: from }: Pick<Endpoint, 'reach'>,
): Promise<ResolvedHost> {
	const found = await resolveHost(host);
	if (isLinkLocal(found.address))
		throw new PollError('unsupported', 'a link-local address: not dialled');
	if (distances[found.reach] < distances[from]) {
		throw new PollError(
			'unsupported',
			`a ${from} node names a ${found.reach} address: not dialled`,
		);
	}
	return found;
}

/** `host:port`, IPv6 in brackets. */
export function showHostPort(host: string, port: number): string {
	return isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`;
}
