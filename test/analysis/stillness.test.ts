import { describe, expect, it } from 'vitest';
import { createGroupMemory } from '../../source/analysis/memory.ts';
import { findStillness } from '../../source/analysis/stillness.ts';
import type { NodeSnapshot } from '../../source/sections/snapshot.ts';
import { at, node, nowMs } from './nodes.ts';

type Seen = Partial<Pick<NodeSnapshot, 'chain' | 'consensus' | 'dag' | 'lastProgressAt'>> & {
	/** Read so many seconds ago. */
	readonly readAgo?: number;
};

function stillness(
	nodes: Readonly<Record<string, Seen>>,
	/** `null`: the pace is not known. */
	limitMs: number | null = 10_000,
	firstSeenAgo?: number,
) {
	const memory = createGroupMemory();
	if (firstSeenAgo !== undefined) {
		for (const name of Object.keys(nodes))
			memory.firstSeenMs.set(name, nowMs - firstSeenAgo * 1000);
	}
	const members = Object.entries(nodes).map(([name, { readAgo = 0, ...sections }]) => ({
		name,
		node: node(name, sections),
		readAtMs: nowMs - readAgo * 1000,
	}));
	return findStillness(members, memory, limitMs ?? undefined);
}

const moved = (agoSeconds: number, more: Seen = {}): Seen => ({
	chain: { head: { number: 5 } },
	lastProgressAt: at(agoSeconds),
	...more,
});

describe('standing still', () => {
	it('begins at the limit', () => {
		expect([...stillness({ a: moved(10), b: moved(9.999) }).still]).toEqual(['a']);
		expect([...stillness({ a: moved(9999) }, null).still]).toEqual([]);
	});

	it('is measured up to the reading of each node, and of a group up to the oldest', () => {
		const found = stillness({ a: moved(12, { readAgo: 4 }), b: moved(20, { readAgo: 1 }) });
		expect([...found.still]).toEqual(['b']);
		// The last move was 12 s ago, and of a nothing is known since 4 s.
		expect(found.groupMs).toBe(8000);
	});

	it('is not known of nodes that tell nothing that grows', () => {
		const found = stillness({ a: {}, b: { chain: {}, consensus: {}, dag: {} } });
		expect(found).toEqual({
			groupMs: undefined,
			seen: new Set(),
			still: new Set(),
			selfReported: new Set(),
			onlyFinality: new Set(),
		});
		// One of them does not stand for the others.
		expect(stillness({ a: {}, b: moved(3) })).toMatchObject({
			groupMs: 3000,
			seen: new Set(['b']),
		});
	});

	it.each<[string, Seen]>([
		['head', { chain: { head: { number: 5 } } }],
		['height', { consensus: { height: 5 } }],
		['round', { consensus: { round: 5 } }],
		['view', { consensus: { view: 5 } }],
		['finality', { consensus: { finalized: 5 } }],
		['vertices', { dag: { vertices: 5 } }],
	])('of a node with a %s that never moved, is the time since it was first seen', (_what, seen) => {
		expect(stillness({ a: seen }, 10_000, 30).groupMs).toBe(30_000);
		expect(stillness({ a: seen }).groupMs).toBe(0);
	});

	it('of a node that never moved is by the time of its newest block, of the future none', () => {
		const dated = (ago: number): Seen => ({ chain: { head: { number: 5, at: at(ago) } } });
		expect(stillness({ a: dated(40) }, 10_000, 5).groupMs).toBe(40_000);
		expect(stillness({ a: dated(-40) }).groupMs).toBe(0);
	});
});

describe('a node that calls itself stalled', () => {
	const says = (more: Seen): Seen => moved(1, { consensus: { status: 'stalled' }, ...more });
	const blocks = (head: number, finalized?: number): Seen => ({
		chain: {
			head: { number: head },
			...(finalized !== undefined && { finalized: { number: finalized } }),
		},
	});

	it('stands still, unless only its finality does: then blocks are open and go on', () => {
		const found = stillness({
			open: says(blocks(9, 5)),
			closed: says(blocks(5, 5)),
			plain: says(blocks(9)),
			headless: says({ chain: { finalized: { number: 5 } } }),
			old: says({ ...blocks(9, 5), lastProgressAt: at(10) }),
			well: moved(1, blocks(9, 5)),
		});
		expect([...found.onlyFinality]).toEqual(['open']);
		expect(found.selfReported).toEqual(new Set(['open', 'closed', 'plain', 'headless', 'old']));
		expect(found.still).toEqual(new Set(['closed', 'plain', 'headless', 'old']));
		expect(found.seen.has('well')).toBe(true);
	});

	it('goes on at an unknown pace', () => {
		const old = says({ ...blocks(9, 5), lastProgressAt: at(9999) });
		expect([...stillness({ old }, null).onlyFinality]).toEqual(['old']);
	});

	it('is seen although it tells nothing else', () => {
		const found = stillness({ a: { consensus: { status: 'halted' } } });
		expect([found.seen, found.still]).toEqual([new Set(['a']), new Set(['a'])]);
	});
});
