import type { World } from '../node-process.ts';
import { createBlock } from './block.ts';
import type { Block } from './block.ts';
import type { BlockTree } from './block-tree.ts';
import type { Committee, QuorumCertificate } from './committee.ts';
import type { Counters } from './counters.ts';
import type { Ledger } from './ledger.ts';
import type { Mempool } from './mempool.ts';
import type { Pacemaker } from './pacemaker.ts';
import type { ReplicaSettings, VotingRecord } from './settings.ts';

export interface ProposerOptions {
	readonly world: World;
	readonly committee: Committee;
	readonly settings: ReplicaSettings;
	readonly record: VotingRecord;
	readonly tree: BlockTree;
	readonly counters: Counters;
	readonly mempool: Mempool;
	readonly pacemaker: Pacemaker;
	readonly ledger: Ledger;
	/** A certificate with every vote that has come. */
	readonly completed: (certificate: QuorumCertificate) => QuorumCertificate;
	readonly isPaused: () => boolean;
	readonly onMissing: (blockId: string) => void;
	/** Sends the block to these replicas, and to this one. */
	readonly offer: (block: Block, to: readonly string[]) => void;
}

const conflictPayloadBytes = 16;

/**
 * Proposes blocks in the views that the replica leads. After a successful view it proposes at once, or
 * at the pace of the network. After a view that timed out it first waits for the locks of all others, at
 * most Δ, because an honest replica votes for nothing that builds below its lock.
 */
export class Proposer {
	readonly #options: ProposerOptions;
	readonly #others: readonly string[];
	/** Replicas that sent their lock for this view. */
	readonly #locked = new Set<string>();
	#mayProposeAtMs = Infinity;
	#viewBeganAtMs = 0;
	#isEquivocating = false;

	constructor(options: ProposerOptions) {
		const { committee, world } = options;
		this.#options = options;
		this.#others = committee.members.filter((name) => name !== world.name);
	}

	/** An equivocating leader proposes two blocks, one to each half of the others, and votes for both. */
	setEquivocating(isEquivocating: boolean): void {
		this.#isEquivocating = isEquivocating;
	}

	onView(): void {
		const { world, committee, settings, pacemaker, ledger } = this.#options;
		this.#locked.clear();
		this.#viewBeganAtMs = world.nowMs();
		this.#mayProposeAtMs = Infinity;
		if (committee.leaderOf(pacemaker.view) !== world.name) return;
		const paceMs = ledger.newestArrivalMs + settings.leastBlockMs - world.nowMs();
		const delayMs = pacemaker.entry ? settings.deltaMs : Math.max(0, paceMs);
		this.#mayProposeAtMs = world.nowMs() + delayMs;
		world.after(delayMs, () => {
			this.propose();
		});
	}

	/** A replica sent its lock. */
	onNewView(from: string): void {
		this.#locked.add(from);
		if (this.#locked.size === this.#others.length) {
			this.#mayProposeAtMs = this.#options.world.nowMs();
		}
		this.propose();
	}

	/** Proposes a block, if it is time and the parent is held. */
	propose(): void {
		const { world, committee, record, tree, counters, mempool, pacemaker } = this.#options;
		const { view } = pacemaker;
		const isLeader = committee.leaderOf(view) === world.name;
		if (!isLeader || this.#options.isPaused() || record.lastProposedView >= view) return;
		if (world.nowMs() < this.#mayProposeAtMs) return;
		const parent = tree.get(record.lock.blockId);
		if (!parent) {
			this.#options.onMissing(record.lock.blockId);
			return;
		}
		record.lastProposedView = view;
		counters.proposals += 1;
		counters.proposalTime.observe((world.nowMs() - this.#viewBeganAtMs) / 1000);
		const pending = tree.ancestors(parent.id, tree.committed.height, Infinity);
		const block = this.#blockOn(parent, mempool.pick(pending));
		if (this.#isEquivocating) {
			const conflict = this.#blockOn(parent, [world.random.hex(conflictPayloadBytes)]);
			this.#offerBoth(block, conflict);
		} else {
			this.#options.offer(block, this.#others);
		}
	}

	#blockOn(parent: Block, transactions: readonly string[]): Block {
		const { world, record, pacemaker, completed } = this.#options;
		return createBlock({
			height: parent.height + 1,
			view: pacemaker.view,
			proposer: world.name,
			parent: parent.id,
			justify: completed(record.lock),
			timestampMs: Math.round(world.wallNowMs()),
			transactions,
		});
	}

	#offerBoth(first: Block, second: Block): void {
		const { record, pacemaker, offer } = this.#options;
		const { view } = pacemaker;
		const half = Math.ceil(this.#others.length / 2);
		offer(second, this.#others.slice(half));
		// Against the rules, it votes again in the same view.
		if (record.lastVotedView === view) record.lastVotedView = view - 1;
		offer(first, this.#others.slice(0, half));
	}
}
