import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createGroupAnalysis } from '../../source/analysis/groups.ts';
import { groupSchema } from '../../source/sections/group/schema.ts';
import type { NodeSnapshot } from '../../source/sections/snapshot.ts';
import type { Vertex } from '../../source/sections/dag/schema.ts';
import { at, chain, chained, failed, groupOf, node, nowMs, positions, vertices } from './nodes.ts';
import type { ChainText } from './nodes.ts';

describe('chains compared by hash', () => {
	it('agree at the newest block that all have, heights apart or not', () => {
		const group = groupOf(chained('a', 'aaaaaa'), chained('b', 'aaaaa'), chained('c', 'aaaa'));
		expect(group).toMatchObject({
			name: 'evm:5',
			kind: 'evm',
			state: 'agreed',
			message: '3 nodes agree at 3 0xaaaa',
			common: { height: 3, hash: '0xaaaa', by: 3 },
			heights: { lowest: 3, highest: 5 },
		});
		expect(positions(group)).toEqual({ a: 'level', b: 'level', c: 'level' });
		expect(groupSchema.parse(group)).toEqual(group);
	});

	it('two tips at one height are no fork, but said', () => {
		const group = groupOf(chained('a', 'aaaaa'), chained('b', 'aaaab'), chained('c', 'aaaaa'));
		expect(group.state).toBe('agreed');
		expect(group.message).toContain('two tips at 4, which is no fork yet');
		expect(group.fork).toBeUndefined();
	});

	it('a tip of the other branch with one block upon it is no fork either', () => {
		expect(groupOf(chained('a', 'aaaaaa'), chained('b', 'aaaab')).state).toBe('agreed');
	});

	it('tips that stand side by side for long are one', () => {
		const old = { ageSeconds: 40, gapSeconds: 1 };
		const group = groupOf(
			chained('a', { blocks: 'aaaaa', ...old }),
			chained('b', { blocks: 'aaaab', ...old }),
		);
		expect(group).toMatchObject({ state: 'forked', fork: { number: 3 } });
	});

	it('tips become a fork when they are seen for longer than any tip lasts', () => {
		const analysis = createGroupAnalysis();
		const look = (seconds: number) => {
			const atMs = nowMs + seconds * 1000;
			const nodes = [chained('a', 'aaaaaaaa'), chained('b', 'aaaaaaab')].map((node) => ({
				...node,
				poll: { ...node.poll, lastGoodAt: new Date(atMs).toISOString() },
			}));
			return analysis.evaluate(nodes, atMs)[0]?.state;
		};
		expect([0, 5, 9, 11].map(look)).toEqual(['agreed', 'agreed', 'agreed', 'forked']);
	});

	/** Of two nodes, one look each 5 s from the first on. */
	const looked = (...looks: readonly (readonly [string, string])[]) => {
		const analysis = createGroupAnalysis();
		return looks.map(([a, b], index) => {
			const nodes = [chained('a', a), chained('b', b)];
			return analysis.evaluate(nodes, nowMs + index * 5000)[0];
		});
	};
	const fork = ['aaaxx', 'aaayy'] as const;
	const joined = ['aaayyy', 'aaayyy'] as const;
	const next = ['aaayyyxx', 'aaayyyzz'] as const;
	const statesOf = (...looks: readonly (readonly [string, string])[]) =>
		looked(...looks).map((group) => group?.state);

	it('a split is waited for, twice as long as the last one took to join again by itself', () => {
		// The first takes two looks, 10 s, from its first look to the one where it has ended.
		expect(statesOf(fork, fork, joined, next, next, next, next, next, next)).toEqual([
			'forked',
			'forked',
			'agreed',
			'agreed',
			'agreed',
			'agreed',
			'agreed',
			'agreed',
			'forked',
		]);
		expect(looked(fork, fork, joined, next)[3]?.message).toContain(
			'two chains from 6 on; the last time they joined again by themselves: blocks come late or get lost between them',
		);
	});

	it('a split is not waited for if the last one was only of tips, or ended because a node left', () => {
		expect(statesOf(['aaax', 'aaay'], joined, next).at(-1)).toBe('forked');
		const analysis = createGroupAnalysis();
		analysis.evaluate([chained('a', fork[0]), chained('b', fork[1])], nowMs);
		analysis.evaluate([failed('a'), chained('b', joined[1])], nowMs + 5000);
		const nodes = [chained('a', next[0]), chained('b', next[1])];
		expect(analysis.evaluate(nodes, nowMs + 10_000)[0]?.state).toBe('forked');
	});

	it('a split that shrank to tips before it ended is one that joined again by itself', () => {
		const states = statesOf(
			fork,
			['aaayyx', 'aaayyz'],
			['aaayyzz', 'aaayyzz'],
			['aaayyzzxx', 'aaayyzzww'],
		);
		expect(states).toEqual(['forked', 'agreed', 'agreed', 'agreed']);
	});

	it('a split is not waited for if the last one took longer than a minute, or ended long ago', () => {
		const long = Array.from({ length: 12 }, () => fork);
		expect(statesOf(...long, joined, next).at(-1)).toBe('agreed');
		expect(statesOf(...long, fork, joined, next).at(-1)).toBe('forked');
		const quiet = Array.from({ length: 121 }, () => joined);
		expect(statesOf(fork, ...quiet.slice(1), next).at(-1)).toBe('agreed');
		expect(statesOf(fork, ...quiet, next).at(-1)).toBe('forked');
	});

	it('a split is waited for a minute at most, and not at all once what differs is final', () => {
		const slow = Array.from({ length: 11 }, () => fork);
		const again = Array.from({ length: 14 }, () => next);
		const states = statesOf(...slow, joined, ...again);
		expect(states.slice(12)).toEqual([...Array.from({ length: 13 }, () => 'agreed'), 'forked']);
		const analysis = createGroupAnalysis();
		const look = (a: ChainText, b: ChainText, index: number) =>
			analysis.evaluate([chained('a', a), chained('b', b)], nowMs + index * 5000)[0]?.state;
		look({ blocks: fork[0] }, { blocks: fork[1] }, 0);
		look({ blocks: joined[0] }, { blocks: joined[1] }, 1);
		expect(look({ blocks: next[0], finalized: 6 }, { blocks: next[1], finalized: 6 }, 2)).toBe(
			'forked',
		);
	});

	it('two blocks on both branches are a fork, with its point and its sides', () => {
		const group = groupOf(chained('a', 'aaaaaa'), chained('b', 'aaaabbb'), chained('c', 'aaaaaaa'));
		expect(group).toMatchObject({
			state: 'forked',
			fork: {
				number: 3,
				branches: [
					{ hash: '0xaaaaaaa', height: 6, nodes: ['a', 'c'] },
					{ hash: '0xaaaabbb', height: 6, nodes: ['b'] },
				],
			},
		});
		expect(positions(group)).toEqual({ a: 'level', b: 'forked', c: 'level' });
	});

	it('of two nodes that part, neither is the right one', () => {
		const group = groupOf(chained('a', 'aaaa'), chained('b', 'aabb'));
		expect(positions(group)).toEqual({ a: 'forked', b: 'forked' });
	});

	it('what parts before all that is told has a bound, not a point', () => {
		const group = groupOf(
			chained('a', { blocks: 'aaaaaaaaaa', told: 4 }),
			chained('b', { blocks: 'abbbbbbbbb', told: 4 }),
		);
		expect(group.fork).toMatchObject({ atOrBefore: 5 });
		expect(group.fork?.number).toBeUndefined();
	});

	it('different final blocks are a fork however short the branches', () => {
		const group = groupOf(
			chained('a', { blocks: 'aaaa', finalized: 3 }),
			chained('b', { blocks: 'aaab', finalized: 3 }),
		);
		expect(group.state).toBe('forked');
	});

	it('three branches are told from the earliest parting on', () => {
		const group = groupOf(
			chained('a', 'aaaaaaa'),
			chained('b', 'aaaabbb'),
			chained('c', 'aaccccc'),
		);
		expect(group.fork?.branches).toHaveLength(3);
		expect(group.fork?.number).toBe(1);
	});

	it('remembers the heads of a node that tells no recent blocks', () => {
		const analysis = createGroupAnalysis();
		const look = (blocks: string, late: string) =>
			analysis.evaluate(
				[blocks, late].map((text, index) => {
					const { head } = chain({ blocks: text });
					return node(`n${index}`, { chain: { ...(head && { head }) } });
				}),
				nowMs,
			)[0]?.state;
		expect(look('aaaa', 'aaa')).toBe('unknown');
		expect(look('aaaaa', 'aaaa')).toBe('agreed');
		expect(look('aaaaaa', 'aaaab')).toBe('agreed');
		expect(look('aaaaaaa', 'aaaabb')).toBe('forked');
	});
});

