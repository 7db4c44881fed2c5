import type { Random } from '../random.ts';
import type { Cancel } from '../virtual-clock.ts';

/** What a node may use of the world: its clock, its dice and its links. */
export interface NodeContext {
	readonly name: string;
	readonly settings: NodeSettings;
	readonly random: Random;
	/** Milliseconds since the network began. */
	nowMs(): number;
	/** Unix ms. */
	wallNowMs(): number;
	/** Does nothing once the node has stopped. */
	after(delayMs: number, run: () => void): Cancel;
	transmit(to: string, text: string): 'sent' | 'dropped';
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
