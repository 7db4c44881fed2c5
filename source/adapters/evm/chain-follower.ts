import type { Block, Chain } from '../../sections/chain/schema.ts';
import { toTime } from '../quantity.ts';
import type { WireBlock } from './wire.ts';

/** Asks for blocks by number, in any order; leaves out what the node does not have. */
export type FetchBlocks = (numbers: readonly number[]) => Promise<readonly WireBlock[]>;

/** Knows the newest blocks of the chain that a node follows, and notices when it changes its mind. */
export interface ChainFollower {
	/** Takes a poll's head in; asks for the few blocks that lie between it and what is known. */
	follow(head: WireBlock | undefined, fetch: FetchBlocks, nowMs: number): Promise<void>;
	/** `recent`, oldest first, each the parent of the next; and the reorganisations seen. */
	view(): Pick<Chain, 'recent' | 'reorgs'>;
}

interface Link {
	readonly number: number;
	readonly hash: string;
	readonly parentHash: string | undefined;
	readonly block: Block;
}

const maxRecent = 64;
/** At the first poll, so that two nodes have heights in common at once. */
const firstDepth = 12;
const maxGap = 16;
/** A branch is walked back so far; one that parts earlier is another chain. */
const maxWalk = 64;
const walkStep = 8;
/** A node that changes just now has no blocks to show. After so many polls it has had time. */
const pollsUntilGivenUp = 3;

/** How a walk from a new head down to the known chain ended. */
type Walk =
	/** The lowest block of the branch has its parent in the known chain. */
	| { readonly end: 'joined'; readonly branch: readonly Link[]; readonly shared: number }
	/** It parts below all that is known, or below what a walk may ask for. */
	| { readonly end: 'lost'; readonly branch: readonly Link[] }
	/** The node did not give the blocks that it was asked for. */
	| { readonly end: 'unanswered'; readonly branch: readonly Link[] };

/**
 * A block is followed by its parent's hash, never by its number alone. Where the chain of the new head
 * does not lead to the last block known, it is walked back to the block that both share: what lies
 * above it was reorganised away, also when it happened between two polls and the head only rose.
 */
export function createChainFollower(): ChainFollower {
	const chain = new KnownChain();
	let headNumber: number | undefined;
	let unansweredPolls = 0;

	async function extend(head: Link, fetch: FetchBlocks, nowMs: number): Promise<void> {
		const { first, last } = chain;
		// Too far up or down to say what became of the blocks between.
		if (!first || !last || head.number < first.number || head.number > last.number + maxGap) {
			chain.startWith(await walkBack([head], firstDepth, fetch));
			return;
		}
		if (chain.at(head.number)?.hash === head.hash) return;
		const walk = await walkToKnown(chain, head, fetch);
		unansweredPolls = walk.end === 'unanswered' ? unansweredPolls + 1 : 0;
		if (walk.end === 'joined') chain.replaceAbove(walk.shared, walk.branch, nowMs);
		else if (walk.end === 'lost' || unansweredPolls >= pollsUntilGivenUp) {
			unansweredPolls = 0;
			chain.replaceAll(walk.branch, nowMs);
		}
	}

	return {
		async follow(wire, fetch, nowMs) {
			const head = wire && toLink(wire);
			if (!head) return;
			headNumber = head.number;
			await extend(head, fetch, nowMs);
		},
		view: () => chain.view(headNumber),
	};
}

/** Asks for at most `maxWalk` blocks and a step; ends at the first step that brings none. */
async function walkToKnown(chain: KnownChain, head: Link, fetch: FetchBlocks): Promise<Walk> {
	const { first, last } = chain;
	let branch: readonly Link[] = [head];
	let depth = Math.max(0, head.number - (last?.number ?? 0) - 1);
	for (;;) {
		const before = branch.length;
		branch = await walkBack(branch, depth, fetch);
		// The highest block whose parent is known: what the walk fetched below it is known already.
		const from = branch.findLastIndex((link) => chain.hasParentOf(link));
		const above = branch[from];
		if (above) return { end: 'joined', branch: branch.slice(from), shared: above.number - 1 };
		const lowest = branch[0] ?? head;
		if (lowest.number <= (first?.number ?? 0) || branch.length > maxWalk)
			return { end: 'lost', branch };
		if (depth > 0 && branch.length === before) return { end: 'unanswered', branch };
		depth = walkStep;
	}
}