describe('positions', () => {
	it('who is further behind than ten seconds of blocks is behind, and by how much', () => {
		const group = groupOf(
			chained('a', { blocks: 'a'.repeat(60) }),
			chained('b', { blocks: 'a'.repeat(55) }),
			chained('c', { blocks: 'a'.repeat(20) }),
		);
		expect(group).toMatchObject({
			state: 'lagging',
			message: 'c is behind by 40; the rest are at 59',
		});
		expect(group.members).toContainEqual({ node: 'c', position: 'behind', behindBy: 40 });
		expect(positions(group)).toMatchObject({ a: 'level', b: 'level' });
	});

	it('one that is far before all others is ahead', () => {
		const group = groupOf(
			...['b', 'c', 'd'].map((name) => chained(name, { blocks: 'a'.repeat(20) })),
			chained('a', { blocks: 'a'.repeat(50) }),
		);
		expect(positions(group)).toMatchObject({ a: 'ahead', b: 'level' });
	});

	it('a node that is down is unreachable, one that refuses us unknown; neither is a partition', () => {
		const group = groupOf(
			chained('a', 'aaaa'),
			chained('b', 'aaaa'),
			failed('c', 'timeout'),
			failed('d', 'unauthorized'),
		);
		expect(group).toMatchObject({
			state: 'agreed',
			message: '2 nodes agree at 3 0xaaaa; no answer from c',
		});
		expect(positions(group)).toMatchObject({ c: 'unreachable', d: 'unknown' });
	});
});

