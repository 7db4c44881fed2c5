import { expect, test } from 'vitest';
import { Dag } from '../../../devnet/dag/dag.ts';
import { createGenesis, createVertex, isAuthentic, sizeOf } from '../../../devnet/dag/vertex.ts';
import type { Vertex } from '../../../devnet/dag/vertex.ts';

const genesis = createGenesis('test', 0);

function child(parents: readonly Vertex[], sequence = 1, author = 'a', payload = ''): Vertex {
	return createVertex({
		author,
		sequence,
		layer: 1 + Math.max(...parents.map(({ layer }) => layer)),
		parents: parents.map(({ id }) => id),
		timestampMs: sequence,
		payload,
	});
}

/** A line of vertices above genesis; `line[0]` has layer 1. */
function grow(dag: Dag, length: number, from: Vertex = genesis): Vertex[] {
	const line: Vertex[] = [];
	for (let sequence = 1; sequence <= length; sequence += 1) {
		const vertex = child([line.at(-1) ?? from], sequence);
		dag.add(vertex, sequence);
		line.push(vertex);
	}
	return line;
}

test('an id is the hash of the content', () => {
	const vertex = child([genesis]);
	expect(vertex.id).toMatch(/^[0-9a-f]{64}$/);
	expect(isAuthentic(vertex)).toBe(true);
	expect(isAuthentic({ ...vertex, payload: 'other' })).toBe(false);
	expect(isAuthentic(createVertex({ ...vertex, parents: [] }))).toBe(false);
	expect(isAuthentic(createVertex({ ...vertex, parents: [genesis.id, genesis.id] }))).toBe(false);
});

test('counts vertices, edges, tips, depth and the bytes held', () => {
	const dag = new Dag(genesis);
	const a = child([genesis], 1, 'a');
	const b = child([genesis], 1, 'b');
	const c = child([a, b], 2, 'a');
	const d = child([a], 2, 'd');
	for (const vertex of [a, b, c, d]) expect(dag.add(vertex, 5).outcome).toBe('attached');
	expect(dag.totals()).toEqual({
		vertices: 5,
		edges: 5,
		finalized: 1,
		pending: 4,
		tips: 2,
		depth: 2,
		storageBytes: [genesis, a, b, c, d].reduce((sum, vertex) => sum + sizeOf(vertex), 0),
		held: 5,
		discarded: 0,
	});
	expect(dag.freshTips(9).sort()).toEqual([c.id, d.id].sort());
	expect(dag.add(a, 6)).toEqual({ outcome: 'known' });
});

test('a vertex waits for its parents, and comes with all that waited for it', () => {
	const dag = new Dag(genesis);
	const a = child([genesis]);
	const b = child([a]);
	const c = child([a, b]);
	expect(dag.add(c, 1)).toEqual({ outcome: 'orphaned', missing: [a.id, b.id] });
	expect(dag.add(b, 2)).toEqual({ outcome: 'orphaned', missing: [a.id] });
	expect(dag.orphans().map(({ sinceMs }) => sinceMs)).toEqual([1, 2]);
	expect(dag.isKnown(c.id)).toBe(true);
	expect(dag.has(c.id)).toBe(false);
	expect(dag.add(a, 3)).toEqual({ outcome: 'attached', attached: [a, b, c] });
	expect(dag.orphans()).toEqual([]);
});

test('rejects a wrong layer, also when that shows only once the parents are there', () => {
	const dag = new Dag(genesis);
	const a = child([genesis]);
	const wrong = createVertex({ ...child([a]), layer: 7 });
	expect(dag.add(createVertex({ ...a, layer: 2 }), 1)).toEqual({ outcome: 'invalid' });
	expect(dag.add(wrong, 1).outcome).toBe('orphaned');
	expect(dag.add(a, 2)).toEqual({ outcome: 'attached', attached: [a] });
	expect(dag.has(wrong.id)).toBe(false);
});

test('rejects a parent too far below', () => {
	const dag = new Dag(genesis);
	const line = grow(dag, 65);
	const [first] = line;
	const last = line.at(-1);
	if (!first || !last) throw new Error('no line');
	expect(last.layer).toBe(65);
	expect(dag.add(child([last, first], 99), 99)).toEqual({ outcome: 'invalid' });
	expect(dag.freshTips(9)).toEqual([last.id]);
});

