import { afterEach, describe, expect, test } from 'vitest';
import { readGovernance } from '../../../source/adapters/evm/wemix.ts';
import { askedIn, blockReply, jsonFixture, replaying, watch } from './rpc-node.ts';
import type { RpcReplies, Watched } from './rpc-node.ts';

const nodes: Watched[] = [];
afterEach(async () => {
	for (const node of nodes.splice(0)) await node.server.close();
});

async function start(replies: RpcReplies): Promise<Watched> {
	const node = await watch(replaying(() => replies));
	nodes.push(node);
	return node;
}

const result = (value: unknown) => ({ jsonrpc: '2.0', id: 1, result: value });
const gwemix: RpcReplies = {
	'eth_getBlockByNumber latest': blockReply(90_000_000, Date.now()),
	web3_clientVersion: result('Gwemix/v0.10.9-stable/linux-amd64/go1.19'),
	admin_wemixInfo: jsonFixture('admin_wemixInfo.json'),
};

describe('go-wemix', () => {
	test('tells its governance once it has told who it is', async () => {
		const node = await start(gwemix);
		await node.poll();
		const { consensus, notes } = await node.poll();
		expect(consensus).toMatchObject({ validators: 2, leader: 'wemix1', isLeader: true });
		expect(notes).toEqual([
			'governance: 1 of 2 nodes down: wemix2',
			'etcd: Wemix has no members: governance cannot choose a miner',
		]);
		const asked = node.server.requests.map(({ body }) => askedIn(body));
		expect(asked[0]).not.toContain('admin_wemixInfo');
		expect(asked[1]).toContain('admin_wemixInfo');
	});

	test('is the only client that is asked for it', async () => {
		const node = await start({
			...gwemix,
			web3_clientVersion: result('Geth/v1.16.4-stable/linux-amd64/go1.24'),
		});
		await node.poll();
		await node.poll();
		expect(node.server.requests.flatMap(({ body }) => askedIn(body))).not.toContain(
			'admin_wemixInfo',
		);
	});
});

describe('admin_wemixInfo', () => {
	test.each([
		['', { notes: ['governance is not up: admin_wemixInfo is empty'] }],
		[7, undefined],
		[{}, { notes: [] }],
		[
			{ miners: 'a/*', self: { name: 'b' }, nodes: [{ name: 'a', status: 'up' }, 7] },
			{ validators: 1, leader: 'a', isLeader: false, notes: [] },
		],
		[
			{ etcd: { clusterName: 'W', members: [{}, {}, {}], leader: { name: 'a' } } },
			{ notes: ['etcd: W of 3 members, leader a'] },
		],
	])('%j', (value, expected) => {
		expect(readGovernance(value)).toEqual(expected);
	});
});