describe('a stall', () => {
	const still = (name: string, agoSeconds: number, text = 'aaaaaa') =>
		chained(name, { blocks: text, ageSeconds: agoSeconds });

	it('of all is one of the network, told from one look by the age of the head', () => {
		const group = groupOf(...Array.from({ length: 9 }, (_, index) => still(`n${index}`, 20)));
		expect(group).toMatchObject({ state: 'stalled' });
		expect(group.message).toBe('9 nodes stand still together at 5: no progress for 20 s');
		expect(new Set(Object.values(positions(group)))).toEqual(new Set(['stalled']));
	});

	it('keeps the one that is behind apart', () => {
		const rest = Array.from({ length: 8 }, (_, index) => still(`n${index}`, 40, 'a'.repeat(40)));
		const group = groupOf(...rest, still('late', 60));
		expect(group.state).toBe('stalled');
		expect(positions(group)).toMatchObject({ n0: 'stalled', late: 'behind' });
	});

	it('is not told of an even split, nor where most do not answer, nor of one node', () => {
		const high = ['a', 'b'].map((name) => still(name, 40, 'a'.repeat(40)));
		const low = ['c', 'd'].map((name) => still(name, 40));
		expect(groupOf(...high, ...low).state).toBe('lagging');
		expect(groupOf(...high, failed('c'), failed('d')).state).not.toBe('stalled');
		expect(groupOf(still('a', 40)).state).toBe('unknown');
	});

	it('is measured up to each reading, so that a node asked seldom does not stand still', () => {
		const seldom = { poll: { at: at(30), lastGoodAt: at(30) } };
		const group = groupOf(
			...['a', 'b'].map((name) => ({
				...still(name, 31),
				...node(name, seldom),
				chain: chain({ blocks: 'aaaaaa', ageSeconds: 31 }),
			})),
		);
		expect(group.state).toBe('agreed');
	});

	it('of nodes that tell no timestamps is measured by the pace that was watched', () => {
		const analysis = createGroupAnalysis();
		const look = (seconds: number, view: number, movedAt: number, peers = 3) =>
			analysis.evaluate(
				['a', 'b', 'c', 'd'].map((name) => ({
					...node(name, {
						target: { kind: 'bft' },
						consensus: { view, validators: 4 },
						network: { peers },
						poll: { lastGoodAt: at(-seconds) },
					}),
					lastProgressAt: at(-movedAt),
				})),
				nowMs + seconds * 1000,
			)[0];
		for (let second = 0; second < 6; second++) look(second, second, second);
		expect(look(14, 5, 5)?.state).toBe('unknown');
		expect(look(16, 5, 5, 1)).toMatchObject({
			state: 'stalled',
			message: '4 nodes stand still together at 5: no progress for 11 s',
			evidence:
				'no node that answers made progress; validators have only 1 of 3 others as peers: they may be cut off',
		});
		expect(look(17, 6, 17)?.state).toBe('unknown');
	});

	it('of finality alone is not one of the head', () => {
		const beacon = (name: string) =>
			node(name, {
				...still(name, 2, 'a'.repeat(40)),
				consensus: { status: 'stalled', finalized: 16, height: 39 },
				chain: chain({ blocks: 'a'.repeat(40), ageSeconds: 2, finalized: 16 }),
				lastProgressAt: at(2),
			});
		const group = groupOf(beacon('a'), beacon('b'));
		expect(group).toMatchObject({
			state: 'stalled',
			message: '2 nodes finalize nothing: finality stands still at 16',
			evidence: 'blocks go on, now at 39, and none becomes final',
		});
		expect(positions(group)).toEqual({ a: 'level', b: 'level' });
		const { state, message } = groupOf(beacon('a'), chained('b', { blocks: 'a'.repeat(40) }));
		expect(state).toBe('agreed');
		expect(message).toMatch(/^2 nodes agree at/);
	});

	it('of members that say nothing themselves is not put into their mouths', () => {
		const halted = (name: string) => node(name, { consensus: { status: 'stalled', height: 7 } });
		const { evidence } = groupOf(halted('a'), halted('b'));
		expect(evidence).toBe('consensus is stalled on every node');
	});

	it('of a group that lost its quorum says so', () => {
		const log = { status: 'stalled', applied: 9, finalized: 9, validators: 3 } as const;
		const member = (name: string) => node(name, { target: { kind: 'bft' }, consensus: log });
		const lost = (name: string) => ({ ...failed(name, 'timeout'), target: member(name).target });
		const group = groupOf(member('a'), lost('b'), lost('c'));
		expect(group).toMatchObject({
			state: 'stalled',
			message: 'the quorum is lost: 1 of 3 members answers, 2 are needed',
			evidence: 'no answer from b, c; a decides nothing',
		});
		expect(positions(group)).toEqual({ a: 'stalled', b: 'unreachable', c: 'unreachable' });
		const bft = { status: 'stalled', height: 9, validators: 4 } as const;
		const replica = (name: string) => node(name, { consensus: bft });
		expect(groupOf(replica('a'), replica('b'), failed('c'), failed('d')).message).toBe(
			'the quorum is lost: 2 of 4 members answer, 3 are needed',
		);
	});

	it('is no lost quorum while who is left goes on, or not all members are watched', () => {
		const log = { status: 'active', applied: 9, finalized: 9, validators: 3 } as const;
		const going = node('a', { consensus: log });
		expect(groupOf(going, failed('b'), failed('c')).state).toBe('unknown');
		const some = node('a', { consensus: { ...log, status: 'stalled', validators: 5 } });
		expect(groupOf(some, failed('b'), failed('c')).state).toBe('unknown');
	});

	it('is no matter of a development chain that makes blocks on demand', () => {
		const identity = { chainId: 31_337 };
		const nodes = ['a', 'b'].map((name) =>
			node(name, {
				identity,
				chain: {
					head: { number: 1, hash: '0x1', at: at(9000) },
					recent: [
						{ number: 0, hash: '0x0', at: at(9999) },
						{ number: 1, hash: '0x1', at: at(9000) },
					],
				},
			}),
		);
		expect(groupOf(...nodes).state).toBe('agreed');
	});

	it('cannot be told of nodes that tell no height and no time, however long they are watched', () => {
		const analysis = createGroupAnalysis();
		const look = (seconds: number, ...nodes: readonly NodeSnapshot[]) => {
			const read = nodes.map((each) => ({
				...each,
				poll: { ...each.poll, lastGoodAt: at(-seconds) },
			}));
			return analysis.evaluate(read, nowMs + seconds * 1000)[0];
		};
		const silent = ['a', 'b', 'c'].map((name) => node(name));
		look(0, ...silent);
		const later = look(3600, ...silent);
		expect(later).toMatchObject({
			state: 'unknown',
			message: '3 nodes answer, but report nothing that can be compared',
		});
		expect(later && positions(later)).toEqual({ a: 'unknown', b: 'unknown', c: 'unknown' });
		// What one alone tells says nothing of the others; nor does what all told once.
		const one = look(4000, node('a', { chain: { head: { number: 1 } } }), ...silent.slice(1));
		expect(one?.state).toBe('unknown');
		expect(
			look(9000, node('a', { chain: { head: { number: 1 } } }), ...silent.slice(1)),
		).toMatchObject({
			state: 'unknown',
			members: [{ position: 'stalled' }, { position: 'unknown' }, { position: 'unknown' }],
		});
		const before = silent.map((each) => ({ ...each, lastProgressAt: at(0) }));
		expect(look(9999, ...before)?.state).toBe('unknown');
	});

	it('of one while the others go on leaves the group agreed', () => {
		const moving = (name: string) => ({ ...chained(name, 'aaaaaaa'), lastProgressAt: at(0) });
		const group = groupOf(moving('a'), moving('b'), {
			...chained('c', 'aaaaaa'),
			lastProgressAt: at(30),
		});
		expect(group).toMatchObject({ state: 'agreed' });
		expect(group.message).toContain('c stalled');
		expect(positions(group)).toEqual({ a: 'level', b: 'level', c: 'stalled' });
	});
});

