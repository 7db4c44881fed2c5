import { Histograms } from '../histogram.ts';
import type { Histogram } from '../histogram.ts';

/**
 * Why a view ended without a certificate for its block. `noProposal`: the leader was silent.
 * `noQuorum`: there was a proposal, but it got too few votes. `behind`: others were in a later view, and
 * this replica followed.
 */
export const viewChangeReasons = ['noProposal', 'noQuorum', 'behind'] as const;
export type ViewChangeReason = (typeof viewChangeReasons)[number];

interface ViewChange {
	readonly from: number;
	readonly to: number;
	readonly reason: ViewChangeReason;
}

/** Seconds. */
const durationBounds = [
	0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2.5, 5, 10, 30,
];
/** Bytes. */
const sizeBounds = [64, 128, 256, 512, 1024, 2048, 4096, 16_384, 65_536];
/** Seconds; from the fastest links to round trips under faults. */
const roundTripBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** What one run of a replica counts of itself. */
export class Counters {
	proposals = 0;
	proposalsReceived = 0;
	blocksCommitted = 0;
	transactionsCommitted = 0;
	/** Commits; one may commit several blocks. */
	decisions = 0;
	votesSent = 0;
	votesReceived = 0;
	/** Votes of others by type: for a block, to end a view, and for the lock of a new view. */
	readonly votesByType = new Map(['vote', 'timeout', 'newView'].map((type) => [type, 0]));
	/** Formed by this replica from votes. */
	quorumCertificates = 0;
	/** Formed by this replica from timeouts. */
	timeoutCertificates = 0;
	/** Views that timed out at this replica. */
	timeouts = 0;
	consecutiveTimeouts = 0;
	maxConsecutiveTimeouts = 0;
	/** Two committed blocks at one height: must never happen. */
	safetyViolations = 0;
	/** The newest view that ended without a certificate here, and the view after it. */
	lastViewChange: ViewChange | undefined;
	readonly viewChanges = new Map(viewChangeReasons.map((reason) => [reason, 0]));
	/** The histograms below, in seconds. */
	readonly histograms = new Histograms();
	readonly commitTime = this.#duration(
		'hotstuff2_block_commit_time_seconds',
		'From the arrival of a block to its commit',
	);
	readonly proposalTime = this.#duration(
		'hotstuff2_block_proposal_time_seconds',
		'From the beginning of a view to the proposal of its leader, where this replica leads',
	);
	readonly voteTime = this.#duration(
		'hotstuff2_vote_time_seconds',
		'From the arrival of a proposal to the vote for it, which is written to disk first',
	);
	readonly certificateTime = this.#duration(
		'hotstuff2_qc_formation_time_seconds',
		'From the first vote to the certificate, where this replica collects them',
	);
	readonly confirmationTime = this.#duration(
		'hotstuff2_transaction_confirmation_time_seconds',
		'From the arrival of a transaction to a block that contains it',
	);
	readonly finalizationTime = this.#duration(
		'hotstuff2_block_finalization_time_seconds',
		'From the proposal of a block, by its own time, to its commit',
	);
	readonly endToEndTime = this.#duration(
		'hotstuff2_end_to_end_latency_seconds',
		'From the arrival of a transaction to its commit',
	);
	readonly transactionSize = this.histograms.create({
		name: 'hotstuff2_transaction_size_bytes',
		help: 'Sizes of committed transactions',
		bounds: sizeBounds,
	});
	readonly blockTime = this.#duration('hotstuff2_block_interval_seconds', 'Between two commits');
	readonly viewDuration = this.#duration('hotstuff2_view_duration_seconds', 'Time in a view');
	readonly viewChangeDuration = this.#duration(
		'hotstuff2_view_change_duration_seconds',
		'From the timeout of a view to the next view',
	);
	readonly roundTrips = this.histograms.create({
		name: 'hotstuff2_peer_latency_seconds',
		help: 'Round trips to each replica',
		label: 'peer',
		bounds: roundTripBounds,
	});

	constructor(peers: readonly string[]) {
		for (const peer of peers) this.roundTrips.open(peer);
	}

	countVote(type: 'vote' | 'timeout' | 'newView'): void {
		this.votesByType.set(type, (this.votesByType.get(type) ?? 0) + 1);
	}

	#duration(name: string, help: string): Histogram {
		return this.histograms.create({ name, help, bounds: durationBounds });
	}
}
