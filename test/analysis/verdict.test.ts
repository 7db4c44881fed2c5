import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../source/analysis/evidence.ts';
import { takeAttendance } from '../../source/analysis/member.ts';
import { behind, reachVerdict } from '../../source/analysis/verdict.ts';
import type { Fork } from '../../source/sections/group/schema.ts';
import type { NodeSnapshot } from '../../source/sections/snapshot.ts';
import { failed, node } from './nodes.ts';

type Standing = NonNullable<Evidence['standing']>;
type Sides = NonNullable<Evidence['vertices']>;
type Found = Partial<Omit<Evidence, 'chains' | 'stillness' | 'vertices'>> & {
	readonly chains?: Partial<Evidence['chains']>;
	readonly stillness?: Partial<Evidence['stillness']>;
	readonly vertices?: Partial<Sides>;
};

const none: ReadonlySet<string> = new Set();

/** What was found of these nodes: nothing that could be compared, unless it is told. */
function evidence(
	nodes: readonly NodeSnapshot[],
	{ chains, stillness, vertices, ...rest }: Found = {},
): Evidence {
	return {
		network: {
			name: 'net',
			kind: 'evm',
			networkId: 5,
			genesisHash: undefined,
			nodes,
			notes: [],
		},
		attendance: takeAttendance(nodes),
		chains: {
			main: undefined,
			compared: 0,
			fork: undefined,
			forked: none,
			phantomAt: undefined,
			rejoiningAt: undefined,
			mayRejoin: false,
			common: undefined,
			...chains,
		},
		vertices: vertices && { sides: [], behind: [], losing: [], unknown: [], ...vertices },
		finals: undefined,
		sides: undefined,
		sidesBy: undefined,
		lossy: [],
		standing: undefined,
		stillness: {
			groupMs: undefined,
			seen: none,
			still: none,
			selfReported: none,
			onlyFinality: none,
			...stillness,
		},
		stillLimitMs: undefined,
		common: undefined,
		following: undefined,
		...rest,
	};
}

const named = (names: string, sections: Parameters<typeof node>[1] = {}) =>
	[...names].map((name) => node(name, sections));

/** `{ a: -3 }` is three behind the reference, 0 is level, a positive number ahead. */
function standingAt(reference: number, offsets: Readonly<Record<string, number>>): Standing {
	const heights = Object.values(offsets).map((offset) => reference + offset);
	return {
		lowest: Math.min(...heights),
		highest: Math.max(...heights),
		reference,
		positions: new Map(
			Object.entries(offsets).map(([name, offset]) => {
				const position = offset < 0 ? 'behind' : offset > 0 ? 'ahead' : 'level';
				return [name, { position, behindBy: Math.max(0, -offset) }];
			}),
		),
	};
}

const forkOf = (fork: Partial<Fork> = {}): Fork => ({
	number: 41,
	branches: [
		{ hash: '0xaaaaaaaaaaaaaaaa', height: 50, nodes: ['a', 'b'] },
		{ hash: '0xbbb', height: 44, nodes: ['c'] },
	],
	...fork,
});

describe('the verdict of a partition', () => {
	const sides = [['a', 'b'], ['c']];

	it('names the sides, says how it is known and which links to check', () => {
		expect(reachVerdict(evidence(named('abc'), { sides, sidesBy: 'vertices' }))).toEqual({
			state: 'partitioned',
			message: '2 sides do not hear each other: a, b | c',
			evidence: 'each side issues vertices that the other does not have',
			nextStep: 'check the links between the sides: routes, firewalls, P2P ports',
			sides,
		});
		expect(reachVerdict(evidence(named('abc'), { sides, sidesBy: 'links' })).evidence).toBe(
			'no node of one side has a peer on the other, and no node has another peer',
		);
	});

	it('is told before the fork that it makes, which stays to be seen', () => {
		const verdict = reachVerdict(
			evidence(named('abc'), { sides, sidesBy: 'links', chains: { fork: forkOf() } }),
		);
		expect(verdict).toMatchObject({ state: 'partitioned', fork: { number: 41 } });
	});
});