describe('a partition', () => {
	const dag = (name: string, authors: string, agoSeconds = 0) =>
		node(name, { dag: { recent: vertices(authors, agoSeconds) }, target: { kind: 'qudag' } });

	it('shows in vertices that each side has and the other lacks', () => {
		const [left, right] = [
			`${'x'.repeat(10)}${'a'.repeat(20)}`,
			`${'x'.repeat(10)}${'c'.repeat(20)}`,
		];
		const group = groupOf(dag('a', left), dag('c', right), dag('b', left), dag('d', right));
		expect(group).toMatchObject({
			state: 'partitioned',
			sides: [
				['a', 'b'],
				['c', 'd'],
			],
			message: '2 sides do not hear each other: a, b | c, d',
		});
		expect(group.members.map(({ side }) => side)).toEqual([0, 1, 0, 1]);
	});

	/** Lists all others, each heard of so many seconds ago. */
	const hearing = (snapshot: NodeSnapshot, heard: Readonly<Record<string, number>>) => ({
		...snapshot,
		identity: { chainId: 5, nodeId: `id-${snapshot.target.name}` },
		network: {
			peerList: Object.entries(heard).map(([name, agoSeconds]) => ({
				id: `id-${name}`,
				lastSeenAt: at(agoSeconds),
			})),
		},
	});
	/** Each has the first ten vertices of `x`, and then only its own. */
	const alone = (name: string) => `${'x'.repeat(10)}${name.repeat(20)}`;
	/** Hears all of the others, or none since the vertices that it misses. */
	const isolated = (agoSeconds: number) =>
		['a', 'b', 'c', 'd'].map((name) => {
			const others = ['a', 'b', 'c', 'd'].filter((other) => other !== name);
			const heard = Object.fromEntries(others.map((other) => [other, agoSeconds]));
			return hearing(dag(name, alone(name)), heard);
		});

	it('is none where the nodes have heard of each other since: messages are lost', () => {
		const group = groupOf(...isolated(1));
		expect(group).toMatchObject({
			state: 'lagging',
			message: 'messages are lost: 4 nodes miss new vertices of nodes that they hear',
			evidence: 'new vertices of nodes that they hear are missing at a, b, c, d',
			nextStep: 'check the lines between the nodes for loss, and how busy the nodes are',
		});
		expect(group.sides).toBeUndefined();
		expect(positions(group)).toEqual({ a: 'level', b: 'level', c: 'level', d: 'level' });
	});

	it('is one where the peers are listed, but silent since before the vertices that are missing', () => {
		const group = groupOf(...isolated(4));
		expect(group.state).toBe('partitioned');
		expect(group.sides).toHaveLength(4);
		expect(group.evidence).toBe('each side issues vertices that the other does not have');
	});

	it('joins two sides of which one node has heard of the other', () => {
		const [left, right] = [alone('a'), alone('c')];
		const group = groupOf(
			hearing(dag('a', left), { c: 1 }),
			hearing(dag('b', left), {}),
			hearing(dag('c', right), {}),
			hearing(dag('d', right), {}),
			hearing(dag('e', alone('e')), {}),
		);
		expect(group.sides).toEqual([['a', 'b', 'c', 'd'], ['e']]);
	});

	it('says of a stall that messages are lost, where they are', () => {
		const stalled = isolated(1).map((each) => ({
			...each,
			consensus: { status: 'stalled' as const },
		}));
		const group = groupOf(...stalled);
		expect(group.state).toBe('stalled');
		expect(group.message).toMatch(/^messages are lost: 4 nodes stand still together/);
		expect(group.evidence).toContain('consensus is stalled on every node; new vertices');
		expect(group.nextStep).toContain('for loss');
	});

	it('says so by the counts of most nodes too, of what they sent since the look before', () => {
		const stalledWith = (sent: number, dropped: Readonly<Record<string, number>>) =>
			['a', 'b', 'c'].map((name) =>
				node(name, {
					consensus: { status: 'stalled', height: 7 },
					network: { messages: [{ type: 'vote', sent, dropped: dropped[name] ?? 0 }] },
				}),
			);
		const look = (...looks: readonly ReturnType<typeof stalledWith>[]) => {
			const analysis = createGroupAnalysis();
			return looks.map((nodes, index) => analysis.evaluate(nodes, nowMs + index * 5000)[0]).at(-1);
		};
		// Half was lost at some time before it was watched.
		const before = stalledWith(1000, { a: 500, b: 500, c: 500 });
		const lossy = look(before, stalledWith(1100, { a: 511, b: 511, c: 500 }));
		expect(lossy?.message).toMatch(/^messages are lost: 3 nodes stand still together/);
		expect(lossy?.evidence).toContain('messages of a, b get lost, by their own count');
		expect(lossy?.nextStep).toContain('for loss');
		// The same poll, looked at twice.
		const same = stalledWith(1100, { a: 511, b: 511, c: 500 });
		expect(look(before, same, same)?.message).toMatch(/^messages are lost/);
		for (const [sent, dropped] of [
			[1100, { a: 510, b: 510, c: 510 }],
			[1100, { a: 590, b: 500, c: 500 }],
			[1019, { a: 519, b: 519, c: 519 }],
			[100, { a: 50, b: 50, c: 50 }],
		] as const) {
			expect(look(before, stalledWith(sent, dropped))?.message).toMatch(/^3 nodes stand still/);
		}
		expect(look(before)?.message).toMatch(/^3 nodes stand still/);
		// Twenty messages are enough, and one of two nodes is not most of them.
		expect(look(before, stalledWith(1020, { a: 503, b: 503, c: 500 }))?.message).toMatch(
			/^messages are lost/,
		);
		const two = (sent: number, a: number) => stalledWith(sent, { a, b: 500 }).slice(0, 2);
		expect(look(two(1000, 500), two(1100, 550))?.message).toMatch(/^2 nodes stand still/);
	});

	it('is no loss of messages where one of four misses what is new', () => {
		const full = 'x'.repeat(40);
		const group = groupOf(
			dag('a', full),
			dag('b', full),
			dag('c', full),
			hearing(dag('d', full.slice(0, 25), 4.5), { a: 0, b: 0, c: 0 }),
		);
		expect(group.state).toBe('lagging');
		expect(group.message).toContain('d is behind');
	});

	it('is none where vertices only take their time', () => {
		const late = `${'x'.repeat(25)}${'a'.repeat(5)}`;
		const other = `${'x'.repeat(25)}${'c'.repeat(5)}`;
		expect(groupOf(dag('a', late), dag('c', other)).state).toBe('agreed');
	});

	it('is none where one node only lacks what is new: it is behind', () => {
		const full = 'x'.repeat(40);
		const group = groupOf(dag('a', full), dag('b', full), {
			...dag('c', full.slice(0, 25), 4.5),
		});
		expect(group.state).toBe('lagging');
		expect(positions(group)).toEqual({ a: 'level', b: 'level', c: 'behind' });
	});

	it('is not told of readings too far apart to compare', () => {
		const early = {
			...dag('c', 'c'.repeat(30), 60),
			poll: node('c', { poll: { lastGoodAt: at(60) } }).poll,
		};
		expect(groupOf(dag('a', 'a'.repeat(30)), early).state).toBe('unknown');
	});

	const peered = (name: string, peers: readonly string[], text: string, lastSeenAt = at(1)) =>
		node(name, {
			identity: { chainId: 5, nodeId: `id-${name}` },
			chain: chain({ blocks: text }),
			network: {
				peers: peers.length,
				peerList: peers.map((peer) => ({ id: `id-${peer}`, lastSeenAt })),
			},
		});

	it('shows in peer lists that fall apart', () => {
		const group = groupOf(
			peered('a', ['b'], 'aaaaa'),
			peered('b', ['a'], 'aaaaa'),
			peered('c', ['d'], 'aaaac'),
			peered('d', ['c'], 'aaaac'),
		);
		expect(group).toMatchObject({
			state: 'partitioned',
			sides: [
				['a', 'b'],
				['c', 'd'],
			],
		});
	});

	it('is not told where a peer is one that nobody watches, or the heads are the same', () => {
		const open = groupOf(
			peered('a', ['b', 'stranger'], 'aaaaa'),
			peered('b', ['a'], 'aaaaa'),
			peered('c', ['d'], 'aaaac'),
			peered('d', ['c'], 'aaaac'),
		);
		expect(open.state).toBe('agreed');
		const same = groupOf(
			peered('a', ['b'], 'aaa'),
			peered('b', ['a'], 'aaa'),
			peered('c', [], 'aaa'),
		);
		expect(same.state).toBe('agreed');
	});

	it('shows where two that were connected have no peer any more, once their heads differ', () => {
		const analysis = createGroupAnalysis();
		const look = (peersOfA: readonly string[], peersOfB: readonly string[], textOfB: string) =>
			analysis.evaluate([peered('a', peersOfA, 'aaaaa'), peered('b', peersOfB, textOfB)], nowMs)[0]
				?.state;
		expect(look([], [], 'aaaab')).toBe('agreed');
		expect(look(['b'], ['a'], 'aaaaa')).toBe('agreed');
		expect(look([], [], 'aaaaa')).toBe('agreed');
		expect(look([], [], 'aaaab')).toBe('partitioned');
	});

	it('takes a link that one end names, and none from a list of old', () => {
		const chainA = groupOf(
			peered('a', ['b'], 'aaaaa'),
			peered('b', [], 'aaaaa'),
			peered('c', ['b'], 'aaaac'),
		);
		expect(chainA.state).toBe('agreed');
		const stale = groupOf(
			peered('a', ['b'], 'aaaaa'),
			peered('b', ['a'], 'aaaaa'),
			peered('c', ['a'], 'aaaac', at(120)),
		);
		expect(stale).toMatchObject({ state: 'partitioned', sides: [['a', 'b'], ['c']] });
	});
});

