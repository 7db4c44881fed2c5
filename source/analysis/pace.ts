import type { NodeSnapshot } from '../sections/snapshot.ts';

/** How fast a network moves, from reports of its nodes and from observation. */
export interface Pace {
	readonly meanGapMs: number;
	readonly longestGapMs: number;
	/** All gaps are alike, as blocks on an interval are and blocks on demand are not. */
	readonly isRegular: boolean;
}

const leastGaps = 3;
const leastStillMs = 10_000;
/** Where nothing is known of a network's pace. */
const unknownPaceStillMs = 300_000;

/** The pace in a list of times, Unix ms, in any order; `undefined` for too few. */
export function paceOf(times: readonly number[]): Pace | undefined {
	const sorted = times.filter((time) => !Number.isNaN(time)).sort((a, b) => a - b);
	const gaps = sorted.slice(1).map((time, index) => time - (sorted[index] ?? time));
	if (gaps.length < leastGaps) return undefined;
	const longestGapMs = Math.max(...gaps);
	return {
		meanGapMs: gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length,
		longestGapMs,
		isRegular: longestGapMs <= Math.min(...gaps) * 1.5 + 1000,
	};
}

type Timed = readonly { readonly at?: string | undefined }[];
const paces = new WeakMap<Timed, Pace | 'unknown'>();
const sampledNodes = 8;

/**
 * The pace of a network by the timestamps of its newest blocks or vertices: the fastest that one of the
 * first nodes reported, because a node that is behind reports an old one.
 */
export function paceOfNetwork(nodes: readonly NodeSnapshot[]): Pace | undefined {
	const lists = nodes.flatMap(({ chain, dag }) => {
		const list = chain?.recent ?? dag?.recent;
		return list ? [list] : [];
	});
	return lists
		.slice(0, sampledNodes)
		.flatMap((list) => paceOfList(list) ?? [])
		.sort((a, b) => a.meanGapMs - b.meanGapMs || a.longestGapMs - b.longestGapMs)[0];
}

function paceOfList(list: Timed): Pace | undefined {
	let pace = paces.get(list);
	if (pace === undefined) {
		pace = paceOf(list.map(({ at }) => Date.parse(at ?? ''))) ?? 'unknown';
		paces.set(list, pace);
	}
	return pace === 'unknown' ? undefined : pace;
}

/**
 * How long a network may stand still before it is stalled: ten seconds, five usual gaps or two of the
 * longest seen, whichever is most. `undefined` where standing still is rest. What works
 * when there is something to do has no pace, unless its gaps are all alike, as a block time makes them.
 */
export function stillLimitMs(
	pace: Pace | undefined,
	{ isOnDemand, isResting }: { readonly isOnDemand: boolean; readonly isResting: boolean },
): number | undefined {
	if (isResting) return undefined;
	if (!pace || (isOnDemand && !pace.isRegular)) return unknownPaceStillMs;
	return Math.max(leastStillMs, pace.meanGapMs * 5, pace.longestGapMs * 2);
}

/** Timestamp of the newest block or vertex that a node reported, Unix ms. */
export function newestAtMs({ chain, dag, consensus }: NodeSnapshot): number | undefined {
	const head = chain?.head?.at ?? dag?.recent?.at(-1)?.at ?? consensus?.lastFinalizedAt;
	const atMs = Date.parse(head ?? '');
	return Number.isNaN(atMs) ? undefined : atMs;
}
