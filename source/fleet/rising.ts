import { readField } from '../domain/field-path.ts';
import type { Integer } from '../domain/scalars.ts';
import type { UnjudgedNode } from '../sections/finding.ts';
import { risingPlaces } from '../sections/node-memory.ts';
import type { RisingPlace, Setback } from '../sections/node-memory.ts';

/** Numbers past 2^53 are big ones; the two kinds compare. */
type Whole = number | bigint;

/** Where a node was, and the highest that it was at. */
export interface Place {
	readonly last: Whole;
	readonly highest: Whole;
}

type Places = { readonly [Name in RisingPlace]?: Place };

export interface Fall {
	readonly of: RisingPlace;
	readonly from: Whole;
	readonly to: Whole;
	readonly atMs: number;
}

export interface Rising {
	readonly places: Places;
	/** Of the last hour, oldest first. */
	readonly falls: readonly Fall[];
}

export const notRising: Rising = { places: {}, falls: [] };

/** Falls within this time are reported together. */
export const togetherMs = 10 * 60_000;
/** A fall is reported for at least this time, and until the node is back where it was, or for an hour. */
const shortestMs = 60_000;
const longestMs = 3_600_000;
const mostFalls = 20;
/** A reorganisation may end a block or two lower, and backends of one address differ as much. */
const toleratedBlocks = 2;
/** What some programs count from their start on. */
const counters: ReadonlySet<RisingPlace> = new Set(['finalized', 'round']);

// keys() are the names of the places.
const placeNames = Object.keys(risingPlaces) as RisingPlace[];

/** The places after a reading. */
export function followPlaces(
	{ places, falls }: Rising,
	node: UnjudgedNode,
	{ atMs, hasRestarted }: { readonly atMs: number; readonly hasRestarted: boolean },
): Rising {
	const kept = falls.length === 0 ? falls : falls.filter((fall) => atMs - fall.atMs < longestMs);
	const next: { [Name in RisingPlace]?: Place } = { ...places };
	const fresh: Fall[] = [];
	for (let index = 0; index < placeNames.length; index++) {
		const of = placeNames[index];
		const value = of && placeOf(node, of);
		if (of === undefined || value === undefined) continue;
		const before = places[of];
		const isCountedAnew = hasRestarted && counters.has(of) && node.chain?.head === undefined;
		if (before && minus(before.last, value) > tolerance(of, node) && !isCountedAnew)
			fresh.push({ of, from: before.last, to: value, atMs });
		const isKnown = before !== undefined && !isCountedAnew && (kept.length > 0 || fresh.length > 0);
		const highest = isKnown && before.highest > value ? before.highest : value;
		if (before?.last !== value || before.highest !== highest) next[of] = { last: value, highest };
	}
	const isSame = kept.length === falls.length && fresh.length === 0;
	return { places: next, falls: isSame ? falls : [...kept, ...fresh].slice(-mostFalls) };
}

/** Whether anything rose since the reading before. */
export function hasRisen({ places }: Rising, node: UnjudgedNode): boolean {
	return placeNames.some((of) => {
		const value = placeOf(node, of);
		const before = places[of];
		return value !== undefined && before !== undefined && value > before.last;
	});
}

/**
 * Whether something became final since the reading before. Where the node counts nothing as final, the
 * height of what agrees by votes is: each of its blocks is final.
 */
export function hasFinalized({ places }: Rising, node: UnjudgedNode): boolean {
	const of = placeOf(node, 'finalized') === undefined && !node.chain?.head ? 'height' : 'finalized';
	const value = placeOf(node, of);
	const before = places[of];
	return value !== undefined && before !== undefined && value > before.last;
}

/** The fall to report now: of several in one reading, the first in the order of the places. */
export function setbackOf({ places, falls }: Rising, atMs: number): Setback | undefined {
	const newest = falls.at(-1);
	const fall = newest && falls.find((each) => each.atMs === newest.atMs);
	if (!fall) return undefined;
	const { of } = fall;
	const times = falls.filter((each) => each.of === of && atMs - each.atMs < togetherMs).length;
	const place = places[of];
	const isBelow = place !== undefined && place.last < place.highest;
	if (!isBelow && times < 2 && atMs - fall.atMs >= shortestMs) return undefined;
	const { from, to } = fall;
	return {
		of,
		from: toInteger(from),
		to: toInteger(to),
		by: toInteger(minus(from, to)),
		lastAtMs: fall.atMs,
		times,
	};
}

function tolerance(of: RisingPlace, { chain }: UnjudgedNode): number {
	const isBlock = of === 'head' || (of === 'height' && chain?.head !== undefined);
	return isBlock ? toleratedBlocks : 0;
}

function placeOf(node: UnjudgedNode, of: RisingPlace): Whole | undefined {
	const value = readField(node, risingPlaces[of]);
	if (typeof value === 'number') return value;
	return typeof value === 'string' ? BigInt(value) : undefined;
}

function minus(a: Whole, b: Whole): Whole {
	return typeof a === 'number' && typeof b === 'number' ? a - b : BigInt(a) - BigInt(b);
}

function toInteger(value: Whole): Integer {
	return value <= Number.MAX_SAFE_INTEGER ? Number(value) : value.toString();
}
