import type { World } from '../node-process.ts';
import { createBlock } from './block.ts';
import type { Block } from './block.ts';
import type { BlockTree } from './block-tree.ts';
import type { Committee } from './committee.ts';
import type { Counters } from './counters.ts';
import type { Mempool } from './mempool.ts';
import type { Pacemaker } from './pacemaker.ts';
import type { ReplicaSettings, VotingRecord } from './settings.ts';

/**
 * Proposes when the replica leads. With the certificate of the view before, it does so at once, or at
 * the network's pace; in a view that began by timeouts it first waits for what all others have
 * locked, at most Δ, for an honest replica votes for nothing that builds below its lock.
 */
export interface Proposer {
	onView(): void;
	/** A replica told what it has locked. */
	onNewView(from: string): void;
	/** Looks whether it may propose now. */
	propose(): void;
	/** From now on gives two blocks to two halves, and votes for both. */
	setEquivocating(isEquivocating: boolean): void;
}

interface ProposerOptions {
	readonly world: World;
	readonly committee: Committee;
	readonly settings: ReplicaSettings;
	readonly record: VotingRecord;
	readonly tree: BlockTree;
	readonly counters: Counters;
	readonly mempool: Mempool;
	readonly pacemaker: () => Pacemaker;
	readonly newestArrivalMs: () => number;
	readonly isPaused: () => boolean;
	readonly onMissing: (blockId: string) => void;
	/** Gives the block to these, and to the replica itself. */
	readonly offer: (block: Block, to: readonly string[]) => void;
}

const secondPayloadBytes = 16;

export function createProposer(options: ProposerOptions): Proposer {
	const { world, committee, settings, record, tree, counters, mempool } = options;
	const { pacemaker, isPaused, offer } = options;
	const others = committee.members.filter((name) => name !== world.name);
	let newViews = new Set<string>();
	let mayProposeAtMs = Infinity;
	let isEquivocating = false;

	const blockOn = (parent: Block, transactions: readonly string[]): Block =>
		createBlock({
			height: parent.height + 1,
			view: pacemaker().view,
			proposer: world.name,
			parent: parent.id,
			justify: record.lock,
			timestampMs: Math.round(world.wallNowMs()),
			transactions,
		});

	const proposeTwo = (first: Block, second: Block): void => {
		const { view } = pacemaker();
		const half = Math.ceil(others.length / 2);
		offer(second, others.slice(half));
		// A faulty replica keeps no rule: it votes again.
		if (record.lastVotedView === view) record.lastVotedView = view - 1;
		offer(first, others.slice(0, half));
	};

	const propose = (): void => {
		const { view } = pacemaker();
		const isLeader = committee.leaderOf(view) === world.name;
		if (!isLeader || isPaused() || record.lastProposedView >= view) return;
		if (world.nowMs() < mayProposeAtMs) return;
		const parent = tree.get(record.lock.blockId);
		if (!parent) {
			options.onMissing(record.lock.blockId);
			return;
		}
		record.lastProposedView = view;
		counters.proposals += 1;
		const pending = tree.ancestors(parent.id, tree.committed.height, Infinity);
		const block = blockOn(parent, mempool.pick(pending));
		if (isEquivocating) proposeTwo(block, blockOn(parent, [world.random.hex(secondPayloadBytes)]));
		else offer(block, others);
	};

	return {
		onView() {
			newViews = new Set();
			mayProposeAtMs = Infinity;
			if (committee.leaderOf(pacemaker().view) !== world.name) return;
			const paceMs = options.newestArrivalMs() + settings.leastBlockMs - world.nowMs();
			const delayMs = pacemaker().entry ? settings.deltaMs : Math.max(0, paceMs);
			mayProposeAtMs = world.nowMs() + delayMs;
			world.after(delayMs, propose);
		},
		onNewView(from) {
			newViews.add(from);
			if (newViews.size === others.length) mayProposeAtMs = world.nowMs();
			propose();
		},
		propose,
		setEquivocating(next) {
			isEquivocating = next;
		},
	};
}
