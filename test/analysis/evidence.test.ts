import { describe, expect, it } from 'vitest';
import { createGroupAnalysis } from '../../source/analysis/groups.ts';
import type { NodeSnapshot } from '../../source/sections/snapshot.ts';
import { at, chain, chained, failed, groupOf, node, nowMs, positions } from './nodes.ts';
import type { ChainText } from './nodes.ts';

const still: ChainText = { blocks: 'aaaaaaaa', ageSeconds: 60 };

describe('a group that stands still', () => {
	const stateOf = (...nodes: readonly NodeSnapshot[]) => groupOf(...nodes).state;
	/** A block now and then, the last one 200 s ago: twice as long as any gap before. */
	const irregular = {
		...chain({ ...still, ageSeconds: 200 }),
		recent: [0, 1, 40, 44].map((seconds, number) => ({
			number,
			hash: `0x${number}`,
			at: at(244 - seconds),
		})),
	};
	const onDemand = (name: string, identity: NodeSnapshot['identity']) =>
		node(name, { identity: { chainId: 31_337, ...identity }, chain: irregular });

	it('is at rest where all are development chains, which make a block when there is something to do', () => {
		expect(stateOf(onDemand('a', {}), onDemand('b', {}))).toBe('agreed');
		const publicNode = { chainId: 31_337, client: 'anvil' };
		expect(stateOf(onDemand('a', publicNode), onDemand('b', {}))).toBe('agreed');
		const peered = { ...onDemand('b', { chainId: 1337 }), network: { peers: 3 } };
		expect(stateOf(onDemand('a', { chainId: 1337 }), peered)).toBe('stalled');
	});

	it('is at rest where all are replicated logs, which write when somebody writes', () => {
		const log = (name: string, applied?: number) =>
			node(name, {
				chain: irregular,
				consensus: { finalized: 5, pending: 1, ...(applied !== undefined && { applied }) },
			});
		expect(stateOf(log('a', 4), log('b', 4))).toBe('agreed');
		expect(stateOf(log('a', 4), log('b'))).toBe('stalled');
	});

	it('is stalled where one of them is no development chain', () => {
		const peered = { ...chained('b', still), identity: { chainId: 1337 }, network: { peers: 3 } };
		const alone = { ...chained('a', still), identity: { chainId: 1337 } };
		expect(stateOf(alone, peered)).toBe('stalled');
	});

	const waiting = (name: string, status: 'active' | 'stalled' = 'active') => ({
		...chained(name, still),
		chain: { ...chain(still), emptyBlocks: 'notMade' as const, txPool: { pending: 0 } },
		consensus: { status },
	});

	it('is at rest where no block is due, whatever one of them says of itself', () => {
		expect(stateOf(waiting('a'), waiting('b'))).toBe('agreed');
		expect(stateOf(waiting('a'), waiting('b'), waiting('c', 'stalled'))).toBe('agreed');
		expect(stateOf(waiting('a', 'stalled'), waiting('b', 'stalled'))).toBe('stalled');
		const busy = { ...waiting('b'), chain: { ...waiting('b').chain, txPool: { pending: 4 } } };
		expect(stateOf(waiting('a'), busy)).toBe('stalled');
	});

	it('is one node alone: nothing is said of it', () => {
		expect(positions(groupOf(chained('a', still), failed('b')))).toEqual({
			a: 'unknown',
			b: 'unreachable',
		});
	});

	it('a node whose head and finality go on is level, where finality of most others stands still', () => {
		const beacon = (name: string, status: 'active' | 'stalled') => ({
			...node(name, {
				consensus: { status, finalized: 16, height: 39 },
				chain: chain({ blocks: 'a'.repeat(40), ageSeconds: 2, finalized: 16 }),
			}),
			lastProgressAt: at(2),
		});
		const group = groupOf(beacon('a', 'stalled'), beacon('b', 'stalled'), beacon('c', 'active'));
		expect(group.message).toMatch(/^2 of 3 nodes finalize nothing/);
		expect(positions(group)).toEqual({ a: 'level', b: 'level', c: 'level' });
	});
});

describe('how far apart two heights may be', () => {
	const told = (name: string, height: number, blockIntervalMs?: number) =>
		node(name, {
			consensus: { height },
			...(blockIntervalMs !== undefined && { chain: { blockIntervalMs } }),
		});

	it('follows the interval that the nodes report, the shortest of several, where none was measured', () => {
		const position = (interval?: number, other?: number) =>
			positions(groupOf(told('a', 100, interval), told('b', 100, other), told('c', 60)))['c'];
		expect(position(100)).toBe('level');
		expect(position(10_000, 100)).toBe('level');
		expect(position(10_000)).toBe('behind');
		expect(position()).toBe('behind');
	});
});

