import type { World } from '../node-process.ts';

/** The world of one life of a node, and how its network is set. */
export interface NodeContext extends World {
	readonly settings: NodeSettings;
}

export interface NodeSettings {
	/** Mean number of vertices that a node issues in a second. */
	readonly verticesPerSecond: number;
	/** Peers asked in a round of votes. */
	readonly sampleSize: number;
	/** Of them, how many must say yes. */
	readonly quorum: number;
	/** Successful rounds in a row that make a vertex final. */
	readonly roundsToFinal: number;
	/** Least time between two rounds. */
	readonly roundMs: number;
	readonly queryTimeoutMs: number;
	/** Final vertices kept before the oldest layers are pruned. */
	readonly maxFinalHeld: number;
}
