import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { identify, schemeOf } from '../../source/adapters/probe.ts';
import { sendJson, startServer } from '../helpers/http-server.ts';
import type { Handler, TestServer } from '../helpers/http-server.ts';
import { contextFor, targetFor } from '../helpers/targets.ts';

let server: TestServer | undefined;

afterEach(async () => {
	await server?.close();
	server = undefined;
});

async function identifyBehind(handler: Handler) {
	server = await startServer(handler);
	const target = targetFor(server.url);
	return identify(target, contextFor(target));
}

const methodNotFound = {
	jsonrpc: '2.0',
	id: 1,
	error: { code: -32_601, message: 'Method not found' },
};

function idOf(body: string): { readonly id: number } {
	const { id } = JSON.parse(body) as { id: number }; // Sent by the code under test.
	return { id };
}

describe('identify', () => {
	it('prefers a later kind that is certain to an earlier one that is only likely', async () => {
		const found = await identifyBehind(({ method, path }, response) => {
			if (method === 'POST') sendJson(response, methodNotFound);
			else if (path === '/api/v1/status') {
				sendJson(response, {
					node_id: 'a',
					network_id: 'qudag-testnet',
					consensus_state: { round: 1 },
				});
			} else sendJson(response, {}, 404);
		});
		expect(found).toMatchObject({ kind: 'qudag', confidence: 'certain' });
	});

	it('takes the likely one where none is certain', async () => {
		const found = await identifyBehind(({ method, body }, response) => {
			if (method !== 'POST') sendJson(response, {}, 404);
			else if (body.includes('eth_chainId')) sendJson(response, { ...idOf(body), result: '0x1' });
			else sendJson(response, { ...methodNotFound, ...idOf(body) });
		});
		expect(found).toMatchObject({ kind: 'evm', confidence: 'likely' });
	});

	it.each([
		['Bitcoin', { result: null, error: { code: -32601, message: 'Method not found' } }],
		['Solana', { jsonrpc: '2.0', error: { code: -32601, message: 'Method not found' } }],
		['Substrate', { jsonrpc: '2.0', error: { code: -32601, message: 'Method not found' } }],
		[
			'CometBFT',
			{ jsonrpc: '2.0', error: { code: -32601, message: 'Method not found', data: 'web3_…' } },
		],
	])('does not take %s for an Ethereum node', async (_name, reply) => {
		const found = await identifyBehind(({ method, body }, response) => {
			sendJson(
				response,
				method === 'POST' ? { ...reply, ...idOf(body) } : {},
				method === 'POST' ? 200 : 404,
			);
		});
		expect(found).toBeUndefined();
	});

	it('quotes what no kind recognises', async () => {
		await expect(
			identifyBehind((_request, response) => sendJson(response, { hello: 1 })),
		).rejects.toMatchObject({
			code: 'badResponse',
			message: expect.stringContaining('{"hello":1}') as string,
		});
	});

	it('asks what answers nothing known little, and nothing that could change it', async () => {
		await identifyBehind((_request, response) => sendJson(response, {}, 404)).catch(
			() => undefined,
		);
		const asked = (server?.requests ?? []).map(({ method, path, body }) => {
			const { method: called } = body === '' ? {} : (JSON.parse(body) as { method?: string });
			return called === undefined ? `${method} ${path}` : called;
		});
		expect(asked).toContain('web3_clientVersion');
		for (const question of asked) {
			expect(question).toMatch(/^(?:GET \/|\w+_(?:get|client)[A-Z]\w+$|info\.get|POST \/v3\/)/);
		}
		expect(asked.length).toBeLessThanOrEqual(20);
	});

	it('finds what hangs on one question of another kind', async () => {
		const found = await identifyBehind(({ method, path }, response) => {
			if (path === '/api/v1/snapshot') return;
			if (method === 'POST') sendJson(response, {}, 404);
			else if (path === '/api/v1/status') {
				sendJson(response, {
					node_id: 'a',
					network_id: 'qudag-testnet',
					consensus_state: { round: 1 },
				});
			} else sendJson(response, {}, 404);
		});
		expect(found).toMatchObject({ kind: 'qudag', confidence: 'certain' });
	});

	it('gives up on what takes a connection and says nothing, after three seconds', async () => {
		const sockets: Socket[] = [];
		const silent = createServer((socket) => sockets.push(socket));
		await new Promise<void>((resolve) => {
			silent.listen(0, '127.0.0.1', resolve);
		});
		const { port } = silent.address() as AddressInfo; // A TCP server has one.
		try {
			const target = targetFor(`http://127.0.0.1:${port}`, { timeoutMs: 30_000 });
			const started = performance.now();
			await expect(identify(target, contextFor(target))).rejects.toMatchObject({
				code: 'timeout',
				message: expect.stringContaining('within 3 s'),
			});
			expect(performance.now() - started).toBeGreaterThan(2900);
			// Far from the 30 s that the target allows, also on a busy machine.
			expect(performance.now() - started).toBeLessThan(20_000);
			expect(sockets).toHaveLength(1);
		} finally {
			for (const socket of sockets) socket.destroy();
			silent.close();
		}
	});

	it('throws what the transport says where nothing answers', async () => {
		const target = targetFor('http://127.0.0.1:9');
		await expect(identify(target, contextFor(target))).rejects.toMatchObject({
			code: 'unreachable',
		});
	});
});

describe('schemeOf', () => {
	it.each([
		['http://h', 'http:'],
		['TCP://h:1', 'tcp:'],
		['unix:/run/x', 'unix:'],
		['host:', 'host:'],
		['h:8545', 'http:'],
	])('%s is %s', (url, scheme) => {
		expect(schemeOf(url)).toBe(scheme);
	});
});
