import { describe, expect, it } from 'vitest';
import { createMemory } from '../../source/health/memory.ts';

describe('what is kept between two looks', () => {
	it('is time that never goes back, from the first look on', () => {
		const memory = createMemory();
		const steadyAt = (nowMs: number) => memory.ofNode('a', nowMs).steadyMs;
		expect([1000, 1500, 4000].map(steadyAt)).toEqual([0, 500, 3000]);
		// Set back by an hour, the clock stands still here, and then goes on.
		expect([-3_600_000, -3_599_000].map(steadyAt)).toEqual([3000, 4000]);
	});

	it('begins without sections, plan and samples, and is the same at each look', () => {
		const memory = createMemory();
		const first = memory.ofNode('a', 0);
		expect(first).toEqual({
			steadyMs: 0,
			lastMs: 0,
			samples: new Map(),
			sections: new Set(),
			plan: undefined,
			planned: [],
		});
		expect(memory.ofNode('a', 1)).toBe(first);
	});

	it('is of each node, group and entry its own', () => {
		const memory = createMemory();
		const all = [
			memory.ofNode('a', 0),
			memory.ofNode('b', 0),
			memory.ofGroup('a', 0),
			memory.ofEntry('satellite', 'a', 'x', 0),
			memory.ofEntry('satellite', 'a', 'y', 0),
			memory.ofEntry('validator', 'a', 'x', 0),
			memory.ofEntry('satellite', 'b', 'x', 0),
		];
		expect(new Set(all).size).toBe(all.length);
		expect(memory.ofGroup('a', 9)).toBe(all[2]);
		expect(memory.ofEntry('satellite', 'a', 'x', 9)).toBe(all[3]);
		expect(memory.ofEntry('satellite', 'a', 'y', 9)).toBe(all[4]);
	});

	it('ends with its node, entries included, and no other’s', () => {
		const memory = createMemory();
		const [node, entry] = [memory.ofNode('a', 0), memory.ofEntry('satellite', 'a', 'x', 0)];
		const [other, group] = [memory.ofNode('b', 0), memory.ofGroup('a', 0)];
		memory.forget('a');
		expect(memory.ofNode('a', 1)).not.toBe(node);
		expect(memory.ofEntry('satellite', 'a', 'x', 1)).not.toBe(entry);
		expect(memory.ofNode('b', 1)).toBe(other);
		expect(memory.ofGroup('a', 1)).toBe(group);
	});
});