describe('what a group is told with', () => {
	it('is its network, its common block, its heights and its members, and no more', () => {
		expect(groupOf(chained('a', 'aaaa'), chained('b', 'aaa'))).toStrictEqual({
			name: 'evm:5',
			kind: 'evm',
			networkId: 5,
			genesisHash: '0xgenesis',
			nodes: ['a', 'b'],
			state: 'agreed',
			since: at(0),
			message: '2 nodes agree at 2 0xaaa',
			common: { height: 2, hash: '0xaaa', by: 2 },
			heights: { lowest: 2, highest: 3 },
			members: [
				{ node: 'a', position: 'level' },
				{ node: 'b', position: 'level' },
			],
		});
	});

	it('has no genesis and no id where the nodes tell none', () => {
		const unnamed = (name: string) => node(name, { identity: { networkId: 'x' } });
		const group = groupOf(unnamed('a'), unnamed('b'));
		expect(group).toMatchObject({ networkId: 'x' });
		expect(group).not.toHaveProperty('genesisHash');
		const byGenesis = (name: string) => node(name, { identity: { genesisHash: '0xgenesis' } });
		const other = groupOf(byGenesis('a'), byGenesis('b'));
		expect(other).toMatchObject({ genesisHash: '0xgenesis' });
		expect(other).not.toHaveProperty('networkId');
	});

	it('says by how much a member is behind, of a standstill too, and of a level one nothing', () => {
		const long = { blocks: 'a'.repeat(40), ageSeconds: 60 };
		const lagging = groupOf(
			chained('a', 'a'.repeat(40)),
			chained('b', 'a'.repeat(40)),
			chained('c', 'aaa'),
		);
		expect(lagging.members).toStrictEqual([
			{ node: 'a', position: 'level' },
			{ node: 'b', position: 'level' },
			{ node: 'c', position: 'behind', behindBy: 37 },
		]);
		const near = groupOf(chained('a', 'aaaa'), chained('b', 'aaaa'), chained('c', 'aa'));
		expect(near.members[2]).toStrictEqual({ node: 'c', position: 'level' });
		const uneven = groupOf(
			chained('a', long),
			chained('b', long),
			chained('c', { ...long, blocks: 'a'.repeat(38) }),
		);
		expect(uneven.members[2]).toStrictEqual({ node: 'c', position: 'stalled', behindBy: 2 });
	});

	it('of a DAG names the newest vertex that all have', () => {
		const dag = (name: string, count: number) =>
			node(name, {
				dag: {
					recent: Array.from({ length: count }, (_, index) => ({
						id: `v${index}`,
						parents: [],
						author: 'x',
						layer: index,
						at: at(10 - index * 0.3),
					})),
				},
			});
		const group = groupOf(dag('a', 30), dag('b', 28));
		expect(group.common).toMatchObject({ hash: 'v27', by: 2 });
		expect(group.message).toBe('2 nodes agree at 27 v27');
	});

	it('places nodes by the hash of their final block, where they tell of no other', () => {
		const final = (name: string) =>
			node(name, { chain: { finalized: { number: 7, hash: '0x7' } } });
		const group = groupOf(final('a'), final('b'), node('c'));
		expect(group.message).toBe('2 of 3 nodes agree at 7 0x7');
		expect(positions(group)).toEqual({ a: 'level', b: 'level', c: 'unknown' });
	});
});

