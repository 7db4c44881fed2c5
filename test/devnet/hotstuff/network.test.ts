import { expect, test } from 'vitest';
import { consensusOf, figuresOf, stateOf } from '../../../devnet/hotstuff/status.ts';
import { heights, replicaOf, replicas, startGroup } from './helpers.ts';

const second = 1000;
const minute = 60 * second;

test('the same seed gives the same chain and figures, however time is cut; another seed others', () => {
	const run = (seed: number, stepMs: number) => {
		const network = startGroup({ seed });
		for (let atMs = stepMs; atMs <= 30 * second; atMs += stepMs) network.advanceTo(atMs);
		return replicas(network).map((replica) => [
			consensusOf(replica, network.nowMs()),
			figuresOf(replica, network.wallNowMs()),
		]);
	};
	const once = run(7, 30 * second);
	expect(run(7, 50)).toEqual(once);
	expect(run(8, 30 * second)).not.toEqual(once);
});

test('leaders take turns, and all replicas commit the same blocks at the set pace', () => {
	const network = startGroup({ links: { lossRatio: 0 } });
	network.advance(minute);
	const [first] = replicas(network);
	const blocks = first?.tree.ancestors(first.tree.committed.id, 0, Infinity) ?? [];
	expect(blocks.length).toBeGreaterThan(110);
	expect(blocks.length).toBeLessThanOrEqual(150);
	for (const [index, block] of blocks.entries()) {
		expect(block.height).toBe(index + 1);
		for (const { tree } of replicas(network).filter((each) => each.tree.committed.height > index)) {
			expect(tree.committedAt(block.height)).toBe(block.id);
		}
	}
	const proposers = blocks.slice(-8).map(({ proposer }) => proposer);
	expect(new Set(proposers).size).toBe(4);
	expect(proposers.slice(0, 4)).toEqual(proposers.slice(4));
	// After the views that passed before all were connected, no view fails.
	expect(first?.counters.consecutiveTimeouts).toBe(0);
	expect(first?.counters.timeouts).toBeLessThanOrEqual(1);
	expect(new Set(blocks.flatMap(({ transactions }) => transactions)).size).toBe(
		blocks.flatMap(({ transactions }) => transactions).length,
	);
	expect(blocks.flatMap(({ transactions }) => transactions).length).toBeGreaterThan(300);
});

test('without a set pace it goes as fast as the links, whatever the patience', () => {
	const blocksIn = (timeoutMs: number) => {
		const network = startGroup({
			links: { latencyMs: [20, 20], jitterRatio: 0, lossRatio: 0 },
			settings: { timeoutMs, leastBlockMs: 0, deltaMs: 500 },
		});
		network.advance(10 * second);
		const [before = 0] = heights(network);
		network.advance(10 * second);
		return (heights(network)[0] ?? 0) - before;
	};
	// A view is a proposal and a vote: two times 20 ms, and 2 ms to write the vote to disk.
	expect(blocksIn(1000)).toBeGreaterThanOrEqual(230);
	expect(blocksIn(1000)).toBeLessThan(340);
	// The times of the disk are drawn, but not from the patience.
	expect(Math.abs(blocksIn(4000) - blocksIn(1000))).toBeLessThanOrEqual(3);
});

test('a leader whose view began by timeouts waits Δ, or until all others have told their lock', () => {
	const network = startGroup({
		links: { latencyMs: [20, 20], jitterRatio: 0, lossRatio: 0 },
		settings: { deltaMs: 5000, timeoutMs: 20_000 },
	});
	network.advance(30 * second);
	const before = heights(network)[0] ?? 0;
	// All give up on one view: each hears of all others, so nobody waits the whole of Δ.
	network.apply({ fault: 'stall', node: 'hotstuff-3' });
	network.advance(90 * second);
	expect(heights(network)[0]).toBeGreaterThan(before);
	const { viewChanges } = replicaOf(network, 'hotstuff-1').counters;
	expect(viewChanges.get('noProposal')).toBeGreaterThan(0);
	expect(viewChanges.get('noQuorum')).toBeGreaterThan(0);
});

test('one crashed replica costs its views and no more; two stop the group, and it says so', () => {
	const network = startGroup();
	network.advance(minute);
	network.apply({ fault: 'crash', node: 'hotstuff-4' });
	const before = heights(network);
	network.advance(minute);
	for (const [index, height] of heights(network).entries()) {
		expect(height).toBeGreaterThan((before[index] ?? 0) + 10);
	}
	const survivor = replicaOf(network, 'hotstuff-1');
	expect(survivor.counters.timeouts).toBeGreaterThan(10);
	expect(survivor.counters.maxConsecutiveTimeouts).toBeLessThanOrEqual(3);
	expect(survivor.peers.connected().map(({ name }) => name)).toEqual(['hotstuff-2', 'hotstuff-3']);

	network.apply({ fault: 'crash', node: 'hotstuff-3' });
	network.advance(5 * second);
	const stopped = heights(network);
	network.advance(minute);
	expect(heights(network)).toEqual(stopped);
	expect(replicas(network).map((each) => stateOf(each, network.nowMs()))).toEqual([
		'stalled',
		'stalled',
	]);
	network.clear();
	network.advance(20 * second);
	expect(replicas(network).map((each) => stateOf(each, network.nowMs()))).toEqual([
		'active',
		'active',
		'active',
		'active',
	]);
});

