import { afterEach, describe, expect, it } from 'vitest';
import type { Handler } from '../../helpers/http-server.ts';
import type { Target } from '../../../source/domain/target.ts';
import { blockReply, endpointOf, jsonFixture, replaying, watch } from './rpc-node.ts';
import type { RpcReplies, Watched } from './rpc-node.ts';

const nodes: Watched[] = [];
afterEach(async () => {
	await Promise.all(nodes.splice(0).map(({ server }) => server.close()));
});

async function start(handler: Handler, overrides?: Partial<Target>): Promise<Watched> {
	const node = await watch(handler, overrides);
	nodes.push(node);
	return node;
}

const nowMs = Date.UTC(2026, 10, 21, 12);
const headNumber = 21_842_961;
const now = () => nowMs;

function gethReplies(): RpcReplies {
	return {
		'eth_getBlockByNumber latest': blockReply(headNumber, nowMs - 5000),
		'eth_getBlockByNumber safe': blockReply(headNumber - 32, nowMs - 400_000),
		'eth_getBlockByNumber finalized': blockReply(headNumber - 64, nowMs - 800_000),
		'eth_getBlockByNumber 0x0': blockReply(0, 0, '0xd4e5'),
		eth_syncing: jsonFixture('eth_syncing.false.json'),
		net_peerCount: jsonFixture('net_peerCount.json'),
		txpool_status: jsonFixture('txpool_status.json'),
		admin_peers: jsonFixture('admin_peers.json'),
		web3_clientVersion: jsonFixture('web3_clientVersion.json'),
		eth_chainId: { result: '0x1' },
		net_version: { result: '1' },
		admin_nodeInfo: jsonFixture('admin_nodeInfo.json'),
	};
}

describe('geth with every module', () => {
	it('is read whole', async () => {
		const node = await start(replaying(gethReplies));
		const reading = await node.poll({ now });
		expect(reading.identity).toEqual({
			nodeId: '8904dba41ecccc3fc1626e53a13043b026c48bbf33feff9243a8f506b40928b5',
			client: 'Geth',
			version: '1.16.4-stable-41714b49',
			userAgent: 'Geth/v1.16.4-stable-41714b49/linux-amd64/go1.24.7',
			chainId: 1,
			networkId: 1,
			genesisHash: '0xd4e5',
		});
		expect(reading.consensus).toEqual({
			status: 'active',
			height: headNumber,
			finalized: headNumber - 64,
			finalityLag: 64,
			finalityUnit: 'blocks',
		});
		expect(reading.chain).toEqual({
			emptyBlocks: 'unknown',
			reorgs: { count: 0 },
			head: { number: headNumber, hash: `0xb${headNumber}`, at: '2026-11-21T11:59:55.000Z' },
			safe: {
				number: headNumber - 32,
				hash: `0xb${headNumber - 32}`,
				at: '2026-11-21T11:53:20.000Z',
			},
			finalized: {
				number: headNumber - 64,
				hash: `0xb${headNumber - 64}`,
				at: '2026-11-21T11:46:40.000Z',
			},
			recent: [{ number: headNumber, hash: `0xb${headNumber}`, at: '2026-11-21T11:59:55.000Z' }],
			syncing: false,
			txPool: { pending: 5426, queued: 679 },
		});
		expect(reading.network).toEqual({
			peers: 25,
			inbound: 1,
			outbound: 1,
			clients: { Geth: 1, Nethermind: 1 },
			protocolVersions: { 'eth/69': 1 },
			peerList: [
				{
					id: '425c8d99d19bdd0b6cc60d5d32cbe54014c2b54b95523cf6941fa1c257c6f561',
					address: '198.51.100.23:30303',
					direction: 'outbound',
					client: 'Geth',
					version: '1.15.11-stable',
				},
				{
					id: 'd46725a2a7b860dcd6c8a1f8b46287cced9041dff02cee737443e210471948d3',
					address: '[2001:db8::17]:41830',
					direction: 'inbound',
					client: 'Nethermind',
					version: '1.31.0',
				},
			],
		});
		expect(reading.resources).toBeUndefined();
		expect(reading.dag).toBeUndefined();
		expect(reading.notes).toBeUndefined();
		expect(reading.latencyMs).toBeGreaterThan(0);
		expect(reading.endpoints).toHaveLength(12);
		expect(reading.endpoints?.every(({ status }) => status === 'ok')).toBe(true);
		expect(node.server.requests).toHaveLength(1);
		expect(node.server.requests[0]).toMatchObject({
			method: 'POST',
			headers: { 'content-type': 'application/json' },
		});
	});

	it('that syncs shows its stages and the highest block it heard of', async () => {
		const replies = {
			...gethReplies(),
			eth_syncing: jsonFixture('eth_syncing.syncing.v1.16.json'),
			'eth_getBlockByNumber latest': blockReply(0x14d3a80, nowMs - 86_400_000),
		};
		const node = await start(replaying(() => replies));
		const { chain, consensus } = await node.poll({ now });
		expect(consensus?.status).toBe('syncing');
		expect(chain).toMatchObject({ syncing: true, highestKnown: 0x14d4c11 });
		expect(chain?.syncStages).toMatchObject({
			syncedAccounts: 0x7a120,
			syncedStorageBytes: 0xc65d40a,
			txIndexRemainingBlocks: 1,
			healingBytecode: 0,
		});
		expect(Object.keys(chain?.syncStages ?? {})).toHaveLength(16);
		expect(chain?.syncStages).not.toHaveProperty('currentBlock');
		expect(chain?.syncStages).not.toHaveProperty('highestBlock');
	});

	it.each([
		['0, when it heard of none yet', '0x0'],
		['below its head', '0x10'],
		['no number', 'soon'],
	])('leaves out a highest block that is %s', async (_name, highestBlock) => {
		const replies = {
			...gethReplies(),
			eth_syncing: { result: { currentBlock: '0x1', highestBlock } },
		};
		const node = await start(replaying(() => replies));
		const { chain } = await node.poll({ now });
		expect(chain?.syncing).toBe(true);
		expect(chain).not.toHaveProperty('highestKnown');
	});

	it('with only the default modules is quiet about the others', async () => {
		const {
			txpool_status: _pool,
			admin_peers: _peers,
			admin_nodeInfo: _info,
			...replies
		} = gethReplies();
		const node = await start(replaying(() => replies));
		const reading = await node.poll({ now });
		expect(reading.network).toEqual({ peers: 25 });
		expect(reading.chain).not.toHaveProperty('txPool');
		expect(reading.identity).not.toHaveProperty('nodeId');
		expect(endpointOf(reading, 'admin_peers')).toEqual({
			name: 'admin_peers',
			status: 'unavailable',
			message: 'not enabled (--http.api admin)',
		});
		expect(endpointOf(reading, 'txpool_status')?.message).toBe('not enabled (--http.api txpool)');
		expect(reading.endpoints?.filter(({ status }) => status === 'failed')).toEqual([]);
	});

	it('shows a method that timed out as failed', async () => {
		const replies = { ...gethReplies(), admin_peers: jsonFixture('error.timeout.json') };
		const node = await start(replaying(() => replies));
		expect(endpointOf(await node.poll({ now }), 'admin_peers')).toEqual({
			name: 'admin_peers',
			status: 'failed',
			message: 'request timed out',
		});
	});
});

