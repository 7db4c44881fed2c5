import type { QuorumCertificate, TimeoutCertificate } from './committee.ts';

export interface ReplicaSettings {
	/** What a replica waits in a view before it gives up, at first. */
	readonly timeoutMs: number;
	/** The longest that a message takes in a network that is well: the Δ of the paper. */
	readonly deltaMs: number;
	/** The least time between two blocks; 0 for as fast as the links. */
	readonly leastBlockMs: number;
	/** That clients give to one replica. */
	readonly transactionsPerSecond: number;
}

/**
 * What a replica must not lose with its data: who it is, what it has signed, and why it is in its
 * view. Having forgotten what it signed it might vote twice in one view, and would be faulty.
 */
export interface VotingRecord {
	readonly nodeId: string;
	view: number;
	/** Why the view began, when it was by timeouts. */
	entry: TimeoutCertificate | undefined;
	lastVotedView: number;
	lastProposedView: number;
	/** The highest certificate that it has seen: it votes for nothing that builds on a lower one. */
	lock: QuorumCertificate;
}
