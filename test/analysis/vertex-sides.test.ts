import { describe, expect, it } from 'vitest';
import type { Member } from '../../source/analysis/member.ts';
import {
	findVertexSides,
	hearEachOther,
	newestCommonVertex,
} from '../../source/analysis/vertex-sides.ts';
import type { Network } from '../../source/sections/network/schema.ts';
import type { Vertex } from '../../source/sections/dag/schema.ts';
import { node, nowMs } from './nodes.ts';

interface Seen {
	readonly recent?: readonly Vertex[];
	readonly network?: Network;
	/** How long before now the node was read. */
	readonly readAgoMs?: number;
}

function member(name: string, { recent, network, readAgoMs = 0 }: Seen): Member {
	const dag = recent && { dag: { recent: [...recent] } };
	return {
		name,
		node: node(name, { ...dag, ...(network && { network }) }),
		readAtMs: nowMs - readAgoMs,
	};
}

const v = (author: string, agoMs: number, layer?: number): Vertex => ({
	id: `${author}@${agoMs}`,
	parents: [],
	at: new Date(nowMs - agoMs).toISOString(),
	...(layer !== undefined && { layer }),
});

/** One vertex each second, from so long ago until now, the newest first. */
const line = (author: string, fromMs = 12_000, untilMs = 0): Vertex[] =>
	Array.from({ length: (fromMs - untilMs) / 1000 + 1 }, (_, index) =>
		v(author, untilMs + index * 1000),
	);

const latency = (p99: number): Network => ({ latencyMs: { p99 } });
const sidesOf = (...members: readonly Member[]) => findVertexSides(members);

describe('nodes that hear each other', () => {
	it('are one side, by what is old enough to be everywhere', () => {
		// The last 1.5 s each knows only its own; the three vertices before are of both.
		const shared = [...line('x', 12_000, 2000)];
		expect(
			sidesOf(
				member('b', { recent: [v('b', 0), v('b', 1000), ...shared] }),
				member('a', { recent: [v('a', 0), v('a', 1000), ...shared] }),
			),
		).toEqual({ sides: [['a', 'b']], behind: [], losing: [], unknown: [] });
	});

	it('may do so through a third', () => {
		const [ab, bc] = [line('ab'), line('bc')];
		expect(
			sidesOf(
				member('a', { recent: ab }),
				member('c', { recent: bc }),
				member('b', { recent: [...ab, ...bc] }),
			).sides,
		).toEqual([['a', 'b', 'c']]);
	});

	it('are two sides when each misses all of the other, the larger first, then by name', () => {
		const [left, right] = [line('l'), line('r')];
		const members = [
			member('d', { recent: right }),
			member('a', { recent: left }),
			member('c', { recent: right }),
		];
		expect(sidesOf(...members).sides).toEqual([['c', 'd'], ['a']]);
		expect(sidesOf(...members.slice(0, 2)).sides).toEqual([['a'], ['d']]);
	});

	it('are given longer where messages take longer: twice the slowest, six seconds at most', () => {
		/** What both have is so old; since then each has its own. */
		const apartFor = (ms: number, network?: Network) => {
			const old = line('x', 20_000, ms);
			const own = (name: string) => [...line(name, ms - 1000), ...old];
			const told = network ? { network } : {};
			return sidesOf(member('a', { recent: own('a'), ...told }), member('b', { recent: own('b') }))
				.sides.length;
		};
		expect(apartFor(2000)).toBe(1);
		expect(apartFor(5000)).toBe(2);
		expect(apartFor(5000, latency(2000))).toBe(1);
		expect(apartFor(5000, { latencyMs: { avg: 2000 } })).toBe(1);
		expect(apartFor(5000, { latencyMs: { p99: 100, avg: 2000 } })).toBe(2);
		expect(apartFor(7000, latency(60_000))).toBe(1);
		expect(apartFor(12_000, latency(60_000))).toBe(2);
	});

	it('are not two sides because one was read later', () => {
		// b was read 4 s before a: of what came since it knows nothing.
		const old = line('x', 20_000, 6000);
		const { sides, behind } = sidesOf(
			member('a', { recent: [...line('a', 5000), ...old] }),
			member('b', { recent: [...line('b', 5000, 4000), ...old], readAgoMs: 4000 }),
		);
		expect([sides, behind]).toEqual([[['a', 'b']], []]);
	});
});