describe('the verdict of a fork', () => {
	it('names the last common block, the branches, and warns of a restart', () => {
		expect(reachVerdict(evidence(named('abc'), { chains: { fork: forkOf() } }))).toEqual({
			state: 'forked',
			message: '2 chains since block 41: a, b | c',
			evidence: 'a, b at 50 0xaaaaaaaa; c at 44 0xbbb',
			nextStep:
				'ask the network which branch is right before restarting anything; compare client versions',
			fork: forkOf(),
		});
	});

	it('says that such chains joined by themselves before, where they did: then the lines are to blame', () => {
		const verdict = reachVerdict(
			evidence(named('abc'), { chains: { fork: forkOf(), mayRejoin: true } }),
		);
		expect(verdict.evidence).toBe(
			'a, b at 50 0xaaaaaaaa; c at 44 0xbbb; such chains joined again by themselves within the last 10 min: blocks come late or get lost between them',
		);
		expect(verdict.nextStep).toBe(
			'check the lines between the nodes for loss, and how busy the nodes are',
		);
	});

	it('says that the common block may be older where the nodes do not go back to it', () => {
		const { number: _number, ...older } = forkOf({ atOrBefore: 17 });
		const { message } = reachVerdict(evidence(named('abc'), { chains: { fork: older } }));
		expect(message).toBe('2 chains since block 17 or before: a, b | c');
	});

	it('of finality names the vertex that two sides hold in two versions', () => {
		const finals = {
			fork: forkOf(),
			author: 'an-author-of-more-than-twenty-letters',
			sequence: '7',
			layer: 42,
		};
		expect(reachVerdict(evidence(named('abc'), { finals }))).toEqual({
			state: 'forked',
			message: '2 finalities since layer 42: a, b | c',
			evidence:
				'of vertex 7 of an-author-of-more-th…, for final: a, b hold 0xaaaaaaaa; c holds 0xbbb',
			nextStep:
				'what is final on one side never will be on the other: ask the network which is right; find who gave one number twice',
			fork: finals.fork,
		});
		const short = reachVerdict(
			evidence(named('abc'), { finals: { ...finals, author: 'x'.repeat(20) } }),
		);
		expect(short.evidence).toContain(`of ${'x'.repeat(20)}, for`);
	});
});

