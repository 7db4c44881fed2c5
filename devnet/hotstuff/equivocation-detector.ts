import type { Header } from './block.ts';
import type { Committee } from './committee.ts';

/** Older views are neither checked nor remembered. */
const viewsHeld = 100;

/** Finds replicas that sign two contradicting messages in one view. */
export class EquivocationDetector {
	readonly #committee: Committee;
	/** View → the first header that its leader signed. */
	readonly #headers = new Map<number, Header>();
	/** View and voter → the first vote. */
	readonly #votes = new Map<string, { readonly view: number; readonly blockId: string }>();
	/** View, or view and voter, for which an equivocation was counted. */
	readonly #counted = new Set<string>();
	#newestView = 0;
	/** Views in which a leader proposed two blocks, by leader. */
	readonly #equivocationsBy = new Map<string, number>();
	#doubleVotes = 0;
	readonly #onFound: (name: string, type: 'equivocation' | 'doubleVote') => void;

	constructor(
		committee: Committee,
		onFound: (name: string, type: 'equivocation' | 'doubleVote') => void = () => undefined,
	) {
		this.#committee = committee;
		this.#onFound = onFound;
	}

	/** Views in which a leader proposed two blocks. */
	get equivocations(): number {
		return this.#equivocationsBy.values().reduce((sum, count) => sum + count, 0);
	}

	/** The same of one leader. */
	equivocationsOf(proposer: string): number {
		return this.#equivocationsBy.get(proposer) ?? 0;
	}

	/** Replicas that voted for two blocks in one view, counted once for each view. */
	get doubleVotes(): number {
		return this.#doubleVotes;
	}

	/**
	 * Checks what a leader signed. Returns both headers when it contradicts the first one of that view,
	 * once for each view.
	 */
	checkHeader(header: Header): readonly [Header, Header] | undefined {
		const { view, proposer, blockId } = header;
		if (this.#committee.leaderOf(view) !== proposer || this.#isOld(view)) return undefined;
		const first = this.#headers.get(view);
		if (!first) this.#headers.set(view, header);
		if (!first || first.blockId === blockId || !this.#isFirst(`${view}`)) return undefined;
		this.#equivocationsBy.set(proposer, this.equivocationsOf(proposer) + 1);
		this.#onFound(proposer, 'equivocation');
		return [first, header];
	}

	checkVote(voter: string, { view, blockId }: Pick<Header, 'view' | 'blockId'>): void {
		if (this.#isOld(view)) return;
		const key = `${view} ${voter}`;
		const first = this.#votes.get(key);
		if (!first) this.#votes.set(key, { view, blockId });
		else if (first.blockId !== blockId && this.#isFirst(key)) {
			this.#doubleVotes += 1;
			this.#onFound(voter, 'doubleVote');
		}
	}

	#isOld(view: number): boolean {
		if (view > this.#newestView) {
			this.#newestView = view;
			this.#headers.delete(view - viewsHeld);
			if (view % viewsHeld === 0) this.#forget(view - viewsHeld);
		}
		return view <= this.#newestView - viewsHeld;
	}

	#forget(beforeView: number): void {
		for (const view of this.#headers.keys()) {
			if (view < beforeView) this.#headers.delete(view);
		}
		for (const [key, { view }] of this.#votes) if (view < beforeView) this.#votes.delete(key);
		for (const key of this.#counted) {
			if (Number(key.split(' ')[0]) < beforeView) this.#counted.delete(key);
		}
	}

	#isFirst(key: string): boolean {
		if (this.#counted.has(key)) return false;
		this.#counted.add(key);
		return true;
	}
}
