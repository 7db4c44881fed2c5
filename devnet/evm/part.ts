import { startNodeServer } from '../node-server.ts';
import type { Part } from '../part.ts';
import { createEvmNetwork } from './evm-network.ts';
import type { EvmNetworkOptions } from './evm-network.ts';
import type { EvmNode } from './evm-node.ts';
import { createEvmApp } from './http.ts';
import { chainId } from './rpc.ts';

const stalledAfterMs = 30_000;

/** The two EVM nodes with their servers. */
export function createEvmPart(options: EvmNetworkOptions): Part<EvmNode> {
	const network = createEvmNetwork(options);
	return {
		network,
		kind: 'evm',
		networkId: String(chainId),
		stateOf: ({ sync, lastHeadAtMs }) => {
			if (sync.progress()) return 'syncing';
			return network.nowMs() - lastHeadAtMs < stalledAfterMs ? 'active' : 'stalled';
		},
		serve: (slot, port, host) => startNodeServer({ slot, port, app: createEvmApp(slot, host) }),
	};
}