describe('a node that cannot be compared', () => {
	it('is unknown: without vertices, with too few, with undated ones, or read too long before', () => {
		const full = line('x');
		const { id, parents } = v('y', 0);
		const found = sidesOf(
			member('full', { recent: full }),
			member('none', {}),
			member('empty', { recent: [] }),
			// Three are fresh only if older than the grace.
			member('few', { recent: line('x', 3000) }),
			member('undated', { recent: [...full, { id, parents }] }),
			member('edge', { recent: full, readAgoMs: 8000 }),
			member('late', { recent: full, readAgoMs: 8001 }),
		);
		expect(found.unknown).toEqual(['none', 'empty', 'few', 'undated', 'late']);
		expect(found.sides.flat()).toContain('full');
		expect([...found.sides.flat(), ...found.behind]).toContain('edge');
	});
});

describe('a node that is behind', () => {
	it('misses the newest of the others, which have all of its own', () => {
		const old = line('x', 20_000, 8000);
		const young = line('y', 7000);
		expect(
			sidesOf(member('late', { recent: old }), member('a', { recent: [...young, ...old] })),
		).toEqual({ sides: [['a']], behind: ['late'], losing: [], unknown: [] });
	});

	it('is on no side of its own when what it misses is older than all that it tells', () => {
		// Of a it could have had only what is younger than its own oldest vertex.
		const found = sidesOf(
			member('a', { recent: line('a', 20_000, 14_000) }),
			member('b', { recent: line('b') }),
		);
		expect(found.sides).toEqual([['a', 'b']]);
	});

	it('is on none of two sides when what it tells is older than all that they tell', () => {
		// As a node whose disk is full: it issues nothing more, and the sides have forgotten what it did.
		const [left, right] = [line('l'), line('r')];
		const found = sidesOf(
			member('a', { recent: left }),
			member('b', { recent: left }),
			member('full', { recent: line('x', 40_000, 34_000) }),
			member('d', { recent: right }),
		);
		expect(found).toEqual({
			sides: [['a', 'b'], ['d']],
			behind: [],
			losing: [],
			unknown: ['full'],
		});
	});
});

describe('nodes that miss vertices of one that they hear', () => {
	const heard = (id: string, agoMs: number): Network => ({
		peerList: [{ id, lastSeenAt: new Date(nowMs - agoMs).toISOString() }],
	});
	const identified = (name: string, seen: Seen): Member => {
		const made = member(name, seen);
		return { ...made, node: { ...made.node, identity: { nodeId: `id-${name}` } } };
	};

	it('lose messages, where most do', () => {
		const found = sidesOf(
			identified('a', { recent: line('a'), network: heard('id-b', 500) }),
			identified('b', { recent: line('b'), network: heard('id-a', 500) }),
		);
		expect(found).toEqual({ sides: [['a', 'b']], behind: [], losing: ['a', 'b'], unknown: [] });
	});

	it('are cut off when they heard nothing since those vertices were issued', () => {
		// The oldest of the three that b should have had of a is 4 s old.
		const at = (agoMs: number) =>
			sidesOf(
				identified('a', { recent: line('a'), network: heard('id-b', agoMs) }),
				identified('b', { recent: line('b'), network: heard('id-a', agoMs) }),
			).losing;
		expect(at(3999)).toEqual(['a', 'b']);
		expect(at(4000)).toEqual([]);
	});

	it('are no sides even where fewer than most do', () => {
		// Of four only a hears what it misses.
		const found = sidesOf(
			identified('a', { recent: line('a'), network: heard('id-b', 500) }),
			...['b', 'c', 'd'].map((name) => identified(name, { recent: line('b') })),
		);
		expect(found).toEqual({ sides: [['a', 'b', 'c', 'd']], behind: [], losing: [], unknown: [] });
		const half = sidesOf(
			identified('a', { recent: line('a'), network: heard('id-b', 500) }),
			identified('b', { recent: line('b') }),
		);
		expect([half.losing, half.sides]).toEqual([[], [['a', 'b']]]);
	});
});

