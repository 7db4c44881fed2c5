import type { World } from '../node-process.ts';
import type { PeerTable } from '../peer-table.ts';
import { isAuthentic } from './block.ts';
import type { Block } from './block.ts';
import type { BlockTree } from './block-tree.ts';
import type { Committee } from './committee.ts';
import type { Message, MessageOf } from './message.ts';

/** Gets blocks that are named but not held, with their ancestors, and keeps what waits for them. */
export interface Fetcher {
	want(id: string, holder?: string): void;
	/** Keeps a block until its parent is held, and gets that. */
	park(block: Block, holder: string): void;
	/** What waited for a block, and waits no more. */
	release(id: string): readonly Block[];
	onRequest(from: string, message: MessageOf<'blockRequest'>): void;
	onBlocks(from: string, message: MessageOf<'blocks'>): void;
	isFetching(): boolean;
}

interface FetcherOptions {
	readonly world: World;
	readonly tree: BlockTree;
	readonly committee: Committee;
	readonly peers: PeerTable<Message>;
	/** A block whose parent is held. */
	readonly onBlock: (block: Block) => void;
	readonly onInvalid: () => void;
	/** A block that is proven to be committed contradicts what is committed here. */
	readonly onConflict: (blockId: string) => void;
	/** The tree began anew at a checkpoint. */
	readonly onCheckpoint: () => void;
}

const retryMs = 600;
const maxTries = 20;
const blocksPerMessage = 64;
const maxParked = 4000;

export function createFetcher(options: FetcherOptions): Fetcher {
	const { world, tree, committee, peers, onBlock, onInvalid } = options;
	const { onConflict, onCheckpoint } = options;
	/** Id → how often it was asked for. */
	const wanted = new Map<string, number>();
	/** Parent → the blocks that wait for it. */
	const parked = new Map<string, Block[]>();

	const ask = (id: string, holder: string | undefined): void => {
		const tries = wanted.get(id);
		if (tries === undefined) return;
		if (tree.get(id) || tries >= maxTries) {
			wanted.delete(id);
			return;
		}
		wanted.set(id, tries + 1);
		const [any] = world.random.sample(peers.connected(), 1);
		const to = holder ?? any?.name;
		if (to !== undefined) {
			peers.send(to, { type: 'blockRequest', id, aboveHeight: tree.committed.height });
		}
		world.after(retryMs, () => {
			ask(id, undefined);
		});
	};

	const want = (id: string, holder?: string): void => {
		if (wanted.has(id) || tree.get(id)) return;
		wanted.set(id, 0);
		ask(id, holder);
	};

	const keep = (block: Block): void => {
		const siblings = parked.get(block.parent) ?? [];
		if (siblings.some(({ id }) => id === block.id)) return;
		parked.set(block.parent, [...siblings, block]);
		for (const [oldest] of parked) {
			if (parked.size <= maxParked) break;
			parked.delete(oldest);
		}
	};

	/** The newest of a chain of blocks that two certificates in a row prove to be committed. */
	const committedIn = (blocks: readonly Block[]): number =>
		blocks.findLastIndex(({ view }, index) => {
			const child = blocks[index + 1];
			return child?.view === view + 1 && blocks[index + 2] !== undefined;
		});

	return {
		want,
		park(block, holder) {
			keep(block);
			want(block.parent, holder);
		},
		release(id) {
			const waiting = parked.get(id) ?? [];
			parked.delete(id);
			return waiting;
		},
		onRequest(from, { id, aboveHeight }) {
			const blocks = tree.ancestors(id, aboveHeight, blocksPerMessage);
			const [oldest] = blocks;
			if (!oldest) return;
			const isPruned = oldest.height > aboveHeight + 1 && !tree.get(oldest.parent);
			peers.send(from, { type: 'blocks', blocks, isPruned });
		},
		onBlocks(from, { blocks, isPruned }) {
			const [oldest] = blocks;
			const newest = blocks.at(-1);
			if (!oldest || !newest || !wanted.has(newest.id)) return;
			if (!isChain(blocks, committee)) {
				onInvalid();
				return;
			}
			wanted.delete(newest.id);
			const checkpoint = blocks[committedIn(blocks)];
			if (tree.get(oldest.parent)) {
				for (const block of blocks) onBlock(block);
			} else if (oldest.height === tree.committed.height + 1) {
				// The parent is at the committed height, and is another block.
				if (checkpoint) onConflict(checkpoint.id);
			} else if (!isPruned || !checkpoint || checkpoint.height <= tree.committed.height) {
				for (const block of blocks) keep(block);
				want(oldest.parent, from);
			} else {
				tree.restartAt(checkpoint);
				for (const block of blocks) if (block.height > checkpoint.height) onBlock(block);
				onCheckpoint();
			}
		},
		isFetching: () => wanted.size > 0,
	};
}

/** Whether each block is what its hash says, certified by a quorum, and the child of the one before. */
function isChain(blocks: readonly Block[], committee: Committee): boolean {
	return blocks.every((block, index) => {
		const before = blocks[index - 1];
		const follows = before === undefined || before.id === block.parent;
		return follows && isAuthentic(block) && committee.isValid(block.justify);
	});
}
