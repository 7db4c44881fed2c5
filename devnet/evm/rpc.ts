import * as z from 'zod';
import { sizeOf, transactionsRoot } from './block.ts';
import type { Block } from './block.ts';
import type { EvmNode } from './evm-node.ts';

/** The chain's number, also as its network id. */
export const chainId = 880_888;

const requestSchema = z.object({
	jsonrpc: z.literal('2.0'),
	id: z.union([z.string(), z.number(), z.null()]).optional(),
	method: z.string(),
	params: z.array(z.unknown()).default([]),
});

const maxBatch = 1000;
const noHash = `0x${'0'.repeat(64)}`;

interface RpcError {
	readonly code: number;
	readonly message: string;
}

/** Returns the result of a method; throws an `RpcFailure` when there is none. */
type Method = (node: EvmNode, params: readonly unknown[]) => unknown;

class RpcFailure extends Error {
	readonly code: number;

	constructor(code: number, message: string) {
		super(message);
		this.code = code;
	}
}

const methods: Readonly<Record<string, Method>> = {
	eth_chainId: () => hex(chainId),
	net_version: () => String(chainId),
	net_listening: () => true,
	net_peerCount: ({ peers }) => hex(peers.connected().length),
	web3_clientVersion: ({ clientVersion }) => clientVersion,
	eth_blockNumber: ({ chain }) => hex(chain.head.block.number),
	eth_syncing: ({ chain, sync }) => {
		const progress = sync.progress();
		if (!progress) return false;
		const { startingBlock, highestBlock } = progress;
		return {
			startingBlock: hex(startingBlock),
			currentBlock: hex(chain.head.block.number),
			highestBlock: hex(highestBlock),
		};
	},
	eth_getBlockByNumber: (node, [tag, isFull]) => {
		const block = blockByTag(node, tag);
		return block ? blockOf(node, block, isFull === true) : null;
	},
	eth_getBlockByHash: (node, [hash, isFull]) => {
		if (typeof hash !== 'string') throw new RpcFailure(-32602, 'missing value for argument 0');
		const held = node.chain.get(hash);
		return held ? blockOf(node, held.block, isFull === true) : null;
	},
	txpool_status: ({ pool, chain }) => {
		const { pending, queued } = pool.counts(chain.head.nonces);
		return { pending: hex(pending), queued: hex(queued) };
	},
	admin_nodeInfo: nodeInfo,
	admin_peers: peerInfos,
};

/** Answers a request or a batch, as JSON-RPC 2.0 and geth do; `undefined` when no answer is due. */
export function answerRpc(node: EvmNode, body: string): unknown {
	let parsed: unknown;
	try {
		parsed = JSON.parse(body);
	} catch {
		return failure(null, { code: -32700, message: 'parse error' });
	}
	if (!Array.isArray(parsed)) return answerOne(node, parsed);
	if (parsed.length === 0) return failure(null, { code: -32600, message: 'empty batch' });
	if (parsed.length > maxBatch) return failure(null, { code: -32600, message: 'batch too large' });
	const answers = parsed.flatMap((request: unknown) => answerOne(node, request) ?? []);
	return answers.length > 0 ? answers : undefined;
}

function answerOne(node: EvmNode, value: unknown): object | undefined {
	const parsed = requestSchema.safeParse(value);
	if (!parsed.success) return failure(null, { code: -32600, message: 'invalid request' });
	const { id, method, params } = parsed.data;
	const run = Object.hasOwn(methods, method) ? methods[method] : undefined;
	if (id === undefined) return undefined;
	if (!run) {
		const message = `the method ${method} does not exist/is not available`;
		return failure(id, { code: -32601, message });
	}
	try {
		return { jsonrpc: '2.0', id, result: run(node, params) };
	} catch (error) {
		if (!(error instanceof RpcFailure)) throw error;
		return failure(id, { code: error.code, message: error.message });
	}
}

function failure(id: string | number | null, error: RpcError): object {
	return { jsonrpc: '2.0', id, error };
}

/** `safe` and `finalized` are a number of blocks below the head; `undefined` while there are too few. */
function blockByTag({ chain, settings }: EvmNode, tag: unknown): Block | undefined {
	const head = chain.head.block.number;
	if (tag === 'latest' || tag === 'pending') return chain.head.block;
	if (tag === 'earliest') return chain.genesis;
	if (tag === 'safe') return chain.at(head - settings.safeDepth);
	if (tag === 'finalized') return chain.at(head - settings.finalizedDepth);
	if (typeof tag === 'string' && /^0x[0-9a-f]{1,13}$/i.test(tag)) return chain.at(Number(tag));
	throw new RpcFailure(-32602, 'invalid argument 0: not a block number or tag');
}

function blockOf({ chain }: EvmNode, block: Block, isFull: boolean): object {
	const total = chain.get(block.hash)?.totalDifficulty;
	return {
		number: hex(block.number),
		hash: block.hash,
		parentHash: block.parentHash,
		timestamp: hex(block.timestamp),
		miner: block.miner,
		difficulty: hex(block.difficulty),
		...(total !== undefined && { totalDifficulty: hex(total) }),
		nonce: block.nonce,
		transactionsRoot: transactionsRoot(block),
		uncles: [],
		size: hex(sizeOf(block)),
		transactions: block.transactions.map((transaction, index) =>
			isFull
				? {
						...transaction,
						nonce: hex(transaction.nonce),
						value: hex(transaction.value),
						blockHash: block.hash,
						blockNumber: hex(block.number),
						transactionIndex: hex(index),
					}
				: transaction.hash,
		),
	};
}

function nodeInfo({ identity, clientVersion, chain }: EvmNode): object {
	return {
		id: identity.nodeId,
		name: clientVersion,
		protocols: {
			eth: {
				network: chainId,
				genesis: chain.genesis.hash,
				head: chain.head.block.hash,
				difficulty: chain.head.totalDifficulty,
			},
		},
	};
}

function peerInfos({ peers, heads }: EvmNode): object[] {
	return peers.connected().map(({ name, direction, about }) => {
		const head = heads.get(name);
		return {
			id: about?.nodeId ?? noHash.slice(2),
			name: about?.client ?? name,
			caps: ['nodetop-devnet/1'],
			network: {
				...(about?.address !== undefined && { remoteAddress: about.address }),
				inbound: direction === 'inbound',
				trusted: false,
				static: true,
			},
			protocols: {
				eth: head
					? { version: 1, latestBlock: head.number, latestBlockHash: head.head }
					: 'handshake',
			},
		};
	});
}

function hex(value: number): string {
	return `0x${value.toString(16)}`;
}
