import { describe, expect, it } from 'vitest';
import { findFollowing } from '../../source/analysis/following.ts';
import { readHeardPeers } from '../../source/analysis/heard-peers.ts';
import { findLinkSides } from '../../source/analysis/link-sides.ts';
import { ofCommonestChain, takeAttendance } from '../../source/analysis/member.ts';
import type { NodeSnapshot } from '../../source/sections/snapshot.ts';
import type { PollErrorCode } from '../../source/domain/words.ts';
import { at, failed, node, nowMs } from './nodes.ts';

const membersOf = (...nodes: readonly NodeSnapshot[]) => takeAttendance(nodes).answering;

describe('who is there', () => {
	it('answers whoever answered in part too, in the order of the names', () => {
		const partly = node('a', { poll: { status: 'partial' } });
		const { answering } = takeAttendance([node('c'), partly, node('b')]);
		expect(answering.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
	});

	it('was read at its last good poll, else at its last poll, else never', () => {
		const { poll: _poll, ...rest } = node('a');
		const readAt = (poll: NodeSnapshot['poll']) => membersOf({ ...rest, poll })[0]?.readAtMs;
		const poll = { status: 'ok', failures: 0 } as const;
		expect(readAt({ ...poll, at: at(1), lastGoodAt: at(5) })).toBe(nowMs - 5000);
		expect(readAt({ ...poll, at: at(1) })).toBe(nowMs - 1000);
		expect(readAt(poll)).toBeNaN();
	});

	it.each<[PollErrorCode, 'unreachable' | 'unreadable']>([
		['unreachable', 'unreachable'],
		['timeout', 'unreachable'],
		['badResponse', 'unreachable'],
		['unauthorized', 'unreadable'],
		['rateLimited', 'unreadable'],
		['tooBusy', 'unreadable'],
	])('%s: the node is %s', (code, list) => {
		const attendance = takeAttendance([failed('a', code)]);
		expect({ ...attendance }).toEqual({
			answering: [],
			unreachable: [],
			unreadable: [],
			[list]: ['a'],
		});
	});

	it('a node that was not asked yet is unreadable, not cut off', () => {
		const waiting = node('a', { poll: { status: 'pending' } });
		expect(takeAttendance([waiting])).toMatchObject({ unreachable: [], unreadable: ['a'] });
	});
});

describe('nodes of several chains of one network', () => {
	const of = (names: string, chainName?: string) =>
		[...names].map((name) =>
			node(name, { chain: chainName === undefined ? {} : { name: chainName } }),
		);
	const kept = (...nodes: readonly NodeSnapshot[]) =>
		ofCommonestChain(membersOf(...nodes)).map(({ name }) => name);

	it('are compared within the chain that most of them tell of, of equals the first by name', () => {
		expect(kept(...of('a', 'C'), ...of('bc', 'P'))).toEqual(['b', 'c']);
		expect(kept(...of('a', 'P'), ...of('b', 'C'))).toEqual(['b']);
		expect(kept(...of('a', 'C'), ...of('bc', 'P'), ...of('d'), node('e'))).toEqual(['b', 'c']);
	});

	it('are all compared where they tell of one chain, or do not say', () => {
		expect(kept(...of('a', 'C'), ...of('b'), node('c'))).toEqual(['a', 'b', 'c']);
	});
});

describe('whom a replicated log follows', () => {
	const member = (name: string, view: number | string, leader?: string, id?: string) =>
		node(name, {
			consensus: { applied: 4, view, ...(leader !== undefined && { leader }) },
			...(id !== undefined && { identity: { nodeId: id } }),
		});

	it('is the leader by the name of its node, with the term and those who follow', () => {
		const nodes = [
			member('a', 4, 'id-b', 'id-a'),
			member('b', 4, 'id-b', 'id-b'),
			member('c', '4', 'id-b'),
		];
		expect(findFollowing(membersOf(...nodes))).toEqual({
			leader: 'b',
			term: 4,
			by: ['a', 'b', 'c'],
		});
	});

	it('is the leader by its id, where its node is not watched', () => {
		const nodes = [member('a', 4, 'id-x', 'id-a'), member('b', 4, 'id-x', 'id-b')];
		expect(findFollowing(membersOf(...nodes))?.leader).toBe('id-x');
	});

	it('is that of the newest term that two of them name, and then of most', () => {
		const old = [member('a', 4, 'x'), member('b', 4, 'x'), member('c', 4, 'x')];
		const recent = [member('d', 5, 'y'), member('e', 5, 'y')];
		expect(findFollowing(membersOf(...old, ...recent))).toMatchObject({ leader: 'y', term: 5 });
		expect(findFollowing(membersOf(...old, member('d', 5, 'y')))).toMatchObject({ term: 4 });
		const two = [member('a', 5, 'x'), member('b', 5, 'x')];
		const three = [member('c', 5, 'y'), member('d', 5, 'y'), member('e', 5, 'y')];
		expect(findFollowing(membersOf(...two, ...three))?.leader).toBe('y');
	});

	it.each<[string, readonly NodeSnapshot[]]>([
		['who names no leader', [member('a', 4), member('b', 4)]],
		[
			'what is no replicated log',
			['a', 'b'].map((name) => node(name, { consensus: { view: 4, leader: 'x' } })),
		],
		['one alone', [member('a', 4, 'x'), member('b', 4, 'y')]],
		['two terms', [member('a', 4, 'x'), member('b', 5, 'x')]],
		[
			'a term past what is counted exactly',
			['a', 'b'].map((name) => member(name, '9007199254740993', 'x')),
		],
		['no term', ['a', 'b'].map((name) => node(name, { consensus: { applied: 4, leader: 'x' } }))],
		['no consensus', [node('a'), node('b')]],
	])('is nobody for %s', (_, nodes) => {
		expect(findFollowing(membersOf(...nodes))).toBeUndefined();
	});
});

interface Listed {
	readonly id: string;
	readonly address?: string;
	readonly lastSeenAt?: string;
}

const listing = (name: string, peerList: readonly Listed[], peers = peerList.length) =>
	node(name, {
		target: { url: `http://192.0.2.${name.codePointAt(0)}:80${name.codePointAt(0)}/rpc` },
		identity: { nodeId: `id-${name}` },
		network: { peers, peerList: [...peerList] },
	});
const ids = (names: string, lastSeenAt = at(1)) =>
	[...names].map((name) => ({ id: `id-${name}`, lastSeenAt }));

describe('the sides that peer lists show', () => {
	const sidesOf = (...nodes: readonly NodeSnapshot[]) => findLinkSides(membersOf(...nodes));

	it('are nodes joined over others, the largest side first, of equals by name', () => {
		expect(
			sidesOf(
				listing('a', ids('e')),
				listing('b', ids('c')),
				listing('c', ids('d')),
				listing('d', []),
				listing('e', []),
				listing('f', []),
				listing('g', []),
			),
		).toEqual({ sides: [['b', 'c', 'd'], ['a', 'e'], ['f'], ['g']], hasLink: true });
	});

	it('joins a group that was joined before', () => {
		const { sides } =
			sidesOf(
				listing('d', ids('c')),
				listing('c', []),
				listing('b', ids('a')),
				listing('a', ids('b')),
				listing('e', ids('ac')),
			) ?? {};
		expect(sides).toEqual([['a', 'b', 'c', 'd', 'e']]);
	});

	it('know a peer by the address at which it is polled, too', () => {
		const byId = [{ id: '192.0.2.98:8098' }];
		const byAddress = [{ id: 'of the connection', address: '192.0.2.98:8098' }];
		for (const list of [byId, byAddress]) {
			expect(sidesOf(listing('a', list), listing('b', []))?.sides).toEqual([['a', 'b']]);
		}
	});

	it('know no peer by a host name without a port, behind which several nodes may be', () => {
		const at = (name: string) =>
			node(name, {
				target: { url: `https://proxy.example/${name}` },
				network: { peers: 1, peerList: [{ id: 'x', address: 'proxy.example' }] },
			});
		expect(sidesOf(at('a'), at('b'))).toBeUndefined();
	});

	it('say that no two are connected, where all are alone', () => {
		expect(sidesOf(listing('a', []), listing('b', []))).toEqual({
			sides: [['a'], ['b']],
			hasLink: false,
		});
		const count = node('b', { network: { peers: 0 } });
		expect(sidesOf(listing('a', []), count)?.sides).toEqual([['a'], ['b']]);
	});

	it.each<[string, NodeSnapshot]>([
		['a peer nobody watches', listing('b', ids('ax'))],
		['a peer without any name of ours', listing('b', [{ id: '' }])],
		['a list that is not whole', listing('b', ids('a'), 2)],
		['a number without a list', node('b', { network: { peers: 1 } })],
		['no peers told', node('b')],
	])('are not known with %s', (_, other) => {
		expect(sidesOf(listing('a', ids('b')), other)).toBeUndefined();
	});

	it('take a list without a number for whole', () => {
		const { network, ...rest } = listing('b', ids('a'));
		const uncounted = { ...rest, network: { peerList: network?.peerList ?? [] } };
		expect(sidesOf(listing('a', []), uncounted)?.sides).toEqual([['a', 'b']]);
	});

	it('count a peer that was heard within half a minute of the reading, or of which it is not told', () => {
		const sides = (lastSeenAt: string) =>
			sidesOf(listing('a', ids('b', lastSeenAt)), listing('b', []))?.sides;
		expect(sides(at(30))).toEqual([['a', 'b']]);
		expect(sides(at(31))).toEqual([['a'], ['b']]);
		expect(sidesOf(listing('a', [{ id: 'id-b' }]), listing('b', []))?.sides).toEqual([['a', 'b']]);
	});
});

describe('when a node last heard of another', () => {
	it('is told by its own peer list, by id or by address', () => {
		const members = membersOf(
			listing('a', [
				{ id: 'id-b', lastSeenAt: at(3) },
				{ id: 'x', address: '192.0.2.99:8099', lastSeenAt: at(4) },
				{ id: 'id-d' },
				{ id: 'nobody we watch', lastSeenAt: at(1) },
			]),
			listing('b', []),
			listing('c', []),
			listing('d', []),
			node('e'),
		);
		const heard = readHeardPeers(members);
		expect(heard.lastHeardMs('a', 'b')).toBe(nowMs - 3000);
		expect(heard.lastHeardMs('a', 'c')).toBe(nowMs - 4000);
		for (const [by, of] of ['ad', 'ax', 'ba', 'ea', 'xa']) {
			expect(heard.lastHeardMs(by ?? '', of ?? '')).toBeUndefined();
		}
	});
});
