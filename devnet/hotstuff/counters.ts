import { Histogram, Registry } from 'prom-client';

/**
 * Why a view ended without a certificate for its block. `noProposal`: the leader was silent.
 * `noQuorum`: there was a proposal, but it got too few votes. `behind`: others were in a later view, and
 * this replica followed.
 */
export const viewChangeReasons = ['noProposal', 'noQuorum', 'behind'] as const;
export type ViewChangeReason = (typeof viewChangeReasons)[number];

/** Seconds. */
const durationBounds = [0.05, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2.5, 5, 10, 30];
/** Seconds; from the fastest links to round trips under faults. */
const roundTripBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** What one run of a replica counts of itself. */
export class Counters {
	proposals = 0;
	proposalsReceived = 0;
	blocksCommitted = 0;
	transactionsCommitted = 0;
	votesSent = 0;
	votesReceived = 0;
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
	/** Messages that no honest replica sends. */
	invalidMessages = 0;
	readonly viewChanges = new Map(viewChangeReasons.map((reason) => [reason, 0]));
	/** The histograms below, in seconds. */
	readonly histograms = new Registry();
	readonly commitTime = this.#duration(
		'hotstuff2_block_commit_time_seconds',
		'From the arrival of a block to its commit',
	);
	readonly blockTime = this.#duration('hotstuff2_block_interval_seconds', 'Between two commits');
	readonly viewDuration = this.#duration('hotstuff2_view_duration_seconds', 'Time in a view');
	readonly viewChangeDuration = this.#duration(
		'hotstuff2_view_change_duration_seconds',
		'From the timeout of a view to the next view',
	);
	readonly roundTrips = new Histogram({
		name: 'hotstuff2_peer_latency_seconds',
		help: 'Round trips to each replica',
		labelNames: ['peer'],
		buckets: roundTripBounds,
		registers: [this.histograms],
	});

	constructor(peers: readonly string[]) {
		for (const peer of peers) this.roundTrips.zero({ peer });
	}

	#duration(name: string, help: string): Histogram {
		return new Histogram({ name, help, buckets: durationBounds, registers: [this.histograms] });
	}
}

/** The mean of what a histogram observed; `undefined` when that was nothing. */
export async function meanOf(histogram: Histogram): Promise<number | undefined> {
	const { values } = await histogram.get();
	const of = (suffix: string) =>
		values.find(({ metricName }) => metricName?.endsWith(suffix))?.value ?? 0;
	return of('_count') === 0 ? undefined : of('_sum') / of('_count');
}