describe('too little evidence', () => {
	it.each([
		['one node', [chained('a', 'aaa')], 'one node: nothing to compare it with'],
		[
			'one that answers',
			[chained('a', 'aaa'), failed('b')],
			'1 of 2 nodes answers: nothing to compare',
		],
		[
			'none that answers',
			[failed('a'), failed('b')],
			'none of 2 nodes answers: nothing to compare',
		],
		[
			'nothing told',
			[node('a'), node('b')],
			'2 nodes answer, but report nothing that can be compared',
		],
		[
			'heights without hashes',
			[node('a', { consensus: { view: 7 } }), node('b', { consensus: { view: 7 } })],
			'2 nodes are level at 7, but report no hash to compare',
		],
	])('%s is unknown', (_, nodes, message) => {
		expect(groupOf(...nodes)).toMatchObject({ state: 'unknown', message });
	});

	it('heights past 2^53 are not compared', () => {
		const view = '9007199254740993';
		const group = groupOf(node('a', { consensus: { view } }), node('b', { consensus: { view } }));
		expect(group.heights).toBeUndefined();
	});
});

describe('since', () => {
	it('is kept while the state lasts and begins anew with another', () => {
		const analysis = createGroupAnalysis();
		const look = (seconds: number, b: string) =>
			analysis.evaluate([chained('a', 'aaaaaa'), chained('b', b)], nowMs + seconds * 1000)[0]
				?.since;
		expect(look(0, 'aaaaaa')).toBe(at(0));
		expect(look(3, 'aaaaa')).toBe(at(0));
		expect(look(5, 'aabbbb')).toBe(at(-5));
		expect(look(9, 'aabbbb')).toBe(at(-5));
	});
});

