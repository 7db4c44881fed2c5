import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { createNodeSources } from '../../source/app/node-source.ts';
import { createHttp } from '../../source/adapters/http.ts';
import { notMeasured } from '../../source/domain/own-delay.ts';
import { systemClock } from '../../source/domain/clock.ts';
import type { Target } from '../../source/domain/target.ts';
import { readProxy } from '../../source/domain/tunnel/proxy.ts';
import { startHttpProxy, startSocksProxy } from '../helpers/proxies.ts';
import { targetFor } from '../helpers/targets.ts';

const cleanups: (() => unknown)[] = [];

afterEach(() => {
	for (const cleanup of cleanups.splice(0).toReversed()) cleanup();
});

async function listen(server: Server): Promise<number> {
	await new Promise<void>((resolve) => {
		server.listen(0, '127.0.0.1', resolve);
	});
	cleanups.push(() => {
		server.closeAllConnections();
		server.close();
	});
	return (server.address() as AddressInfo).port; // A TCP server has one.
}

function proxyOf(text: string) {
	const proxy = readProxy(text);
	if ('problem' in proxy) throw new Error(proxy.problem);
	return proxy;
}

const answers: Readonly<Record<string, unknown>> = {
	web3_clientVersion: 'Geth/v1.16.4',
	eth_chainId: '0x309',
	eth_blockNumber: '0x3e8',
	eth_syncing: false,
	net_peerCount: '0x19',
};

interface Call {
	readonly id: unknown;
	readonly method: string;
}

function answer(body: string): string {
	const calls: Call | readonly Call[] = JSON.parse(body);
	const one = ({ id, method }: Call) => ({ jsonrpc: '2.0', id, result: answers[method] ?? null });
	return JSON.stringify(Array.isArray(calls) ? calls.map(one) : one(calls as Call));
}

function startNode(): Promise<number> {
	const server = createServer((request, response) => {
		let body = '';
		request.on('data', (chunk) => (body += chunk));
		request.on('end', () => {
			response.setHeader('content-type', 'application/json');
			response.end(answer(body));
		});
	});
	const sockets = new WebSocketServer({ server });
	sockets.on('connection', (socket) => {
		socket.on('message', (data) => {
			if (Buffer.isBuffer(data)) socket.send(answer(data.toString()));
		});
	});
	return listen(server);
}

async function pollOnce(target: Target) {
	const sources = createNodeSources(systemClock);
	const source = sources.open(target, () => undefined);
	cleanups.push(source.close, sources.close);
	return source.poll(AbortSignal.timeout(20_000), notMeasured);
}

describe.each([
	['http', startHttpProxy],
	['socks5', startSocksProxy],
] as const)('through a proxy of %s', (scheme, start) => {
	/** Only the proxy knows the node's name. */
	async function proxied(url: string, options: Partial<Target> = {}) {
		const proxy = await start({ leadsTo: await startNode() });
		cleanups.push(proxy.close);
		const through = { proxy: proxyOf(`${scheme}://127.0.0.1:${proxy.port}`) };
		return { proxy, target: targetFor(url, { kind: 'evm', ...options, ...through }) };
	}

	test.each(['http://node.invalid:8545', 'ws://node.invalid:8546'])('%s is polled', async (url) => {
		const { proxy, target } = await proxied(url);
		const reading = await pollOnce(target);
		expect(reading.network?.peers).toBe(25);
		expect(new Set(proxy.asked)).toEqual(new Set([new URL(url).host]));
	});

	test('a connection is used again, and a fresh one is made through the proxy too', async () => {
		const { proxy, target } = await proxied('http://node.invalid:8545');
		const http = createHttp(target);
		const ask = (freshConnection: boolean) =>
			http.request({
				url: target.url,
				json: { id: 1, method: 'eth_chainId' },
				freshConnection,
				signal: AbortSignal.timeout(20_000),
			});
		await ask(false);
		await ask(false);
		expect(proxy.asked).toHaveLength(1);
		await ask(true);
		expect(proxy.asked).toHaveLength(2);
	});

	test('a node that the proxy does not reach is unreachable, in the proxy’s words', async () => {
		const proxy = await start({});
		cleanups.push(proxy.close);
		const through = { proxy: proxyOf(`${scheme}://127.0.0.1:${proxy.port}`) };
		const target = targetFor('http://node.invalid:8545', { kind: 'evm', ...through });
		await expect(pollOnce(target)).rejects.toMatchObject({
			code: 'unreachable',
			message: expect.stringMatching(
				/^the proxy answers: .* \(on the way to node\.invalid:8545\)$/,
			),
		});
	});

	test('a proxy that is away is ours, and no fault of the node', async () => {
		const away = await start({});
		away.close();
		const through = { proxy: proxyOf(`${scheme}://me:pass-word@127.0.0.1:${away.port}`) };
		const target = targetFor('http://node.invalid:8545', { kind: 'evm', ...through });
		const error: unknown = await pollOnce(target).catch((thrown: unknown) => thrown);
		expect(error).toMatchObject({ code: 'noNetwork' });
		expect(String(error)).not.toContain('pass-word');
	});
});

test('where a node is not reached, a proxy of the environment is named', async () => {
	const target = targetFor('http://127.0.0.1:9', { kind: 'evm', unusedProxy: 'HTTPS_PROXY' });
	await expect(pollOnce(target)).rejects.toMatchObject({
		code: 'unreachable',
		nextStep: expect.stringMatching(/; HTTPS_PROXY is set here, but .*`proxy` of a node.*NO_PROXY/),
	});
});
