import { expect, test } from 'vitest';
import { UserError } from '../../../source/domain/errors.ts';
import { followed, nodeOf, nodes, startChain } from './helpers.ts';

const second = 1000;
const minute = 60 * second;

test('the same seed gives the same chain, however time is cut; another seed another', () => {
	const run = (seed: number, stepMs: number) => {
		const network = startChain({ seed });
		for (let atMs = stepMs; atMs <= minute; atMs += stepMs) network.advanceTo(atMs);
		return nodes(network).map((node) => [followed(node), node.pool.counts(node.chain.head.nonces)]);
	};
	const once = run(7, minute);
	expect(run(7, 50)).toEqual(once);
	expect(run(8, minute)).not.toEqual(once);
});

test('blocks come at the set pace, from both, with all transactions once and in order', () => {
	const network = startChain();
	network.advance(20 * minute);
	const [first, other] = nodes(network);
	if (!first || !other) throw new Error('both nodes run');
	const head = first.chain.head.block.number;
	expect(head).toBeGreaterThan(330);
	expect(head).toBeLessThan(470);
	expect(Math.abs(other.chain.head.block.number - head)).toBeLessThanOrEqual(1);
	const blocks = followed(first).map((hash) => first.chain.get(hash)?.block);
	expect(new Set(blocks.slice(1).map((block) => block?.miner)).size).toBe(2);
	const next = new Map<string, number>();
	for (const { from, nonce } of blocks.flatMap((block) => block?.transactions ?? [])) {
		expect(nonce).toBe(next.get(from) ?? 0);
		next.set(from, nonce + 1);
	}
	const taken = [...next.values()].reduce((sum, count) => sum + count, 0);
	// 2 × 1.5 a second for 20 minutes.
	expect(taken).toBeGreaterThan(3200);
	expect(next.size).toBe(8);
	const { pending, queued } = first.pool.counts(first.chain.head.nonces);
	expect(pending + queued).toBeLessThan(60);
});

test('a partition forks the chain; healed, both follow the heavier branch, and no transaction is lost', () => {
	const network = startChain();
	network.advance(2 * minute);
	const common = followed(nodeOf(network, 'evm-1')).slice(0, -2);
	network.apply({ fault: 'partition', groups: [['evm-1']] });
	network.advance(2 * minute);
	const [a, b] = nodes(network);
	if (!a || !b) throw new Error('both nodes run');
	expect(a.peers.connected()).toEqual([]);
	expect(a.chain.head.block.hash).not.toBe(b.chain.head.block.hash);
	expect(followed(a).slice(0, common.length)).toEqual(common);
	expect(followed(b).slice(0, common.length)).toEqual(common);
	expect(a.chain.at(common.length + 5)?.hash).not.toBe(b.chain.at(common.length + 5)?.hash);
	const heavier = a.chain.head.totalDifficulty > b.chain.head.totalDifficulty ? a : b;
	const lighter = heavier === a ? b : a;
	const heavyHead = heavier.chain.head.block;
	const dropped = followed(lighter)
		.slice(common.length + 2)
		.flatMap((hash) => lighter.chain.get(hash)?.block.transactions ?? []);
	expect(dropped.length).toBeGreaterThan(50);

	network.apply({ fault: 'heal' });
	network.advance(10 * second);
	expect(a.chain.at(heavyHead.number)?.hash).toBe(heavyHead.hash);
	expect(b.chain.at(heavyHead.number)?.hash).toBe(heavyHead.hash);
	expect(lighter.reorgs.at(-1)?.depth).toBeGreaterThan(20);
	network.advance(minute);
	const later = followed(lighter, heavyHead.number).flatMap(
		(hash) => lighter.chain.get(hash)?.block.transactions ?? [],
	);
	const all = new Set(
		followed(lighter)
			.flatMap((hash) => lighter.chain.get(hash)?.block.transactions ?? [])
			.map(({ hash }) => hash),
	);
	expect(later.length).toBeGreaterThan(0);
	for (const { hash } of dropped) expect(all.has(hash)).toBe(true);
});

