import type { HealthLevel } from '../../domain/words.ts';
import { levelOf, severityOf } from '../health/severity.ts';
import type { NodeSnapshot } from '../snapshot.ts';
import { findings } from './findings.ts';
import type { Group } from './schema.ts';

/** The finding of each state that is one. */
const findingOfState = {
	partitioned: 'networkPartitioned',
	forked: 'networkForked',
	stalled: 'networkStalled',
} as const;

/**
 * How bad the state of a group is. A split, fork or stall is as severe as its finding, which a profile may
 * change. Being late is no finding of the group: it counts as a warning while a late member has one.
 */
export function levelOfGroup(group: Group, nodes: readonly NodeSnapshot[]): HealthLevel {
	const { state } = group;
	if (state === 'agreed') return 'ok';
	if (state === 'unknown') return 'unknown';
	if (state === 'lagging') return levelOfLagging(group, nodes);
	const code = findingOfState[state];
	const names = new Set(group.nodes);
	const issues = nodes
		.filter(({ target }) => names.has(target.name))
		.flatMap(({ health }) => health.issues.filter((issue) => issue.code === code));
	// A site does not judge its nodes by a network that only we compare.
	const severity = severityOf({ issues }) ?? findings[code].severity;
	return levelOf({ status: 'up', issues: [{ severity }] });
}

function levelOfLagging({ members }: Group, nodes: readonly NodeSnapshot[]): HealthLevel {
	const late = new Set(
		members.flatMap(({ node, position }) =>
			position === 'behind' || position === 'stalled' ? [node] : [],
		),
	);
	const levels = nodes
		.filter(({ target }) => late.has(target.name))
		.map(({ health }) => levelOf(health));
	const isTroubled = levels.some((level) => level === 'critical' || level === 'warning');
	return isTroubled || levels.length === 0 ? 'warning' : 'ok';
}
