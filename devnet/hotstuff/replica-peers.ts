import type { World } from '../node-process.ts';
import { PeerTable } from '../peer-table.ts';
import type { Traffic } from '../traffic.ts';
import type { ConnectionCounters } from './connection-counters.ts';
import type { Counters } from './counters.ts';
import type { Message, MessageType } from './message.ts';

interface ReplicaPeersOptions {
	readonly world: World;
	readonly nodeId: string;
	readonly client: string;
	readonly traffic: Traffic<MessageType>;
	readonly counters: Counters;
	readonly connections: ConnectionCounters;
	readonly onConnected: () => void;
}

/** The connections of a replica, with what it counts of them. */
export function createReplicaPeers(options: ReplicaPeersOptions): PeerTable<Message> {
	const { world, nodeId, client, traffic, counters, connections, onConnected } = options;
	return new PeerTable<Message>({
		world,
		traffic,
		about: () => ({ nodeId, client, address: world.address() }),
		onReceived: ({ type, sizeBytes, isHandled }) => {
			connections.size.observe(sizeBytes, type);
			if (isHandled) connections.onProcessed(type);
		},
		onLost: ({ connectedAtMs }, reason) => {
			connections.onClosed(reason, world.nowMs() - connectedAtMs);
		},
		onDialFailed: () => {
			connections.onDialFailed();
		},
		onConnected: ({ direction }) => {
			connections.onOpened(direction);
			onConnected();
		},
		onRoundTrip: ({ name }, tookMs) => {
			counters.roundTrips.observe(tookMs / 1000, name);
		},
	});
}
