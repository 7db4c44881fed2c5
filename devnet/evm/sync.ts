import type { World } from '../node-process.ts';
import type { PeerTable } from '../peer-table.ts';
import type { Block } from './block.ts';
import type { Chain } from './chain.ts';
import type { Message, MessageOf } from './message.ts';

export interface SyncOptions {
	readonly world: World;
	readonly chain: Chain;
	readonly peers: PeerTable<Message>;
	readonly onBlocks: (blocks: readonly Block[]) => void;
}

interface Fetch {
	readonly peer: string;
	readonly status: Omit<MessageOf<'status'>, 'type'>;
	readonly startingBlock: number;
	/** What has arrived so far, oldest first. */
	branch: readonly Block[];
	wanted: string;
	lastAtMs: number;
}

export interface SyncProgress {
	readonly startingBlock: number;
	readonly highestBlock: number;
}

const blocksPerMessage = 64;
/** Without an answer for this long, the next status begins a new fetch. */
const timeoutMs = 3000;
/** A node that lags by a single block is not called syncing. */
const farBlocks = 2;

/** Fetches the branch of a heavier head backwards, until it reaches a block that is held. */
export class Sync {
	readonly #options: SyncOptions;
	#fetch: Fetch | undefined;

	constructor(options: SyncOptions) {
		this.#options = options;
	}

	/** `undefined` while it fetches nothing. */
	progress(): SyncProgress | undefined {
		if (!this.#fetch || !this.#isWaiting()) return undefined;
		const { startingBlock, status } = this.#fetch;
		const behind = status.number - this.#options.chain.head.block.number;
		return behind < farBlocks ? undefined : { startingBlock, highestBlock: status.number };
	}

	/** Begins to fetch when a peer's head is heavier and not held. */
	onStatus(from: string, status: Omit<MessageOf<'status'>, 'type'>): void {
		const { world, chain } = this.#options;
		if (status.totalDifficulty <= chain.head.totalDifficulty) return;
		if (this.#isWaiting() || chain.get(status.head)) return;
		const startingBlock = chain.head.block.number;
		const lastAtMs = world.nowMs();
		const wanted = status.head;
		this.#fetch = { peer: from, status, startingBlock, branch: [], wanted, lastAtMs };
		this.#ask(this.#fetch);
	}

	onRequest(from: string, { hash }: MessageOf<'blocksRequest'>): void {
		const { chain, peers } = this.#options;
		const held = chain.ancestors(hash, blocksPerMessage);
		const [oldest] = held;
		if (!oldest) return;
		const isPruned = oldest.block.number > 0 && !chain.get(oldest.block.parentHash);
		const { totalDifficulty, nonces } = oldest;
		const base = isPruned && { base: { totalDifficulty, nonces: [...nonces] } };
		peers.send(from, { type: 'blocks', blocks: held.map(({ block }) => block), ...base });
	}

	onBlocks(from: string, { blocks, base }: MessageOf<'blocks'>): void {
		const { chain, onBlocks } = this.#options;
		const fetch = this.#fetch;
		const [oldest] = blocks;
		if (!fetch || fetch.peer !== from || !oldest) return;
		if (blocks.at(-1)?.hash !== fetch.wanted) return;
		fetch.branch = [...blocks, ...fetch.branch];
		const isLinked = chain.get(oldest.hash) ?? chain.get(oldest.parentHash);
		if (!isLinked && !base) {
			fetch.wanted = oldest.parentHash;
			this.#ask(fetch);
			return;
		}
		this.#fetch = undefined;
		if (!isLinked && base) {
			const { totalDifficulty, nonces } = base;
			chain.restartAt({ block: oldest, totalDifficulty, nonces: new Map(nonces) });
		}
		onBlocks(fetch.branch);
	}

	#isWaiting(): boolean {
		const { world } = this.#options;
		return this.#fetch !== undefined && world.nowMs() - this.#fetch.lastAtMs < timeoutMs;
	}

	#ask(fetch: Fetch): void {
		const { world, peers } = this.#options;
		fetch.lastAtMs = world.nowMs();
		peers.send(fetch.peer, { type: 'blocksRequest', hash: fetch.wanted });
	}
}
