import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/** A way to one member of etcd, of which some senders can be cut off. */
export interface PeerLink {
	readonly url: string;
	/** Members, by hexadecimal id, whose connections are closed and refused. */
	cutOff(senders: ReadonlySet<string>): void;
	close(): Promise<void>;
}

/** etcd names who asks in this header of each request but a probe (rafthttp, `X-Server-From`). */
const senderHeader = /^x-server-from:\s*([\da-f]+)\s*$/im;

/** Passes connections on to a port of this machine. Probes name no sender, and always pass. */
export async function openPeerLink(port: number): Promise<PeerLink> {
	let refused: ReadonlySet<string> = new Set();
	const open = new Map<Socket, string | undefined>();
	const server = createServer((socket) => {
		open.set(socket, undefined);
		socket.on('error', () => socket.destroy());
		socket.once('close', () => open.delete(socket));
		const upstream = connect(port, '127.0.0.1');
		upstream.on('error', () => socket.destroy());
		socket.once('close', () => upstream.destroy());
		upstream.once('close', () => socket.destroy());
		upstream.pipe(socket);
		socket.on('data', (chunk) => {
			// A connection that began with a probe may carry messages later.
			const sender = senderHeader.exec(chunk.toString('latin1'))?.[1] ?? open.get(socket);
			open.set(socket, sender);
			if (sender !== undefined && refused.has(sender)) socket.destroy();
			else upstream.write(chunk);
		});
	});
	await listen(server);
	const { port: own } = server.address() as AddressInfo; // It listens on a port.
	return {
		url: `http://127.0.0.1:${own}`,
		cutOff(senders) {
			refused = senders;
			for (const [socket, sender] of open) {
				if (sender !== undefined && senders.has(sender)) socket.destroy();
			}
		},
		close() {
			for (const socket of open.keys()) socket.destroy();
			return new Promise((resolve) => {
				server.close(() => {
					resolve();
				});
			});
		},
	};
}

function listen(server: Server): Promise<void> {
	return new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen(0, '127.0.0.1', () => {
			resolve();
		});
	});
}
