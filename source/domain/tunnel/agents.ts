import { Agent as HttpAgent } from 'node:http';
import type { ClientRequestArgs } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { RequestOptions } from 'node:https';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { defined } from '../defined.ts';
import { openTunnel } from './open-tunnel.ts';
import type { Proxy } from './proxy.ts';

type Created = (error: Error | null, stream: Duplex) => void;

/** Agents by which HTTP and WebSockets go through a proxy. */
export interface TunnelAgents {
	readonly http: HttpAgent;
	readonly https: HttpsAgent;
}

/** `keepAlive`: connections are used again, as those of Node's own agents are. */
export function createTunnelAgents(
	proxy: Proxy,
	{ keepAlive, timeoutMs }: { readonly keepAlive: boolean; readonly timeoutMs: number },
): TunnelAgents {
	const http = new HttpAgent({ keepAlive });
	const openHttp = opener(proxy, timeoutMs, (socket) => socket);
	http.createConnection = (options, created: Created) => {
		void openHttp(options, created);
		return undefined;
	};
	const https = new HttpsAgent({ keepAlive });
	const openHttps = opener(proxy, timeoutMs, encrypted);
	https.createConnection = (options, created: Created) => {
		void openHttps(options, created);
		return undefined;
	};
	return { http, https };
}

function encrypted(socket: Duplex, given: RequestOptions): Duplex {
	const host = hostOf(given);
	const servername = given.servername ?? (isIP(host) === 0 ? host : '');
	const { rejectUnauthorized = true, ca, cert, key } = given;
	return connectTls({
		...defined({ ca, cert, key }),
		rejectUnauthorized,
		host,
		socket,
		servername,
	});
}

function opener<Options extends ClientRequestArgs>(
	proxy: Proxy,
	timeoutMs: number,
	dress: (socket: Duplex, options: Options) => Duplex,
): (options: Options, created: Created) => Promise<void> {
	return async (options, created) => {
		const signal = AbortSignal.timeout(timeoutMs);
		try {
			const socket = await openTunnel(proxy, {
				host: hostOf(options),
				port: Number(options.port),
				signal,
			});
			created(null, dress(socket, options));
		} catch (error) {
			// Node takes no stream with an error, though its types want one.
			created(error instanceof Error ? error : new Error(String(error)), undefined as never);
		}
	};
}

function hostOf({ host }: ClientRequestArgs): string {
	return (host ?? 'localhost').replaceAll(/[[\]]/g, '');
}