test('a vertex is final only after its parents', () => {
	const dag = new Dag(genesis);
	const [a, b] = grow(dag, 2);
	if (!a || !b) throw new Error('no line');
	expect(dag.finalize(b.id)).toBe(false);
	expect(dag.finalize(a.id)).toBe(true);
	expect(dag.finalize(a.id)).toBe(false);
	expect(dag.finalize(b.id)).toBe(true);
	expect(dag.totals()).toMatchObject({ finalized: 3, pending: 0 });
});

test('pruning keeps the totals, frees the bytes and closes the layers', () => {
	const dag = new Dag(genesis);
	const line = grow(dag, 300);
	for (const { id } of line) dag.finalize(id);
	const before = dag.totals();
	dag.prune(100);
	const after = dag.totals();
	expect(after).toMatchObject({
		vertices: 301,
		edges: 300,
		finalized: 301,
		depth: 300,
		held: 100,
	});
	expect(after.storageBytes).toBeLessThan(before.storageBytes / 2);
	expect(dag.state().horizonLayer).toBe(201);
	const [first] = line;
	if (!first) throw new Error('no line');
	const late = child([first], 1, 'late');
	expect(dag.add(late, 400)).toEqual({ outcome: 'closed' });
	expect(dag.opinion(late.id)).toBe('no');
	expect(dag.isKnown(late.id)).toBe(true);
});

test('pruning stops below what is pending', () => {
	const dag = new Dag(genesis);
	const line = grow(dag, 300);
	for (const { id } of line.slice(0, 100)) dag.finalize(id);
	dag.prune(0);
	expect(dag.state().horizonLayer).toBe(101 - 64 - 1);
	expect(dag.totals()).toMatchObject({ vertices: 301, pending: 200 });
});

test('pruning stops below what waits for a parent, so that the parent can still come', () => {
	const dag = new Dag(genesis);
	const line = grow(dag, 300);
	for (const { id } of line) dag.finalize(id);
	const fork = line[99];
	if (!fork) throw new Error('no line');
	const parent = child([fork], 1, 'cut off');
	const waiting = child([parent], 2, 'cut off');
	dag.add(waiting, 400);
	dag.prune(0);
	expect(dag.state().horizonLayer).toBe(waiting.layer - 64 - 1);
	expect(dag.add(parent, 401)).toEqual({ outcome: 'attached', attached: [parent, waiting] });
});

test('reports all tips in turn, also those that nothing will build on', () => {
	const dag = new Dag(genesis);
	const stale = Array.from({ length: 20 }, (_, index) => child([genesis], index, 'stale'));
	for (const vertex of stale) dag.add(vertex, 0);
	const last = grow(dag, 100).at(-1);
	expect(dag.freshTips(99)).toEqual([last?.id]);
	const reported = new Set<string>();
	for (let turn = 0; turn < 20; turn += 1) for (const id of dag.state().tips) reported.add(id);
	expect(reported).toEqual(new Set([last?.id, ...stale.map(({ id }) => id)]));
});

test('another view can begin at a checkpoint and ends with the same totals', () => {
	const dag = new Dag(genesis);
	for (const { id } of grow(dag, 1000)) dag.finalize(id);
	dag.prune(800);
	const checkpoint = dag.checkpoint();
	expect(checkpoint).toEqual({ layer: 600, prunedVertices: 600, prunedEdges: 599 });
	const other = new Dag(genesis);
	other.restartAt(checkpoint);
	let from: number | undefined = checkpoint.layer;
	while (from !== undefined) {
		const range: ReturnType<Dag['range']> = dag.range(from, 128);
		for (const vertex of range.vertices) {
			expect(other.add(vertex, 1, true).outcome).toBe('attached');
		}
		from = range.nextLayer;
	}
	for (const id of other.pendingIds(1000)) other.finalize(id);
	const { vertices, edges, finalized, depth, tips } = dag.totals();
	expect(other.totals()).toMatchObject({ vertices, edges, finalized, depth, tips });
});

