import { afterEach, expect, test } from 'vitest';
import * as z from 'zod';
import { evm } from '../../../source/adapters/evm/adapter.ts';
import { startDevnet } from '../../../devnet/devnet.ts';
import type { RunningDevnet } from '../../../devnet/devnet.ts';
import { contextFor, targetFor } from '../../helpers/targets.ts';
import { nodeOf } from './helpers.ts';

const running: RunningDevnet[] = [];

afterEach(async () => {
	await Promise.all(running.splice(0).map((devnet) => devnet.stop()));
});

async function start(): Promise<{ devnet: RunningDevnet; url: string }> {
	const devnet = await startDevnet({
		nodeCount: 4,
		seed: 1,
		basePort: 0,
		version: '9.9.9',
		clock: 'manual',
		epochMs: Date.UTC(2026, 0, 1),
	});
	running.push(devnet);
	return { devnet, url: devnet.nodes.find(({ name }) => name === 'evm-1')?.url ?? '' };
}

const answerSchema = z.looseObject({
	jsonrpc: z.literal('2.0'),
	result: z.unknown().optional(),
	error: z.object({ code: z.int(), message: z.string() }).optional(),
});

async function post(url: string, body: unknown): Promise<unknown> {
	const response = await fetch(url, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: typeof body === 'string' ? body : JSON.stringify(body),
	});
	expect(response.status).toBe(200);
	return response.json();
}

async function call(url: string, method: string, ...params: unknown[]) {
	return answerSchema.parse(await post(url, { jsonrpc: '2.0', id: 1, method, params }));
}

test('answers as an Ethereum node does, with the figures of the node', async () => {
	const { devnet, url } = await start();
	devnet.advance(120_000);
	const { chain, identity, clientVersion } = nodeOf(devnet.evm, 'evm-1');
	const head = chain.head.block;
	const hex = (value: number) => `0x${value.toString(16)}`;
	expect((await call(url, 'eth_blockNumber')).result).toBe(hex(head.number));
	expect((await call(url, 'eth_chainId')).result).toBe('0xd70f8');
	expect((await call(url, 'net_version')).result).toBe('880888');
	expect((await call(url, 'net_peerCount')).result).toBe('0x1');
	expect((await call(url, 'eth_syncing')).result).toBe(false);
	expect((await call(url, 'web3_clientVersion')).result).toBe(clientVersion);
	expect(clientVersion).toMatch(/^nodetop-devnet-evm\/v9\.9\.9-sha256\//);
	const latest = (await call(url, 'eth_getBlockByNumber', 'latest', false)).result;
	expect(latest).toMatchObject({
		number: hex(head.number),
		hash: head.hash,
		parentHash: head.parentHash,
		timestamp: hex(head.timestamp),
		transactions: head.transactions.map(({ hash }) => hash),
	});
	expect((await call(url, 'eth_getBlockByHash', head.hash, false)).result).toEqual(latest);
	expect((await call(url, 'eth_getBlockByNumber', hex(head.number), false)).result).toEqual(latest);
	for (const [tag, number] of [
		['safe', head.number - 4],
		['finalized', head.number - 12],
		['earliest', 0],
		['0x0', 0],
	] as const) {
		const { result } = await call(url, 'eth_getBlockByNumber', tag, false);
		expect(result).toMatchObject({ number: hex(number), hash: chain.at(number)?.hash });
	}
	const counts = nodeOf(devnet.evm, 'evm-1').pool.counts(chain.head.nonces);
	expect((await call(url, 'txpool_status')).result).toEqual({
		pending: hex(counts.pending),
		queued: hex(counts.queued),
	});
	expect((await call(url, 'admin_nodeInfo')).result).toMatchObject({ id: identity.nodeId });
	const peer = nodeOf(devnet.evm, 'evm-2').identity.nodeId;
	expect((await call(url, 'admin_peers')).result).toMatchObject([{ id: peer }]);
});

test('what is not there is null, what is wrong has its code', async () => {
	const { url } = await start();
	expect(await call(url, 'eth_getBlockByNumber', 'finalized', false)).toMatchObject({
		result: null,
	});
	expect(await call(url, 'eth_getBlockByNumber', '0xffffff', false)).toMatchObject({
		result: null,
	});
	expect(await call(url, 'eth_getBlockByHash', `0x${'0'.repeat(64)}`, false)).toMatchObject({
		result: null,
	});
	expect((await call(url, 'eth_sendRawTransaction', '0x00')).error).toEqual({
		code: -32601,
		message: 'the method eth_sendRawTransaction does not exist/is not available',
	});
	expect((await call(url, 'constructor')).error?.code).toBe(-32601);
	expect((await call(url, 'eth_getBlockByNumber', 'newest', false)).error?.code).toBe(-32602);
	expect((await call(url, 'eth_getBlockByHash')).error?.code).toBe(-32602);
	expect(await post(url, '{')).toMatchObject({ id: null, error: { code: -32700 } });
	expect(await post(url, [])).toMatchObject({ error: { code: -32600 } });
	expect(await post(url, { method: 'eth_chainId' })).toMatchObject({ error: { code: -32600 } });
	const batch = z
		.array(answerSchema)
		.parse(
			await post(url, [
				{ jsonrpc: '2.0', id: 'a', method: 'eth_blockNumber' },
				{ jsonrpc: '2.0', method: 'eth_blockNumber' },
				7,
				{ jsonrpc: '2.0', id: 'b', method: 'eth_mine' },
			]),
		);
	expect(batch).toMatchObject([
		{ id: 'a', result: '0x0' },
		{ error: { code: -32600 } },
		{ id: 'b', error: { code: -32601 } },
	]);
	const form = await fetch(url, { method: 'POST', body: 'x' });
	expect(form.status).toBe(415);
	const notification = await fetch(url, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify({ jsonrpc: '2.0', method: 'eth_chainId' }),
	});
	expect(notification.status).toBe(204);
});

test('nodetop’s own adapter reads it, and a fork of the two shows in their heads', async () => {
	const { devnet, url } = await start();
	devnet.advance(120_000);
	const read = async (at: string) => {
		const target = targetFor(at);
		const source = evm.open(target);
		const reading = await source.poll(contextFor(target));
		source.close();
		return reading;
	};
	const { chain, identity } = nodeOf(devnet.evm, 'evm-1');
	const reading = await read(url);
	expect(reading).toMatchObject({
		identity: {
			nodeId: identity.nodeId,
			chainId: 880_888,
			client: 'nodetop-devnet-evm',
			version: '9.9.9-sha256',
			genesisHash: chain.genesis.hash,
		},
		chain: {
			head: { number: chain.head.block.number, hash: chain.head.block.hash },
			finalized: { number: chain.head.block.number - 12 },
			syncing: false,
		},
		network: { peers: 1 },
	});
	await fetch(`${devnet.controlUrl}/faults`, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify({ fault: 'partition', groups: [['evm-1'], ['evm-2']] }),
	});
	devnet.advance(120_000);
	const other = devnet.nodes.find(({ name }) => name === 'evm-2')?.url ?? '';
	const [a, b] = [await read(url), await read(other)];
	expect(a.network?.peers).toBe(0);
	expect(a.chain?.finalized?.hash).not.toBe(b.chain?.finalized?.hash);
	expect(a.identity?.genesisHash).toBe(b.identity?.genesisHash);
});
