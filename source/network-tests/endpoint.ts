import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { clean } from '../domain/clean.ts';
import { PollError } from '../domain/errors.ts';
import { reachOf } from '../domain/reach.ts';
import type { Reach } from '../domain/reach.ts';

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