describe('go-wemix', () => {
	it('survives a difficulty past 2^53 and has no safe or finalized block', async () => {
		const badTag = jsonFixture('anvil.eth_getBlockByNumber_bad.RECORDED.json');
		const replies = {
			...gethReplies(),
			'eth_getBlockByNumber safe': badTag,
			'eth_getBlockByNumber finalized': badTag,
			eth_chainId: jsonFixture('eth_chainId.json'),
			net_version: jsonFixture('net_version.json'),
			web3_clientVersion: jsonFixture('web3_clientVersion.gowemix.json'),
			admin_nodeInfo: jsonFixture('admin_nodeInfo.gowemix.json'),
			eth_syncing: jsonFixture('eth_syncing.syncing.v1.10-gowemix.json'),
		};
		const node = await start(replaying(() => replies));
		const reading = await node.poll({ now });
		expect(reading.identity).toMatchObject({
			client: 'Gwemix',
			version: '0.10.9-stable',
			chainId: 1111,
			networkId: 1111,
			nodeId: '8904dba41ecccc3fc1626e53a13043b026c48bbf33feff9243a8f506b40928b5',
		});
		expect(reading.consensus).not.toHaveProperty('finalityLag');
		expect(reading.chain).not.toHaveProperty('safe');
		expect(endpointOf(reading, 'eth_getBlockByNumber safe')?.status).toBe('unavailable');
		await node.poll({ now });
		expect(node.server.requests[1]?.body).not.toContain('safe');
	});
});

