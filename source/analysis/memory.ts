import type { GroupState } from '../domain/words.ts';
import type { Block } from '../sections/chain/schema.ts';
import { createFinalMemory, forgetFinalsOf } from './final-conflicts.ts';
import type { FinalMemory } from './final-conflicts.ts';
import type { Member } from './member.ts';

/** What is kept of a group from one evaluation to the next. */
export interface GroupMemory {
	state: GroupState | undefined;
	sinceMs: number;
	/** When each node was first seen in the group, Unix ms. */
	readonly firstSeenMs: Map<string, number>;
	/** Heads seen of the nodes that report no recent blocks, lowest first. */
	readonly heads: Map<string, Block[]>;
	/** Whether any two of the nodes were ever seen to be connected. */
	hadLink: boolean;
	/** The highest height seen, and when it was seen to rise, Unix ms, oldest first. */
	highest: number;
	readonly rises: number[];
	readonly finals: FinalMemory;
	/** Two tips that were no fork yet: the hash by which they are known, and since when. */
	tips: { readonly mark: string; readonly sinceMs: number } | undefined;
	/** What each node had sent, and lost of it, at the last look; and the share that it lost since the one before. */
	readonly traffic: Map<string, { sent: number; lost: number; share: number | undefined }>;
	/** Chains that part now: of which nodes, since when, and whether by more than tips. */
	split:
		| {
				readonly names: ReadonlySet<string>;
				readonly sinceMs: number;
				readonly isDeep: boolean;
				/** Since when they part by more than tips without a break. */
				readonly deepSinceMs: number | undefined;
		  }
		| undefined;
	/** The last split that joined again by itself. */
	rejoined: { readonly lastedMs: number; readonly atMs: number } | undefined;
}

const maxHeads = 64;
const maxRises = 16;

export function createGroupMemory(): GroupMemory {
	return {
		state: undefined,
		sinceMs: 0,
		firstSeenMs: new Map(),
		heads: new Map(),
		hadLink: false,
		highest: -1,
		rises: [],
		finals: createFinalMemory(),
		tips: undefined,
		traffic: new Map(),
		split: undefined,
		rejoined: undefined,
	};
}

/** Takes note of who is there and of each head; what a lower or changed head took back is forgotten. */
export function observe(memory: GroupMemory, members: readonly Member[], nowMs: number): void {
	for (const { name, node } of members) {
		if (!memory.firstSeenMs.has(name)) memory.firstSeenMs.set(name, nowMs);
		observeTraffic(memory, name, node.network?.messages ?? []);
		const head = node.chain?.head;
		if (node.chain?.recent || head?.hash === undefined) {
			memory.heads.delete(name);
			continue;
		}
		const heads = memory.heads.get(name) ?? [];
		const last = heads.at(-1);
		if (last?.hash === head.hash) continue;
		const kept = heads.filter(({ number }) => Number(number) < Number(head.number));
		memory.heads.set(name, [...kept, head].slice(-maxHeads));
	}
}

/** Fewer messages show no share. */
const fewestSent = 20;

function observeTraffic(
	{ traffic }: GroupMemory,
	name: string,
	messages: NonNullable<NonNullable<Member['node']['network']>['messages']>,
): void {
	const sum = (read: (each: (typeof messages)[number]) => unknown) =>
		messages.reduce((all, each) => all + Number(read(each) ?? 0), 0);
	const [sent, lost] = [sum((each) => each.sent), sum((each) => each.dropped)];
	const before = traffic.get(name);
	const more = { sent: sent - (before?.sent ?? sent), lost: lost - (before?.lost ?? lost) };
	// The same poll seen twice shows nothing new.
	if (before && more.sent === 0) return;
	const share = more.sent >= fewestSent && more.lost >= 0 ? more.lost / more.sent : undefined;
	traffic.set(name, { sent, lost, share });
}

/** At the rate of `message-loss`. */
const lossyShare = 0.1;

