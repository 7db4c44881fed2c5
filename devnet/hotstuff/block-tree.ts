import type { Block } from './block.ts';

export type CommitResult =
	/** Newly committed, oldest first. */
	| { readonly outcome: 'committed'; readonly blocks: readonly Block[] }
	| { readonly outcome: 'known' }
	/** An ancestor is not held. */
	| { readonly outcome: 'missing'; readonly id: string }
	/** It does not extend what is committed: agreement was broken. Nothing is changed. */
	| { readonly outcome: 'conflict' };

/** The blocks of one replica: one committed chain, and what may still extend it. */
export interface BlockTree {
	/** The newest committed block. */
	readonly committed: Block;
	/** Blocks held. */
	readonly size: number;
	get(id: string): Block | undefined;
	/** The id of the committed block at a height, while it is held. */
	committedAt(height: number): string | undefined;
	/** Takes a block in when its parent is held and its height follows. */
	add(block: Block): boolean;
	/** Commits a block with all its ancestors. */
	commit(id: string): CommitResult;
	/** A block and its ancestors above a height that are held, the newest of them, oldest first. */
	ancestors(id: string, aboveHeight: number, limit: number): Block[];
	/** Begins anew at a block that is known to be committed. */
	restartAt(block: Block): void;
}

/** Some ten minutes of blocks; who lacks more begins at a checkpoint. */
const maxCommittedHeld = 1500;

export function createBlockTree(genesis: Block): BlockTree {
	const blocks = new Map([[genesis.id, genesis]]);
	const chain = new Map([[genesis.height, genesis.id]]);
	let committed = genesis;
	let lowestHeight = genesis.height;

	const ancestors: BlockTree['ancestors'] = (id, aboveHeight, limit) => {
		const found: Block[] = [];
		for (let block = blocks.get(id); block; block = blocks.get(block.parent)) {
			if (block.height <= aboveHeight || found.length >= limit) break;
			found.push(block);
		}
		return found.toReversed();
	};

	/** Drops the oldest of the chain, and the branches that lost. */
	const prune = (): void => {
		for (; chain.size > maxCommittedHeld; lowestHeight += 1) {
			blocks.delete(chain.get(lowestHeight) ?? '');
			chain.delete(lowestHeight);
		}
		for (const { id, height } of blocks.values()) {
			if (height <= committed.height && chain.get(height) !== id) blocks.delete(id);
		}
	};

	/** Losing branches are few: looking for them at every commit would cost more than they do. */
	const pruneEvery = 64;

	const commit = (id: string): CommitResult => {
		const target = blocks.get(id);
		if (!target) return { outcome: 'missing', id };
		if (target.height <= committed.height) {
			const settled = chain.get(target.height);
			return { outcome: settled === undefined || settled === id ? 'known' : 'conflict' };
		}
		const fresh = ancestors(id, committed.height, Infinity);
		const [oldest] = fresh;
		if (!oldest) return { outcome: 'known' };
		if (oldest.height > committed.height + 1) return { outcome: 'missing', id: oldest.parent };
		if (oldest.parent !== committed.id) return { outcome: 'conflict' };
		for (const block of fresh) chain.set(block.height, block.id);
		committed = target;
		if (target.height % pruneEvery < fresh.length) prune();
		return { outcome: 'committed', blocks: fresh };
	};

	return {
		get committed() {
			return committed;
		},
		get size() {
			return blocks.size;
		},
		get: (id) => blocks.get(id),
		committedAt: (height) => chain.get(height),
		add(block) {
			const parent = blocks.get(block.parent);
			if (!parent || blocks.has(block.id) || block.height !== parent.height + 1) return false;
			blocks.set(block.id, block);
			return true;
		},
		commit,
		ancestors,
		restartAt(block) {
			blocks.clear();
			chain.clear();
			blocks.set(block.id, block);
			chain.set(block.height, block.id);
			committed = block;
			lowestHeight = block.height;
		},
	};
}