describe('whatever the nodes tell', () => {
	interface Shape {
		readonly fork: number;
		readonly length: number;
		readonly letter: string;
		readonly told: number;
	}
	const branch: fc.Arbitrary<Shape> = fc.record({
		fork: fc.integer({ min: 0, max: 30 }),
		length: fc.integer({ min: 1, max: 30 }),
		letter: fc.constantFrom('a', 'b', 'c'),
		told: fc.integer({ min: 1, max: 40 }),
	});
	const build = (shapes: readonly Shape[]): NodeSnapshot[] =>
		shapes.map(({ fork, length, letter, told }, index) =>
			chained(`n${index}`, { blocks: `${'a'.repeat(fork + 1)}${letter.repeat(length)}`, told }),
		);

	it('the order of the nodes does not matter', () => {
		fc.assert(
			fc.property(fc.array(branch, { minLength: 2, maxLength: 8 }), fc.nat(), (shapes, seed) => {
				const nodes = build(shapes);
				const shuffled = nodes.toSorted(
					(a, b) => mix(a.target.name, seed) - mix(b.target.name, seed),
				);
				const [here, there] = [groupOf(...nodes), groupOf(...shuffled)];
				expect(there).toMatchObject({ state: here.state, message: here.message });
				expect(positions(there)).toEqual(positions(here));
				expect(there.fork).toEqual(here.fork);
			}),
			{ numRuns: 200 },
		);
	});

	it('prefixes of one chain are never a fork', () => {
		fc.assert(
			fc.property(fc.array(branch, { minLength: 2, maxLength: 8 }), (shapes) => {
				const group = groupOf(...build(shapes.map((shape) => ({ ...shape, letter: 'a' }))));
				expect(group.state).not.toBe('forked');
				expect(group.fork).toBeUndefined();
				expect(groupSchema.parse(group)).toEqual(group);
			}),
			{ numRuns: 200 },
		);
	});

	it('a fork is not healed by both branches growing', () => {
		fc.assert(
			fc.property(fc.nat({ max: 20 }), fc.nat({ max: 20 }), (moreA, moreB) => {
				const group = groupOf(
					chained('a', `aaaaaa${'a'.repeat(moreA)}`),
					chained('b', `aaaabb${'b'.repeat(moreB)}`),
				);
				expect(group).toMatchObject({ state: 'forked', fork: { number: 3 } });
			}),
			{ numRuns: 100 },
		);
	});
});

