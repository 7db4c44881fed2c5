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
