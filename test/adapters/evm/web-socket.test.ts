import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { evm } from '../../../source/adapters/evm/adapter.ts';
import { identify } from '../../../source/adapters/probe.ts';
import { PollError } from '../../../source/domain/errors.ts';
import { Secret } from '../../../source/domain/secret.ts';
import type { Target } from '../../../source/domain/target.ts';
import { anvilBinary, startAnvil } from '../../helpers/anvil.ts';
import { startServer } from '../../helpers/http-server.ts';
import { contextFor, targetFor } from '../../helpers/targets.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
	for (const cleanup of cleanups.splice(0)) await cleanup();
});

interface Request {
	readonly id: number;
	readonly method: string;
}

const results: Readonly<Record<string, unknown>> = {
	web3_clientVersion: 'Geth/v1.16.4/linux',
	eth_chainId: '0x5',
	eth_syncing: false,
	net_peerCount: '0x3',
	eth_getBlockByNumber: { number: '0x10', hash: '0xa', parentHash: '0x9', timestamp: '0x1' },
};

const answerTo = ({ id, method }: Request) =>
	method in results
		? { jsonrpc: '2.0', id, result: results[method] }
		: { jsonrpc: '2.0', id, error: { code: -32_601, message: 'not available' } };

type OnMessage = (socket: WebSocket, message: Request | readonly Request[]) => void;

const answerAll: OnMessage = (socket, message) => {
	const answer = Array.isArray(message) ? message.map(answerTo) : answerTo(message as Request);
	socket.send(JSON.stringify(answer));
};

async function listen(onMessage: OnMessage = answerAll) {
	const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
	const seen: { authorization: string | undefined }[] = [];
	server.on('connection', (socket, request) => {
		seen.push({ authorization: request.headers.authorization });
		socket.on('message', (data: Buffer) => {
			// The client sends requests only.
			onMessage(socket, JSON.parse(data.toString()) as Request | readonly Request[]);
		});
	});
	await new Promise((resolve) => {
		server.once('listening', resolve);
	});
	cleanups.push(() => {
		for (const client of server.clients) client.terminate();
		server.close();
	});
	return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

function open(url: string, overrides: Partial<Target> = {}) {
	const target = targetFor(url, { kind: 'evm', ...overrides });
	const source = evm.open(target);
	cleanups.push(() => {
		source.close();
	});
	const context = () => contextFor(target);
	return { target, poll: () => source.poll(context()) };
}

async function failure(run: () => Promise<unknown>): Promise<PollError> {
	try {
		await run();
	} catch (error) {
		if (error instanceof PollError) return error;
		throw error;
	}
	throw new Error('it succeeded');
}

describe('an Ethereum node behind a WebSocket', () => {
	it('is read over one connection, with its credentials', async () => {
		const { url, seen } = await listen();
		const { poll } = open(url, { token: new Secret('token-of-it') });
		expect(await poll()).toMatchObject({
			identity: { client: 'Geth', version: '1.16.4', chainId: 5 },
			chain: { head: { number: 16, hash: '0xa' } },
			network: { peers: 3 },
		});
		await poll();
		expect(seen).toEqual([{ authorization: 'Bearer token-of-it' }]);
	});

	it('is recognised', async () => {
		const { url } = await listen();
		const target = targetFor(url);
		expect(await identify(target, contextFor(target))).toMatchObject({
			kind: 'evm',
			found: 'Geth 1.16.4',
			confidence: 'certain',
		});
	});

	it('may refuse batches, and notify of what nobody asked for', async () => {
		const { url } = await listen((socket, message) => {
			socket.send('{"jsonrpc":"2.0","method":"eth_subscription","params":{}}');
			if (Array.isArray(message)) {
				socket.send('{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"no batches"}}');
			} else answerAll(socket, message);
		});
		expect((await open(url).poll()).chain?.head?.number).toBe(16);
	});

	it('that hangs up is asked anew at the next poll', async () => {
		let isWell = false;
		const { url } = await listen((socket, message) => {
			if (isWell) answerAll(socket, message);
			else socket.terminate();
		});
		const { poll } = open(url);
		expect(await failure(poll)).toMatchObject({ code: 'unreachable' });
		isWell = true;
		expect((await poll()).chain?.head?.number).toBe(16);
	});

	it('that floods is cut off', async () => {
		const { url } = await listen((socket) => {
			const notice = `{"method":"x","params":"${'y'.repeat(60_000)}"}`;
			for (let index = 0; index < 6; index += 1) socket.send(notice);
		});
		expect((await failure(open(url).poll)).message).toMatch(/that nobody asked for/);
	});

	it('that never answers is a timeout', async () => {
		const { url } = await listen(() => undefined);
		const { target } = open(url);
		const source = evm.open(target);
		cleanups.push(() => {
			source.close();
		});
		const signal = AbortSignal.timeout(300);
		expect(await failure(() => source.poll(contextFor(target, { signal })))).toMatchObject({
			code: 'timeout',
		});
	});

	it('where only HTTP answers is told so', async () => {
		const server = await startServer((_request, response) => {
			response.writeHead(405);
			response.end();
		});
		cleanups.push(() => server.close());
		const error = await failure(open(server.url.replace('http', 'ws')).poll);
		expect(error).toMatchObject({
			code: 'unsupported',
			message: 'HTTP answers there, but no WebSocket (HTTP 405)',
		});
		expect(error.nextStep).toMatch(/^write http:/);
		const unknown = targetFor(server.url.replace('http', 'ws'));
		expect(await failure(() => identify(unknown, contextFor(unknown)))).toMatchObject({
			message: expect.stringContaining('no WebSocket') as string,
		});
	});
});

it.skipIf(anvilBinary() === undefined)(
	'a real anvil answers over a WebSocket as over HTTP',
	async () => {
		const anvil = await startAnvil();
		cleanups.push(() => anvil.stop());
		const reading = await open(anvil.url.replace('http', 'ws')).poll();
		const overHttp = await open(anvil.url).poll();
		expect(reading.identity).toEqual(overHttp.identity);
		expect(reading.chain?.head).toEqual(overHttp.chain?.head);
	},
);