function mix(name: string, seed: number): number {
	let hash = seed;
	for (const letter of name) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x9e_37_79_b1) >>> 0;
	return hash;
}

describe('nodes that tell different chains of one network', () => {
	const ofChain = (name: string, of: string, text: string) =>
		node(name, { chain: { ...chain({ blocks: text }), name: of }, target: { kind: 'dag' } });

	it('are not compared with one another: neither behind, nor forked', () => {
		const [long, short] = ['c'.repeat(40), 'p'.repeat(12)];
		const apart = groupOf(
			ofChain('a', 'C', long),
			ofChain('b', 'C', long),
			ofChain('p', 'P', short),
		);
		expect(apart).toMatchObject({ state: 'agreed', heights: { lowest: 39, highest: 39 } });
		expect(positions(apart)).toEqual({ a: 'level', b: 'level', p: 'unknown' });
		const level = groupOf(ofChain('a', 'C', long), ofChain('p', 'P', 'p'.repeat(40)));
		expect(level.state).toBe('unknown');
		expect(positions(level)).toEqual({ a: 'unknown', p: 'unknown' });
	});

	it('that do not say which are compared', () => {
		expect(groupOf(chained('a', 'aab'), chained('b', 'aab')).state).toBe('agreed');
	});
});

describe('the finality of a DAG', () => {
	/** Vertices `author+number+variant`, one each 300 ms: `a1 b1 a2x` is number 2 of a, variant x. */
	const final = (text: string, agoSeconds = 0): Vertex[] => {
		const ids = text.split(' ');
		return ids.map((id, index) => ({
			id,
			parents: [],
			author: id.slice(0, 1),
			sequence: Number(id.replaceAll(/\D/g, '')),
			layer: index + 1,
			at: at(agoSeconds + (ids.length - 1 - index) * 0.3),
			finalized: true,
		}));
	};
	const dag = (name: string, recent: Vertex[]) =>
		node(name, { dag: { recent }, target: { kind: 'qudag' } });
	const line = (author: string, from: number, count: number) =>
		Array.from({ length: count }, (_, index) => `${author}${from + index}`).join(' ');
	const shared = line('s', 1, 20);

	it('is forked where two vertices of one author and number are final, from that layer on', () => {
		const left = final(`${shared} l7x ${line('a', 1, 20)}`);
		const right = final(`${shared} l7y ${line('b', 1, 20)}`);
		const both = final(`${shared} l7x l7y ${line('d', 1, 19)}`);
		const group = groupOf(dag('a', left), dag('b', right), dag('c', left), dag('d', both));
		expect(group).toMatchObject({
			state: 'forked',
			message: '2 finalities since layer 21: a, c | b',
			evidence: 'of vertex 7 of l, for final: a, c hold l7x; b holds l7y',
			fork: {
				number: 20,
				branches: [
					{ hash: 'l7x', height: 21, nodes: ['a', 'c'] },
					{ hash: 'l7y', height: 21, nodes: ['b'] },
				],
			},
		});
		expect(group).not.toHaveProperty('sides');
		expect(positions(group)).toMatchObject({ a: 'level', b: 'forked', c: 'level' });
		expect(group.members.map(({ branch }) => branch)).toEqual([0, 1, 0, undefined]);
	});

	it('is one while a twin is not final, has another number, or the number is not told', () => {
		const left = final(`${shared} l7x ${line('s', 21, 10)}`);
		const pending = final(`${shared} l7y ${line('s', 21, 10)}`).map((vertex) =>
			vertex.id === 'l7y' ? { ...vertex, finalized: false } : vertex,
		);
		const other = final(`${shared} l8y ${line('s', 21, 10)}`);
		const unnumbered = final(`${shared} l7y ${line('s', 21, 10)}`).map((vertex) => {
			const { sequence: _sequence, ...rest } = vertex;
			return rest;
		});
		for (const right of [pending, other, unnumbered]) {
			expect(groupOf(dag('a', left), dag('b', right)).state).toBe('agreed');
		}
	});

	it('stays forked while neither shows the conflict any more, and ends when one joins the other', () => {
		const analysis = createGroupAnalysis();
		const seen = (left: Vertex[], right: Vertex[]) =>
			analysis.evaluate([dag('a', left), dag('b', right)], nowMs)[0]?.state;
		const conflict = (twin: string, own: string) => final(`${shared} ${twin} ${own}`, 60);
		expect(seen(conflict('l7x', line('a', 1, 9)), conflict('l7y', line('b', 1, 9)))).toBe('forked');
		expect(seen(final(line('a', 40, 30)), final(line('b', 40, 30)))).toBe('forked');
		const joined = final(line('a', 40, 30));
		expect(seen(joined, [...joined])).toBe('agreed');
		expect(seen(joined, [...joined])).toBe('agreed');
	});

	it('is told of the lowest conflict, however many follow', () => {
		const many = (variant: string) =>
			final(Array.from({ length: 400 }, (_, index) => `l${index + 1}${variant}`).join(' '));
		const group = groupOf(dag('a', many('x')), dag('b', many('y')));
		expect(group).toMatchObject({ state: 'forked', fork: { number: 0 } });
		expect(group.fork?.branches.map(({ hash }) => hash)).toEqual(['l1x', 'l1y']);
	});
});