describe('development nodes, as recorded', () => {
	it.each([
		['anvil', 'anvil', '1.7.1', 31_337, 31_337, undefined],
		['ganache', 'Ganache', '7.9.2', 1337, 1_795_227_046_651, 0],
		['hardhat', 'HardhatNetwork', '2.29.1', 31_337, 31_337, 0],
	])('%s is read', async (name, client, version, chainId, networkId, peers) => {
		const recorded = (method: string) => jsonFixture(`${name}.${method}.RECORDED.json`);
		const replies = {
			'eth_getBlockByNumber latest': recorded('eth_getBlockByNumber_latest'),
			eth_syncing: recorded('eth_syncing'),
			net_peerCount: recorded('net_peerCount'),
			txpool_status: recorded('txpool_status'),
			admin_peers: recorded('admin_peers'),
			admin_nodeInfo: recorded('admin_nodeInfo'),
			web3_clientVersion: recorded('web3_clientVersion'),
			eth_chainId: recorded('eth_chainId'),
			net_version: recorded('net_version'),
		};
		const node = await start(replaying(() => replies));
		const reading = await node.poll({ now: () => Date.UTC(2026, 11, 24) });
		expect(reading.identity).toMatchObject({ client, version, chainId, networkId });
		expect(reading.chain?.head?.number).toBe(1);
		expect(reading.chain?.head?.hash).toMatch(/^0x[\da-f]{64}$/);
		expect(reading.network?.peers).toBe(peers);
		expect(reading.consensus?.status).toBe('unknown');
		expect(endpointOf(reading, 'admin_peers')).toMatchObject({
			status: 'unavailable',
			message: `not offered by ${client}`,
		});
		expect(reading.endpoints?.filter(({ status }) => status === 'failed')).toEqual([]);
	});

	it('ethereumjs without a peer says so in an error', async () => {
		const replies = {
			...gethReplies(),
			'eth_getBlockByNumber latest': blockReply(0, nowMs - 86_400_000),
			eth_syncing: { error: { code: -32603, message: 'no peer available for synchronization' } },
			web3_clientVersion: { result: 'EthereumJS/0.10.5/linux/node20.20.2' },
			admin_nodeInfo: jsonFixture('ethereumjs.admin_nodeInfo.RECORDED.json'),
			admin_peers: { result: null },
			net_version: { result: '123456' },
		};
		const node = await start(replaying(() => replies));
		const reading = await node.poll({ now });
		expect(reading.consensus?.status).toBe('syncing');
		expect(reading.notes).toEqual(['no peer to sync from yet']);
		expect(reading.chain).not.toHaveProperty('syncing');
		expect(reading.network).toEqual({ peers: 25 });
		expect(reading.identity).toMatchObject({ client: 'EthereumJS', version: '0.10.5' });
		expect(reading.identity?.nodeId).toMatch(/^0a2367180a/);
		expect(endpointOf(reading, 'eth_syncing')).toMatchObject({
			status: 'failed',
			message: 'no peer available for synchronization',
		});
	});
});

describe('odd answers', () => {
	it('past 2^53 are decimal text, exact', async () => {
		const replies = {
			...gethReplies(),
			'eth_getBlockByNumber latest': blockReply(2n ** 63n, nowMs),
			'eth_getBlockByNumber finalized': blockReply(2n ** 63n - 7n, nowMs),
			eth_chainId: { result: '0xffffffffffffffff' },
			net_version: { result: '18446744073709551615' },
		};
		const node = await start(replaying(() => replies));
		const { chain, consensus, identity } = await node.poll({ now });
		expect(chain?.head?.number).toBe('9223372036854775808');
		expect(consensus?.finalityLag).toBe(7);
		expect(identity).toMatchObject({
			chainId: '18446744073709551615',
			networkId: '18446744073709551615',
		});
	});

	it('of the wrong shape are absent, and hide nothing else', async () => {
		const replies = {
			...gethReplies(),
			'eth_getBlockByNumber safe': { result: 'soon' },
			'eth_getBlockByNumber finalized': { result: null },
			eth_syncing: { result: 'no' },
			net_peerCount: { result: -3 },
			txpool_status: { result: { pending: '0xzz', queued: '0x1' } },
			admin_peers: { result: [7, null, { id: 'a' }, { protocols: { eth: { version: 'x' } } }] },
			web3_clientVersion: { result: 12 },
			eth_chainId: { result: {} },
			admin_nodeInfo: { result: [] },
		};
		const node = await start(replaying(() => replies));
		const { identity, chain, network } = await node.poll({ now });
		expect(chain?.head?.number).toBe(headNumber);
		expect(chain).not.toHaveProperty('safe');
		expect(chain).not.toHaveProperty('finalized');
		expect(chain).not.toHaveProperty('syncing');
		expect(chain?.txPool).toEqual({ queued: 1 });
		expect(network).toEqual({ peers: 4, peerList: [{ id: 'a' }] });
		expect(identity).toEqual({ networkId: 1, genesisHash: '0xd4e5' });
	});

	it('cannot write to the terminal', async () => {
		const replies = {
			...gethReplies(),
			web3_clientVersion: { result: 'Evil\u001B[2J\u202E/v1.0\u0007' },
			admin_peers: { result: [{ id: 'x\u001B]0;owned\u0007y', name: '\u009B31mPeer/v1.2' }] },
			txpool_status: { error: { code: 1, message: 'no\u001B[8m pool' } },
		};
		const node = await start(replaying(() => replies));
		const reading = await node.poll({ now });
		expect(reading.identity).toMatchObject({ client: 'Evil', version: '1.0' });
		expect(reading.network?.peerList).toEqual([{ id: 'xy', client: 'Peer', version: '1.2' }]);
		expect(endpointOf(reading, 'txpool_status')?.message).toBe('no pool');
	});

	it('a node that has no head block is still read', async () => {
		const replies = {
			...gethReplies(),
			'eth_getBlockByNumber latest': { error: { code: -32000, message: 'header not found' } },
		};
		const node = await start(replaying(() => replies));
		const reading = await node.poll({ now });
		expect(reading.consensus).toMatchObject({ status: 'unknown' });
		expect(reading.consensus).not.toHaveProperty('height');
		expect(reading.network?.peers).toBe(25);
		expect(reading.endpoints?.[0]).toMatchObject({
			name: 'eth_getBlockByNumber latest',
			status: 'failed',
			message: 'header not found',
		});
	});
});