describe('the verdict of a standstill', () => {
	const stillness = { groupMs: 20_400, seen: new Set(['a', 'b', 'c']) };
	const found: Found = {
		stillness,
		stillLimitMs: 20_000,
		standing: standingAt(90, { a: 0, b: 0, c: 0 }),
	};

	it('says since when and where, and that it is the network', () => {
		expect(reachVerdict(evidence(named('abc'), found))).toEqual({
			state: 'stalled',
			message: '3 nodes stand still together at 90: no progress for 20 s',
			evidence: 'no node that answers made progress',
			nextStep:
				'it is the network, not one node: see its status channel; do not restart validators all at once',
		});
	});

	it('counts one second as told, and less than one not', () => {
		const lasting = (groupMs: number) =>
			reachVerdict(
				evidence(named('abc'), { ...found, stillness: { ...stillness, groupMs }, stillLimitMs: 1 }),
			).message;
		expect(lasting(1000)).toBe('3 nodes stand still together at 90: no progress for 1 s');
		expect(lasting(999)).toBe('3 nodes stand still together at 90: no progress');
	});

	it('begins with the limit, and is never told of a network without one', () => {
		const state = (groupMs: number | undefined, stillLimitMs: number | undefined) =>
			reachVerdict(
				evidence(named('abc'), { ...found, stillness: { ...stillness, groupMs }, stillLimitMs }),
			).state;
		expect(state(20_000, 20_000)).toBe('stalled');
		expect(state(19_999, 20_000)).toBe('unknown');
		expect(state(3_600_000, undefined)).toBe('unknown');
		expect(state(undefined, 20_000)).toBe('unknown');
	});

	it('is told by the nodes themselves only if all of them say so', () => {
		const told = (selfReported: string, onlyFinality = '') =>
			reachVerdict(
				evidence(named('abc'), {
					...found,
					stillLimitMs: undefined,
					stillness: {
						...stillness,
						groupMs: 3000,
						selfReported: new Set(selfReported),
						onlyFinality: new Set(onlyFinality),
					},
				}),
			);
		expect(told('abc')).toMatchObject({
			state: 'stalled',
			evidence: 'consensus is stalled on every node',
		});
		expect(told('ab').state).toBe('unknown');
		// The blocks of one go on: its finality alone stands still.
		expect(told('abc', 'a').state).toBe('unknown');
	});

	it('needs an answer from more than half of the nodes', () => {
		const withLost = (lost: number) =>
			reachVerdict(
				evidence(
					[...named('abc'), ...Array.from({ length: lost }, (_, n) => failed(`x${n}`))],
					found,
				),
			).state;
		expect(withLost(2)).toBe('stalled');
		expect(withLost(3)).toBe('unknown');
	});

	it('needs two nodes, and most of those that answer, to be seen level', () => {
		const state = (names: string, offsets: Readonly<Record<string, number>>, seen = names) =>
			reachVerdict(
				evidence(named(names), {
					...found,
					standing: standingAt(90, offsets),
					stillness: { ...stillness, seen: new Set(seen) },
				}),
			).state;
		expect(state('abc', { a: 0, b: 0, c: -40 })).toBe('stalled');
		expect(state('abc', { a: 0, b: -20, c: -40 })).toBe('lagging');
		expect(state('abcd', { a: 0, b: 0, c: -20, d: -40 })).toBe('lagging');
		expect(state('abc', { a: 0, b: 0, c: 0 }, 'ab')).toBe('stalled');
		expect(state('abc', { a: 0, b: 0, c: 0 }, 'a')).toBe('unknown');
	});

	it('of a DAG without heights counts the nodes that are not behind', () => {
		const dag = (late: readonly string[], most?: string) =>
			reachVerdict(
				evidence(named('abc'), {
					...found,
					standing: undefined,
					...(most !== 'no vertices' && { vertices: { behind: late } }),
				}),
			).message;
		expect(dag(['c'])).toBe('2 of 3 nodes stand still together: no progress for 20 s');
		expect(dag(['b', 'c'])).toBe('2 of 3 nodes are behind, b');
		expect(dag([], 'no vertices')).toBe('3 nodes stand still together: no progress for 20 s');
	});

	it('comes from lost messages where the vertices or the counts of the nodes show it', () => {
		const lines = 'check the lines between the nodes for loss, and how busy the nodes are';
		expect(reachVerdict(evidence(named('abc'), { ...found, lossy: ['a', 'b'] }))).toEqual({
			state: 'stalled',
			message: 'messages are lost: 3 nodes stand still together at 90: no progress for 20 s',
			evidence: 'no node that answers made progress; messages of a, b get lost, by their own count',
			nextStep: lines,
		});
		const byVertices = reachVerdict(
			evidence(named('abc'), { ...found, vertices: { losing: ['b'] } }),
		);
		expect(byVertices).toMatchObject({
			evidence:
				'no node that answers made progress; new vertices of nodes that they hear are missing at b',
			nextStep: lines,
		});
	});

	it('says that validators may be cut off, where all are watched and have too few peers', () => {
		const validators = (peers: readonly (number | undefined)[], total: number) =>
			reachVerdict(
				evidence(
					peers.map((count, index) =>
						node('abc'[index] ?? '', {
							consensus: { validators: total },
							...(count !== undefined && { network: { peers: count } }),
						}),
					),
					found,
				),
			).evidence;
		const plain = 'no node that answers made progress';
		expect(validators([2, 1, 2], 3)).toBe(
			`${plain}; validators have only 1 of 2 others as peers: they may be cut off`,
		);
		expect(validators([0, undefined, 0], 3)).toContain('only 0 of 2 others');
		expect(validators([2, 2, 2], 3)).toBe(plain);
		expect(validators([1, 1, 1], 4)).toBe(plain);
		expect(validators([undefined, undefined, undefined], 3)).toBe(plain);
		// One that does not tell of how many validators it is one may be of a larger network.
		const silent = [
			node('a', { consensus: { validators: 2 }, network: { peers: 0 } }),
			node('b', { network: { peers: 0 } }),
		];
		expect(reachVerdict(evidence(silent, found)).evidence).toBe(plain);
	});
});

