import { isAuthentic } from './block.ts';
import type { Block } from './block.ts';

/** Account → the nonce of its next transaction. */
export type Nonces = ReadonlyMap<string, number>;

export interface HeldBlock {
	readonly block: Block;
	/** The weight of the block and all its ancestors. */
	readonly totalDifficulty: number;
	/** The state after this block. */
	readonly nonces: Nonces;
}

/** The head moved to a branch that does not extend it. */
export interface Reorg {
	/** Number of blocks of the old branch that were dropped. */
	readonly depth: number;
	/** The last block that both branches share. */
	readonly forkNumber: number;
	/** Oldest first. */
	readonly dropped: readonly Block[];
}

export type AddResult =
	| { readonly outcome: 'added'; readonly isHead: boolean; readonly reorg?: Reorg }
	| { readonly outcome: 'known' | 'orphan' | 'invalid' };

/** Some fifty minutes of blocks; a node that lags further begins at another node's oldest block. */
const maxHeld = 1024;
/** Branches that lost are kept for so many blocks, in case they grow. */
const maxBranchAge = 256;

/** The blocks of one node. The canonical branch is the heaviest; of equal ones the first seen. */
export class Chain {
	readonly genesis: Block;
	readonly #held = new Map<string, HeldBlock>();
	/** Number → hash on the canonical branch. */
	readonly #canonical = new Map<number, string>();
	#head: HeldBlock;

	constructor(genesis: Block) {
		this.genesis = genesis;
		this.#head = { block: genesis, totalDifficulty: genesis.difficulty, nonces: new Map() };
		this.restartAt(this.#head);
	}

	get head(): HeldBlock {
		return this.#head;
	}

	/** Number of blocks held. */
	get size(): number {
		return this.#held.size;
	}

	get(hash: string): HeldBlock | undefined {
		return this.#held.get(hash);
	}

	/** The canonical block of a number; `undefined` when it is above the head, or pruned. */
	at(number: number): Block | undefined {
		return number === 0 ? this.genesis : this.#canonicalAt(number)?.block;
	}

	add(block: Block): AddResult {
		if (this.#held.has(block.hash)) return { outcome: 'known' };
		if (!isAuthentic(block)) return { outcome: 'invalid' };
		const parent = this.#held.get(block.parentHash);
		if (!parent) return { outcome: 'orphan' };
		const nonces = noncesAfter(block, parent);
		if (!nonces) return { outcome: 'invalid' };
		const totalDifficulty = parent.totalDifficulty + block.difficulty;
		const entry: HeldBlock = { block, totalDifficulty, nonces };
		this.#held.set(block.hash, entry);
		if (totalDifficulty <= this.#head.totalDifficulty) return { outcome: 'added', isHead: false };
		const dropped = this.#moveHead(entry).toReversed();
		this.#prune();
		const [oldest] = dropped;
		if (!oldest) return { outcome: 'added', isHead: true };
		const reorg = { depth: dropped.length, forkNumber: oldest.number - 1, dropped };
		return { outcome: 'added', isHead: true, reorg };
	}

	/** A block and the newest of its ancestors that are held, oldest first. */
	ancestors(hash: string, limit: number): HeldBlock[] {
		const found: HeldBlock[] = [];
		for (let entry = this.get(hash); entry; entry = this.get(entry.block.parentHash)) {
			if (found.length >= limit) break;
			found.push(entry);
		}
		return found.toReversed();
	}

	/** Restarts at a block of another node, which is trusted for the state before it. */
	restartAt(base: HeldBlock): void {
		this.#held.clear();
		this.#canonical.clear();
		this.#held.set(base.block.hash, base);
		this.#canonical.set(base.block.number, base.block.hash);
		this.#head = base;
	}

	#canonicalAt(number: number): HeldBlock | undefined {
		return this.#held.get(this.#canonical.get(number) ?? '');
	}

	/** Returns the blocks that are no longer canonical, newest first. */
	#moveHead(head: HeldBlock): Block[] {
		const dropped: Block[] = [];
		const drop = (number: number) => {
			const entry = this.#canonicalAt(number);
			if (entry) dropped.push(entry.block);
		};
		for (let { number } = this.#head.block; number > head.block.number; number -= 1) {
			drop(number);
			this.#canonical.delete(number);
		}
		for (let entry: HeldBlock | undefined = head; entry;) {
			const { number, hash, parentHash } = entry.block;
			if (this.#canonical.get(number) === hash) break;
			drop(number);
			this.#canonical.set(number, hash);
			entry = this.#held.get(parentHash);
		}
		this.#head = head;
		return dropped;
	}

	#prune(): void {
		if (this.#held.size <= maxHeld) return;
		const { number: headNumber } = this.#head.block;
		for (const { block } of this.#held.values()) {
			const isCanonical = this.#canonical.get(block.number) === block.hash;
			const keptFrom = isCanonical ? headNumber - maxHeld + 1 : headNumber - maxBranchAge;
			if (block.number >= keptFrom) continue;
			this.#held.delete(block.hash);
			if (isCanonical) this.#canonical.delete(block.number);
		}
	}
}

/** The nonces after a block; `undefined` when it does not follow from its parent. */
function noncesAfter(block: Block, { block: parent, nonces }: HeldBlock): Nonces | undefined {
	if (block.number !== parent.number + 1 || block.timestamp <= parent.timestamp) return undefined;
	if (block.transactions.length === 0) return nonces;
	const after = new Map(nonces);
	for (const { from, nonce } of block.transactions) {
		if (nonce !== (after.get(from) ?? 0)) return undefined;
		after.set(from, nonce + 1);
	}
	return after;
}
