import { createHistogram } from '../histogram.ts';
import type { Histogram } from '../histogram.ts';

/**
 * Why a view ended without a certificate for its block. `noProposal`: the leader was silent.
 * `noQuorum`: there was a proposal, but too few votes came together. `behind`: others were in a later
 * view, and this replica followed.
 */
export const viewChangeReasons = ['noProposal', 'noQuorum', 'behind'] as const;
export type ViewChangeReason = (typeof viewChangeReasons)[number];

/** What one life of a replica counts of itself. Durations are seconds. */
export interface Counters {
	proposals: number;
	proposalsReceived: number;
	blocksCommitted: number;
	transactionsCommitted: number;
	votesSent: number;
	votesReceived: number;
	/** Formed by this replica from votes. */
	quorumCertificates: number;
	/** Formed by this replica from timeouts. */
	timeoutCertificates: number;
	/** Views in which this replica gave up waiting. */
	timeouts: number;
	consecutiveTimeouts: number;
	maxConsecutiveTimeouts: number;
	/** Two committed blocks at one height: must never happen. */
	safetyViolations: number;
	/** Messages that no honest replica sends. */
	invalidMessages: number;
	readonly viewChanges: Map<ViewChangeReason, number>;
	/** From a block's arrival to its commit here. */
	readonly commitTime: Histogram;
	/** Between two commits. */
	readonly blockTime: Histogram;
	readonly viewDuration: Histogram;
	/** From giving up on a view to the next. */
	readonly viewChangeDuration: Histogram;
}

const bounds = [0.05, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2.5, 5, 10, 30];

export function createCounters(): Counters {
	return {
		proposals: 0,
		proposalsReceived: 0,
		blocksCommitted: 0,
		transactionsCommitted: 0,
		votesSent: 0,
		votesReceived: 0,
		quorumCertificates: 0,
		timeoutCertificates: 0,
		timeouts: 0,
		consecutiveTimeouts: 0,
		maxConsecutiveTimeouts: 0,
		safetyViolations: 0,
		invalidMessages: 0,
		viewChanges: new Map(viewChangeReasons.map((reason) => [reason, 0])),
		commitTime: createHistogram(bounds),
		blockTime: createHistogram(bounds),
		viewDuration: createHistogram(bounds),
		viewChangeDuration: createHistogram(bounds),
	};
}