test('a reorg on demand has the stated depth on both nodes, and its transactions come back', () => {
	const network = startChain({ links: { lossRatio: 0 } });
	network.advance(minute);
	const [a, b] = nodes(network);
	if (!a || !b) throw new Error('both nodes run');
	const before = followed(a);
	const counts = nodes(network).map(({ reorgs }) => reorgs.length);
	network.apply({ fault: 'reorg', node: 'evm-1', depth: 5 });
	expect(network.faults()).toEqual([]);
	network.advance(500);
	const forkNumber = before.length - 6;
	for (const [index, node] of [a, b].entries()) {
		expect(node.reorgs.length).toBe((counts[index] ?? 0) + 1);
		expect(node.reorgs.at(-1)).toMatchObject({ depth: 5, forkNumber });
		expect(followed(node).slice(0, forkNumber + 1)).toEqual(before.slice(0, forkNumber + 1));
		expect(followed(node)[forkNumber + 1]).not.toBe(before[forkNumber + 1]);
		expect(node.chain.head.block.number).toBeGreaterThanOrEqual(before.length);
		expect(node.pool.counts(node.chain.head.nonces).pending).toBeGreaterThan(10);
	}
	network.advance(20 * second);
	expect(a.pool.counts(a.chain.head.nonces).pending).toBeLessThan(30);
	expect(() => {
		network.apply({ fault: 'reorg', node: 'evm-1', depth: 9999 });
	}).toThrow(UserError);
	network.apply({ fault: 'crash', node: 'evm-1' });
	expect(() => {
		network.apply({ fault: 'reorg', node: 'evm-1', depth: 1 });
	}).toThrow(/^evm-1 is down/);
});

test.each(['kept', 'empty'] as const)(
	'a crashed node comes back with its data %s, also past what the other still holds',
	(data) => {
		const network = startChain();
		network.advance(minute);
		network.apply({ fault: 'crash', node: 'evm-2' });
		network.advance(100 * minute);
		const { number } = nodeOf(network, 'evm-1').chain.head.block;
		expect(number).toBeGreaterThan(1100);
		network.apply({ fault: 'restart', node: 'evm-2', data });
		let sawSyncing = false;
		for (let step = 0; step < 200; step += 1) {
			network.advance(50);
			sawSyncing ||= nodeOf(network, 'evm-2').sync.progress() !== undefined;
		}
		expect(sawSyncing).toBe(true);
		const { chain, sync } = nodeOf(network, 'evm-2');
		expect(sync.progress()).toBeUndefined();
		expect(chain.head.block.number).toBeGreaterThanOrEqual(number);
		expect(chain.at(number)?.hash).toBe(nodeOf(network, 'evm-1').chain.at(number)?.hash);
		network.advance(minute);
		const [a, b] = nodes(network).map((node) => followed(node, number).slice(0, 10));
		expect(a).toEqual(b);
		const counts = nodeOf(network, 'evm-2').pool.counts(chain.head.nonces);
		expect(counts.queued).toBeLessThan(20);
	},
);

test('a stalled node keeps its head while the chain goes on; released, it catches up', () => {
	const network = startChain();
	network.advance(minute);
	network.apply({ fault: 'stall', node: 'evm-1' });
	const stalledAt = nodeOf(network, 'evm-1').chain.head.block.number;
	network.advance(minute);
	expect(nodeOf(network, 'evm-1').chain.head.block.number).toBe(stalledAt);
	expect(nodeOf(network, 'evm-2').chain.head.block.number).toBeGreaterThan(stalledAt + 8);
	expect(nodeOf(network, 'evm-1').peers.connected().length).toBe(1);
	network.clear();
	network.advance(10 * second);
	const [a = 0, b = 0] = nodes(network).map(({ chain }) => chain.head.block.number);
	expect(Math.abs(a - b)).toBeLessThanOrEqual(1);
});

test('a clock far ahead makes blocks that the other does not take yet', () => {
	const network = startChain();
	network.advance(minute);
	network.apply({ fault: 'clockSkew', node: 'evm-1', offsetMs: 10 * minute });
	network.advance(minute);
	const [a, b] = nodes(network);
	const atOf = (seconds = 0) => seconds * 1000 - network.wallNowMs();
	expect(atOf(a?.chain.head.block.timestamp)).toBeGreaterThan(9 * minute);
	expect(atOf(b?.chain.head.block.timestamp)).toBeLessThan(15 * second);
	expect(a?.chain.head.block.hash).not.toBe(b?.chain.head.block.hash);
});
