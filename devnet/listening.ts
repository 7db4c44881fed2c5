import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';
import { UserError, exitCodes } from '../source/domain/errors.ts';

/** A server on 127.0.0.1 that can be closed at once and opened again at the same port. */
export interface Listening {
	readonly port: number;
	readonly url: string;
	/** Ends all connections, open requests included. */
	close(): Promise<void>;
}

const headersTimeoutMs = 10_000;
const requestTimeoutMs = 20_000;

/** Opens a server; port 0 takes a free one. Rejects with a `UserError` when the port is taken. */
export async function listen(app: Hono, port: number): Promise<Listening> {
	const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
	const server = createServer(
		{ headersTimeout: headersTimeoutMs, requestTimeout: requestTimeoutMs },
		(request, response) => void listener(request, response),
	);
	await open(server, port);
	const address = server.address();
	const bound = typeof address === 'object' && address !== null ? address.port : port;
	return {
		port: bound,
		url: `http://127.0.0.1:${bound}`,
		close: () =>
			new Promise((resolve) => {
				server.close(() => {
					resolve();
				});
				server.closeAllConnections();
			}),
	};
}

function open(server: Server, port: number): Promise<void> {
	return new Promise((resolve, reject) => {
		server.once('error', (error: NodeJS.ErrnoException) => {
			const isTaken = error.code === 'EADDRINUSE' || error.code === 'EACCES';
			reject(
				isTaken
					? new UserError(`cannot listen on 127.0.0.1:${port} (${error.code})`, {
							exitCode: exitCodes.unavailable,
							cause: error,
							nextSteps: ['choose another base port, or none to use free ports'],
						})
					: error,
			);
		});
		server.listen(port, '127.0.0.1', resolve);
	});
}
