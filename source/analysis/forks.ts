import type { Fork } from '../sections/group/schema.ts';
import { areFinal, findBranches, headHash, isDeep, partingOf, readWindow } from './branches.ts';
import type { Branch, Parting, Window } from './branches.ts';
import { byText } from './member.ts';
import type { Member } from './member.ts';
import { observeSplit, rejoinedLately, tipsSinceMs } from './memory.ts';
import type { GroupMemory } from './memory.ts';

/** What the hashes of a group's nodes say. */
export interface ChainView {
	/** The branch that most nodes are on; absent when two are equal, or no node reported a hash. */
	readonly main: Branch | undefined;
	/** Nodes whose hashes could be compared with another's. */
	readonly compared: number;
	/** Branches that are a fork; a split that may still resolve is none. */
	readonly fork: Fork | undefined;
	/** Names of the nodes that are not on the main branch, or of all when there is none. */
	readonly forked: ReadonlySet<string>;
	/** Two tips that are no fork yet, by the height at which they differ. */
	readonly phantomAt: number | undefined;
	/** The height from which two chains part that will likely join again, as they did lately. */
	readonly rejoiningAt: number | undefined;
	/** Whether such chains joined again by themselves lately: the fork may be of late or lost blocks. */
	readonly mayRejoin: boolean;
	readonly common:
		| { readonly height: number; readonly hash: string; readonly by: number }
		| undefined;
}

/** Longer than this, or than two blocks, no two tips stand side by side unless it is a fork. */
const leastLastingMs = 10_000;
/** The same for a network of unknown pace, and for the age of both tips when nothing was watched. */
const leastAgeMs = 30_000;

/** Heights that are looked at for one that all have. */
const maxCandidates = 128;

const windows = new WeakMap<object, Window | undefined>();

export function viewChains(
	members: readonly Member[],
	memory: GroupMemory,
	meanGapMs: number | undefined,
	nowMs: number,
): ChainView {
	const told = new Map<string, Window>();
	for (const member of members) {
		const window = windowOf(member, memory);
		if (window) told.set(member.name, window);
	}
	const branches = findBranches(told);
	const partings = pairs(branches).flatMap(([a, b]) => {
		const parting = partingOf(a, b);
		return parting ? [{ a, b, parting }] : [];
	});
	const shallow = partings.filter(({ a, b, parting }) => !isDeep(a, b, parting));
	const sinceMs = tipsSinceMs(memory, markOf(shallow), nowMs);
	const shortestMs = Math.max((meanGapMs ?? 0) * 2, lastingMs(meanGapMs));
	const seenAtMs = whenSeen(members);
	const lasts = (split: Split): boolean =>
		seenAtMs(split) - sinceMs > shortestMs || isOld(split, meanGapMs, seenAtMs(split));
	const deep = partings.filter((each) => !shallow.includes(each));
	const isJoining = observeSplit(
		memory,
		{
			parted: partings.length > 0 ? branches.flatMap(({ nodes }) => nodes) : [],
			isDeep: deep.length > 0,
			// Without a parting there is one branch at most.
			joined: branches[0]?.nodes ?? [],
		},
		nowMs,
	);
	const lasting = partings.filter((each) =>
		isJoining ? areFinal(each.a, each.b, each.parting) : deep.includes(each) || lasts(each),
	);
	const isFork = lasting.length > 0;
	const natural = naturalDepth(members);
	const deepSinceMs = memory.split?.deepSinceMs ?? nowMs;
	const mayResolve =
		isFork &&
		lasting.every(
			(each) => !lasts(each) && seenAtMs(each) <= deepSinceMs && !isBeyond(each, natural),
		);
	const main = isFork && isTie(branches) ? undefined : branches[0];
	const real = isFork ? realBranches(branches, lasting) : [];
	return {
		main,
		compared: branches.flatMap(({ nodes }) => nodes).length,
		fork: isFork ? { ...describe(real, lasting), ...(mayResolve && { mayResolve }) } : undefined,
		forked: new Set(real.filter((branch) => branch !== main).flatMap(({ nodes }) => nodes)),
		phantomAt: isFork ? undefined : shallow[0]?.parting.lowestDifferent,
		rejoiningAt: isFork ? undefined : deep[0]?.parting.lowestDifferent,
		mayRejoin:
			isFork &&
			rejoinedLately(memory, nowMs) !== undefined &&
			!lasting.some(({ a, b, parting }) => areFinal(a, b, parting)),
		common: main && commonOf(main, told, lasting),
	};
}

