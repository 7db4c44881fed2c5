import type { OwnFault } from './faults.ts';
import type { NextHop } from './next-hop.ts';
import type { Random } from './random.ts';
import type { Stopwatch } from './stopwatch.ts';
import type { Neighbour } from './topology.ts';
import type { Cancel } from './virtual-clock.ts';

/** What one run of a node may use: its clock, its random numbers and its links. */
export interface World {
	/** The name of the node. */
	readonly name: string;
	readonly random: Random;
	/** The nodes that it is linked to. */
	readonly neighbours: readonly Neighbour[];
	/** Where its HTTP server listens, `host:port`; `undefined` in a simulation without servers. */
	address(): string | undefined;
	/** Milliseconds since the network began. */
	nowMs(): number;
	/** The node's own clock, Unix ms. */
	wallNowMs(): number;
	/** Does nothing once the node has stopped. */
	after(delayMs: number, run: () => void): Cancel;
	transmit(to: string, text: string): 'sent' | 'dropped';
}

/** One run of one node, from start to crash. */
export interface NodeProcess {
	start(): void;
	receive(from: string, text: string): void;
	onPeerClosed(from: string): void;
	/** A paused node takes no part in its network, but still answers over HTTP. */
	setPaused(isPaused: boolean): void;
	/** Starts a fault that only its kind of network supports. */
	inject(fault: OwnFault): void;
	/** Ends all such faults. */
	clearFaults(): void;
}

/** A place for a node in a network; it outlives crashes. */
export interface NodeSlot<Node = NodeProcess> {
	readonly name: string;
	readonly nodeId: string;
	/** Processing time of the node's own handlers. */
	readonly stopwatch: Stopwatch;
	/** `undefined` while crashed. */
	readonly node: Node | undefined;
	/** Delay that is added to its HTTP answers. */
	readonly slowMs: number;
	/** The node's own clock, Unix ms. */
	wallNowMs(): number;
	/** The first hop of a message to a node, by name or id; `undefined` when there is no path. */
	nextHop(goal: string): NextHop | undefined;
	/** Set by its HTTP server: `host:port`. */
	address: string | undefined;
}

/** How nodes of one kind are made. */
export interface NodeBlueprint<Node extends NodeProcess, Identity, Data> {
	/** What survives the loss of a node's data, such as keys. */
	readonly createIdentity: (nodeId: string, name: string) => Identity;
	/** The data of a node that has just been installed. */
	readonly createData: () => Data;
	readonly createNode: (world: World, identity: Identity, data: Data) => Node;
}
