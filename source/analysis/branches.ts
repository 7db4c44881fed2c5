import type { Block, Chain } from '../sections/chain/schema.ts';
import { byText } from './member.ts';

/** What one node reported of its chain: hashes by height, the newest height first. */
export interface Window {
	readonly hashes: ReadonlyMap<number, string>;
	readonly heights: readonly number[];
	readonly finalized: number | undefined;
	/** Timestamp of the newest block, Unix ms. */
	readonly headAtMs: number | undefined;
}

/** Nodes whose chains agree, with all that they reported of it. */
export interface Branch {
	readonly nodes: string[];
	readonly hashes: Map<number, string>;
	head: number;
	finalized: number | undefined;
	headAtMs: number | undefined;
}

/** Where two chains part. */
export interface Parting {
	/** Last block that both have; absent when their reports have a gap there, or does not reach back. */
	readonly common: number | undefined;
	/** Lowest height that both reported and at which they differ. */
	readonly lowestDifferent: number;
}

/** `undefined` for a node that reported no hash, or none at a height that JavaScript counts exactly. */
export function readWindow(
	chain: Chain | undefined,
	observed: readonly Block[] = [],
): Window | undefined {
	const hashes = new Map<number, string>();
	const told = [...(chain?.recent ?? observed), chain?.finalized, chain?.safe, chain?.head];
	for (const block of told) {
		const height = Number(block?.number);
		if (block?.hash !== undefined && Number.isSafeInteger(height)) hashes.set(height, block.hash);
	}
	if (hashes.size === 0) return undefined;
	const finalized = Number(chain?.finalized?.number);
	const headAtMs = Date.parse(chain?.head?.at ?? '');
	return {
		hashes,
		heights: [...hashes.keys()].sort((a, b) => b - a),
		finalized: Number.isSafeInteger(finalized) ? finalized : undefined,
		headAtMs: Number.isNaN(headAtMs) ? undefined : headAtMs,
	};
}

/**
 * Sorts chains into branches by the hash at the highest height that two have in common: a chain that
 * is a prefix of another is on its branch; one that is below every parting, or cannot be compared, is on none. Most
 * nodes come first, then the higher head, then the hash. The order of the nodes does not matter.
 */
export function findBranches(windows: ReadonlyMap<string, Window>): Branch[] {
	const branches: Branch[] = [];
	for (const [name, window] of [...windows].sort(highestFirst)) {
		const relations = branches.map((branch) => relate(branch.hashes, window));
		const fitting = branches.filter((_, index) => relations[index] === 'same');
		const isSplitFromAll = relations.every((relation) => typeof relation === 'object');
		const [only, another] = fitting;
		if (only && !another) join(only, name, window);
		else if (!only && isSplitFromAll) branches.push(begin(name, window));
	}
	return branches.sort(
		(a, b) =>
			b.nodes.length - a.nodes.length || b.head - a.head || byText(headHash(a), headHash(b)),
	);
}

function highestFirst(
	[nameA, a]: readonly [string, Window],
	[nameB, b]: readonly [string, Window],
): number {
	const [headA = 0, headB = 0] = [a.heights[0], b.heights[0]];
	const hashes = byText(a.hashes.get(headA) ?? '', b.hashes.get(headB) ?? '');
	return headB - headA || hashes || b.heights.length - a.heights.length || byText(nameA, nameB);
}

function relate(branch: ReadonlyMap<number, string>, window: Window): 'same' | 'unknown' | Parting {
	let lowestDifferent: number | undefined;
	for (const height of window.heights) {
		const hash = branch.get(height);
		if (hash === undefined) continue;
		if (hash !== window.hashes.get(height)) lowestDifferent = height;
		else if (lowestDifferent === undefined) return 'same';
		else return { common: height === lowestDifferent - 1 ? height : undefined, lowestDifferent };
	}
	return lowestDifferent === undefined ? 'unknown' : { common: undefined, lowestDifferent };
}

function begin(name: string, window: Window): Branch {
	const { hashes, heights, finalized, headAtMs } = window;
	return { nodes: [name], hashes: new Map(hashes), head: heights[0] ?? 0, finalized, headAtMs };
}

function join(branch: Branch, name: string, window: Window): void {
	branch.nodes.push(name);
	for (const height of window.heights) {
		if (!branch.hashes.has(height)) branch.hashes.set(height, window.hashes.get(height) ?? '');
	}
	if ((window.finalized ?? -1) > (branch.finalized ?? -1)) branch.finalized = window.finalized;
	branch.headAtMs ??= window.headAtMs;
}

export function headHash({ hashes, head }: Branch): string {
	return hashes.get(head) ?? '';
}

/** Where two branches part; `undefined` when they do not, as far as they can be compared. */
export function partingOf(a: Branch, b: Branch): Parting | undefined {
	const heights = [...b.hashes.keys()].sort((x, y) => y - x);
	const relation = relate(a.hashes, { ...b, heights });
	return typeof relation === 'object' ? relation : undefined;
}

/**
 * Whether two branches are a fork for good and no phantom split, which is two blocks for one slot of
 * which one will be dropped within a block: both went on by two blocks, or one by three; or what
 * differs is final for both.
 */
export function isDeep(a: Branch, b: Branch, parting: Parting): boolean {
	const lengths = [a, b].map(({ head }) => head - parting.lowestDifferent + 1);
	return areFinal(a, b, parting) || Math.min(...lengths) >= 2 || Math.max(...lengths) >= 3;
}

/** Whether what differs is final for both: they never join again. */
export function areFinal(a: Branch, b: Branch, { lowestDifferent }: Parting): boolean {
	return [a, b].every(({ finalized }) => finalized !== undefined && finalized >= lowestDifferent);
}
