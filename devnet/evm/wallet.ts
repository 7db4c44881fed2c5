import type { Random } from '../random.ts';
import { createTransaction } from './block.ts';
import type { Transaction } from './block.ts';
import type { Nonces } from './chain.ts';

/**
 * The accounts of one node's users. It survives the loss of the node's data and sends its transactions
 * again, so that no account waits for ever behind a lost transaction.
 */
export interface Wallet {
	/** A new transaction of one of the accounts; `undefined` while too many are open. */
	send(random: Random): Transaction | undefined;
	/** Transactions that the state does not contain yet, oldest first. */
	open(nonces: Nonces): readonly Transaction[];
	/** Forgets the transactions that a finalized state contains. */
	settle(nonces: Nonces): void;
}

const accountsEach = 4;
const maxOpen = 400;

export function createWallet(random: Random): Wallet {
	const accounts = Array.from({ length: accountsEach }, () => `0x${random.hex(20)}`);
	const next = new Map(accounts.map((account) => [account, 0]));
	let sent: Transaction[] = [];
	const isOpen = ({ from, nonce }: Transaction, nonces: Nonces) => nonce >= (nonces.get(from) ?? 0);
	return {
		send(source) {
			const [from] = source.sample(accounts, 1);
			if (from === undefined || sent.length >= maxOpen) return undefined;
			const nonce = next.get(from) ?? 0;
			next.set(from, nonce + 1);
			const transaction = createTransaction({
				from,
				nonce,
				value: Math.floor(source.next() * 1e6),
			});
			sent.push(transaction);
			return transaction;
		},
		open: (nonces) => sent.filter((transaction) => isOpen(transaction, nonces)),
		settle(nonces) {
			sent = sent.filter((transaction) => isOpen(transaction, nonces));
		},
	};
}
