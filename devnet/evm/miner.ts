import { UserError } from '../../source/domain/errors.ts';
import type { World } from '../node-process.ts';
import { blockDifficulty, createBlock } from './block.ts';
import type { Block, Transaction } from './block.ts';
import type { Chain } from './chain.ts';
import type { TxPool } from './tx-pool.ts';

export interface MinerOptions {
	readonly world: World;
	readonly chain: Chain;
	readonly pool: TxPool;
	/** The account that is named as miner. */
	readonly address: string;
	/** Mean time between two blocks while both nodes mine. */
	readonly blockMs: number;
	/** Whether to find nothing for now. */
	readonly isIdle: () => boolean;
	readonly onBlock: (block: Block) => void;
}

const maxInBlock = 100;
/** A block takes at least this share of the mean; the rest is drawn. */
const leastShare = 0.6;

/** Finds blocks at times drawn from the seed instead of by work. */
export class Miner {
	readonly #options: MinerOptions;
	#attempt = 0;

	constructor(options: MinerOptions) {
		this.#options = options;
	}

	/** Searches a block on the present head; an earlier search ends. */
	search(): void {
		const { world, chain, pool, blockMs, isIdle, onBlock } = this.#options;
		this.#attempt += 1;
		const attempt = this.#attempt;
		const drawn = leastShare + world.random.exponential(2 * (1 - leastShare));
		world.after(blockMs * drawn, () => {
			if (attempt !== this.#attempt) return;
			if (isIdle()) {
				this.search();
				return;
			}
			const { block, nonces } = chain.head;
			const timestamp = Math.floor(world.wallNowMs() / 1000);
			onBlock(this.#blockOn(block, timestamp, pool.executable(nonces, maxInBlock)));
		});
	}

	/** A branch of empty blocks from `depth` below the head, one block longer than what it replaces. */
	branch(depth: number): Block[] {
		const { world, chain } = this.#options;
		const from = chain.at(chain.head.block.number - depth);
		if (!from) {
			throw new UserError(`${world.name} holds only ${chain.size} blocks`, {
				nextSteps: ['wait, or choose a smaller depth'],
			});
		}
		const branch: Block[] = [];
		for (let count = 0; count <= depth; count += 1) {
			const parent = branch.at(-1) ?? from;
			branch.push(this.#blockOn(parent, chain.at(parent.number + 1)?.timestamp ?? 0, []));
		}
		return branch;
	}

	#blockOn(parent: Block, timestamp: number, transactions: readonly Transaction[]): Block {
		const { world, address } = this.#options;
		return createBlock({
			number: parent.number + 1,
			parentHash: parent.hash,
			timestamp: Math.max(parent.timestamp + 1, timestamp),
			miner: address,
			difficulty: blockDifficulty,
			nonce: `0x${world.random.hex(8)}`,
			transactions,
		});
	}
}
