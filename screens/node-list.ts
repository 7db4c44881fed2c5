import type { NodeMoment } from '../source/sections/moment.ts';
import { healthLevels } from '../source/domain/words.ts';
import { levelOf } from '../source/sections/health/severity.ts';
import type { Column } from '../components/table.ts';
import { filterWords, hasWords } from './filter-words.ts';
import type { FleetFrame } from './frame.ts';
import { worstFirst } from './view-state.ts';
import type { Sort } from './view-state.ts';

/**
 * The nodes that a filter lets through, in order. Words are all required, in any place: name, kind,
 * group, tags, client, version, health, error code; `!word` must not occur.
 */
export function listNodes(
	nodes: readonly NodeMoment[],
	filter: string,
	sort: Sort,
	columns: readonly Column<NodeMoment, FleetFrame>[],
): readonly NodeMoment[] {
	const words = filterWords(filter);
	const kept = words.length === 0 ? nodes : nodes.filter((node) => matches(node, words));
	if (sort.column === worstFirst)
		return sort.isDescending ? byWorst(kept).toReversed() : byWorst(kept);
	const compare = columns.find(({ id }) => id === sort.column)?.compare;
	if (!compare) return sort.isDescending ? kept.toReversed() : kept;
	const direction = sort.isDescending ? -1 : 1;
	return kept.toSorted((a, b) => direction * compare(a, b) || byName(a, b));
}

/** The worst first; among equals the order of the configuration. */
function byWorst(nodes: readonly NodeMoment[]): readonly NodeMoment[] {
	const rank = ({ snapshot: { health, poll } }: NodeMoment) =>
		poll.status === 'pending' ? healthLevels.length : healthLevels.indexOf(levelOf(health));
	return nodes.toSorted((a, b) => rank(a) - rank(b));
}

function matches(node: NodeMoment, words: readonly string[]): boolean {
	const { target, identity, health, poll } = node.snapshot;
	const text = [
		target.name,
		target.kind,
		target.group,
		...(target.tags ?? []),
		identity?.client,
		identity?.version,
		identity?.networkId,
		health.status,
		poll.error?.code,
	].join(' ');
	return hasWords(text, words);
}

export function byName(a: NodeMoment, b: NodeMoment): number {
	return a.snapshot.target.name.localeCompare(b.snapshot.target.name, undefined, { numeric: true });
}
