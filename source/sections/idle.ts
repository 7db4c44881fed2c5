import type { Identity } from './identity/schema.ts';
import type { NodeSnapshot } from './snapshot.ts';

type IdleFacts = Pick<NodeSnapshot, 'consensus' | 'chain' | 'identity' | 'network'>;

/** Clients that make a block only on request or when a transaction arrives. */
const developmentClients: ReadonlySet<string> = new Set(['anvil', 'ganache', 'hardhatnetwork']);
/** Chain ids of geth --dev and Ganache, and of Hardhat and anvil. */
const developmentChainIds: ReadonlySet<unknown> = new Set([1337, 31_337]);

/**
 * Whether this is a development chain, recognised by its client or by its chain id: nobody waits for its next
 * block. Chain id 1337 with peers is a private network, not a development chain.
 */
export function isDevelopmentChain({
	identity = {},
	network = {},
}: {
	readonly identity?: Pick<Identity, 'client' | 'chainId'> | undefined;
	readonly network?: Pick<NonNullable<NodeSnapshot['network']>, 'peers'> | undefined;
}): boolean {
	const { client, chainId } = identity;
	if (client !== undefined && developmentClients.has(client.toLowerCase())) return true;
	return developmentChainIds.has(chainId) && (network.peers ?? 0) === 0;
}

/** Whether a node is meant to have no peers: a development chain, or the only member of its group. */
export function isAloneByDesign(node: IdleFacts): boolean {
	return isDevelopmentChain(node) || node.consensus?.validators === 1;
}

/**
 * Whether a node without progress is idle and not stalled: a replicated log whose entries are all applied,
 * with no pending proposal; or a chain without empty blocks that has no transaction. A node that reports a
 * stall is not idle. Unknown values do not count as idle, except the transactions of a development chain, or
 * of a chain that was seen or is configured to make no empty blocks: many nodes do not report them.
 */
export function isIdle(node: IdleFacts): boolean {
	const { consensus } = node;
	if (saysStalled(node)) return false;
	if (consensus && isReplicatedLog(node)) {
		return consensus.applied === consensus.finalized && consensus.pending === 0;
	}
	return hasNothingToDo(node);
}

/** Whether a chain without empty blocks has no transaction to put into one. */
export function hasNothingToDo(node: IdleFacts): boolean {
	const { chain, identity } = node;
	const waiting = chain?.txPool?.pending;
	if (waiting !== undefined && Number(waiting) > 0) return false;
	if (isDevelopmentChain(node) || chain?.emptyBlocks === 'notMade') return true;
	// A private chain that reports an empty pool is idle, unless it made blocks with an empty pool before.
	return (
		chain?.emptyBlocks === 'unknown' &&
		waiting !== undefined &&
		!busyChainIds.has(identity?.chainId)
	);
}

/** Public chains on which a transaction always waits; the pool of one that is stuck is empty as well. */
const busyChainIds: ReadonlySet<unknown> = new Set([
	1, 10, 25, 56, 61, 100, 130, 137, 146, 196, 250, 324, 1101, 1111, 1284, 5000, 8217, 8453, 42_161,
	42_220, 43_114, 59_144, 80_002, 81_457, 84_532, 421_614, 534_352, 560_048, 17_000, 11_155_111,
	11_155_420,
]);

/** A log such as Raft's, which moves only when somebody writes. */
export function isReplicatedLog({ consensus }: Pick<NodeSnapshot, 'consensus'>): boolean {
	return consensus?.applied !== undefined;
}

/** Whether a node's own consensus is stalled, by its words or by what it was seen to do. */
export function saysStalled({ consensus }: Pick<NodeSnapshot, 'consensus'>): boolean {
	return consensus?.status === 'stalled' || consensus?.status === 'halted';
}
