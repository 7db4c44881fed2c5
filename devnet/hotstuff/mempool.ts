import type { World } from '../node-process.ts';
import type { Block } from './block.ts';

/** Transactions that one replica received from clients, until they are committed. */
export interface Mempool {
	readonly size: number;
	/** The oldest transactions that are in none of these blocks. */
	pick(pending: readonly Block[]): string[];
	remove(committed: readonly Block[]): void;
	/** Clients begin to send, as a Poisson process. */
	start(): void;
}

const maxHeld = 5000;
const maxInBlock = 100;
const transactionBytes = 16;

export function createMempool(world: World, transactionsPerSecond: number): Mempool {
	const held = new Set<string>();
	const arrive = (): void => {
		world.after(world.random.exponential(1000 / transactionsPerSecond), () => {
			if (held.size < maxHeld) held.add(world.random.hex(transactionBytes));
			arrive();
		});
	};
	return {
		get size() {
			return held.size;
		},
		pick(pending) {
			const taken = new Set(pending.flatMap(({ transactions }) => transactions));
			const picked: string[] = [];
			for (const transaction of held) {
				if (picked.length >= maxInBlock) break;
				if (!taken.has(transaction)) picked.push(transaction);
			}
			return picked;
		},
		remove(committed) {
			for (const { transactions } of committed) for (const each of transactions) held.delete(each);
		},
		start: arrive,
	};
}
