import type { Part } from '../part.ts';
import { createDagNetwork } from './dag-network.ts';
import type { DagNetworkOptions } from './dag-network.ts';
import type { DagNode } from './dag-node.ts';
import { startDagServer } from './http.ts';
import { consensusStatus } from './health.ts';
import { networkId, statusOf } from './status.ts';

/** The DAG network with its servers. */
export function createDagPart(options: DagNetworkOptions): Part<DagNode> {
	const network = createDagNetwork(options);
	const { nodeCount } = options;
	return {
		network,
		kind: 'qudag',
		networkId,
		stateOf: (node) => consensusStatus(node, network.nowMs()),
		serve: (slot, port, { catchUp, usageOf }) => {
			const readStatus = () => {
				catchUp();
				if (!slot.node) return undefined;
				const resources = usageOf(slot.stopwatch);
				return statusOf(slot.node, { nowMs: network.nowMs(), nodeCount, resources });
			};
			return startDagServer({ slot, port, readStatus });
		},
	};
}
