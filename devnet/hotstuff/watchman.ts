import type { Header } from './block.ts';
import type { Committee } from './committee.ts';

/** Finds replicas that break the rules, from what they signed. */
export interface Watchman {
	/**
	 * Takes what a leader signed. Gives both headers when it is the second of one view, for the first
	 * time in that view.
	 */
	noteHeader(header: Header): readonly [Header, Header] | undefined;
	noteVote(voter: string, header: Header): void;
	/** Views in which a leader proposed two blocks. */
	readonly equivocations: number;
	/** Replicas that voted for two blocks in one view, counted once a view. */
	readonly doubleVotes: number;
}

/** What is older is not looked at any more, nor remembered. */
const viewsHeld = 100;

export function createWatchman(committee: Committee): Watchman {
	const headers = new Map<number, Header>();
	const votes = new Map<string, { readonly view: number; readonly blockId: string }>();
	const caught = new Set<string>();
	let newestView = 0;
	let equivocations = 0;
	let doubleVotes = 0;

	const isOld = (view: number): boolean => {
		if (view > newestView) {
			newestView = view;
			headers.delete(view - viewsHeld);
			if (view % viewsHeld === 0) forget(view - viewsHeld);
		}
		return view <= newestView - viewsHeld;
	};
	const forget = (beforeView: number): void => {
		for (const view of headers.keys()) if (view < beforeView) headers.delete(view);
		for (const [key, { view }] of votes) if (view < beforeView) votes.delete(key);
		for (const key of caught) if (Number(key.split(' ')[0]) < beforeView) caught.delete(key);
	};
	const isFirst = (key: string): boolean => {
		if (caught.has(key)) return false;
		caught.add(key);
		return true;
	};

	return {
		noteHeader(header) {
			const { view, proposer, blockId } = header;
			if (committee.leaderOf(view) !== proposer || isOld(view)) return undefined;
			const first = headers.get(view);
			if (!first) headers.set(view, header);
			if (!first || first.blockId === blockId || !isFirst(`${view}`)) return undefined;
			equivocations += 1;
			return [first, header];
		},
		noteVote(voter, { view, blockId }) {
			if (isOld(view)) return;
			const key = `${view} ${voter}`;
			const first = votes.get(key);
			if (!first) votes.set(key, { view, blockId });
			else if (first.blockId !== blockId && isFirst(key)) doubleVotes += 1;
		},
		get equivocations() {
			return equivocations;
		},
		get doubleVotes() {
			return doubleVotes;
		},
	};
}
