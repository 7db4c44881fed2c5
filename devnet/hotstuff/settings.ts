import type { QuorumCertificate, TimeoutCertificate } from './committee.ts';

export interface ReplicaSettings {
	/** The timeout of a view, before it doubles. */
	readonly timeoutMs: number;
	/** The longest delay of a message in a healthy network: the Δ of the paper. */
	readonly deltaMs: number;
	/** The least time between two blocks; 0 for as fast as the links are. */
	readonly leastBlockMs: number;
	/** Transactions that clients send to one replica. */
	readonly transactionsPerSecond: number;
}

/**
 * What a replica must not lose with its data: its identity, what it has signed, and what began its view.
 * A replica that forgot what it signed could vote twice in one view, and would be faulty.
 */
export interface VotingRecord {
	readonly nodeId: string;
	view: number;
	/** The certificate that began the view, when the view before had timed out. */
	entry: TimeoutCertificate | undefined;
	lastVotedView: number;
	lastProposedView: number;
	/** The highest certificate seen: the replica votes for nothing that builds on a lower one. */
	lock: QuorumCertificate;
}
