import type { Transaction } from './block.ts';
import type { Nonces } from './chain.ts';

/** Transactions that are in no block yet. */
export interface TxPool {
	/** False when it is held already or its nonce is used, or the pool is full. */
	add(transaction: Transaction, nonces: Nonces): boolean;
	has(transaction: Transaction): boolean;
	/** Transactions that a block on this state may contain, in a valid order. */
	executable(nonces: Nonces, limit: number): Transaction[];
	/** Drops the transactions whose nonce this state has used. */
	settle(nonces: Nonces): void;
	/** `queued` transactions wait for one with a lower nonce. */
	counts(nonces: Nonces): { readonly pending: number; readonly queued: number };
}

const maxHeld = 2000;

export function createTxPool(): TxPool {
	const accounts = new Map<string, Map<number, Transaction>>();
	let size = 0;

	const executable = (nonces: Nonces, limit: number): Transaction[] => {
		const found: Transaction[] = [];
		for (const [account, byNonce] of accounts) {
			let nonce = nonces.get(account) ?? 0;
			for (let next = byNonce.get(nonce); next; next = byNonce.get(nonce)) {
				if (found.length >= limit) return found;
				found.push(next);
				nonce += 1;
			}
		}
		return found;
	};

	return {
		add(transaction, nonces) {
			const { from, nonce } = transaction;
			const byNonce = accounts.get(from) ?? new Map<number, Transaction>();
			if (byNonce.has(nonce) || nonce < (nonces.get(from) ?? 0) || size >= maxHeld) return false;
			accounts.set(from, byNonce.set(nonce, transaction));
			size += 1;
			return true;
		},
		has: ({ from, nonce }) => accounts.get(from)?.has(nonce) === true,
		executable,
		settle(nonces) {
			for (const [account, byNonce] of accounts) {
				for (const nonce of byNonce.keys()) {
					if (nonce < (nonces.get(account) ?? 0) && byNonce.delete(nonce)) size -= 1;
				}
			}
		},
		counts(nonces) {
			const pending = executable(nonces, Infinity).length;
			return { pending, queued: size - pending };
		},
	};
}