/** The newest blocks of the followed chain, and the reorganisations seen. */
class KnownChain {
	#links: readonly Link[] = [];
	#reorgs: Chain['reorgs'];

	get first(): Link | undefined {
		return this.#links[0];
	}

	get last(): Link | undefined {
		return this.#links.at(-1);
	}

	at(number: number): Link | undefined {
		const { first } = this;
		return first && this.#links[number - first.number];
	}

	hasParentOf({ number, parentHash }: Link): boolean {
		const parent = this.at(number - 1);
		return parent !== undefined && parent.hash === parentHash;
	}

	startWith(links: readonly Link[]): void {
		this.#links = links;
	}

	/** The blocks above the shared one are replaced by a branch that follows it. */
	replaceAbove(shared: number, branch: readonly Link[], nowMs: number): void {
		this.#countReorg({ lastDepth: (this.last?.number ?? shared) - shared, shared, nowMs });
		const kept = this.#links.filter(({ number }) => number <= shared);
		this.#links = [...kept, ...branch].slice(-maxRecent);
	}

	/** The block that both share is older than what can be compared: at least so many were replaced. */
	replaceAll(branch: readonly Link[], nowMs: number): void {
		const lastNumber = this.last?.number ?? 0;
		const lowest = Math.max(this.first?.number ?? lastNumber, branch[0]?.number ?? lastNumber);
		this.#countReorg({ lastDepth: lastNumber - lowest + 1, shared: undefined, nowMs });
		this.#links = branch.slice(-maxRecent);
	}

	view(headNumber: number | undefined): Pick<Chain, 'recent' | 'reorgs'> {
		// A head that went back without another block in its place is not a branch yet.
		const recent = this.#links.filter(({ number }) => number <= (headNumber ?? number));
		return {
			...(recent.length > 0 && { recent: recent.map(({ block }) => block) }),
			// From the start, so that the first one is seen as an increase.
			...(this.#links.length > 0 && { reorgs: this.#reorgs ?? { count: 0 } }),
		};
	}

	#countReorg({ lastDepth, shared, nowMs }: Reorg): void {
		if (lastDepth <= 0) return;
		const lastAt = toTime(nowMs);
		this.#reorgs = {
			count: (this.#reorgs?.count ?? 0) + 1,
			lastDepth,
			...(shared === undefined ? { lastDepthIsAtLeast: true } : { lastForkNumber: shared }),
			...(lastAt !== undefined && { lastAt }),
		};
	}
}

interface Reorg {
	readonly lastDepth: number;
	readonly shared: number | undefined;
	readonly nowMs: number;
}

/** A branch with up to `depth` more blocks below it, as far as each is the next one's parent. */
async function walkBack(
	branch: readonly Link[],
	depth: number,
	fetch: FetchBlocks,
): Promise<Link[]> {
	const [lowest] = branch;
	if (lowest?.parentHash === undefined || depth === 0) return [...branch];
	const numbers = Array.from({ length: depth }, (_, index) => lowest.number - 1 - index);
	const fetched = await fetch(numbers.filter((number) => number >= 0));
	const links = new Map(
		fetched.flatMap((wire) => {
			const link = toLink(wire);
			return link ? [[link.number, link] as const] : [];
		}),
	);
	const result = [...branch];
	for (const number of numbers) {
		const link = links.get(number);
		if (!link || link.hash !== result[0]?.parentHash) break;
		result.unshift(link);
	}
	return result;
}

/** `undefined` for a block without hash, or with a number past 2^53. */
function toLink({ block, parentHash }: WireBlock): Link | undefined {
	const { number, hash } = block;
	if (typeof number !== 'number' || hash === undefined) return undefined;
	return { number, hash, parentHash, block };
}
