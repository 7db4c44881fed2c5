import { isAuthentic } from './block.ts';
import type { Block } from './block.ts';

/** Account → the nonce that its next transaction has. */
export type Nonces = ReadonlyMap<string, number>;

export interface HeldBlock {
	readonly block: Block;
	/** The weight of the block and all its ancestors. */
	readonly totalDifficulty: number;
	/** After this block. */
	readonly nonces: Nonces;
}

/** The head moved to a branch that does not extend it. */
export interface Reorg {
	/** Blocks of the old branch that are no longer followed. */
	readonly depth: number;
	/** The last block that both branches share. */
	readonly forkNumber: number;
	readonly dropped: readonly Block[];
}

export type AddResult =
	| { readonly outcome: 'added'; readonly isHead: boolean; readonly reorg?: Reorg }
	| { readonly outcome: 'known' | 'orphan' | 'invalid' };

/** The blocks of one node, and which branch it follows: the heaviest, of equal ones the first seen. */
export interface Chain {
	readonly genesis: Block;
	readonly head: HeldBlock;
	get(hash: string): HeldBlock | undefined;
	/** The block of the branch that is followed; `undefined` when above the head, or pruned. */
	at(number: number): Block | undefined;
	/** Blocks held. */
	readonly size: number;
	add(block: Block): AddResult;
	/** A block and the newest of its ancestors that are held, oldest first. */
	ancestors(hash: string, limit: number): HeldBlock[];
	/** Begins anew at a block of another node, on that node's word for what came before. */
	restartAt(base: HeldBlock): void;
}

/** Some fifty minutes of blocks; who lacks more begins where another's begin. */
const maxHeld = 1024;
/** Branches that lost are kept for this long, should they grow. */
const maxBranchAge = 256;

export function createChain(genesis: Block): Chain {
	const held = new Map<string, HeldBlock>();
	const canonical = new Map<number, string>();
	let head: HeldBlock = { block: genesis, totalDifficulty: genesis.difficulty, nonces: new Map() };

	const hold = (entry: HeldBlock): void => {
		held.set(entry.block.hash, entry);
	};
	hold(head);
	canonical.set(0, genesis.hash);

	/** Follows another head; gives what of the old branch is no longer followed, newest first. */
	const follow = (next: HeldBlock): Block[] => {
		const dropped: Block[] = [];
		for (let number = head.block.number; number > next.block.number; number -= 1) {
			const gone = held.get(canonical.get(number) ?? '');
			if (gone) dropped.push(gone.block);
			canonical.delete(number);
		}
		for (let entry: HeldBlock | undefined = next; entry;) {
			const { number, hash, parentHash } = entry.block;
			const before = canonical.get(number);
			if (before === hash) break;
			const gone = held.get(before ?? '');
			if (gone) dropped.push(gone.block);
			canonical.set(number, hash);
			entry = held.get(parentHash);
		}
		head = next;
		return dropped;
	};

	const prune = (): void => {
		if (held.size <= maxHeld) return;
		const lowest = head.block.number - maxHeld + 1;
		for (const { block } of held.values()) {
			const isFollowed = canonical.get(block.number) === block.hash;
			const keepsFrom = isFollowed ? lowest : head.block.number - maxBranchAge;
			if (block.number >= keepsFrom) continue;
			held.delete(block.hash);
			if (isFollowed) canonical.delete(block.number);
		}
	};

	const add = (block: Block): AddResult => {
		if (held.has(block.hash)) return { outcome: 'known' };
		if (!isAuthentic(block)) return { outcome: 'invalid' };
		const parent = held.get(block.parentHash);
		if (!parent) return { outcome: 'orphan' };
		const nonces = apply(block, parent);
		if (!nonces) return { outcome: 'invalid' };
		const totalDifficulty = parent.totalDifficulty + block.difficulty;
		const entry: HeldBlock = { block, totalDifficulty, nonces };
		hold(entry);
		if (totalDifficulty <= head.totalDifficulty) return { outcome: 'added', isHead: false };
		const dropped = follow(entry).toReversed();
		prune();
		const [oldest] = dropped;
		if (!oldest) return { outcome: 'added', isHead: true };
		const reorg = { depth: dropped.length, forkNumber: oldest.number - 1, dropped };
		return { outcome: 'added', isHead: true, reorg };
	};

	return {
		genesis,
		get head() {
			return head;
		},
		get: (hash) => held.get(hash),
		at(number) {
			if (number === 0) return genesis;
			return held.get(canonical.get(number) ?? '')?.block;
		},
		get size() {
			return held.size;
		},
		add,
		ancestors(hash, limit) {
			const found: HeldBlock[] = [];
			for (let entry = held.get(hash); entry; entry = held.get(entry.block.parentHash)) {
				if (found.length >= limit) break;
				found.push(entry);
			}
			return found.toReversed();
		},
		restartAt(base) {
			held.clear();
			canonical.clear();
			hold(base);
			canonical.set(base.block.number, base.block.hash);
			head = base;
		},
	};
}

/** The nonces after a block; `undefined` when it does not follow from its parent. */
function apply(block: Block, { block: parent, nonces }: HeldBlock): Nonces | undefined {
	if (block.number !== parent.number + 1 || block.timestamp <= parent.timestamp) return undefined;
	if (block.transactions.length === 0) return nonces;
	const after = new Map(nonces);
	for (const { from, nonce } of block.transactions) {
		if (nonce !== (after.get(from) ?? 0)) return undefined;
		after.set(from, nonce + 1);
	}
	return after;
}
