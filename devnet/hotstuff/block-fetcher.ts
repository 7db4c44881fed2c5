import type { World } from '../node-process.ts';
import type { PeerTable } from '../peer-table.ts';
import { isAuthentic } from './block.ts';
import type { Block } from './block.ts';
import type { BlockTree } from './block-tree.ts';
import type { Committee } from './committee.ts';
import type { Message, MessageOf } from './message.ts';

export interface BlockFetcherOptions {
	readonly world: World;
	readonly tree: BlockTree;
	readonly committee: Committee;
	readonly peers: PeerTable<Message>;
	/** A block whose parent is held. */
	readonly onBlock: (block: Block) => void;
	readonly onInvalid: (from: string) => void;
	/** A block that is proven to be committed contradicts the committed chain of this replica. */
	readonly onConflict: (blockId: string) => void;
	/** The tree restarted at a checkpoint. */
	readonly onCheckpoint: () => void;
}

const retryMs = 600;
const maxTries = 20;
const blocksPerMessage = 64;
const maxParents = 4000;

/** Fetches blocks that are named but not held, with their ancestors, and keeps those without parent. */
export class BlockFetcher {
	readonly #options: BlockFetcherOptions;
	/** Id → number of requests. */
	readonly #wanted = new Map<string, number>();
	/** Missing parent → the blocks that wait for it. */
	readonly #orphans = new Map<string, Block[]>();

	constructor(options: BlockFetcherOptions) {
		this.#options = options;
	}

	/** Parents that blocks wait for. */
	get orphans(): number {
		return this.#orphans.size;
	}

	isFetching(): boolean {
		return this.#wanted.size > 0;
	}

	want(id: string, holder?: string): void {
		if (this.#wanted.has(id) || this.#options.tree.get(id)) return;
		this.#wanted.set(id, 0);
		this.#ask(id, holder);
	}

	/** Keeps a block until its parent is held, and fetches that. */
	addOrphan(block: Block, holder: string): void {
		this.#keep(block);
		this.want(block.parent, holder);
	}

	/** Removes and returns the blocks that waited for this one. */
	release(id: string): readonly Block[] {
		const ready = this.#orphans.get(id) ?? [];
		this.#orphans.delete(id);
		return ready;
	}

	onRequest(from: string, { id, aboveHeight }: MessageOf<'blockRequest'>): void {
		const { tree, peers } = this.#options;
		const blocks = tree.ancestors(id, aboveHeight, blocksPerMessage);
		const [oldest] = blocks;
		if (!oldest) return;
		const isPruned = oldest.height > aboveHeight + 1 && !tree.get(oldest.parent);
		peers.send(from, { type: 'blocks', blocks, isPruned });
	}

	onBlocks(from: string, { blocks, isPruned }: MessageOf<'blocks'>): void {
		const { tree, committee, onBlock, onConflict } = this.#options;
		const [oldest] = blocks;
		const newest = blocks.at(-1);
		if (!oldest || !newest || !this.#wanted.has(newest.id)) return;
		if (!isChain(blocks, committee)) {
			this.#options.onInvalid(from);
			return;
		}
		this.#wanted.delete(newest.id);
		const checkpoint = newestCommitted(blocks);
		const { height } = tree.committed;
		if (tree.get(oldest.parent)) {
			for (const block of blocks) onBlock(block);
		} else if (oldest.height === height + 1) {
			// The parent is at the committed height, and is another block.
			if (checkpoint) onConflict(checkpoint.id);
		} else if (!isPruned || !checkpoint || checkpoint.height <= height) {
			for (const block of blocks) this.#keep(block);
			this.want(oldest.parent, from);
		} else {
			tree.restartAt(checkpoint);
			for (const block of blocks) if (block.height > checkpoint.height) onBlock(block);
			this.#options.onCheckpoint();
		}
	}

	/** Requests the block from its holder, later from random peers, until it is held. */
	#ask(id: string, holder?: string): void {
		const { world, tree, peers } = this.#options;
		const tries = this.#wanted.get(id);
		if (tries === undefined) return;
		if (tree.get(id) || tries >= maxTries) {
			this.#wanted.delete(id);
			return;
		}
		this.#wanted.set(id, tries + 1);
		const [any] = world.random.sample(peers.connected(), 1);
		const to = holder ?? any?.name;
		if (to !== undefined) {
			peers.send(to, { type: 'blockRequest', id, aboveHeight: tree.committed.height });
		}
		world.after(retryMs, () => {
			this.#ask(id);
		});
	}

	#keep(block: Block): void {
		const siblings = this.#orphans.get(block.parent) ?? [];
		if (siblings.some(({ id }) => id === block.id)) return;
		this.#orphans.set(block.parent, [...siblings, block]);
		for (const [oldest] of this.#orphans) {
			if (this.#orphans.size <= maxParents) break;
			this.#orphans.delete(oldest);
		}
	}
}

/** The newest of a chain of blocks that two certificates in a row prove to be committed. */
function newestCommitted(blocks: readonly Block[]): Block | undefined {
	return blocks.findLast(({ view }, index) => {
		const child = blocks[index + 1];
		return child?.view === view + 1 && blocks[index + 2] !== undefined;
	});
}

/** Whether each block is what its hash says, certified by a quorum, and the child of the one before. */
function isChain(blocks: readonly Block[], committee: Committee): boolean {
	return blocks.every((block, index) => {
		const before = blocks[index - 1];
		const follows = before === undefined || before.id === block.parent;
		return follows && isAuthentic(block) && committee.isValid(block.justify);
	});
}
