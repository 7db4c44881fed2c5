import type { Header } from './block.ts';
import type { Committee, QuorumCertificate, TimeoutCertificate } from './committee.ts';

/** Counts the votes that a replica receives as the next leader. */
export interface VoteTally {
	/** Returns the certificate at the vote that completes it. */
	add(voter: string, header: Header): QuorumCertificate | undefined;
	/** Who voted for a block so far. */
	votersOf(view: number, blockId: string): readonly string[];
}

/** Views that are counted at one time; votes for older ones are too late to matter. */
const viewsHeld = 50;

export function createVoteTally(committee: Committee): VoteTally {
	const views = new Map<number, Map<string, Set<string>>>();
	return {
		add(voter, { view, blockId }) {
			const ofView = views.get(view) ?? new Map<string, Set<string>>();
			const voters = ofView.get(blockId) ?? new Set<string>();
			if (voters.has(voter)) return undefined;
			views.set(view, ofView.set(blockId, voters.add(voter)));
			forgetOldest(views);
			return voters.size === committee.quorum ? { view, blockId, voters: [...voters] } : undefined;
		},
		votersOf: (view, blockId) => [...(views.get(view)?.get(blockId) ?? [])],
	};
}

/** Counts the replicas at which a view has timed out. */
export interface TimeoutTally {
	/** Returns their number, with this one. */
	add(voter: string, view: number): number;
	/** The certificate of a view that has timed out at a quorum. */
	certificate(view: number): TimeoutCertificate | undefined;
}

export function createTimeoutTally(committee: Committee): TimeoutTally {
	const views = new Map<number, Set<string>>();
	return {
		add(voter, view) {
			const voters = (views.get(view) ?? new Set<string>()).add(voter);
			views.set(view, voters);
			forgetOldest(views);
			return voters.size;
		},
		certificate(view) {
			const voters = [...(views.get(view) ?? [])];
			return voters.length >= committee.quorum ? { view, voters } : undefined;
		},
	};
}

function forgetOldest(views: Map<number, unknown>): void {
	if (views.size > viewsHeld) views.delete(Math.min(...views.keys()));
}
