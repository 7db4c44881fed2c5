import { afterEach, describe, expect, it } from 'vitest';
import { hasGovernance, readGovernance } from '../../../source/adapters/evm/governance.ts';
import { sendJson } from '../../helpers/http-server.ts';
import { askedIn, blockReply, endpointOf, jsonFixture, replaying, watch } from './rpc-node.ts';
import type { RpcReplies, Watched } from './rpc-node.ts';

const member = (name: string) => ({
	name,
	id: `${name}-id`,
	clientUrls: 'http://localhost:8591',
	peerUrls: 'https://203.0.113.9:8590',
});
const three = ['wemix1', 'wemix2', 'wemix3'];

/** As `Info` of go-wemix builds it, with the parts that are read. */
function info(more: object = {}) {
	return {
		consensus: 'poa',
		self: { name: 'wemix2', id: 'abc', status: '' },
		nodes: three.map((name) => ({ name, id: name, status: '' })),
		etcd: {
			cluster: three.map((name) => `${name}=https://203.0.113.9:8590`).join(','),
			members: three.map(member),
			self: { name: 'wemix2', id: 'wemix2-id' },
			leader: { name: 'wemix1', id: 'wemix1-id' },
		},
		...more,
	};
}

describe('the governance of go-wemix', () => {
	it('names its nodes, the leader of etcd, and whether this node is it', () => {
		expect(readGovernance(info())).toEqual({
			consensus: { validators: 3, leader: 'wemix1', isLeader: false },
			notes: ['etcd of 3 members'],
		});
		const { etcd } = info();
		const leading = info({ etcd: { ...etcd, leader: etcd.self }, miners: 'wemix1/up/*' });
		expect(readGovernance(leading)?.consensus).toMatchObject({ leader: 'wemix2', isLeader: true });
	});

	it('is read from the sample: a node that is down, etcd without members', () => {
		const { result } = jsonFixture('admin_wemixInfo.json');
		expect(readGovernance(result)).toEqual({
			consensus: { validators: 2, leader: 'wemix1', isLeader: true },
			notes: ['1 of 2 governance nodes is down for it: wemix2', 'its etcd names no members'],
		});
	});

	it.each([
		['wemix1/up wemix3/up/*', 'wemix3'],
		['wemix1/*', 'wemix1'],
		['wemix1/up/* wemix3/up/*', undefined],
		['', undefined],
		[7, undefined],
	])('without a leader of etcd takes the only one that mines of %j', (miners, leader) => {
		const { etcd } = info();
		const told = info({ miners, etcd: { members: etcd.members } });
		expect(readGovernance(told)?.consensus.leader).toBe(leader);
	});

	it.each<[string, unknown, string[]]>([
		['is the empty text', '', ['governance is not up: this node has not joined it yet']],
		['has no etcd running', info({ etcd: {} }), ['its etcd does not run: it cannot make blocks']],
		[
			'has members without a leader',
			info({ etcd: { members: three.map(member), cluster: 'x' } }),
			['etcd of 3 members', 'etcd has no leader: no block is made'],
		],
		[
			'has a node that is not in etcd',
			info({ etcd: { ...info().etcd, members: [member('wemix1'), member('wemix2')] } }),
			['etcd of 2 members', '1 of 3 governance nodes are not in etcd'],
		],
		[
			'is of a node that only follows',
			info({ self: null, etcd: {} }),
			['not a governance node: it follows, and makes no blocks'],
		],
		[
			'has many nodes down',
			info({ nodes: Array.from({ length: 9 }, (_, n) => ({ name: `w${n}`, status: 'down' })) }),
			[
				'9 of 9 governance nodes are down for it: w0, w1, w2, w3, w4, …',
				'etcd of 3 members',
				'6 of 9 governance nodes are not in etcd',
			],
		],
	])('that %s says so', (_what, value, notes) => {
		expect(readGovernance(value)?.notes).toEqual(notes);
	});

	it.each([[null], [7], [[]], ['soon']])('%j is not governance', (value) => {
		expect(readGovernance(value)).toBeUndefined();
	});

	it('cannot move the cursor, and says nothing of what has another shape', () => {
		const odd = info({ nodes: 'all', etcd: { members: [1], leader: { name: '\u001B[2Jevil' } } });
		expect(readGovernance(odd)).toEqual({
			consensus: { leader: 'evil', isLeader: false },
			notes: ['etcd of 1 members'],
		});
	});

	it('is asked of Gwemix alone', () => {
		expect(['Gwemix', 'gwemix', 'Geth', undefined].map(hasGovernance)).toEqual([
			true,
			true,
			false,
			false,
		]);
	});
});

