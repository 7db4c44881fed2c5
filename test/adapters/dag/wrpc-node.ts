import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { json } from './watching.ts';

export interface WrpcRequest {
	readonly id: number;
	readonly method: string;
	readonly params: unknown;
}

export type WrpcHandler = (request: WrpcRequest, socket: WebSocket) => void;

export interface WrpcNode {
	readonly url: string;
	readonly requests: readonly WrpcRequest[];
	connections(): number;
	onUpgrade(look: (headers: IncomingHttpHeaders) => void): void;
	/** Answers every handshake with a status from now on. */
	refuse(status: number): void;
	/** Drops every connection without a word. */
	drop(): void;
	close(): Promise<void>;
}

const sampled = [
	'getBlockDagInfo',
	'getServerInfo',
	'getInfo',
	'getSinkBlueScore',
	'getConnectedPeerInfo',
	'getMetrics',
] as const;

/** Like rusty-kaspa: answers with its samples, closes the connection on a method it does not know. */
export function kaspad(
	changes: () => Readonly<Record<string, Readonly<Record<string, unknown>>>> = () => ({}),
): WrpcHandler {
	return ({ id, method }, socket) => {
		if (!sampled.some((name) => name === method)) {
			socket.terminate();
			return;
		}
		const reply = json(`kaspa.wrpc.${method}.res.json`, changes()[method] ?? {});
		socket.send(JSON.stringify({ ...reply, id }));
	};
}

const nodes: WrpcNode[] = [];

/** A real WebSocket server on a free loopback port. */
export async function startWrpcNode(handler: WrpcHandler): Promise<WrpcNode> {
	const http = createServer((_request, response) => {
		response.writeHead(404).end('only WebSocket here');
	});
	let refusal: number | undefined;
	const server = new WebSocketServer({
		server: http,
		verifyClient: (_info: unknown, done: (isFine: boolean, status?: number) => void) => {
			done(refusal === undefined, refusal);
		},
	});
	const requests: WrpcRequest[] = [];
	let connections = 0;
	server.on('connection', (socket) => {
		connections += 1;
		socket.on('error', () => undefined);
		socket.on('message', (data) => {
			const text = Buffer.isBuffer(data) ? data.toString('utf8') : '';
			const request = JSON.parse(text) as WrpcRequest; // Sent by the code under test.
			requests.push(request);
			handler(request, socket);
		});
	});
	http.listen(0, '127.0.0.1');
	await once(http, 'listening');
	const { port } = http.address() as AddressInfo; // A TCP server has one.
	const drop = () => {
		for (const socket of server.clients) socket.terminate();
	};
	const node: WrpcNode = {
		url: `ws://127.0.0.1:${port}`,
		requests,
		connections: () => connections,
		onUpgrade(look) {
			http.on('upgrade', ({ headers }) => {
				look(headers);
			});
		},
		refuse(status) {
			refusal = status;
		},
		drop,
		async close() {
			drop();
			server.close();
			http.closeAllConnections();
			await new Promise((resolve) => {
				http.close(resolve);
			});
		},
	};
	nodes.push(node);
	return node;
}

export async function closeWrpcNodes(): Promise<void> {
	await Promise.all(nodes.splice(0).map((node) => node.close()));
}
