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

/**
 * A block is followed by its parent's hash, never by its number alone. Where the chain of the new head
 * does not lead to the last block known, it is walked back to the block that both share: what lies
 * above it was reorganised away, also when it happened between two polls and the head only rose.
 */
export function createChainFollower(): ChainFollower {
	let known: Link[] = [];
	let headNumber: number | undefined;
	let reorgs: Chain['reorgs'];

	async function extend(head: Link, fetch: FetchBlocks, nowMs: number): Promise<void> {
		const last = known.at(-1);
		const first = known[0];
		// Too far up or down to say what became of the blocks between.
		if (!first || !last || head.number < first.number || head.number > last.number + maxGap) {
			known = await walkBack([head], firstDepth, fetch);
			return;
		}
		if (at(head.number)?.hash === head.hash) return;
		let branch = [head];
		let depth = Math.max(0, head.number - last.number - 1);
		while (true) {
			branch = await walkBack(branch, depth, fetch);
			// The highest block whose parent is known: what the walk fetched below it is known already.
			const from = branch.findLastIndex(({ number, parentHash }) => {
				const parent = at(number - 1);
				return parent !== undefined && parent.hash === parentHash;
			});
			const [lowest] = branch;
			const above = branch[from];
			if (above) {
				join(branch.slice(from), above.number - 1, last.number, nowMs);
				return;
			}
			const isLost = !lowest || lowest.number <= first.number || branch.length > maxWalk;
			if (isLost) {
				join(branch, undefined, last.number, nowMs);
				return;
			}
			// Asked for in vain: the node changes just now. The next poll sees a settled chain.
			if (depth > 0 && branch.length < Math.min(depth, lowest.number)) return;
			depth = 8;
		}
	}

	/** Puts a branch in the place of what is known above the block that both share. */
	function join(branch: readonly Link[], shared: number | undefined, last: number, nowMs: number) {
		const [lowest] = branch;
		const kept = shared === undefined ? [] : known.filter(({ number }) => number <= shared);
		const lostFrom = shared ?? Math.max(known[0]?.number ?? last, lowest?.number ?? last) - 1;
		const depth = last - lostFrom;
		if (depth > 0) {
			const since = toTime(nowMs);
			reorgs = {
				count: (reorgs?.count ?? 0) + 1,
				lastDepth: depth,
				...(shared !== undefined && { lastForkNumber: shared }),
				...(since !== undefined && { lastAt: since }),
			};
		}
		known = [...kept, ...branch].slice(-maxRecent);
	}

	function at(number: number): Link | undefined {
		const first = known[0];
		return first && known[number - first.number];
	}

	return {
		async follow(wire, fetch, nowMs) {
			const head = wire && toLink(wire);
			if (!head) return;
			headNumber = head.number;
			await extend(head, fetch, nowMs);
		},
		view() {
			// A head that went back without another block in its place is not a branch yet.
			const recent = known.filter(({ number }) => number <= (headNumber ?? number));
			return {
				...(recent.length > 0 && { recent: recent.map(({ block }) => block) }),
				...(reorgs && { reorgs }),
			};
		},
	};
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
