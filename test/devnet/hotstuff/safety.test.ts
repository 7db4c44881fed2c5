import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Fault } from '../../../devnet/faults.ts';
import { createBlock } from '../../../devnet/hotstuff/block.ts';
import type { HotstuffNetwork } from '../../../devnet/hotstuff/hotstuff-network.ts';
import type { Replica } from '../../../devnet/hotstuff/replica.ts';
import { heights, replicaOf, replicas, startGroup, watchSafety } from './helpers.ts';

const second = 1000;
const names = ['hotstuff-1', 'hotstuff-2', 'hotstuff-3', 'hotstuff-4'];
const node = fc.constantFrom(...names);

const fault: fc.Arbitrary<Fault | 'clear'> = fc.oneof(
	fc
		.subarray(names, { minLength: 1, maxLength: 3 })
		.map((group): Fault => ({ fault: 'partition', groups: [group] })),
	fc.constant<Fault>({ fault: 'heal' }),
	node.map((name): Fault => ({ fault: 'stall', node: name })),
	node.map((name): Fault => ({ fault: 'crash', node: name })),
	fc
		.tuple(node, fc.constantFrom('kept' as const, 'empty' as const))
		.map(([name, data]): Fault => ({ fault: 'restart', node: name, data })),
	node.map((name): Fault => ({ fault: 'slow', node: name, latencyMs: 900 })),
	node.map((name): Fault => ({ fault: 'loss', node: name, ratio: 0.5 })),
	fc.constant('clear' as const),
);

/** One replica may lie from beginning to end: f = 1 of n = 4. */
const story = fc.record({
	seed: fc.nat(),
	liar: fc.option(node, { nil: undefined }),
	faults: fc.array(fc.tuple(fc.integer({ min: 200, max: 8 * second }), fault), { maxLength: 12 }),
});

test('whatever happens, no two blocks are committed at one height, and the group recovers', () => {
	fc.assert(
		fc.property(story, ({ seed, liar, faults }) => {
			const network = startGroup({ seed });
			const safety = watchSafety(network);
			const lie = () => {
				if (liar !== undefined) network.apply({ fault: 'equivocation', node: liar });
			};
			lie();
			for (const [afterMs, each] of faults) {
				network.advance(afterMs);
				safety.look();
				if (each === 'clear') network.clear();
				else network.apply(each);
				lie();
			}
			network.clear();
			lie();
			// Views far apart, patience at its longest and lost blocks have to come together first.
			network.advance(60 * second);
			safety.look();
			const before = heights(network);
			network.advance(20 * second);
			safety.look();
			expect(safety.violations).toEqual([]);
			expect(replicas(network).map(({ counters }) => counters.safetyViolations)).toEqual([
				0, 0, 0, 0,
			]);
			for (const [index, height] of heights(network).entries()) {
				expect(height).toBeGreaterThan((before[index] ?? Infinity) + 5);
			}
		}),
		{ numRuns: 40, seed: 20_261_121 },
	);
}, 60_000);

/** Proposals of a chain on genesis that a quorum certified, as more than f liars could make it. */
function forge(network: HotstuffNetwork, victim: Replica): void {
	const genesisId = victim.tree.committedAt(0) ?? '';
	let justify = { view: 0, blockId: genesisId, voters: [] as string[] };
	for (let view = 1; view <= 3; view += 1) {
		const proposer = victim.committee.leaderOf(view);
		const block = createBlock({
			height: view,
			view,
			proposer,
			parent: justify.blockId,
			justify,
			timestampMs: network.wallNowMs(),
			transactions: ['forged'],
		});
		victim.receive(proposer, JSON.stringify({ type: 'proposal', block }));
		justify = { view, blockId: block.id, voters: names.slice(0, 3) };
	}
}

test('where a quorum lies, the violation is seen: by the watch, and by the replica itself', () => {
	const network = startGroup();
	const safety = watchSafety(network);
	network.advance(600);
	const victim = replicaOf(network, 'hotstuff-1');
	expect(victim.tree.committed.height).toBe(0);
	network.apply({ fault: 'partition', groups: [['hotstuff-1']] });
	forge(network, victim);
	expect(victim.tree.committed.height).toBe(1);
	network.advance(20 * second);
	safety.look();
	expect(safety.violations.length).toBeGreaterThan(0);
	expect(victim.counters.safetyViolations).toBe(0);
	network.apply({ fault: 'heal' });
	network.advance(10 * second);
	expect(victim.counters.safetyViolations).toBeGreaterThan(0);
	// What it had committed stands: a replica does not take back what it has told.
	expect(victim.tree.committed.height).toBe(1);
});

test('a replica takes nothing that too few, or strangers, or one several times certified', () => {
	const network = startGroup();
	network.advance(10 * second);
	const victim = replicaOf(network, 'hotstuff-1');
	const lock = { view: 10_000, blockId: 'f'.repeat(64) };
	const tell = (voters: readonly string[]) => {
		const message = { type: 'timeout', view: 10_001, lock: { ...lock, voters } };
		victim.receive('hotstuff-2', JSON.stringify(message));
	};
	tell(['hotstuff-2', 'hotstuff-3']);
	tell(['hotstuff-2', 'hotstuff-2', 'hotstuff-3']);
	tell(['hotstuff-2', 'hotstuff-3', 'stranger']);
	expect(victim.pacemaker.view).toBeLessThan(100);
	expect(invalidMessagesSeenBy(victim)).toBe(3);
	tell(['hotstuff-2', 'hotstuff-3', 'hotstuff-4']);
	expect(victim.pacemaker.view).toBe(10_001);
});

/** Messages that no honest replica sends, of all members. */
function invalidMessagesSeenBy({ validators }: Replica): number {
	return validators
		.all()
		.reduce((sum, [, { byzantine }]) => sum + (byzantine.get('invalidMessage') ?? 0), 0);
}