test('a partition 2|2 stops both halves within 5 s; healing starts them again', () => {
	const network = startGroup();
	network.advance(minute);
	network.apply({ fault: 'partition', groups: [['hotstuff-1', 'hotstuff-2']] });
	network.advance(5 * second);
	const stopped = heights(network);
	const peers = replicas(network).map((each) => each.peers.connected().map(({ name }) => name));
	expect(peers).toEqual([['hotstuff-2'], ['hotstuff-1'], ['hotstuff-4'], ['hotstuff-3']]);
	network.advance(minute);
	expect(heights(network)).toEqual(stopped);
	network.apply({ fault: 'heal' });
	network.advance(10 * second);
	for (const [index, height] of heights(network).entries()) {
		expect(height).toBeGreaterThan(stopped[index] ?? Infinity);
	}
});

test('patience doubles until a slow network fits into it, and falls back with the first success', () => {
	const network = startGroup({
		links: { latencyMs: [1800, 1800], jitterRatio: 0, lossRatio: 0 },
		settings: { timeoutMs: 1000, deltaMs: 1000 },
	});
	network.advance(5 * minute);
	for (const { counters, pacemaker } of replicas(network)) {
		expect(counters.maxConsecutiveTimeouts).toBeGreaterThan(1);
		expect(counters.blocksCommitted).toBeGreaterThan(0);
		expect(pacemaker.timeoutMs()).toBeLessThanOrEqual(8000);
	}
	const well = startGroup();
	well.advance(minute);
	expect(replicaOf(well, 'hotstuff-1').pacemaker.timeoutMs()).toBe(1000);
});

test('a leader that proposes two blocks is found out by every replica, and blocks still come', () => {
	const network = startGroup();
	network.advance(30 * second);
	expect(replicas(network).map(({ detector }) => detector.equivocations)).toEqual([0, 0, 0, 0]);
	const before = heights(network)[0] ?? 0;
	network.apply({ fault: 'equivocation', node: 'hotstuff-2' });
	expect(network.faults()).toEqual([{ fault: 'equivocation', node: 'hotstuff-2' }]);
	network.advance(minute);
	const { counters } = replicaOf(network, 'hotstuff-2');
	// The leader after it collects its votes.
	expect(replicaOf(network, 'hotstuff-3').detector.doubleVotes).toBeGreaterThan(10);
	for (const { detector } of replicas(network)) {
		expect(detector.equivocations).toBeGreaterThan(10);
		expect(detector.equivocations).toBeLessThanOrEqual(counters.proposals);
	}
	expect(heights(network)[0]).toBeGreaterThan(before + 40);
	network.clear();
	network.advance(5 * second);
	const found = replicaOf(network, 'hotstuff-1').detector.equivocations;
	network.advance(30 * second);
	expect(replicaOf(network, 'hotstuff-1').detector.equivocations).toBe(found);
});

test('a stalled replica commits nothing and hears others; released, it follows again', () => {
	const network = startGroup();
	network.advance(30 * second);
	network.apply({ fault: 'stall', node: 'hotstuff-2' });
	network.advance(second);
	const before = replicaOf(network, 'hotstuff-2').tree.committed.height;
	network.advance(30 * second);
	expect(replicaOf(network, 'hotstuff-2').tree.committed.height).toBe(before);
	expect(replicaOf(network, 'hotstuff-2').peers.connected().length).toBe(3);
	expect(stateOf(replicaOf(network, 'hotstuff-2'), network.nowMs())).toBe('stalled');
	network.clear();
	network.advance(10 * second);
	const [first = 0, second_ = 0] = heights(network);
	expect(Math.abs(first - second_)).toBeLessThanOrEqual(2);
});

test.each(['kept', 'empty'] as const)(
	'a crashed replica comes back with its data %s, also past what the others still hold',
	(data) => {
		const network = startGroup();
		network.advance(minute);
		network.apply({ fault: 'crash', node: 'hotstuff-3' });
		network.advance(2 * 60 * minute);
		const [height = 0] = heights(network);
		expect(height).toBeGreaterThan(1600);
		network.apply({ fault: 'restart', node: 'hotstuff-3', data });
		network.advance(30 * second);
		const { tree, record } = replicaOf(network, 'hotstuff-3');
		expect(tree.committed.height).toBeGreaterThan(height);
		expect(tree.size).toBeLessThan(1800);
		expect(record.lastVotedView).toBeGreaterThan(height);
		expect(heights(network).every((each) => Math.abs(each - tree.committed.height) <= 2)).toBe(
			true,
		);
	},
);