describe('a go-wemix node', () => {
	let node: Watched | undefined;
	afterEach(() => node?.server.close());

	const replies = (overrides: RpcReplies = {}): RpcReplies => ({
		eth_getBlockByNumber: blockReply(81_234_890, Date.now()),
		eth_syncing: { result: false },
		net_peerCount: { result: '0x4' },
		web3_clientVersion: jsonFixture('web3_clientVersion.gowemix.json'),
		admin_nodeInfo: jsonFixture('admin_nodeInfo.gowemix.json'),
		admin_wemixInfo: { result: info() },
		...overrides,
	});
	const asked = () =>
		node?.server.requests.filter(({ body }) => askedIn(body).includes('admin_wemixInfo')).length;

	it('is asked for its governance apart, and again only after ten seconds', async () => {
		node = await watch(replaying(() => replies()));
		let nowMs = Date.now();
		const now = () => nowMs;
		const reading = await node.poll({ now });
		expect(reading.identity).toMatchObject({ client: 'Gwemix', version: '0.10.9-stable' });
		expect(reading.consensus).toMatchObject({ validators: 3, leader: 'wemix1', isLeader: false });
		expect(endpointOf(reading, 'admin_wemixInfo')).toMatchObject({ status: 'ok' });
		nowMs += 9000;
		expect((await node.poll({ now })).consensus).toMatchObject({ leader: 'wemix1' });
		expect(asked()).toBe(1);
		nowMs += 2000;
		await node.poll({ now });
		expect(asked()).toBe(2);
		expect(node.server.requests.map(({ body }) => askedIn(body))).toContainEqual([
			'admin_wemixInfo',
		]);
	});

	it('without the admin module is read all the same', async () => {
		node = await watch(replaying(() => replies({ admin_wemixInfo: undefined })));
		const reading = await node.poll();
		expect(reading.chain?.head?.number).toBe(81_234_890);
		expect(reading.consensus).not.toHaveProperty('validators');
		expect(reading.notes).toBeUndefined();
		expect(endpointOf(reading, 'admin_wemixInfo')).toEqual({
			name: 'admin_wemixInfo',
			status: 'unavailable',
			message: 'not enabled (--http.api admin)',
		});
	});

	it('whose etcd hangs is read all the same, and says what it may be', async () => {
		let isHanging = false;
		const answer = replaying(() => replies());
		node = await watch(
			(request, response) => {
				if (!isHanging || !request.body.includes('admin_wemixInfo')) answer(request, response);
			},
			{ timeoutMs: 600 },
		);
		let nowMs = Date.now();
		const now = () => nowMs;
		await node.poll({ now });
		isHanging = true;
		nowMs += 11_000;
		const reading = await node.poll({ now });
		expect(reading.chain?.head?.number).toBe(81_234_890);
		expect(reading.consensus).not.toHaveProperty('leader');
		expect(reading.notes).toEqual([
			expect.stringMatching(/^governance not known: no .*; its etcd may lack a quorum$/),
		]);
		expect(endpointOf(reading, 'admin_wemixInfo')).toMatchObject({ status: 'failed' });
	});

	it('is not asked when it is not go-wemix', async () => {
		node = await watch((request, response) => {
			const requests = askedIn(request.body);
			expect(requests).not.toContain('admin_wemixInfo');
			const geth = replies({ web3_clientVersion: jsonFixture('web3_clientVersion.json') });
			if (requests.length === 0) sendJson(response, {}, 400);
			else replaying(() => geth)(request, response);
		});
		const reading = await node.poll();
		expect(reading.identity?.client).toBe('Geth');
		expect(asked()).toBe(0);
	});
});
