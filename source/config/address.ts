import { isIPv6 } from 'node:net';
import { basename, isAbsolute } from 'node:path';
import { clean } from '../domain/clean.ts';
import { maskUrl } from '../domain/secret.ts';

/** Schemes of an address, besides `unix:/path` and `host:`. */
const urlSchemes = ['http', 'https', 'ws', 'wss', 'tcp'] as const;
const schemesInWords = 'http://, https://, ws://, wss://, tcp://, unix:/path and host:';

export interface Address {
	/** With its scheme; `host:port` became `http://host:port`. May hold credentials. */
	readonly url: string;
	/** The name of a node without its own: `host:port`, or the host for a usual port. */
	readonly defaultName: string;
}

/**
 * Reads where a node answers: a URL, `host:port`, `unix:/path`, or `host:` for this machine. IPv6 in
 * brackets. Gives `{problem}` in words that repeat no part of the address: it may hold credentials.
 */
export function readAddress(text: string): Address | { readonly problem: string } {
	if (text === '') return { problem: 'the address is empty' };
	if (/[\s\p{Cc}]/u.test(text)) return { problem: 'an address may hold no blanks' };
	if (isBareIPv6(text)) return { problem: 'write an IPv6 address in brackets, as [::1]:8545' };
	if (/^host:(?:\/\/(?:local\/?)?)?$/i.test(text))
		return { url: 'host:', defaultName: 'this-host' };
	const [, afterUnix] = /^unix:(.*)$/i.exec(text) ?? [];
	if (afterUnix !== undefined) return readSocketPath(afterUnix.replace(/^\/\/(?=\/)/, ''));
	const [, scheme] = /^([a-z][a-z\d+.-]*):\/\//i.exec(text) ?? [];
	if (scheme !== undefined && !urlSchemes.some((known) => known === scheme.toLowerCase())) {
		return { problem: `the scheme is not supported; use ${schemesInWords}` };
	}
	return readUrl(scheme === undefined ? `http://${text}` : text);
}

/** An IPv6 address without brackets. Node's pattern takes 3 ms to make, and no text with a slash fits it. */
export function isBareIPv6(text: string): boolean {
	return !text.includes('/') && isIPv6(text);
}

/** What is wrong with an address, for the schema; `undefined` when nothing is. */
export function addressProblem(text: string): string | undefined {
	const address = readAddress(text);
	return 'problem' in address ? address.problem : undefined;
}

function readSocketPath(path: string): Address | { readonly problem: string } {
	if (!isAbsolute(path))
		return { problem: 'a socket needs its whole path, as unix:/run/node.sock' };
	return { url: `unix:${path}`, defaultName: basename(path) };
}

function readUrl(url: string): Address | { readonly problem: string } {
	const [, authority = ''] = /^[^/]*\/\/([^/?#]*)/.exec(url) ?? [];
	const hostAndPort = authority.slice(authority.lastIndexOf('@') + 1);
	const [match, host = '', port] = /^(\[[^\]]*\]|[^:[\]]*)(?::(.*))?$/.exec(hostAndPort) ?? [];
	if (match === undefined) return { problem: 'this is no host:port; write IPv6 in brackets' };
	if (host === '') return { problem: 'the host is missing' };
	if (host.startsWith('[') && !isIPv6(host.slice(1, -1))) {
		return { problem: 'what stands in brackets is no IPv6 address' };
	}
	const isPort = port === undefined || (/^\d{1,5}$/.test(port) && inPortRange(Number(port)));
	if (!isPort) return { problem: 'the port must be a number from 1 to 65535' };
	const parsed = URL.parse(url);
	if (parsed === null) return { problem: 'this is no address' };
	return { url, defaultName: parsed.host };
}

function inPortRange(port: number): boolean {
	return port >= 1 && port <= 65_535;
}

/**
 * An address or node spec for display, well-formed or not: everything that could be a credential is
 * replaced. In doubt it hides more.
 */
export function showAddress(text: string): string {
	const [, name = '', address = text] = /^([^:/?#[\]=@]*=)(.*)$/s.exec(text) ?? [];
	// A password with an unescaped "/" or "@" ends up in what a URL parser takes for host or path.
	const isPlain = /^[a-z][a-z\d+.-]*:\/\/(?:[^/?#]*@)?[^@]*$/i.test(address);
	const hidden =
		isPlain && URL.canParse(address)
			? maskUrl(address)
			: address.replace(/^([a-z][a-z\d+.-]*:\/\/)?.*@/is, '$1***@').replace(/[?#].*$/s, '?***');
	return clean(`${name}${hidden}`, 120);
}
