import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { dirname } from 'node:path';
import { createLines } from '../lines.ts';
import { requestSchema } from '../protocol.ts';
import type { Reply, Request } from '../protocol.ts';

/** Answers one request; says more than once what goes on. */
export type Answer = (request: Request, reply: (reply: Reply) => void) => Promise<void>;

/** Listens at the socket of a node. Only its owner may connect: the directory is 0700, the socket 0600. */
export async function listen(path: string, answer: Answer): Promise<Server> {
	mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
	// The lock is ours: the process that listened here is gone.
	rmSync(path, { force: true });
	const server = createServer((socket) => {
		serve(socket, answer);
	});
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(path, resolve);
	});
	chmodSync(path, 0o600);
	return server;
}

function serve(socket: Socket, answer: Answer): void {
	// Someone who goes away in the middle is no problem of ours.
	socket.on('error', () => undefined);
	const reply = (line: Reply): void => {
		if (socket.writable) socket.write(`${JSON.stringify(line)}\n`);
	};
	const refuse = (message: string): void => {
		reply({ is: 'failed', message, nextSteps: [] });
	};
	const take = createLines((line) => {
		const request = parse(line);
		if (!request) {
			refuse('not a request that this supervisor knows');
			return;
		}
		void answer(request, reply).catch((error: unknown) => {
			refuse(error instanceof Error ? error.message : String(error));
		});
	});
	socket.on('data', (chunk) => {
		if (!take(chunk)) socket.destroy();
	});
}

function parse(line: string): Request | undefined {
	try {
		return requestSchema.safeParse(JSON.parse(line)).data;
	} catch {
		return undefined;
	}
}
