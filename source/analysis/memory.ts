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
	};
}

/** Takes note of who is there and of each head; what a lower or changed head took back is forgotten. */
export function observe(memory: GroupMemory, members: readonly Member[], nowMs: number): void {
	for (const { name, node } of members) {
		if (!memory.firstSeenMs.has(name)) memory.firstSeenMs.set(name, nowMs);
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
	for (const known of [memory.firstSeenMs, memory.heads]) {
		for (const name of known.keys()) if (!names.has(name)) known.delete(name);
	}
}
