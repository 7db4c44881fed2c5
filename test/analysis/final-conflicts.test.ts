import { describe, expect, it } from 'vitest';
import {
	createFinalMemory,
	findFinalFork,
	forgetFinalsOf,
	observeFinals,
} from '../../source/analysis/final-conflicts.ts';
import type { FinalMemory } from '../../source/analysis/final-conflicts.ts';
import { takeAttendance } from '../../source/analysis/member.ts';
import type { Vertex } from '../../source/sections/dag/schema.ts';
import { at, node } from './nodes.ts';

/** What `author` issued as number `sequence`, in the version of this id, final. */
const final = (
	author: string,
	sequence: number,
	id: string,
	more: Partial<Vertex> = {},
): Vertex => ({
	id,
	parents: [],
	author,
	sequence,
	layer: sequence,
	at: at(100),
	finalized: true,
	...more,
});

/** Members by name, with what they hold. */
const holding = (held: Readonly<Record<string, readonly Vertex[]>>) =>
	takeAttendance(
		Object.entries(held).map(([name, recent]) => node(name, { dag: { recent: [...recent] } })),
	).answering;

function look(
	held: Readonly<Record<string, readonly Vertex[]>>,
	memory: FinalMemory = createFinalMemory(),
) {
	const members = holding(held);
	observeFinals(memory, members);
	return findFinalFork(memory, members);
}

const x = final('l', 7, 'x');
const y = final('l', 7, 'y');

describe('two vertices of one author and number that are final', () => {
	it('are a fork, from the layer below them on, with who holds which', () => {
		expect(look({ c: [y], a: [x], b: [x] })).toEqual({
			author: 'l',
			sequence: '7',
			layer: 7,
			fork: {
				number: 6,
				branches: [
					{ hash: 'x', height: 7, nodes: ['a', 'b'] },
					{ hash: 'y', height: 7, nodes: ['c'] },
				],
			},
		});
	});

	it('come with the larger branch first, of equals that of the first node by name', () => {
		const nodes = (held: Readonly<Record<string, readonly Vertex[]>>) =>
			look(held)?.fork.branches.map((branch) => branch.nodes.join(''));
		expect(nodes({ a: [x], b: [y], c: [y] })).toEqual(['bc', 'a']);
		expect(nodes({ a: [y], b: [x] })).toEqual(['a', 'b']);
		expect(nodes({ d: [x], c: [x], a: [y], b: [y] })).toEqual(['ab', 'cd']);
	});

	it('are told with an author whose name has blanks', () => {
		const by = 'the east 7';
		const told = look({ a: [final(by, 12, 'x')], b: [final(by, 12, 'y')] });
		expect(told).toMatchObject({ author: by, sequence: '12' });
	});

	it('are told from the lowest on, of one layer from the first by author', () => {
		const low = { a: [final('m', 3, 'p')], b: [final('m', 3, 'q')] };
		const both = { a: [x, ...low.a], b: [y, ...low.b] };
		expect(look(both)).toMatchObject({ author: 'm', layer: 3, fork: { number: 2 } });
		const same = { a: [x, final('k', 7, 'p')], b: [y, final('k', 7, 'q')] };
		expect(look(same)).toMatchObject({ author: 'k', sequence: '7' });
		// Of two layers that one number stands in, the lower one counts.
		const apart = look({ a: [x], b: [final('l', 7, 'y', { layer: 5 })] });
		expect(apart).toMatchObject({ layer: 5, fork: { number: 4 } });
		expect(look({ a: [final('l', 0, 'x')], b: [final('l', 0, 'y')] })?.fork.number).toBe(0);
	});

	it('add who is found to hold with one side in another conflict to that side', () => {
		const [p, q] = [final('m', 9, 'p'), final('m', 9, 'q')];
		expect(look({ a: [x, p], b: [y, q], c: [p], d: [q] })?.fork.branches).toEqual([
			{ hash: 'x', height: 7, nodes: ['a', 'c'] },
			{ hash: 'y', height: 7, nodes: ['b', 'd'] },
		]);
	});

	it('leave who holds both on no branch, in any of the conflicts', () => {
		const [p, q] = [final('m', 9, 'p'), final('m', 9, 'q')];
		const found = look({ a: [x], b: [y], liar: [x, y, p], c: [q] });
		expect(found?.fork.branches.map(({ nodes }) => nodes)).toEqual([['a'], ['b']]);
		expect(look({ a: [x], liar: [x, y] })).toBeUndefined();
	});

	it.each<[string, Vertex]>([
		['is not final', { ...y, finalized: false }],
		['has another number', final('l', 8, 'y')],
		['has another author', final('m', 7, 'y')],
	])('are none while one of them %s', (_, other) => {
		expect(look({ a: [x], b: [other] })).toBeUndefined();
	});

	it.each(['author', 'sequence', 'layer', 'at', 'finalized'] as const)(
		'are none where the nodes do not tell the %s',
		(unknown) => {
			const [one, other] = [x, y].map(({ [unknown]: _left, ...told }) => [told]);
			expect(look({ a: one ?? [], b: other ?? [] })).toBeUndefined();
		},
	);
});