function windowOf(member: Member, memory: GroupMemory): Window | undefined {
	const { chain } = member.node;
	if (!chain) return undefined;
	if (!chain.recent) return readWindow(chain, memory.heads.get(member.name));
	if (!windows.has(chain)) windows.set(chain, readWindow(chain));
	return windows.get(chain);
}

function pairs(branches: readonly Branch[]): [Branch, Branch][] {
	return branches.flatMap((a, index) =>
		branches.slice(index + 1).map((b): [Branch, Branch] => [a, b]),
	);
}

interface Split {
	readonly a: Branch;
	readonly b: Branch;
	readonly parting: Parting;
}

/** The differing block that comes first names the split, however long its branches grow. */
function markOf(splits: readonly Split[]): string | undefined {
	const marks = splits.map(({ a, b, parting: { lowestDifferent } }) =>
		[a.hashes.get(lowestDifferent) ?? '', b.hashes.get(lowestDifferent) ?? ''].sort(byText).join(),
	);
	return marks.sort(byText)[0];
}

function lastingMs(meanGapMs: number | undefined): number {
	return meanGapMs === undefined ? leastAgeMs : leastLastingMs;
}

/** When both branches of a split were last read: between two polls a tip does not grow older, nor a split longer. */
function whenSeen(members: readonly Member[]): (split: Split) => number {
	const readAtMs = new Map(members.map((member) => [member.name, member.readAtMs]));
	const seen = ({ nodes }: Branch): number =>
		Math.max(...nodes.map((name) => readAtMs.get(name) ?? Number.NaN));
	return ({ a, b }) => Math.min(seen(a), seen(b));
}

/** Both tips were older, when they were seen, than any tip that would still be dropped. */
function isOld({ a, b }: Split, meanGapMs: number | undefined, seenAtMs: number): boolean {
	const limitMs = Math.max((meanGapMs ?? 0) * 2, leastAgeMs);
	return [a, b].every(({ headAtMs }) => headAtMs !== undefined && seenAtMs - headAtMs > limitMs);
}

/** No chain of which nobody says otherwise loses so many blocks to another by itself. */
const usualDepth = 6;

/** As many blocks as the nodes saw replaced, or as any chain may replace. */
function naturalDepth(members: readonly Member[]): number {
	const seen = members.map(({ node }) => node.chain?.reorgs?.lastDepth ?? 0);
	return Math.max(usualDepth, ...seen);
}

/** Whether both branches are longer than any that is dropped, or what differs is final for both. */
function isBeyond({ a, b, parting }: Split, depth: number): boolean {
	const lengths = [a, b].map(({ head }) => head - parting.lowestDifferent + 1);
	return Math.min(...lengths) > depth || areFinal(a, b, parting);
}

function isTie([first, second]: readonly Branch[]): boolean {
	return first?.nodes.length === second?.nodes.length;
}

function realBranches(branches: readonly Branch[], lasting: readonly Split[]): Branch[] {
	return branches.filter((branch) => lasting.some(({ a, b }) => a === branch || b === branch));
}

/** Of several forks, reports the earliest: from there on the nodes disagree. */
function describe(branches: readonly Branch[], lasting: readonly Split[]): Fork {
	const known = lasting.flatMap(({ parting }) => parting.common ?? []);
	const bounds = lasting.flatMap(({ parting: { common, lowestDifferent } }) =>
		common === undefined ? [Math.max(0, lowestDifferent - 1)] : [],
	);
	// Infinity where there are none; there is one of either.
	const [lowestKnown, lowestBound] = [Math.min(...known), Math.min(...bounds)];
	return {
		...(lowestKnown <= lowestBound ? { number: lowestKnown } : { atOrBefore: lowestBound }),
		branches: branches.map((branch) => ({
			hash: headHash(branch),
			height: branch.head,
			nodes: [...branch.nodes].sort(byText),
		})),
	};
}

/** The newest block that every node of the main branch could have, and how many do. */
function commonOf(
	main: Branch,
	told: ReadonlyMap<string, Window>,
	lasting: readonly Split[],
): ChainView['common'] {
	const own =
		lasting.length === 0 ? [...told.values()] : main.nodes.flatMap((name) => told.get(name) ?? []);
	const candidates = [...main.hashes].sort(([a], [b]) => b - a).slice(0, maxCandidates);
	let best: ChainView['common'];
	for (const [height, hash] of candidates) {
		const by = own.filter(({ hashes }) => hashes.get(height) === hash).length;
		if (by > (best?.by ?? 1)) best = { height, hash, by };
		if (by === own.length) break;
	}
	return best;
}
