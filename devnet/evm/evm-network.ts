import { createHash } from 'node:crypto';
import { layOut } from '../links.ts';
import type { LinkSettings } from '../links.ts';
import { createNetwork, knownTo } from '../network.ts';
import type { Network } from '../network.ts';
import { createRandom } from '../random.ts';
import { createGenesis } from './block.ts';
import { createChain } from './chain.ts';
import { createEvmNode } from './evm-node.ts';
import type { EvmIdentity, EvmNode, EvmSettings } from './evm-node.ts';
import { createWallet } from './wallet.ts';

export interface EvmNetworkOptions {
	readonly seed: number;
	/** What the virtual zero is in Unix ms. */
	readonly epochMs: number;
	readonly version: string;
	readonly links?: Partial<LinkSettings>;
	readonly settings?: Partial<EvmSettings>;
}

export type EvmNetwork = Network<EvmNode>;

const names = ['evm-1', 'evm-2'];
const defaultLinks: LinkSettings = { latencyMs: [20, 80], jitterRatio: 0.1, lossRatio: 0.001 };
const defaultSettings: EvmSettings = {
	blockMs: 3000,
	transactionsPerSecond: 1.5,
	safeDepth: 4,
	finalizedDepth: 12,
};

/** Two nodes of one chain, so that their heads can be compared. */
export function createEvmNetwork(options: EvmNetworkOptions): EvmNetwork {
	const { epochMs, version } = options;
	const seed = `nodetop-devnet-evm/${options.seed}`;
	const pairs = layOut(names, names.length, seed);
	const genesis = createGenesis(seed, epochMs);
	const settings = { ...defaultSettings, ...options.settings };
	return createNetwork({
		name: 'evm',
		ownFaults: ['reorg'],
		seed,
		epochMs,
		names,
		pairs,
		links: { ...defaultLinks, ...options.links },
		keep: (nodeId, name): EvmIdentity => ({
			nodeId: createHash('sha256').update(nodeId).digest('hex'),
			miner: `0x${createHash('sha256').update(`miner ${nodeId}`).digest('hex').slice(0, 40)}`,
			wallet: createWallet(createRandom(`${seed}/wallet/${name}`)),
		}),
		emptyData: () => createChain(genesis),
		create: (world, { kept, data, address }) =>
			createEvmNode({
				world,
				settings,
				identity: kept,
				chain: data,
				version,
				known: knownTo(world.name, pairs),
				address,
			}),
	});
}
