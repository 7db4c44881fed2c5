import { afterEach, describe, expect, it } from 'vitest';
import { sendJson } from '../../helpers/http-server.ts';
import { askedIn, blockReply, endpointOf, replaying, watch } from './rpc-node.ts';
import type { RpcReplies, Watched } from './rpc-node.ts';

const startMs = Date.UTC(2026, 10, 21, 12);
let nowMs = startMs;
const now = () => nowMs;
let node: Watched | undefined;
afterEach(async () => {
	await node?.server.close();
	nowMs = startMs;
});

const always = [
	'eth_getBlockByNumber latest',
	'eth_getBlockByNumber safe',
	'eth_getBlockByNumber finalized',
	'eth_syncing',
	'net_peerCount',
];
const rarely = ['web3_clientVersion', 'eth_chainId', 'net_version', 'eth_getBlockByNumber 0x0'];
const missing = ['txpool_status', 'admin_peers', 'admin_nodeInfo'];

function replies(overrides: RpcReplies = {}): RpcReplies {
	return {
		eth_getBlockByNumber: blockReply(100, startMs),
		eth_syncing: { result: false },
		net_peerCount: { result: '0x1' },
		web3_clientVersion: { result: 'Geth/v1.16.4' },
		eth_chainId: { result: '0x1' },
		net_version: { result: '1' },
		...overrides,
	};
}

const sorted = (names: readonly string[]) => [...names].sort();
const lastAsked = (watched: Watched) =>
	sorted(askedIn(watched.server.requests.at(-1)?.body ?? '[]'));

describe('a head that cannot be read', () => {
	it.each([
		['no block', null, 'the node knows no block'],
		['a negative number', { number: -5 }, 'the answer is no block with a number'],
		['no hex', { number: '0xzz' }, 'the answer is no block with a number'],
		['no digits', { number: '0x' }, 'the answer is no block with a number'],
		['no object', '0x10', 'the answer is no block with a number'],
	])('%s is an endpoint that failed, and no number', async (_what, result, message) => {
		node = await watch(replaying(() => replies({ eth_getBlockByNumber: { result } })));
		const reading = await node.poll({ now });
		expect(reading.chain?.head).toBeUndefined();
		expect(reading.consensus).toEqual({ status: 'unknown' });
		expect(endpointOf(reading, 'eth_getBlockByNumber latest')).toMatchObject({
			status: 'failed',
			message,
		});
	});
});

describe('what a poll asks', () => {
	it('is all at first, then neither what changes rarely nor what is missing', async () => {
		node = await watch(replaying(() => replies()));
		await node.poll({ now });
		expect(lastAsked(node)).toEqual(sorted([...always, ...rarely, ...missing]));
		const reading = await node.poll({ now });
		expect(lastAsked(node)).toEqual(sorted(always));
		expect(reading.identity).toMatchObject({ client: 'Geth', chainId: 1, networkId: 1 });
		expect(endpointOf(reading, 'admin_peers')?.status).toBe('unavailable');
		expect(endpointOf(reading, 'web3_clientVersion')?.status).toBe('ok');
	});

	it('is what was missing once more after ten minutes', async () => {
		node = await watch(replaying(() => replies()));
		await node.poll({ now });
		nowMs += 599_000;
		await node.poll({ now });
		expect(lastAsked(node)).toEqual(sorted(always));
		nowMs += 2000;
		await node.poll({ now });
		expect(lastAsked(node)).toEqual(sorted([...always, ...missing]));
		nowMs += 2000;
		await node.poll({ now });
		expect(lastAsked(node)).toEqual(sorted(always));
	});

	it('is what changes rarely each 60 polls, so that another chain is noticed', async () => {
		let current = replies();
		node = await watch(replaying(() => current));
		await node.poll({ now });
		current = replies({ eth_chainId: { result: '0x2' } });
		for (let poll = 2; poll <= 60; poll += 1) await node.poll({ now });
		expect((await node.poll({ now })).identity?.chainId).toBe(2);
		expect(lastAsked(node)).toEqual(sorted([...always, ...rarely]));
	});

	it('is all after a failure, for another program may have come back', async () => {
		let isDown = false;
		let current = replies();
		node = await watch((request, response) => {
			if (isDown) sendJson(response, {}, 503);
			else replaying(() => current)(request, response);
		});
		await node.poll({ now });
		isDown = true;
		expect(await node.failure({ now })).toMatchObject({ code: 'badResponse' });
		isDown = false;
		current = replies({
			web3_clientVersion: { result: 'reth/v1.0.0' },
			admin_peers: { result: [] },
		});
		const reading = await node.poll({ now });
		expect(lastAsked(node)).toEqual(sorted([...always, ...rarely, ...missing]));
		expect(reading.identity?.client).toBe('reth');
		expect(endpointOf(reading, 'admin_peers')?.status).toBe('ok');
	});

	it('is all after the head fell, for it may be another chain', async () => {
		let current = replies();
		node = await watch(replaying(() => current));
		await node.poll({ now });
		current = replies({
			eth_getBlockByNumber: blockReply(3, startMs),
			eth_chainId: { result: '0x7' },
		});
		expect((await node.poll({ now })).identity?.chainId).toBe(1);
		expect((await node.poll({ now })).identity?.chainId).toBe(7);
		await node.poll({ now });
		expect(lastAsked(node)).toEqual(sorted(always));
	});

	it('keeps a rare answer that failed once, and soon asks again', async () => {
		let current = replies({ net_version: { error: { code: -32000, message: 'busy' } } });
		node = await watch(replaying(() => current));
		const first = await node.poll({ now });
		expect(first.identity).not.toHaveProperty('networkId');
		expect(endpointOf(first, 'net_version')?.status).toBe('failed');
		current = replies();
		for (let poll = 2; poll <= 5; poll += 1) await node.poll({ now });
		expect(lastAsked(node)).toEqual(sorted(always));
		expect((await node.poll({ now })).identity?.networkId).toBe(1);
	});

	it('is the finalized block each time, for a young node gets one', async () => {
		let current = replies({
			'eth_getBlockByNumber finalized': {
				error: { code: -39_001, message: 'finalized block not found' },
			},
		});
		node = await watch(replaying(() => current));
		const first = await node.poll({ now });
		expect(first.consensus).not.toHaveProperty('finalized');
		expect(endpointOf(first, 'eth_getBlockByNumber finalized')).toMatchObject({
			status: 'unavailable',
			message: 'finalized block not found',
		});
		current = replies({ 'eth_getBlockByNumber finalized': blockReply(90, startMs) });
		expect((await node.poll({ now })).consensus).toMatchObject({ finalized: 90, finalityLag: 10 });
	});
});
