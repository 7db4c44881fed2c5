import { connect, isIP } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { connectOverHttp } from './http-connect.ts';
import { showProxy } from './proxy.ts';
import type { Proxy } from './proxy.ts';
import { connectOverSocks } from './socks5.ts';
import { TunnelError } from './tunnel-error.ts';

export interface TunnelOptions {
	readonly host: string;
	readonly port: number;
	readonly signal: AbortSignal;
}

/**
 * A connection to a host through a proxy, ready to be written to. Rejects with a `TunnelError`, or with the
 * reason of the abort.
 */
export async function openTunnel(proxy: Proxy, options: TunnelOptions): Promise<Socket> {
	const { host, port, signal } = options;
	signal.throwIfAborted();
	const socket = await reach(proxy, signal);
	const abort = (): void => {
		socket.destroy(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
	};
	signal.addEventListener('abort', abort, { once: true });
	try {
		if (proxy.scheme === 'socks5') await connectOverSocks(socket, proxy, { host, port });
		else await connectOverHttp(socket, proxy, `${isIP(host) === 6 ? `[${host}]` : host}:${port}`);
		return socket;
	} catch (error) {
		socket.destroy();
		throw signal.aborted || error instanceof TunnelError ? error : lost(proxy, error);
	} finally {
		signal.removeEventListener('abort', abort);
	}
}

/** A connection to the proxy itself. */
function reach(proxy: Proxy, signal: AbortSignal): Promise<Socket> {
	const { scheme, host, port } = proxy;
	const reached = Promise.withResolvers<Socket>();
	const isTls = scheme === 'https';
	const name = isIP(host) === 0 ? { servername: host } : {};
	const socket = isTls ? connectTls({ host, port, ...name }) : connect({ host, port });
	const fail = (error: Error): void => {
		signal.removeEventListener('abort', abort);
		reached.reject(signal.aborted ? error : lost(proxy, error));
	};
	const abort = (): void => {
		socket.destroy(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
	};
	signal.addEventListener('abort', abort, { once: true });
	socket.once('error', fail);
	socket.once(isTls ? 'secureConnect' : 'connect', () => {
		signal.removeEventListener('abort', abort);
		socket.off('error', fail);
		reached.resolve(socket);
	});
	return reached.promise;
}

function lost(proxy: Proxy, cause: unknown): TunnelError {
	const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'no connection';
	return new TunnelError('proxy', `${showProxy(proxy)} cannot be reached: ${code}`, { cause });
}
