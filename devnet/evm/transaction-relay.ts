import type { World } from '../node-process.ts';
import type { PeerTable } from '../peer-table.ts';
import type { Transaction } from './block.ts';
import type { Chain } from './chain.ts';
import type { Message } from './message.ts';
import type { TxPool } from './tx-pool.ts';
import type { Wallet } from './wallet.ts';

export interface TransactionRelayOptions {
	readonly world: World;
	readonly chain: Chain;
	readonly pool: TxPool;
	readonly wallet: Wallet;
	readonly peers: PeerTable<Message>;
	readonly transactionsPerSecond: number;
}

const resendMs = 5000;

/** Sends the transactions of a node's users, and forwards those of others. */
export class TransactionRelay {
	readonly #options: TransactionRelayOptions;

	constructor(options: TransactionRelayOptions) {
		this.#options = options;
	}

	/** Users begin to send, as a Poisson process. */
	startSending(): void {
		const { world, wallet, transactionsPerSecond } = this.#options;
		world.after(world.random.exponential(1000 / transactionsPerSecond), () => {
			const transaction = wallet.send(world.random);
			if (transaction) this.add([transaction]);
			this.startSending();
		});
	}

	/** Sends the users' open transactions again and again, because messages may be lost. */
	startResending(): void {
		const { world, wallet, chain } = this.#options;
		this.add(wallet.open(chain.head.nonces));
		world.after(resendMs, () => {
			this.startResending();
		});
	}

	/** Adds transactions to the pool, and forwards the new ones to all peers but the sender. */
	add(transactions: readonly Transaction[], from?: string): void {
		const { chain, pool, peers } = this.#options;
		const { nonces } = chain.head;
		const fresh = transactions.filter((transaction) => pool.add(transaction, nonces));
		if (fresh.length === 0) return;
		peers.broadcast({ type: 'transactions', transactions: fresh }, (name) => name !== from);
	}
}
