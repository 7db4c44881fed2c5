import { createHash } from 'node:crypto';
import type { LinkSettings } from '../links.ts';
import { createNetwork } from '../network.ts';
import type { Network, NetworkBasics } from '../network.ts';
import { createRandom } from '../random.ts';
import { planTopology } from '../topology.ts';
import { createGenesis } from './block.ts';
import { Chain } from './chain.ts';
import { EvmNode } from './evm-node.ts';
import type { EvmIdentity, EvmSettings } from './evm-node.ts';
import { createWallet } from './wallet.ts';

export type EvmNetworkOptions = NetworkBasics<EvmSettings>;
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
	const genesis = createGenesis(seed, epochMs);
	const settings = { ...defaultSettings, ...options.settings };
	return createNetwork({
		name: 'evm',
		ownFaults: ['reorg'],
		seed,
		epochMs,
		names,
		topology: planTopology(names, names.length, seed),
		links: { ...defaultLinks, ...options.links },
		createIdentity: (nodeId, name): EvmIdentity => ({
			nodeId: createHash('sha256').update(nodeId).digest('hex'),
			miner: `0x${createHash('sha256').update(`miner ${nodeId}`).digest('hex').slice(0, 40)}`,
			wallet: createWallet(createRandom(`${seed}/wallet/${name}`)),
		}),
		createData: () => new Chain(genesis),
		createNode: (world, identity, chain) =>
			new EvmNode({ world, settings, identity, chain, version }),
	});
}
