import { createHash } from 'node:crypto';

export interface Transaction {
	/** `0x` and the SHA-256 over everything below. */
	readonly hash: string;
	readonly from: string;
	/** Counts up per account: blocks contain an account's transactions in this order, without gaps. */
	readonly nonce: number;
	readonly value: number;
}

export interface Block {
	/** `0x` and the SHA-256 over everything below; Ethereum would take Keccak-256 of another encoding. */
	readonly hash: string;
	readonly number: number;
	readonly parentHash: string;
	/** Unix seconds, by the miner's clock; above that of the parent. */
	readonly timestamp: number;
	readonly miner: string;
	/** The weight of this block alone. */
	readonly difficulty: number;
	/** Random, so that two blocks of one miner differ. */
	readonly nonce: string;
	readonly transactions: readonly Transaction[];
}

/** Every block weighs the same: the heaviest branch is the longest. */
export const blockDifficulty = 131_072;
const noHash = `0x${'0'.repeat(64)}`;
const noAddress = `0x${'0'.repeat(40)}`;

export function createTransaction(content: Omit<Transaction, 'hash'>): Transaction {
	const { from, nonce, value } = content;
	return { hash: hashOf([from, nonce, value]), ...content };
}

export function createBlock(content: Omit<Block, 'hash'>): Block {
	return { hash: blockHash(content), ...content };
}

/** The root, which all nodes hold from the start. */
export function createGenesis(networkName: string, epochMs: number): Block {
	return createBlock({
		number: 0,
		parentHash: noHash,
		timestamp: Math.floor(epochMs / 1000),
		miner: noAddress,
		difficulty: blockDifficulty,
		nonce: hashOf([networkName]).slice(0, 18),
		transactions: [],
	});
}

/** Whether the hashes are those of the content. */
export function isAuthentic(block: Block): boolean {
	return (
		block.difficulty === blockDifficulty &&
		blockHash(block) === block.hash &&
		block.transactions.every(
			({ hash, from, nonce, value }) => hashOf([from, nonce, value]) === hash,
		)
	);
}

/** The bytes a block takes when serialised. */
export function sizeOf(block: Block): number {
	return Buffer.byteLength(JSON.stringify(block));
}

/** One hash over all transactions, as in a header. */
export function transactionsRoot({ transactions }: Pick<Block, 'transactions'>): string {
	return hashOf(transactions.map(({ hash }) => hash));
}

function blockHash(block: Omit<Block, 'hash'>): string {
	const { number, parentHash, timestamp, miner, difficulty, nonce } = block;
	return hashOf([number, parentHash, timestamp, miner, difficulty, nonce, transactionsRoot(block)]);
}

function hashOf(content: readonly unknown[]): string {
	return `0x${createHash('sha256').update(JSON.stringify(content)).digest('hex')}`;
}
