/** Messages of one type in a second, between the last two polls. */
export interface MessageRates {
	readonly sentPerSecond?: number | undefined;
	readonly receivedPerSecond?: number | undefined;
	readonly droppedPerSecond?: number | undefined;
	readonly failedPerSecond?: number | undefined;
	/** Most sent and received together, while watched. */
	readonly peakPerSecond?: number | undefined;
}

export interface PeerChurn {
	readonly joined: number;
	readonly left: number;
	/** Absent until the node was watched for long enough. */
	readonly perMinute?: number | undefined;
}

/** How long after its own time a head was first seen, in milliseconds. */
export interface Propagation {
	readonly lastMs: number;
	readonly averageMs: number;
	/** Heads are seen no finer than polls come. */
	readonly resolutionMs: number;
	readonly n: number;
}

/**
 * The newest latencies of one peer, in milliseconds: the last `keptLatencies` of the first `length` values.
 * Later polls only write behind `length`, so what is seen here does not change.
 */
export interface LatencyWindow {
	readonly values: Float32Array;
	readonly length: number;
}

/** Polls whose latencies of a peer are kept. */
export const keptLatencies = 60;

/** Figures of a node's network that need several polls. Immutable: each poll makes a new one. */
export interface NetworkMemory {
	/** The first poll, Unix ms. */
	readonly sinceMs: number;
	readonly peakBytesInPerSecond?: number | undefined;
	readonly peakBytesOutPerSecond?: number | undefined;
	/** By type of message. */
	readonly messageRates: ReadonlyMap<string, MessageRates>;
	readonly churn?: PeerChurn | undefined;
	readonly propagation?: Propagation | undefined;
	/** By id of the peer; of peers that are listed now. */
	readonly peerLatencies: ReadonlyMap<string, LatencyWindow>;
}
