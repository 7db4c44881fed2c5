import { createServer } from 'node:http';
import { connect, createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/** A proxy that leads every name to one port of this machine, and notes what it was asked for. */
export interface TestProxy {
	readonly port: number;
	/** `host:port` of each request. */
	readonly asked: readonly string[];
	readonly close: () => void;
}

interface ProxyOptions {
	/** Where every request leads; refused if absent. */
	readonly leadsTo?: number | undefined;
	/** `user:password` that it wants. */
	readonly wants?: string | undefined;
}

async function listen(server: Server, asked: string[], sockets: Set<Socket>): Promise<TestProxy> {
	server.on('connection', (socket: Socket) => {
		sockets.add(socket);
		socket.on('error', () => undefined);
	});
	await new Promise<void>((resolve) => {
		server.listen(0, '127.0.0.1', resolve);
	});
	const { port } = server.address() as AddressInfo; // A TCP server has one.
	const close = (): void => {
		for (const socket of sockets) socket.destroy();
		server.close();
	};
	return { port, asked, close };
}

function join(client: Socket, port: number, sockets: Set<Socket>, onJoined: () => void): void {
	const server = connect({ host: '127.0.0.1', port }, () => {
		onJoined();
		client.pipe(server).pipe(client);
	});
	sockets.add(server);
	server.on('error', () => client.destroy());
	client.on('error', () => server.destroy());
}

export function startHttpProxy({ leadsTo, wants }: ProxyOptions): Promise<TestProxy> {
	const asked: string[] = [];
	const sockets = new Set<Socket>();
	const server = createServer((_request, response) => {
		response.writeHead(405).end();
	});
	server.on('connect', (request, client: Socket) => {
		const given = request.headers['proxy-authorization'] ?? '';
		const pair = Buffer.from(given.replace('Basic ', ''), 'base64').toString();
		if (wants !== undefined && pair !== wants) {
			client.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
			return;
		}
		asked.push(request.url ?? '');
		if (leadsTo === undefined) client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
		else
			join(client, leadsTo, sockets, () => client.write('HTTP/1.1 200 OK\r\nX-Proxy: yes\r\n\r\n'));
	});
	return listen(server, asked, sockets);
}

export function startSocksProxy({ leadsTo, wants }: ProxyOptions): Promise<TestProxy> {
	const asked: string[] = [];
	const sockets = new Set<Socket>();
	const server = createTcpServer((client) => {
		let state: 'greeting' | 'login' | 'request' | 'joined' = 'greeting';
		client.on('data', (data: Buffer) => {
			if (state === 'greeting') {
				const methods = [...data.subarray(2)];
				const method = wants === undefined ? 0 : methods.includes(2) ? 2 : 255;
				client.write(Buffer.from([5, method]));
				state = method === 2 ? 'login' : 'request';
			} else if (state === 'login') {
				const [, length = 0] = data;
				const user = data.subarray(2, 2 + length).toString();
				const password = data.subarray(3 + length).toString();
				client.write(Buffer.from([1, `${user}:${password}` === wants ? 0 : 1]));
				state = 'request';
			} else if (state === 'request') {
				state = 'joined';
				asked.push(readDestination(data));
				if (leadsTo === undefined) client.end(Buffer.from([5, 5, 0, 1, 0, 0, 0, 0, 0, 0]));
				else
					join(client, leadsTo, sockets, () => {
						client.removeAllListeners('data');
						// In two parts, as a network may bring it.
						client.write(Buffer.from([5, 0, 0, 3]));
						client.write(Buffer.from([1, 120, 0, 80]));
					});
			}
		});
	});
	return listen(server, asked, sockets);
}

function readDestination(data: Buffer): string {
	const [, , , kind, length = 0] = data;
	const port = data.readUInt16BE(data.length - 2);
	if (kind === 3) return `${data.subarray(5, 5 + length).toString()}:${port}`;
	if (kind === 1) return `${[...data.subarray(4, 8)].join('.')}:${port}`;
	return `[${data.subarray(4, 20).toString('hex')}]:${port}`;
}
