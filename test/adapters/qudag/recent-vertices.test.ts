import { describe, expect, test } from 'vitest';
import { createVertexReader } from '../../../source/adapters/qudag/recent-vertices.ts';

const at = (second: number) => `2026-01-01T00:00:0${second}.000Z`;
const vertex = (id: string, second: number, more: object = {}) => ({
	id,
	parents: ['p'],
	timestamp: at(second),
	finalized: false,
	...more,
});

describe('recent vertices', () => {
	test('that did not change are the same objects again; one that did is read anew', () => {
		const read = createVertexReader();
		const [a, b] = read([vertex('a', 1), vertex('b', 2)]);
		const again = read([vertex('a', 1), vertex('b', 2, { finalized: true }), vertex('c', 3)]);
		expect(again[0]).toBe(a);
		expect(again[1]).not.toBe(b);
		expect(again.map(({ id, finalized }) => [id, finalized])).toEqual([
			['a', false],
			['b', true],
			['c', false],
		]);
	});

	test('that changed keep of themselves what did not', () => {
		const read = createVertexReader();
		const [before] = read([vertex('a', 1, { author: 'x', layer: 1 })]);
		const [after] = read([vertex('a', 2, { author: 'x', layer: 2, finalized: true })]);
		expect(after).toEqual({ ...before, layer: 2, at: at(2), finalized: true });
		expect(after?.parents).toBe(before?.parents);
	});

	test.each<[string, object]>([
		['a time in seconds', { timestamp: 1_767_225_601 }],
		['a sequence as text', { sequence: '7' }],
		['a flag that is none', { finalized: 'yes' }],
		['parents that are no texts', { parents: ['p', 7] }],
		['no parents', { parents: null }],
		['controls', { id: 'a\u0007b', author: 'x\u001B[2J' }],
		['unknown fields', { more: { x: 1 } }],
	])('written in another way are read the same each time: %s', (_what, more) => {
		const read = createVertexReader();
		const first = read([vertex('a', 1, more), vertex('b', 2)]);
		expect(first).toHaveLength(2);
		expect(read([vertex('a', 1, more), vertex('b', 2)])).toEqual(first);
		expect(createVertexReader()([vertex('a', 1, more), vertex('b', 2)])).toEqual(first);
	});

	test('under an id that is cleaned stay apart', () => {
		const read = createVertexReader();
		const two = [vertex('a\u0007', 1), vertex('a', 2)];
		const first = read(two);
		expect(first.map((each) => each.at)).toEqual([at(1), at(2)]);
		expect(read(two)).toEqual(first);
	});

	test('lose what the node does not tell any more', () => {
		const read = createVertexReader();
		read([vertex('a', 1, { author: 'x', layer: 3 })]);
		expect(read([vertex('a', 1)])).toEqual([
			{ id: 'a', parents: ['p'], at: at(1), finalized: false },
		]);
	});

	test('have the number that their author gave them, where it is one', () => {
		const read = createVertexReader();
		const told = [7, '18446744073709551615', undefined, 'seven', -1, 1.5].map((sequence, index) =>
			vertex(`v${index}`, index + 1, sequence === undefined ? {} : { author: 'a', sequence }),
		);
		expect(read(told).map(({ sequence }) => sequence)).toEqual([
			7,
			'18446744073709551615',
			undefined,
			undefined,
			undefined,
			undefined,
		]);
	});

	test('with other parents under the same id are another vertex', () => {
		const read = createVertexReader();
		read([vertex('a', 1)]);
		expect(read([vertex('a', 1, { parents: ['q'] })])[0]?.parents).toEqual(['q']);
	});

	test('are the oldest first when all have a time, else as the node lists them', () => {
		const read = createVertexReader();
		expect(read([vertex('b', 2), vertex('a', 1)]).map(({ id }) => id)).toEqual(['a', 'b']);
		const untimed = { id: 'z', parents: [] };
		expect(read([vertex('b', 2), untimed]).map(({ id }) => id)).toEqual(['b', 'z']);
	});

	test('leave out what is no vertex and keep to the newest 500', () => {
		const read = createVertexReader();
		expect(read([null, 7, {}, { id: '' }, vertex('a', 1)]).map(({ id }) => id)).toEqual(['a']);
		const many = Array.from({ length: 501 }, (_, index) => ({ id: `v${index}`, parents: [] }));
		expect(read(many).map(({ id }) => id)).toEqual(many.slice(1).map(({ id }) => id));
	});
});
