import type { World } from '../node-process.ts';
import type { Block } from './block.ts';
import type { LedgerState } from './ledger-state.ts';
import { accounts, drawTransaction } from './transaction.ts';

interface MempoolCounts {
	received: number;
	/** Dropped to make room: the oldest first. */
	evicted: number;
	/** Refused as invalid. */
	rejected: number;
	/** Dropped because they waited too long. */
	expired: number;
}

const maxHeld = 2000;
const maxBytes = 512 * 1024;
const maxInBlock = 100;
const expiresAfterMs = 10 * 60 * 1000;
/** Balances that clients ask for, for each transaction that they send. */
const queriesEach = 2;

/** Transactions that one replica received from clients, until they are committed. */
export class Mempool {
	readonly counts: MempoolCounts = { received: 0, evicted: 0, rejected: 0, expired: 0 };
	readonly #world: World;
	readonly #state: LedgerState;
	readonly #transactionsPerSecond: number;
	/** Transaction → when it arrived, in the order of arrival. */
	readonly #held = new Map<string, number>();
	#bytes = 0;
	#floodFactor = 1;

	constructor(world: World, state: LedgerState, transactionsPerSecond: number) {
		this.#world = world;
		this.#state = state;
		this.#transactionsPerSecond = transactionsPerSecond;
	}

	get size(): number {
		return this.#held.size;
	}

	get bytes(): number {
		return this.#bytes;
	}

	/** How long the oldest waits; 0 when none does. */
	oldestMs(): number {
		const [first] = this.#held.values();
		return first === undefined ? 0 : this.#world.nowMs() - first;
	}

	/** When a transaction that is held arrived. */
	arrivedAtMs(transaction: string): number | undefined {
		return this.#held.get(transaction);
	}

	/** The oldest transactions that are in none of these blocks. */
	pick(pending: readonly Block[]): string[] {
		const taken = new Set(pending.flatMap(({ transactions }) => transactions));
		const picked: string[] = [];
		for (const transaction of this.#held.keys()) {
			if (picked.length >= maxInBlock) break;
			if (!taken.has(transaction)) picked.push(transaction);
		}
		return picked;
	}

	remove(committed: readonly Block[]): void {
		for (const { transactions } of committed) for (const each of transactions) this.#drop(each);
	}

	/** Clients send so many times more. */
	setFlood(factor: number): void {
		this.#floodFactor = factor;
	}

	/** Clients begin to send, as a Poisson process. */
	start(): void {
		const world = this.#world;
		const meanMs = 1000 / (this.#transactionsPerSecond * this.#floodFactor);
		world.after(world.random.exponential(meanMs), () => {
			this.#receive(drawTransaction(world.random));
			for (const each of world.random.sample(accounts, queriesEach)) this.#state.query(each);
			this.start();
		});
	}

	#receive(transaction: string): void {
		this.counts.received += 1;
		if (this.#state.validate(transaction) !== undefined) {
			this.counts.rejected += 1;
			return;
		}
		if (!this.#held.has(transaction)) this.#bytes += transaction.length;
		this.#held.set(transaction, this.#world.nowMs());
		this.#makeRoom();
	}

	#makeRoom(): void {
		for (const [transaction, atMs] of this.#held) {
			if (this.#world.nowMs() - atMs > expiresAfterMs) this.counts.expired += 1;
			else if (this.size > maxHeld || this.#bytes > maxBytes) this.counts.evicted += 1;
			else return;
			this.#drop(transaction);
		}
	}

	#drop(transaction: string): void {
		if (this.#held.delete(transaction)) this.#bytes -= transaction.length;
	}
}
