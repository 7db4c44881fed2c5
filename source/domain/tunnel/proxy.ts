import { Secret } from '../secret.ts';

/** A server that connects on for us. */
export interface Proxy {
	readonly scheme: ProxyScheme;
	readonly host: string;
	readonly port: number;
	readonly user: Secret | undefined;
	readonly password: Secret | undefined;
}

export const proxySchemes = ['http', 'https', 'socks5'] as const;
type ProxyScheme = (typeof proxySchemes)[number];

const usualPorts: Readonly<Record<ProxyScheme, number>> = { http: 80, https: 443, socks5: 1080 };

/**
 * Reads `http://`, `https://` or `socks5://` with `user:password@`, host and port. A SOCKS proxy gets names
 * as they are and looks them up itself, as with curl's `socks5h://`. Gives `{problem}` in words that repeat no part of it.
 */
export function readProxy(text: string): Proxy | { readonly problem: string } {
	const problem = 'a proxy is written http://HOST:PORT, https://HOST:PORT or socks5://HOST:PORT';
	const url = URL.parse(text);
	const named = url?.protocol.replace(/:$/, '').replace(/^socks5h$/, 'socks5');
	const scheme = proxySchemes.find((known) => known === named);
	if (!url || scheme === undefined || url.hostname === '') return { problem };
	if ((url.pathname !== '' && url.pathname !== '/') || url.search !== '' || url.hash !== '')
		return { problem: `${problem}, with nothing behind it` };
	const [user, password] = [decoded(url.username), decoded(url.password)];
	return {
		scheme,
		host: url.hostname.replaceAll(/[[\]]/g, ''),
		port: url.port === '' ? usualPorts[scheme] : Number(url.port),
		user: user === '' ? undefined : new Secret(user),
		password: password === '' ? undefined : new Secret(password),
	};
}

/** The proxy as it may be shown: without credentials. */
export function showProxy({ scheme, host, port }: Proxy): string {
	return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function decoded(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		// A lone % is itself.
		return text;
	}
}
