import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import { isIPv6 } from 'node:net';
import type { Duplex } from 'node:stream';
import { getRequestListener } from '@hono/node-server';
import { exitCodes, UserError } from '../domain/errors.ts';
import { instanceName } from '../domain/instance.ts';
import { createApp } from './app.ts';
import { createGuard } from './guard/guard.ts';
import type { Guard, Refusal } from './guard/guard.ts';
import { isLoopbackHost } from './guard/loopback.ts';
import type { ServeOptions } from './options.ts';
import { createCamera } from './picture.ts';
import { createFeed } from './stream/feed.ts';
import { createSocketStream } from './stream/web-socket.ts';
import type { SocketStream } from './stream/web-socket.ts';

/** A running server. */
export interface NodetopServer {
	readonly port: number;
	readonly url: string;
	/** Ends all connections, streams included. */
	readonly close: () => Promise<void>;
}

/** What a client may cost before it has said what it wants. */
const limits = { maxHeaderSize: 16 * 1024, keepAliveTimeout: 10_000 } as const;
const usualTimeouts = { headersMs: 10_000, requestMs: 20_000 } as const;
/** Slow clients are looked for so often within the time that their headers may take. */
const looksInTime = 5;
const mostConnections = 512;
/** A reader that takes nothing for so long is gone. Streams beat more often. */
const idleMs = 60_000;

/** Opens the server. Throws `UserError` where it cannot listen, or may not without a token. */
export async function startServer(options: ServeOptions): Promise<NodetopServer> {
	const { listen, tokens, hosts, clock, rate, clientTimeouts = usualTimeouts } = options;
	const isLoopback = isLoopbackHost(listen.host);
	if (!isLoopback && tokens.length === 0) throw needsToken(listen.host);
	const guard = createGuard({
		tokens,
		hosts: { isLoopback, names: hosts.map((name) => name.toLowerCase()) },
		rate,
		steadyNow: clock.steadyNow,
	});
	const takePicture = createCamera(options.toDocument);
	const feed = createFeed({
		moments: options.moments,
		takePicture,
		clock,
		instance: instanceName(),
	});
	const sockets = createSocketStream(feed, clock);
	const app = createApp(options, { guard, feed });
	const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
	const { headersMs, requestMs } = clientTimeouts;
	const timeouts = {
		headersTimeout: headersMs,
		requestTimeout: requestMs,
		connectionsCheckingInterval: headersMs / looksInTime,
	};
	const server = createServer(
		{ ...limits, ...timeouts },
		(request, response) => void listener(request, response),
	);
	server.maxConnections = mostConnections;
	server.setTimeout(idleMs);
	server.on('upgrade', (request, socket, head) => {
		upgrade(request, socket, head, { guard, sockets });
	});
	await open(server, listen);
	const port = portOf(server);
	return {
		port,
		url: `http://${isIPv6(listen.host) ? `[${listen.host}]` : listen.host}:${port}`,
		close: () =>
			new Promise((resolve) => {
				feed.close();
				sockets.close();
				server.close(() => {
					resolve();
				});
				server.closeAllConnections();
			}),
	};
}

/** A WebSocket at `/ws` passes the same checks as a request. */
function upgrade(
	request: IncomingMessage,
	socket: Duplex,
	head: Buffer,
	{ guard, sockets }: { readonly guard: Guard; readonly sockets: SocketStream },
): void {
	socket.on('error', () => {
		socket.destroy();
	});
	// The target of a request is any text.
	const url = URL.parse(request.url ?? '/', 'http://nodetop');
	const refusal = guard.refuseSource(request) ?? guard.refuseRole(request, 'read');
	if (refusal) refuse(socket, refusal);
	else if (url?.pathname !== '/ws') refuse(socket, { status: 404, error: 'no WebSocket is here' });
	else sockets.accept(request, socket, head, url.searchParams.get('lastEventId') ?? undefined);
}

const statusTexts = {
	401: 'Unauthorized',
	403: 'Forbidden',
	404: 'Not Found',
	429: 'Too Many Requests',
};

function refuse(
	socket: Duplex,
	refusal: Omit<Refusal, 'status'> & { readonly status: keyof typeof statusTexts },
): void {
	const { status, error, headers = {} } = refusal;
	const body = JSON.stringify({ error });
	const lines = Object.entries({
		...headers,
		'content-type': 'application/json',
		'content-length': String(Buffer.byteLength(body)),
		connection: 'close',
	}).map(([name, value]) => `${name}: ${value}\r\n`);
	socket.end(`HTTP/1.1 ${status} ${statusTexts[status]}\r\n${lines.join('')}\r\n${body}`);
}

function open(server: Server, { host, port }: ServeOptions['listen']): Promise<void> {
	return new Promise((resolve, reject) => {
		server.once('error', (error: NodeJS.ErrnoException) => {
			reject(listenProblem(error, host, port));
		});
		server.listen(port, host, resolve);
	});
}

function portOf(server: Server): number {
	const address = server.address();
	if (typeof address === 'object' && address !== null) return address.port;
	throw new Error('the server has no port');
}

function listenProblem(cause: NodeJS.ErrnoException, host: string, port: number): Error {
	const reasons: Readonly<Record<string, string>> = {
		EADDRINUSE: 'another program listens there',
		EACCES: 'ports below 1024 need special rights',
		EADDRNOTAVAIL: 'this machine has no such address',
		ENOTFOUND: 'this name has no address',
	};
	const reason = reasons[cause.code ?? ''];
	if (reason === undefined) return cause;
	return new UserError(`cannot listen on ${host}:${port}: ${reason}`, {
		exitCode: exitCodes.unavailable,
		cause,
		nextSteps: ['choose another address: --listen HOST:PORT; port 0 takes a free one'],
	});
}

function needsToken(host: string): UserError {
	return new UserError(
		`to listen on ${host}, the server needs a token: others can reach that address`,
		{
			nextSteps: [
				'add a token to the profile: "serve": { "tokens": { "page": { "role": "read", "tokenFile": "FILE" } } }',
				'or give it by a file: --token-file read=FILE',
				'or listen on 127.0.0.1, and reach it over SSH: ssh -L 7070:127.0.0.1:7070 HOST',
			],
		},
	);
}
