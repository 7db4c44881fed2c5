import type { Block } from './block.ts';

export type CommitResult =
	/** Newly committed, oldest first. */
	| { readonly outcome: 'committed'; readonly blocks: readonly Block[] }
	| { readonly outcome: 'known' }
	/** An ancestor is not held. */
	| { readonly outcome: 'missing'; readonly id: string }
	/** It does not extend the committed chain: agreement was broken. Nothing is changed. */
	| { readonly outcome: 'conflict' };

/** Some ten minutes of blocks; a replica that lags further begins at a checkpoint. */
const maxCommittedHeld = 1500;
/** Losing branches are few, so that a search at every commit would cost more than they do. */
const pruneEvery = 64;

/** The blocks of one replica: one committed chain, and the branches that may extend it. */
export class BlockTree {
	readonly #blocks = new Map<string, Block>();
	/** Height → id of the committed block. */
	readonly #chain = new Map<number, string>();
	#committed: Block;
	#lowestHeight: number;

	constructor(genesis: Block) {
		this.#committed = genesis;
		this.#lowestHeight = genesis.height;
		this.restartAt(genesis);
	}

	/** The newest committed block. */
	get committed(): Block {
		return this.#committed;
	}

	/** Number of blocks held. */
	get size(): number {
		return this.#blocks.size;
	}

	get(id: string): Block | undefined {
		return this.#blocks.get(id);
	}

	/** The id of the committed block at a height, while it is held. */
	committedAt(height: number): string | undefined {
		return this.#chain.get(height);
	}

	/** Whether the block was added: its parent is held, and its height follows. */
	add(block: Block): boolean {
		const parent = this.#blocks.get(block.parent);
		const isNext = parent !== undefined && block.height === parent.height + 1;
		if (!isNext || this.#blocks.has(block.id)) return false;
		this.#blocks.set(block.id, block);
		return true;
	}

	/** Commits a block with all its ancestors. */
	commit(id: string): CommitResult {
		const target = this.#blocks.get(id);
		if (!target) return { outcome: 'missing', id };
		if (target.height <= this.#committed.height) {
			const settled = this.#chain.get(target.height);
			return { outcome: settled === undefined || settled === id ? 'known' : 'conflict' };
		}
		const fresh = this.ancestors(id, this.#committed.height, Infinity);
		const [oldest] = fresh;
		if (!oldest) return { outcome: 'known' };
		if (oldest.height > this.#committed.height + 1) {
			return { outcome: 'missing', id: oldest.parent };
		}
		if (oldest.parent !== this.#committed.id) return { outcome: 'conflict' };
		for (const block of fresh) this.#chain.set(block.height, block.id);
		this.#committed = target;
		if (target.height % pruneEvery < fresh.length) this.#prune();
		return { outcome: 'committed', blocks: fresh };
	}

	/** A block and its ancestors above a height, as far as held: the newest of them, oldest first. */
	ancestors(id: string, aboveHeight: number, limit: number): Block[] {
		const found: Block[] = [];
		for (let block = this.get(id); block; block = this.get(block.parent)) {
			if (block.height <= aboveHeight || found.length >= limit) break;
			found.push(block);
		}
		return found.toReversed();
	}

	/** Restarts at a block that is known to be committed. */
	restartAt(block: Block): void {
		this.#blocks.clear();
		this.#chain.clear();
		this.#blocks.set(block.id, block);
		this.#chain.set(block.height, block.id);
		this.#committed = block;
		this.#lowestHeight = block.height;
	}

	/** Drops the oldest blocks of the chain, and the branches that lost. */
	#prune(): void {
		for (; this.#chain.size > maxCommittedHeld; this.#lowestHeight += 1) {
			this.#blocks.delete(this.#chain.get(this.#lowestHeight) ?? '');
			this.#chain.delete(this.#lowestHeight);
		}
		for (const { id, height } of this.#blocks.values()) {
			const hasLost = height <= this.#committed.height && this.#chain.get(height) !== id;
			if (hasLost) this.#blocks.delete(id);
		}
	}
}