describe('two nodes since a moment', () => {
	const both = [...line('a'), ...line('b')];

	it('hear each other by what was issued after it', () => {
		const [a, b] = [member('a', { recent: both }), member('b', { recent: both })];
		expect(hearEachOther(a, b, nowMs - 60_000)).toBe(true);
		// The newest that both should have is 2 s old.
		expect(hearEachOther(a, b, nowMs - 2001)).toBe(true);
		expect(hearEachOther(a, b, nowMs - 2000)).toBe(false);
	});

	it('do not when one of them misses the other, or tells nothing', () => {
		const [one, all] = [member('a', { recent: line('a') }), member('b', { recent: both })];
		const [silent, strange] = [member('c', {}), member('d', { recent: line('d') })];
		for (const [a, b] of [
			[one, strange],
			[all, silent],
			[silent, all],
			[member('e', { recent: line('b') }), one],
		] as const) {
			expect(hearEachOther(a, b, nowMs - 60_000)).toBe(false);
		}
	});

	it('may have been read apart', () => {
		const old = line('x', 20_000, 6000);
		const a = member('a', { recent: [...line('a', 5000), ...old] });
		const b = member('b', { recent: old, readAgoMs: 4000 });
		expect(hearEachOther(a, b, 0)).toBe(true);
		expect(hearEachOther(b, a, 0)).toBe(true);
	});

	it('are given as long as their messages take', () => {
		const old = line('x', 20_000, 6000);
		const own = (name: string) => [...line(name, 5000), ...old];
		const [a, b] = [member('a', { recent: own('a') }), member('b', { recent: own('b') })];
		expect(hearEachOther(a, b, 0)).toBe(false);
		const slow = member('b', { recent: own('b'), network: latency(3000) });
		expect([hearEachOther(a, slow, 0), hearEachOther(slow, a, 0)]).toEqual([true, true]);
	});
});

describe('the newest common vertex of a side', () => {
	const [low, mid, high] = [v('v', 3000, 1), v('v', 2000, 2), v('v', 1000, 3)];
	const a = member('a', { recent: [low, mid, high] });
	const b = member('b', { recent: [mid, low] });
	const c = member('c', { recent: [low] });

	it('is the highest that most have', () => {
		expect(newestCommonVertex([a, b], ['a', 'b'])).toEqual({ height: 2, hash: mid.id, by: 2 });
		expect(newestCommonVertex([a, b, c], ['a', 'b', 'c'])).toEqual({
			height: 1,
			hash: low.id,
			by: 3,
		});
		// One that two have is no vertex of three, but more than none.
		const apart = member('d', { recent: [v('w', 0, 9)] });
		expect(newestCommonVertex([a, b, apart], ['a', 'b', 'd'])).toEqual({
			height: 2,
			hash: mid.id,
			by: 2,
		});
	});

	it('is of equals of one layer the first by name', () => {
		const [x, y] = [v('x', 0, 5), v('y', 0, 5)];
		const [one, other] = [member('a', { recent: [y, x] }), member('b', { recent: [x, y] })];
		expect(newestCommonVertex([one, other], ['a', 'b'])).toEqual({ height: 5, hash: x.id, by: 2 });
	});

	it('is none of one node, of nodes of another side, or of vertices without a layer', () => {
		expect(newestCommonVertex([a, b, c], ['a'])).toBeUndefined();
		expect(newestCommonVertex([a, b, c], [])).toBeUndefined();
		expect(newestCommonVertex([a, member('n', {})], ['a', 'n'])).toBeUndefined();
		const plain = [v('v', 1000)];
		const [one, other] = [member('a', { recent: plain }), member('b', { recent: plain })];
		expect(newestCommonVertex([one, other], ['a', 'b'])).toBeUndefined();
		// What only one node has is common to nobody.
		expect(
			newestCommonVertex([a, member('d', { recent: [v('w', 0, 9)] })], ['a', 'd']),
		).toBeUndefined();
	});
});
