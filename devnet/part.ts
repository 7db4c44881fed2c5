import type { Network } from './network.ts';
import type { NodeSlot } from './node-process.ts';
import type { NodeServer } from './node-server.ts';
import type { ResourceUsage } from './process-meter.ts';
import type { Stopwatch } from './stopwatch.ts';

/** What the HTTP server of a node may use of its process. */
export interface Host {
	/** Brings virtual time to now, so that an answer is not old. */
	readonly catchUp: () => void;
	readonly usageOf: (stopwatch: Stopwatch) => ResourceUsage;
	/** The port of a further server of a node; 0 takes a free one. */
	readonly sidePort: () => number;
}

/** One network of the devnet, with the HTTP servers of its nodes. */
export interface Part<Node = unknown> {
	readonly network: Network<Node>;
	/** The kind of adapter that reads its nodes. */
	readonly kind: 'qudag' | 'bft' | 'evm' | 'storj';
	/** The network id that its nodes report. */
	readonly networkId: string;
	/** The state of a running node, in the word of its kind. */
	stateOf(node: Node): string;
	/** Opens the HTTP server of a node; port 0 takes a free one. */
	serve(slot: NodeSlot<Node>, port: number, host: Host): Promise<NodeServer>;
}

/** A part without the type of its nodes, which are given by name. */
export interface OpenedPart extends Omit<Part, 'stateOf' | 'serve'> {
	/** `crashed` for a node that is down. */
	stateAt(name: string): string;
	serveAt(name: string, port: number, host: Host): Promise<NodeServer>;
}

export function openPart<Node>(part: Part<Node>): OpenedPart {
	const slotOf = (name: string): NodeSlot<Node> => {
		const slot = part.network.slots.find((each) => each.name === name);
		if (!slot) throw new Error(`there is no node ${name}`);
		return slot;
	};
	return {
		network: part.network,
		kind: part.kind,
		networkId: part.networkId,
		stateAt(name) {
			const { node } = slotOf(name);
			return node === undefined ? 'crashed' : part.stateOf(node);
		},
		serveAt: (name, port, host) => part.serve(slotOf(name), port, host),
	};
}
