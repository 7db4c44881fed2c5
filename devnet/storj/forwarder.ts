import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import type { NodeLog } from './node-log.ts';

/**
 * Forwards a log over TCP, as `<unix seconds> <line>`, to all that are connected. A client that sends
 * anything, or its end, wishes to stop.
 */
export interface Forwarder {
	readonly port: number;
	/** Opens or closes as it should be; a closed one keeps its port. */
	follow(shouldBeOpen: boolean): Promise<void>;
	close(): Promise<void>;
}

export async function startForwarder(log: NodeLog, port: number): Promise<Forwarder> {
	const clients = new Set<Socket>();
	let server: Server | undefined = await open(port, clients);
	const address = server.address();
	const bound = typeof address === 'object' && address !== null ? address.port : port;
	const stop = log.listen({
		onLine(line, atMs) {
			for (const client of clients) client.write(`${(atMs / 1000).toFixed(6)} ${line}\n`);
		},
	});

	async function cut(): Promise<void> {
		const closing = server;
		server = undefined;
		for (const client of clients) client.destroy();
		if (closing) await new Promise((resolve) => closing.close(resolve));
	}

	return {
		port: bound,
		async follow(shouldBeOpen) {
			if (!shouldBeOpen) await cut();
			else server ??= await open(bound, clients);
		},
		async close() {
			stop();
			await cut();
		},
	};
}

function open(port: number, clients: Set<Socket>): Promise<Server> {
	const server = createServer((socket) => {
		clients.add(socket);
		const leave = () => {
			clients.delete(socket);
			socket.destroy();
		};
		socket.on('data', leave);
		socket.on('end', leave);
		socket.on('error', leave);
		socket.on('close', leave);
	});
	return new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, '127.0.0.1', () => {
			resolve(server);
		});
	});
}