test('votes against a vertex far below finality, and its descendants, until a quorum is for it', () => {
	const dag = new Dag(genesis);
	const line = grow(dag, 700);
	for (const { id } of line) dag.finalize(id);
	const [first] = line;
	if (!first) throw new Error('no line');
	const late = child([first], 1, 'late');
	const onLate = child([late], 2, 'late');
	dag.add(late, 1);
	dag.add(onLate, 1);
	expect([dag.opinion(late.id), dag.opinion(onLate.id)]).toEqual(['no', 'no']);
	dag.prefer(late.id, 'yes');
	expect(dag.opinion(late.id)).toBe('yes');
	expect(dag.opinion('nothing')).toBe('unknown');
});

test('discarding takes the descendants along and uncovers the tips below', () => {
	const dag = new Dag(genesis);
	const [a] = grow(dag, 1);
	if (!a) throw new Error('no line');
	const b = child([a], 1, 'b');
	const c = child([b], 2, 'b');
	dag.add(b, 1);
	dag.add(c, 1);
	dag.discard(b.id);
	expect(dag.totals()).toMatchObject({
		vertices: 2,
		edges: 1,
		pending: 1,
		tips: 1,
		depth: 1,
		discarded: 2,
	});
	expect(dag.freshTips(9)).toEqual([a.id]);
	expect(dag.add(c, 2)).toEqual({ outcome: 'closed' });
	expect(dag.recent(9).map(({ vertex }) => vertex.id)).toEqual([genesis.id, a.id]);
});

test('the orphan buffer is bounded and drops what waited too long', () => {
	const dag = new Dag(genesis);
	const unknown = child([genesis], 1, 'unknown');
	for (let sequence = 1; sequence <= 1100; sequence += 1) {
		dag.add(child([unknown], sequence), sequence);
	}
	expect(dag.orphans().length).toBe(1000);
	expect(dag.orphans()[0]?.sinceMs).toBe(101);
	dag.dropOrphansSince(1001);
	expect(dag.orphans().length).toBe(100);
	expect(dag.add(unknown, 2000)).toMatchObject({ outcome: 'attached' });
	expect(dag.totals().vertices).toBe(102);
});

test('votes for the first of two vertices in conflict, and rejects the other once one is final', () => {
	const dag = new Dag(genesis);
	const [first, second] = [child([genesis]), child([genesis], 1, 'a', 'twin')];
	const onSecond = child([second], 1, 'b');
	dag.add(first, 1);
	dag.add(second, 2);
	dag.add(onSecond, 3);
	expect([first, second, onSecond].map(({ id }) => dag.opinion(id))).toEqual(['yes', 'no', 'no']);
	expect(dag.conflictsOf(first.id)).toEqual([second.id]);
	expect(dag.equivocatorsSince(2)).toEqual(['a']);
	expect(dag.equivocatorsSince(3)).toEqual([]);
	// A quorum for the other turns the vote.
	dag.prefer(second.id, 'yes');
	expect([first, second].map(({ id }) => dag.opinion(id))).toEqual(['no', 'yes']);
	expect(dag.finalize(first.id)).toBe(true);
	expect([second, onSecond].map(({ id }) => dag.has(id))).toEqual([false, false]);
	expect(dag.totals()).toMatchObject({ vertices: 2, finalized: 2, pending: 0, discarded: 2 });
	// Nor does a range bring it in, nor what builds on it.
	const onBoth = child([first, onSecond], 2, 'b');
	for (const vertex of [second, onSecond, onBoth]) {
		expect(dag.add(vertex, 4, true)).toEqual({ outcome: 'closed' });
	}
	expect(dag.orphans()).toEqual([]);
});

test('an orphan is rejected when a vertex in conflict with it became final meanwhile', () => {
	const dag = new Dag(genesis);
	const parent = child([genesis], 1, 'p');
	const early = child([genesis], 1);
	const late = child([parent], 1);
	expect(dag.add(late, 1).outcome).toBe('orphaned');
	dag.add(early, 2);
	dag.finalize(early.id);
	expect(dag.add(parent, 3)).toEqual({ outcome: 'attached', attached: [parent] });
	expect(dag.has(late.id)).toBe(false);
	expect(dag.isKnown(late.id)).toBe(true);
});
