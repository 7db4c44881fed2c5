import { describe, expect, it } from 'vitest';
import { createPivotChain } from '../../../source/adapters/dag/pivot-chain.ts';
import { groupOf, node, nowMs } from '../../analysis/nodes.ts';

const at = '2026-01-01T00:00:00.000Z';
const vertex = (id: string, parent: string) => ({ id, parents: [parent, 'referee'], at });

/** A chain of these letters from a height on; each block is named by all letters up to it. */
function chainOf(letters: string, from = 0) {
	const chain = createPivotChain();
	for (let index = from; index < letters.length; index += 1) {
		chain.put(index, vertex(letters.slice(0, index + 1), letters.slice(0, index)));
	}
	return chain;
}

describe('the pivot chain', () => {
	it('hangs together, newest 64', () => {
		const blocks = chainOf('a'.repeat(100)).blocks();
		expect(blocks).toHaveLength(64);
		expect(blocks[0]).toEqual({ number: 36, hash: 'a'.repeat(37), at });
	});

	it('begins anew behind a gap, and where another block took a place', () => {
		const chain = chainOf('aaaa');
		chain.put(9, vertex('x', 'w'));
		expect(chain.blocks().map(({ hash }) => hash)).toEqual(['x']);
		const other = chainOf('aaaa');
		other.put(2, vertex('aab', 'aa'));
		expect(other.blocks().map(({ hash }) => hash)).toEqual(['a', 'aa', 'aab']);
		other.put(3, vertex('aacc', 'aac'));
		expect(other.blocks().map(({ hash }) => hash)).toEqual(['aacc']);
	});

	it('shows where two nodes follow two: forked, with the last epoch in common', () => {
		const member = (name: string, letters: string) =>
			node(name, {
				target: { kind: 'dag' },
				chain: {
					recent: [...chainOf(letters).blocks()],
					head: { number: letters.length - 1, hash: letters, at: new Date(nowMs).toISOString() },
				},
			});
		expect(groupOf(member('a', 'aaaaaa'), member('b', 'aaabbb'))).toMatchObject({
			state: 'forked',
			fork: { number: 2 },
		});
		expect(groupOf(member('a', 'aaaaaa'), member('b', 'aaaaa')).state).toBe('agreed');
	});
});
