import { isIP } from 'node:net';
import { isLoopbackHost } from './loopback.ts';

export interface HostRules {
	/** Whether the server listens on loopback only. */
	readonly isLoopback: boolean;
	/** Other names by which it is reached, such as that of a proxy; in lower case, without port. */
	readonly names: readonly string[];
}

interface Headers {
	readonly host?: string | undefined;
	readonly origin?: string | undefined;
	readonly 'sec-fetch-site'?: string | string[] | undefined;
	readonly 'sec-fetch-mode'?: string | string[] | undefined;
}

/**
 * Why a request is refused by where it comes from; `undefined` when it is fine. A page of another site can
 * reach this server, by its address or by a name of that site which is made to point here, but it cannot
 * send our `Host` and our `Origin`.
 */
export function originProblem(headers: Headers, rules: HostRules): string | undefined {
	const host = hostOf(headers.host);
	if (host === undefined || !isOurs(host, rules)) {
		return 'this server does not answer to that Host; add the name to serve.hosts of the profile';
	}
	const { origin } = headers;
	if (origin !== undefined && !isSameHost(origin, headers.host)) {
		return 'this server answers no page of another origin';
	}
	// What a page embeds has no Origin, but a browser says from where it is.
	const isEmbedded = headers['sec-fetch-mode'] !== 'navigate';
	if (headers['sec-fetch-site'] === 'cross-site' && isEmbedded) {
		return 'this server answers no page of another origin';
	}
	return undefined;
}

/** The host name of a `Host` header, without port and brackets. */
function hostOf(header: string | undefined): string | undefined {
	if (header === undefined || header.length > 300) return undefined;
	const [, name] = /^(\[[\da-f:.]+\]|[\w.-]+)(?::\d{1,5})?$/i.exec(header) ?? [];
	return name?.replace(/^\[|\]$/g, '').toLowerCase();
}

function isOurs(host: string, { isLoopback, names }: HostRules): boolean {
	if (isLoopbackHost(host) || names.includes(host)) return true;
	// An address cannot be made to point elsewhere, as a name can.
	return !isLoopback && isIP(host) !== 0;
}

/** A proxy ends TLS, so the scheme may differ. */
function isSameHost(origin: string, host: string | undefined): boolean {
	return /^https?:\/\/[^/]+$/i.test(origin) && origin.replace(/^https?:\/\//i, '') === host;
}