describe('a fork of finality over time', () => {
	it('lasts while neither side shows it any more', () => {
		const memory = createFinalMemory();
		look({ a: [x], b: [y] }, memory);
		expect(look({ a: [], b: [] }, memory)?.layer).toBe(7);
	});

	it('ends with the last node of one side, and is not known of those that are gone', () => {
		const memory = createFinalMemory();
		look({ a: [x], b: [x], c: [y] }, memory);
		forgetFinalsOf(memory, new Set(['b', 'c']));
		expect(look({ b: [x], c: [y] }, memory)?.fork.branches.map(({ nodes }) => nodes)).toEqual([
			['b'],
			['c'],
		]);
		forgetFinalsOf(memory, new Set(['b']));
		expect(look({ b: [x] }, memory)).toBeUndefined();
		// One that comes back is heard again, though it shows the same as before.
		const members = holding({ b: [x], c: [y] });
		observeFinals(memory, members);
		forgetFinalsOf(memory, new Set(['b']));
		observeFinals(memory, members);
		expect(findFinalFork(memory, members)?.fork.branches).toHaveLength(2);
	});

	/** Vertices of one author, three in each second, the newest `agoSeconds` old. */
	const line = (author: string, agoSeconds: number): Vertex[] =>
		Array.from({ length: 30 }, (_, index) => ({
			id: `${author}${index}`,
			parents: [],
			author,
			layer: 100 + index,
			at: at(agoSeconds + (29 - index) / 3),
		}));

	it('ends when one side hears the other, after the conflict, and nobody of its own', () => {
		const held = { a: [...line('s', 0), x], b: [...line('s', 0), y] };
		const recent = { ...x, at: at(10) };
		expect(look(held)).toBeUndefined();
		// The vertices that crossed may be older than the conflict.
		expect(
			look({ a: [...line('s', 0), recent], b: [...line('s', 0), { ...y, at: at(10) }] }),
		).toBeDefined();
		expect(
			look({ a: [...line('s', 0), x], b: [...line('s', 0), { ...y, at: at(10) }] }),
		).toBeDefined();
		// Each goes on by itself.
		expect(look({ a: [...line('s', 0), x], b: [...line('t', 0), y] })).toBeDefined();
		// Both sides still have two nodes that hear each other.
		const all = line('s', 0);
		expect(look({ a: [...all, x], b: [...all, x], c: [...all, y], d: [...all, y] })).toBeDefined();
		// One of three has gone over: the fork goes on without it.
		const [s, t] = [line('s', 0), line('t', 0)];
		const fork = look({ a: [...s, x], b: [...s, x], c: [...s, y], d: [...t, y] })?.fork;
		expect(fork?.branches.map(({ nodes }) => nodes)).toEqual([['a', 'b'], ['d']]);
	});
});

describe('what is kept of a DAG', () => {
	const many = (author: string, from: number, count: number, variant = '') =>
		Array.from({ length: count }, (_, index) =>
			final(author, from + index, `${author}${from + index}${variant}`),
		);

	it('is bounded, and what stands in conflict stays', () => {
		const memory = createFinalMemory();
		look({ a: [x], b: [y] }, memory);
		for (let from = 0; from < 6000; from += 1000) look({ a: many('s', from, 1000) }, memory);
		expect(memory.finals.size).toBe(4096);
		expect(look({ a: many('s', 5000, 1000), b: [] }, memory)?.author).toBe('l');
		// The newest of the rest is there: its twin is a conflict.
		expect(look({ b: [final('s', 5999, 'twin')] }, memory)).toBeDefined();
		expect(memory.contested.size).toBe(2);
		// The oldest is not.
		look({ b: [final('s', 10, 'twin')] }, memory);
		expect(memory.contested.size).toBe(2);
	});

	it('holds 256 conflicts, of which the first that still stands is the point of the fork', () => {
		const memory = createFinalMemory();
		const found = look({ a: many('l', 1, 400, 'x'), b: many('l', 1, 400, 'y') }, memory);
		expect(memory.contested.size).toBe(256);
		expect(found).toMatchObject({ sequence: '1', fork: { number: 0 } });
		expect(memory.finals.size).toBe(256);
	});

	it('does not hold a conflict that ended as the point of the fork', () => {
		const memory = createFinalMemory();
		// Who holds both sides of the first conflict leaves nobody on one of them.
		const [first, ...others] = [many('l', 1, 400, 'x'), many('l', 1, 400, 'y')];
		const found = look(
			{ a: [...(first ?? []), final('l', 1, 'l1y')], b: (others[0] ?? []).slice(1) },
			memory,
		);
		expect(memory.contested.size).toBe(256);
		expect(memory.contested.has(JSON.stringify(['l', '1']))).toBe(false);
		expect(found).toMatchObject({ sequence: '2' });
	});
});
