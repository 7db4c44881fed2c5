import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';

interface RpcRequest {
	readonly id: string;
	readonly method: string;
	readonly params: unknown;
}

export interface RpcServer {
	/** `tcp://…`, or `unix:…` when a path was given. */
	readonly url: string;
	readonly port: number;
	readonly requests: readonly RpcRequest[];
	/** Connections accepted, with or without a request. */
	connections(): number;
	close(): Promise<void>;
}

/** What the server does with a request: bytes, a hang-up, or whatever a test wants of a socket. */
export type RpcBehaviour = (request: RpcRequest, socket: Socket) => void;

const maxFrameBytes = 10 * 1024 * 1024;

/** A real server that reads frames as QuDAG's does: one a connection. */
export async function startRpc(behave: RpcBehaviour, socketPath?: string): Promise<RpcServer> {
	const requests: RpcRequest[] = [];
	const sockets = new Set<Socket>();
	let connections = 0;
	const server = createServer((socket) => {
		connections += 1;
		sockets.add(socket);
		socket.on('close', () => sockets.delete(socket));
		// A client that hangs up early is what some tests are about.
		socket.on('error', () => socket.destroy());
		let received = Buffer.alloc(0);
		socket.on('data', (chunk) => {
			received = Buffer.concat([received, chunk]);
			// `POST` or `GET ` is a length that it refuses.
			if (received.length >= 4 && received.readUInt32BE(0) > maxFrameBytes) {
				socket.destroy();
				return;
			}
			if (received.length < 4 || received.length < 4 + received.readUInt32BE(0)) return;
			const request: RpcRequest = JSON.parse(received.subarray(4).toString('utf8'));
			requests.push(request);
			behave(request, socket);
		});
	});
	const port = await listen(server, socketPath);
	return {
		url: socketPath === undefined ? `tcp://127.0.0.1:${port}` : `unix:${socketPath}`,
		port,
		requests,
		connections: () => connections,
		close: async () => {
			for (const socket of sockets) socket.destroy();
			await new Promise((resolve) => {
				server.close(resolve);
			});
		},
	};
}

/** A server that does what it likes with a connection; gives its port and closes all at the end. */
export async function startRaw(
	behave: (socket: Socket) => void,
): Promise<{ readonly port: number; close(): Promise<void> }> {
	const sockets = new Set<Socket>();
	const server = createServer({ allowHalfOpen: true }, (socket) => {
		sockets.add(socket);
		// Clients hang up in the middle of what these servers do.
		socket.on('error', () => socket.destroy());
		behave(socket);
	});
	return {
		port: await listen(server),
		close: async () => {
			for (const socket of sockets) socket.destroy();
			await new Promise((resolve) => {
				server.close(resolve);
			});
		},
	};
}

/** Listens on a path, or on a free loopback port, which it gives; 0 for a path. */
async function listen(server: Server, socketPath?: string): Promise<number> {
	await new Promise<void>((resolve) => {
		if (socketPath === undefined) server.listen(0, '127.0.0.1', resolve);
		else server.listen(socketPath, resolve);
	});
	const address = server.address();
	return typeof address === 'object' && address ? address.port : 0;
}

export function frame(value: unknown): Buffer {
	return frameBytes(Buffer.from(JSON.stringify(value)));
}

export function frameBytes(content: Buffer): Buffer {
	const header = Buffer.alloc(4);
	header.writeUInt32BE(content.length);
	return Buffer.concat([header, content]);
}

export function fixture(name: string): Buffer {
	return readFileSync(new URL(`../../fixtures/qudag/${name}`, import.meta.url));
}

export function fixtureJson(name: string): Record<string, unknown> {
	return JSON.parse(fixture(name).toString('utf8'));
}

/** Answers each method with a sample's content, under the id that was asked with. */
export function answerWith(samples: Readonly<Record<string, string>>): RpcBehaviour {
	return ({ id, method }, socket) => {
		const sample = samples[method] ?? 'res.error.method-not-found.json';
		socket.end(frame({ ...fixtureJson(sample), id }));
	};
}