describe('the verdict of finality that stands still', () => {
	const finalized = (name: string, number: number) =>
		node(name, { chain: { finalized: { number } } });
	const nodes = [finalized('a', 63), finalized('b', 64), node('c'), node('d')];

	it('says at which block, and that blocks go on', () => {
		const verdict = reachVerdict(
			evidence(nodes.slice(0, 3), {
				stillness: { onlyFinality: new Set('ab') },
				standing: standingAt(130, { a: 0, b: 0, c: 0 }),
			}),
		);
		expect(verdict).toEqual({
			state: 'stalled',
			message: '2 of 3 nodes finalize nothing: finality stands still at 64',
			evidence: 'blocks go on, now at 130, and none becomes final',
			nextStep:
				'validators of the network are missing: see its status channel; restarting a node will not help',
		});
		const { evidence: without } = reachVerdict(
			evidence(nodes.slice(0, 3), { stillness: { onlyFinality: new Set('ab') } }),
		);
		expect(without).toBe('blocks go on, and none becomes final');
	});

	it('needs two nodes, and most of those that answer', () => {
		const state = (count: number, onlyFinality: string) =>
			reachVerdict(
				evidence(nodes.slice(0, count), { stillness: { onlyFinality: new Set(onlyFinality) } }),
			).state;
		expect(state(4, 'ab')).toBe('unknown');
		expect(state(3, 'a')).toBe('unknown');
		expect(state(2, 'ab')).toBe('stalled');
	});
});

describe('the verdict of a lost quorum', () => {
	const member = (name: string, validators: number, status: 'stalled' | 'active' = 'stalled') =>
		node(name, { consensus: { status, validators } });
	const log = (name: string, validators: number) =>
		node(name, { consensus: { status: 'stalled', validators, applied: 4 } });

	it('names who is missing, who is left and how many are needed', () => {
		expect(reachVerdict(evidence([log('a', 3), failed('b'), failed('c')]))).toEqual({
			state: 'stalled',
			message: 'the quorum is lost: 1 of 3 members answers, 2 are needed',
			evidence: 'no answer from b, c; a decides nothing',
			nextStep: 'bring back b, c; until then nothing can be decided or written',
		});
		expect(
			reachVerdict(evidence([member('a', 4), member('b', 4), failed('c'), failed('d')])),
		).toEqual({
			state: 'stalled',
			message: 'the quorum is lost: 2 of 4 members answer, 3 are needed',
			evidence: 'no answer from c, d; a, b decide nothing',
			nextStep: 'bring back c, d; until then nothing can be decided or written',
		});
	});

	it.each<[string, readonly NodeSnapshot[]]>([
		['enough members are left', [member('a', 3), member('b', 3), member('c', 3), failed('d')]],
		['half of a log of two and one is left', [log('a', 3), log('b', 3), failed('c')]],
		['one that is left goes on', [member('a', 3, 'active'), failed('b'), failed('c')]],
		[
			'one of two that are left goes on',
			[member('a', 4), member('b', 4, 'active'), failed('c'), failed('d')],
		],
		[
			'those that are missing only refuse us',
			[member('a', 3), failed('b', 'unauthorized'), failed('c', 'unauthorized')],
		],
		['some members are not watched', [member('a', 4), failed('b'), failed('c')]],
		['nobody is missing', [member('a', 3), member('b', 3, 'active'), node('c')]],
		['a node is the only member', [member('a', 1), failed('b')]],
		['nobody answers', [failed('a'), failed('b')]],
		[
			'nobody tells the number of members',
			[node('a', { consensus: { status: 'stalled' } }), failed('b')],
		],
	])('is not told where %s', (_, nodes) => {
		expect(reachVerdict(evidence(nodes)).message).not.toContain('quorum');
	});

	it('is that of a log as soon as one member shows that it is one', () => {
		const nodes = [log('a', 5), member('b', 5), failed('c'), failed('d'), failed('e')];
		expect(reachVerdict(evidence(nodes)).message).toContain('2 of 5 members answer, 3 are needed');
	});

	it('is told of a pair of which one is left: two are needed', () => {
		expect(reachVerdict(evidence([member('a', 2), failed('b')])).message).toBe(
			'the quorum is lost: 1 of 2 members answers, 2 are needed',
		);
	});
});