/** Nodes that lost messages since the look before, if most of them did. */
export function lossyNodes({ traffic }: GroupMemory, members: readonly Member[]): string[] {
	const lossy = members
		.map(({ name }) => name)
		.filter((name) => (traffic.get(name)?.share ?? 0) > lossyShare);
	return lossy.length * 2 > members.length ? lossy : [];
}

/** Takes note of a new highest height, from which the pace is learned if no timestamps are reported. */
export function observeHeight(memory: GroupMemory, highest: number, nowMs: number): void {
	if (highest <= memory.highest) return;
	// The first is only the beginning of watching.
	if (memory.highest >= 0) memory.rises.push(nowMs);
	if (memory.rises.length > maxRises) memory.rises.shift();
	memory.highest = highest;
}

/** Since when two tips have competed, by their mark; a new mark restarts the time, no mark clears it. */
export function tipsSinceMs(memory: GroupMemory, mark: string | undefined, nowMs: number): number {
	if (mark === undefined) memory.tips = undefined;
	else if (memory.tips?.mark !== mark) memory.tips = { mark, sinceMs: nowMs };
	return memory.tips?.sinceMs ?? nowMs;
}

/** Where blocks get lost, chains part and join again: that is remembered for so long. */
const rejoinedForMs = 10 * 60_000;
/** What lasts longer does not join again by itself. */
const longestRejoinMs = 60_000;

interface SplitNow {
	/** The nodes of chains that part now; none where they do not. */
	readonly parted: readonly string[];
	readonly isDeep: boolean;
	/** The nodes of one chain. */
	readonly joined: readonly string[];
}

/**
 * Takes note of chains that part or have joined again. Returns whether a split is waited for to join again:
 * for twice as long as the last one took that did.
 */
export function observeSplit(memory: GroupMemory, now: SplitNow, nowMs: number): boolean {
	const { split } = memory;
	if (now.parted.length > 0) {
		const names = new Set([...(split?.names ?? []), ...now.parted]);
		const isDeep = now.isDeep || split?.isDeep === true;
		const deepSinceMs = now.isDeep ? (split?.deepSinceMs ?? nowMs) : undefined;
		memory.split = { names, isDeep, sinceMs: split?.sinceMs ?? nowMs, deepSinceMs };
	} else if (split && isSubset(split.names, now.joined)) {
		const lastedMs = nowMs - split.sinceMs;
		if (split.isDeep && lastedMs <= longestRejoinMs) memory.rejoined = { lastedMs, atMs: nowMs };
		memory.split = undefined;
	}
	const rejoined = rejoinedLately(memory, nowMs);
	if (!memory.split || !rejoined) return false;
	const patienceMs = Math.min(rejoined.lastedMs * 2, longestRejoinMs);
	return nowMs - memory.split.sinceMs <= patienceMs;
}

/** The last split that joined again by itself, if that is not long ago. */
export function rejoinedLately({ rejoined }: GroupMemory, nowMs: number): GroupMemory['rejoined'] {
	return rejoined && nowMs - rejoined.atMs <= rejoinedForMs ? rejoined : undefined;
}

function isSubset(names: ReadonlySet<string>, of: readonly string[]): boolean {
	const all = new Set(of);
	return [...names].every((name) => all.has(name));
}

/** Since when the group is in a state, Unix ms. */
export function stateSinceMs(memory: GroupMemory, state: GroupState, nowMs: number): number {
	if (memory.state !== state) {
		memory.state = state;
		memory.sinceMs = nowMs;
	}
	return memory.sinceMs;
}

/** Forgets nodes that are no longer in the group. */
export function forgetAbsent(memory: GroupMemory, names: ReadonlySet<string>): void {
	forgetFinalsOf(memory.finals, names);
	for (const known of [memory.firstSeenMs, memory.heads, memory.traffic]) {
		for (const name of known.keys()) if (!names.has(name)) known.delete(name);
	}
}
