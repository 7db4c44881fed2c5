import { healthStatuses, levelOfGroup, worstLevel } from '../../source/domain/words.ts';
import type { HealthLevel } from '../../source/domain/words.ts';
import { levelOf } from '../../source/sections/health/severity.ts';
import type { Moment } from '../../source/sections/moment.ts';

export interface HeaderCount {
	/** The worst level among what is counted: it decides mark and colour. */
	readonly level: HealthLevel;
	/** Such as `2 degraded` or `1 network stalled`. */
	readonly text: string;
}

/** Nodes by health, then networks in trouble. A network of one node has nothing to compare. */
export function headerCounts({ nodes, groups }: Pick<Moment, 'nodes' | 'groups'>): HeaderCount[] {
	const reports = nodes.map(({ snapshot }) => snapshot.health);
	const byHealth = healthStatuses.flatMap((status): HeaderCount[] => {
		const these = reports.filter((report) => report.status === status);
		if (these.length === 0) return [];
		return [{ level: worstLevel(these.map(levelOf)), text: `${these.length} ${status}` }];
	});
	const troubled = groups.filter(({ nodes: members, state }) => {
		const level = levelOfGroup[state];
		return members.length > 1 && (level === 'critical' || level === 'warning');
	});
	if (troubled.length === 0) return byHealth;
	const states = new Set(troubled.map(({ state }) => state));
	const what = states.size === 1 ? [...states].join('') : 'in trouble';
	const networks = troubled.length === 1 ? 'network' : 'networks';
	const level = worstLevel(troubled.map(({ state }) => levelOfGroup[state]));
	return [...byHealth, { level, text: `${troubled.length} ${networks} ${what}` }];
}
