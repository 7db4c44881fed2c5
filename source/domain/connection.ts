import type { Secret } from './secret.ts';
import type { Proxy } from './tunnel/proxy.ts';

/** By what we show who we are, and whose certificates count beside those of the system; PEM. */
export interface TlsMaterial {
	readonly certificate?: string | undefined;
	readonly key?: Secret | undefined;
	readonly authority?: string | undefined;
}

/** How to reach a server that is not reached as usual. */
export interface Connection {
	readonly proxy?: Proxy | undefined;
	readonly tls?: TlsMaterial | undefined;
	/** A variable of the environment that names a proxy, where none is configured: nodetop does not use it. */
	readonly unusedProxy?: string | undefined;
}

/** What to say where a server is not reached, and other programs here would have used a proxy. */
export function unusedProxyHint(variable: string, whose: 'node' | 'channel'): string {
	return `${variable} is set here, but nodetop uses only \`proxy\` of a ${whose}; NO_PROXY lists hosts that need none`;
}
