import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { identify } from '../../source/adapters/probe.ts';
import { portHint, strangerIn } from '../../source/adapters/stranger.ts';
import { PollError } from '../../source/domain/errors.ts';
import { startServer } from '../helpers/http-server.ts';
import { contextFor, targetFor } from '../helpers/targets.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
	for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function asked(url: string): Promise<PollError> {
	const target = targetFor(url);
	try {
		await identify(target, contextFor(target));
	} catch (error) {
		if (error instanceof PollError) return error;
		throw error;
	}
	throw new Error('it was taken for a node');
}

/** A program that speaks first, or answers anything with these bytes. */
async function speaking(bytes: string): Promise<string> {
	const server = createServer((socket) => {
		socket.on('error', () => undefined);
		socket.end(bytes);
	});
	await new Promise<void>((resolve) => {
		server.listen(0, '127.0.0.1', resolve);
	});
	cleanups.push(() => server.close());
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('another program', () => {
	it.each([
		['NATS', 'INFO {"server_id":"N","version":"2.10.1","jetstream":true}\r\n', /a NATS server/],
		['SSH', 'SSH-2.0-OpenSSH_9.6\r\n', /an SSH server/],
		['a mail server', '220 mail.example ESMTP\r\n', /a mail or FTP server/],
		['a P2P port', '\u0013/multistream/1.0.0\n', /a P2P port/],
		['Redis', '-ERR unknown command\r\n', /a Redis server/],
	])('that speaks no HTTP (%s) is quoted and named', async (_name, bytes, seems) => {
		const error = await asked(await speaking(bytes));
		expect(error.code).toBe('badResponse');
		expect(error.message).toMatch(seems);
		expect(error.message).toMatch(/is not HTTP/);
	});

	it.each([
		['Grafana', 'text/html', '<html><title>Grafana</title></html>', /web page of Grafana/],
		['NATS', 'text/html', '<a href=https://nats.io>NATS.io</a> nats-server', /a NATS server/],
		[
			'Bitcoin',
			'application/json',
			'{"result":null,"error":{"code":-32601,"message":"Method not found"},"id":1}',
			/JSON-RPC server of another kind/,
		],
	])('that answers HTTP (%s) is named', async (_name, type, body, seems) => {
		const server = await startServer((_request, response) => {
			response.writeHead(200, { 'content-type': type });
			response.end(body);
		});
		cleanups.push(() => server.close());
		expect((await asked(server.url)).message).toMatch(seems);
	});
});

it('knows ports that are for something else', () => {
	expect(portHint('http://10.0.0.1:30303')).toMatch(/8545/);
	expect(portHint('http://10.0.0.1:8545')).toBeUndefined();
	expect(strangerIn('nothing known')).toBeUndefined();
});
