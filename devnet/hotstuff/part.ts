import { startNodeServer } from '../node-server.ts';
import type { Part } from '../part.ts';
import { createHotstuffNetwork } from './hotstuff-network.ts';
import type { HotstuffNetworkOptions } from './hotstuff-network.ts';
import { createReplicaApp } from './http.ts';
import type { Replica } from './replica.ts';
import { networkId, stateOf } from './status.ts';

/** The HotStuff-2 group with its servers. */
export function createHotstuffPart(options: HotstuffNetworkOptions): Part<Replica> {
	const network = createHotstuffNetwork(options);
	return {
		network,
		kind: 'bft',
		networkId,
		stateOf: (replica) => stateOf(replica, network.nowMs()),
		serve: (slot, port, host) =>
			startNodeServer({ slot, port, app: createReplicaApp(slot, host, network.nowMs) }),
	};
}
