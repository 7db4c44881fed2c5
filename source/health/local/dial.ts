import { formatMs } from '../../domain/format.ts';
import { connect } from 'node:net';
import { isOurs, ownDelay } from '../../domain/own-delay.ts';
import type { Seen } from './seen.ts';

/** How a connection to a node's port went. */
export type Dialled =
	| { readonly outcome: 'accepted'; readonly ms: number }
	| { readonly outcome: 'refused' | 'silent'; readonly problem: string };

const usualPorts: Readonly<Record<string, number>> = {
	'http:': 80,
	'ws:': 80,
	'https:': 443,
	'wss:': 443,
};

/** Host and port, or the path of a Unix socket. */
export type DialAddress =
	| { readonly host: string; readonly port: number }
	| { readonly path: string };

/** Where a node's URL leads; `undefined` when it names no port, as `host:` does. */
export function addressOf(url: string): DialAddress | undefined {
	if (url.startsWith('unix:')) return { path: url.replace(/^unix:(\/\/)?/, '') };
	const parsed = URL.parse(url);
	if (!parsed || parsed.hostname === '') return undefined;
	const port = parsed.port === '' ? usualPorts[parsed.protocol] : Number(parsed.port);
	return port === undefined ? undefined : { host: parsed.hostname.replace(/^\[|\]$/g, ''), port };
}

/** Opens a connection to a node's own address and closes it; nothing is sent. */
export function dial(url: string, timeoutMs: number): Promise<Seen<Dialled>> {
	const address = addressOf(url);
	if (!address) return Promise.resolve({ because: 'its address names no port' });
	const startedAtMs = performance.now();
	const span = ownDelay.begin();
	const socket = connect({ ...address, timeout: timeoutMs });
	return new Promise((resolve) => {
		const end = (value: Dialled): void => {
			socket.destroy();
			const isLate = isOurs(span.end(), timeoutMs) && value.outcome === 'silent';
			resolve(isLate ? { because: 'this machine was too busy to wait for an answer' } : { value });
		};
		socket.once('connect', () => {
			end({ outcome: 'accepted', ms: performance.now() - startedAtMs });
		});
		socket.once('timeout', () => {
			end({ outcome: 'silent', problem: `no connection within ${formatMs(timeoutMs)}` });
		});
		socket.once('error', (error: NodeJS.ErrnoException) => {
			const isRefused = error.code === 'ECONNREFUSED' || error.code === 'ENOENT';
			end({ outcome: isRefused ? 'refused' : 'silent', problem: error.code ?? 'no connection' });
		});
	});
}