describe('the verdict of nodes that are behind', () => {
	it('names one with how far it is behind and where the rest are', () => {
		expect(
			reachVerdict(evidence(named('abc'), { standing: standingAt(90, { a: 0, b: 0, c: -40 }) })),
		).toEqual({
			state: 'lagging',
			message: 'c is behind by 40; the rest are at 90',
			nextStep: 'check whether it catches up; if not, check its peers, disk and clock',
		});
	});

	it('names several, the furthest first and of equals by name', () => {
		const found = evidence(named('abcdef'), {
			standing: standingAt(90, { a: 0, b: -20, c: -40, d: -20, e: 5, f: 0 }),
		});
		expect(behind(found)).toEqual([
			{ name: 'c', behindBy: 40 },
			{ name: 'b', behindBy: 20 },
			{ name: 'd', behindBy: 20 },
		]);
		expect(reachVerdict(found)).toMatchObject({
			message: '3 of 6 nodes are behind, c by 40; the rest are at 90',
			evidence: 'c, b, d',
		});
	});

	it('of a DAG without heights says no number', () => {
		const found = evidence(named('abc'), { vertices: { behind: ['b'] } });
		expect(reachVerdict(found).message).toBe('b is behind');
		expect(behind(found)).toEqual([{ name: 'b', behindBy: 0 }]);
	});
});

describe('the verdict of nodes that agree', () => {
	const common = { height: 88, hash: '0xcccccccccccc', by: 3 };
	const message = (names: string, found: Found, lost: readonly string[] = []) =>
		reachVerdict(evidence([...named(names), ...lost.map((name) => failed(name))], found)).message;

	it('says how many, and at which block', () => {
		expect(message('abc', { chains: { compared: 3 }, common })).toBe(
			'3 nodes agree at 88 0xcccccccc',
		);
		expect(message('abcd', { chains: { compared: 3 } })).toBe('3 of 4 nodes agree');
		expect(message('abc', { vertices: { sides: [['a', 'b']] } })).toBe('2 of 3 nodes agree');
	});

	it('of followers of one leader says whom they follow, and where they are', () => {
		const following = { leader: 'a', term: 4, by: ['a', 'b', 'c'] };
		const standing = standingAt(90, { a: 0, b: 0, c: 0 });
		expect(message('abc', { following, standing })).toBe('3 nodes agree at 90, led by a in term 4');
		expect(message('abc', { following })).toBe('3 nodes agree, led by a in term 4');
		// Hashes say more than a leader does.
		expect(message('abc', { following, standing, chains: { compared: 2 } })).toBe('3 nodes agree');
	});

	it('says who stands still, who does not answer, and of tips that differ', () => {
		expect(
			message(
				'abc',
				{
					chains: { compared: 3, phantomAt: 89, rejoiningAt: 85 },
					common,
					stillness: { still: new Set(['b', 'gone']) },
				},
				['x', 'y'],
			),
		).toBe(
			'3 nodes agree at 88 0xcccccccc; b stalled; no answer from x, y; two tips at 89, which is no fork yet; two chains from 85 on; the last time they joined again by themselves: blocks come late or get lost between them',
		);
	});

	it('is told of two at least: one whose hashes are known agrees with nobody', () => {
		expect(message('abc', { chains: { compared: 1 } })).toBe(
			'3 nodes answer, but report nothing that can be compared',
		);
	});
});

describe('the order of the verdicts', () => {
	it('tells what explains the rest first', () => {
		const everything: Found = {
			sides: [['a'], ['b', 'c']],
			sidesBy: 'links',
			chains: { fork: forkOf(), compared: 3 },
			standing: standingAt(90, { a: 0, b: 0, c: -40 }),
			vertices: { losing: ['a'] },
		};
		const state = ({ ...found }: Found) => reachVerdict(evidence(named('abc'), found)).state;
		expect(state(everything)).toBe('partitioned');
		expect(state({ ...everything, sides: undefined })).toBe('forked');
		const joined = { ...everything, sides: undefined, chains: { compared: 3 } };
		expect(reachVerdict(evidence(named('abc'), joined)).message).toMatch(/^messages are lost/);
		expect(state({ ...joined, vertices: {} })).toBe('lagging');
		expect(state({ chains: { compared: 3 } })).toBe('agreed');
		expect(reachVerdict(evidence([node('a'), failed('b')], everything)).message).toBe(
			'1 of 2 nodes answers: nothing to compare',
		);
	});
});
