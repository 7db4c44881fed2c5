import { createHash } from 'node:crypto';
import type { QuorumCertificate } from './committee.ts';

export interface Block {
	/** SHA-256 over everything below, in hexadecimal. */
	readonly id: string;
	/** 1 + that of the parent; 0 for genesis only. */
	readonly height: number;
	readonly view: number;
	readonly proposer: string;
	readonly parent: string;
	/** The certificate of the parent. */
	readonly justify: QuorumCertificate;
	/** The proposer's clock, Unix ms. */
	readonly timestampMs: number;
	readonly transactions: readonly string[];
}

/** What a leader signs with each proposal. */
export interface Header {
	readonly view: number;
	readonly proposer: string;
	readonly blockId: string;
}

export function createBlock(content: Omit<Block, 'id'>): Block {
	return { id: hashOf(content), ...content };
}

/** The root, which all replicas hold as committed from the start. */
export function createGenesis(networkName: string, timestampMs: number): Block {
	return createBlock({
		height: 0,
		view: 0,
		proposer: 'genesis',
		parent: '',
		justify: { view: 0, blockId: '', voters: [] },
		timestampMs,
		transactions: [networkName],
	});
}

/** Whether the id is the hash of the content, and the certificate is that of the parent. */
export function isAuthentic(block: Block): boolean {
	const { justify, parent, view } = block;
	return justify.blockId === parent && justify.view < view && hashOf(block) === block.id;
}

export function headerOf({ id, view, proposer }: Block): Header {
	return { view, proposer, blockId: id };
}

function hashOf(block: Omit<Block, 'id'>): string {
	const { height, view, proposer, parent, justify, timestampMs, transactions } = block;
	return createHash('sha256')
		.update(JSON.stringify([height, view, proposer, parent, justify, timestampMs, transactions]))
		.digest('hex');
}
