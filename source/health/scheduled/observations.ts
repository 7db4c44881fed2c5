import type { Integer } from '../../domain/scalars.ts';
import type { UnjudgedNode } from '../../sections/finding.ts';
import type { ProcessFacts } from '../local/process-facts.ts';
import type { Seen } from '../local/seen.ts';

/** What a round notes for the next one, to see what has changed. Absent where the node did not say. */
export interface Observations {
	readonly atMs: number;
	/** Ids of the peers; absent unless the node lists every one. */
	readonly peerIds: ReadonlySet<string> | undefined;
	readonly missingVertices: number | undefined;
	readonly timeouts: number | undefined;
	readonly views: number | undefined;
	/** The process that listens for it. */
	readonly process: ProcessFacts | undefined;
	/** Mean of the branching factor over the rounds so far. */
	readonly branching: { readonly mean: number; readonly rounds: number } | undefined;
}

/** The mean follows the last so many rounds. */
const branchingRounds = 20;

export function observe(
	{ network, dag, consensus }: UnjudgedNode,
	process: Seen<ProcessFacts>,
	before: Observations | undefined,
	atMs: number,
): Observations {
	const list = network?.peerList;
	// Adapters cut long lists: only a complete list shows who has left.
	const isWhole = list !== undefined && (network?.peers ?? list.length) <= list.length;
	return {
		atMs,
		peerIds: isWhole ? new Set(list.map(({ id }) => id)) : undefined,
		missingVertices: numberOf(dag?.missing),
		timeouts: numberOf(consensus?.timeouts),
		views: numberOf(consensus?.view ?? consensus?.round ?? consensus?.height),
		process: 'value' in process ? process.value : undefined,
		branching: nextMean(before?.branching, dag?.branchingFactor),
	};
}

function nextMean(
	before: Observations['branching'],
	value: number | undefined,
): Observations['branching'] {
	if (value === undefined) return before;
	if (before === undefined) return { mean: value, rounds: 1 };
	const rounds = Math.min(before.rounds + 1, branchingRounds);
	return { mean: before.mean + (value - before.mean) / rounds, rounds };
}

/** Past 2^53 the nearest double: differences between rounds are what counts. */
export function numberOf(value: Integer | undefined): number | undefined {
	return value === undefined ? undefined : Number(value);
}
