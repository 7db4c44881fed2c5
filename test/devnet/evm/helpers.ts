import { createEvmNetwork } from '../../../devnet/evm/evm-network.ts';
import type { EvmNetwork, EvmNetworkOptions } from '../../../devnet/evm/evm-network.ts';
import type { EvmNode } from '../../../devnet/evm/evm-node.ts';

/** The two nodes, started in virtual time. */
export function startChain(options: Partial<EvmNetworkOptions> = {}): EvmNetwork {
	const network = createEvmNetwork({
		seed: 1,
		epochMs: Date.UTC(2026, 0, 1),
		version: '9.9.9',
		...options,
	});
	network.start();
	return network;
}

export function nodes(network: EvmNetwork): EvmNode[] {
	return network.slots.flatMap(({ node }) => node ?? []);
}

export function nodeOf(network: EvmNetwork, name: string): EvmNode {
	const node = network.slots.find((slot) => slot.name === name)?.node;
	if (!node) throw new Error(`${name} is not running`);
	return node;
}

/** The hashes that a node follows, from a number up to its head. */
export function followed({ chain }: EvmNode, from = 0): string[] {
	const hashes: string[] = [];
	for (let number = from; number <= chain.head.block.number; number += 1) {
		hashes.push(chain.at(number)?.hash ?? 'absent');
	}
	return hashes;
}
