import { createDagNetwork } from '../../../devnet/dag/dag-network.ts';
import type { DagNetwork, DagNetworkOptions } from '../../../devnet/dag/dag-network.ts';
import type { DagNode } from '../../../devnet/dag/dag-node.ts';
import type { NodeStatus } from '../../../devnet/dag/status.ts';
import { statusOf } from '../../../devnet/dag/status.ts';

export const epochMs = Date.UTC(2026, 0, 1);

/** A started network of four in virtual time. */
export function startNetwork(options: Partial<DagNetworkOptions> = {}): DagNetwork {
	const network = createDagNetwork({
		nodeCount: 4,
		seed: 1,
		epochMs,
		version: '9.9.9',
		...options,
	});
	network.start();
	return network;
}

export function nodeOf(network: DagNetwork, name: string): DagNode {
	const node = network.slots.find((slot) => slot.name === name)?.node;
	if (!node) throw new Error(`${name} is not running`);
	return node;
}

export function runningNodes(network: DagNetwork): DagNode[] {
	return network.slots.flatMap(({ node }) => node ?? []);
}

export function statusIn(network: DagNetwork, name: string): NodeStatus {
	return statusOf(nodeOf(network, name), {
		nowMs: network.nowMs(),
		nodeCount: network.slots.length,
		resources: { cpu_usage: 0, memory_usage: { resident: 1, heap_allocated: 1, heap_used: 1 } },
	});
}

export function consensusIn(network: DagNetwork): string[] {
	return runningNodes(network).map(({ name }) => statusIn(network, name).consensus_state.status);
}

/** Ids that a node holds for final, in a stable order; a node must not have pruned for this. */
export function finalIds(node: DagNode): string[] {
	const { vertices } = node.dag.range(0, Number.MAX_SAFE_INTEGER);
	return vertices
		.map(({ id }) => id)
		.filter((id) => node.dag.get(id)?.isFinal === true)
		.sort();
}

/** Ends issuing and gives what is under way the time to settle. */
export function comeToRest(network: DagNetwork, durationMs = 60_000): void {
	for (const node of runningNodes(network)) node.quiesce();
	network.advance(durationMs);
}
