import type { World } from '../node-process.ts';
import type { PeerTable } from '../peer-table.ts';
import type { Traffic } from '../traffic.ts';
import type { Dag } from './dag.ts';
import type { AboutDagNode, Message, MessageType } from './message.ts';
import type { Vertex } from './vertex.ts';

/** The world of one run of a node, and the settings of its network. */
export interface NodeContext extends World {
	readonly settings: NodeSettings;
}

export interface NodeSettings {
	/** Mean number of vertices that a node issues in a second. */
	readonly verticesPerSecond: number;
	/** Peers queried in a round of votes. */
	readonly sampleSize: number;
	/** Yes votes of the sample that make a round successful. */
	readonly quorum: number;
	/** Successful rounds in a row that make a vertex final. */
	readonly roundsToFinal: number;
	/** Least time between two rounds. */
	readonly roundMs: number;
	readonly queryTimeoutMs: number;
	/** Final vertices kept before the oldest layers are pruned. */
	readonly maxFinalHeld: number;
}

/** What the parts of one node share. */
export interface NodeParts {
	readonly context: NodeContext;
	readonly dag: Dag;
	readonly peers: PeerTable<Message, AboutDagNode>;
	readonly traffic: Traffic<MessageType>;
}

/** How received vertices are taken in. */
export interface Intake {
	/** Whether the disk has room for a vertex. */
	readonly canWrite: (vertex: Vertex) => boolean;
	readonly onAttached: (vertices: readonly Vertex[]) => void;
}