describe('sides by peer lists', () => {
	const peered = (name: string, peers: string, more: Partial<NodeSnapshot> = {}) =>
		node(name, {
			identity: { chainId: 5, nodeId: `id-${name}` },
			network: { peers: peers.length, peerList: [...peers].map((peer) => ({ id: `id-${peer}` })) },
			...more,
		});
	const on = (blocks: string) => ({ chain: chain({ blocks }) });

	it('are told with what shows them', () => {
		const group = groupOf(
			peered('a', 'b', on('aaaaa')),
			peered('b', 'a', on('aaaaa')),
			peered('c', '', on('aaaac')),
		);
		expect(group).toMatchObject({
			state: 'partitioned',
			evidence: 'no node of one side has a peer on the other, and no node has another peer',
			members: [{ side: 0 }, { side: 0 }, { side: 1 }],
		});
	});

	it('are told of nodes that report no head, for nothing speaks against them', () => {
		expect(groupOf(peered('a', 'b'), peered('b', 'a'), peered('c', '')).state).toBe('partitioned');
	});

	it('are not told where all are joined, whatever they report', () => {
		const ring = [peered('a', 'b'), peered('b', 'c'), peered('c', 'a')];
		expect(groupOf(...ring).state).not.toBe('partitioned');
		const interval = { chain: { blockIntervalMs: 1000 } };
		expect(groupOf(peered('a', 'b', interval), peered('b', 'a'), peered('c', '')).state).toBe(
			'partitioned',
		);
	});

	it('are told unless all of them have one head: two of three are not enough', () => {
		const three = (third: string) =>
			groupOf(
				peered('a', 'b', on('aaaaa')),
				peered('b', 'a', on('aaaaa')),
				peered('c', '', on('aaaaa')),
				peered('d', '', on(third)),
			).state;
		expect(three('aaaac')).toBe('partitioned');
		expect(three('aaaaa')).toBe('agreed');
		// One node of a side is enough to have it.
		const mixed = groupOf(
			peered('a', 'b', on('aaaa')),
			peered('b', 'a', on('aaaaa')),
			peered('c', '', on('aaaaa')),
		);
		expect(mixed.state).toBe('agreed');
	});

	it('are told of a fork even where two sides share a head', () => {
		const group = groupOf(
			peered('a', 'b', on('aaaaaa')),
			peered('b', 'a', on('aaabbb')),
			peered('c', '', on('aaaaaa')),
		);
		expect(group).toMatchObject({ state: 'partitioned', fork: { number: 2 } });
	});

	it('are not told of development chains, which have no peers by design', () => {
		const analysis = createGroupAnalysis();
		const look = (peers: readonly [string, string], other: string) =>
			analysis.evaluate(
				[
					peered('a', peers[0], {
						...on('aaaaa'),
						identity: { chainId: 5, client: 'anvil', nodeId: 'id-a' },
					}),
					peered('b', peers[1], {
						...on(other),
						identity: { chainId: 5, client: 'anvil', nodeId: 'id-b' },
					}),
				],
				nowMs,
			)[0]?.state;
		look(['b', 'a'], 'aaaaa');
		expect(look(['', ''], 'aaaab')).toBe('agreed');
	});
});

describe('what sites report', () => {
	const siteOf = (name: string) => (name.includes('/') ? name.split('/')[0] : undefined);
	const look = (...nodes: readonly NodeSnapshot[]) => {
		const [group] = createGroupAnalysis().evaluate(nodes, nowMs, siteOf);
		if (!group) throw new Error('the nodes are of no network');
		return group;
	};

	it('is weighed as it is, where no node is polled directly', () => {
		const group = look(
			chained('s/a', 'aaaaaa'),
			chained('s/b', 'aaaaaa'),
			chained('s/c', 'aabbbb'),
		);
		expect(group.state).toBe('forked');
		expect(group.hearsay).toEqual(['s/a', 's/b', 's/c']);
		expect(group.notes).toBeUndefined();
	});

	it('does not put one of two direct nodes on the other side', () => {
		const group = look(
			chained('a', 'aaaaaa'),
			chained('b', 'aaaaaa'),
			chained('s/c', 'aabbbb'),
			chained('s/d', 'aabbbb'),
			chained('s/e', 'aabbbb'),
		);
		expect(group.state).toBe('agreed');
		expect(group.notes).toEqual(['s alone says: 2 chains since block 1: s/c, s/d, s/e | a, b']);
	});

	it('confirms what the direct nodes show themselves, without a word of objection', () => {
		const group = look(
			chained('a', 'a'.repeat(40)),
			chained('b', 'a'.repeat(40)),
			chained('c', 'aaa'),
			chained('s/d', 'a'.repeat(40)),
		);
		expect(group.message).toMatch(/^c is behind/);
		expect(group.notes).toBeUndefined();
	});

	it('of nodes that stand on the wrong side of a partition does not count', () => {
		const peered = (name: string, peer: string, blocks: string) =>
			node(name, {
				identity: { chainId: 5, nodeId: `id-${name}` },
				chain: chain({ blocks }),
				network: { peers: 1, peerList: [{ id: `id-${peer}` }] },
			});
		const group = look(
			peered('a', 'b', 'aaaaa'),
			peered('b', 'a', 'aaaaa'),
			peered('s/c', 's/d', 'aaaac'),
			peered('s/d', 's/c', 'aaaac'),
		);
		expect(group.state).toBe('agreed');
		expect(group.notes?.[0]).toMatch(/^s alone says: 2 sides do not hear each other/);
		// Those that only the site knows may be the ones that are cut off.
		const larger = look(
			peered('a', 'b', 'aaaaa'),
			peered('b', 'a', 'aaaaa'),
			peered('s/c', 's/c', 'aaaac'),
		);
		expect(larger).toMatchObject({ state: 'partitioned', sides: [['a', 'b'], ['s/c']] });
		expect(larger.notes).toBeUndefined();
		// The direct nodes show a partition themselves.
		const own = look(
			peered('a', 'a', 'aaaaa'),
			peered('b', 'b', 'aaaab'),
			peered('s/c', 's/d', 'aaaac'),
			peered('s/d', 's/c', 'aaaac'),
		);
		expect(own.notes).toBeUndefined();
	});
});
