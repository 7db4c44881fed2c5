import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface TestServer {
	readonly url: string;
	/** Every request received, oldest first. */
	readonly requests: readonly {
		method: string;
		path: string;
		headers: IncomingMessage['headers'];
		body: string;
	}[];
	close(): Promise<void>;
}

export type Handler = (
	request: { method: string; path: string; body: string },
	response: ServerResponse,
) => void;

/** A real HTTP server on a free loopback port. */
export async function startServer(handler: Handler): Promise<TestServer> {
	const requests: {
		method: string;
		path: string;
		headers: IncomingMessage['headers'];
		body: string;
	}[] = [];
	const server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			const seen = {
				method: request.method ?? '',
				path: request.url ?? '',
				headers: request.headers,
				body: Buffer.concat(chunks).toString('utf8'),
			};
			requests.push(seen);
			handler(seen, response);
		});
	});
	await new Promise<void>((resolve) => {
		server.listen(0, '127.0.0.1', resolve);
	});
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}`,
		requests,
		close: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => {
				server.close(resolve);
			});
		},
	};
}

/** Replies with a value as JSON. */
export function sendJson(response: ServerResponse, value: unknown, status = 200): void {
	response.writeHead(status, { 'content-type': 'application/json' });
	response.end(JSON.stringify(value));
}
