import { healthStatuses, worstLevel } from '../../source/domain/words.ts';
import type { HealthLevel } from '../../source/domain/words.ts';
import { levelOfGroup } from '../../source/sections/group/level.ts';
import { levelOf } from '../../source/sections/health/severity.ts';
import type { Moment } from '../../source/sections/moment.ts';

export interface HeaderCount {
	/** The worst level among what is counted: it decides mark and colour. */
	readonly level: HealthLevel;
	/** Such as `2 degraded` or `1 network stalled`. */
	readonly text: string;
}

/** Nodes by health, then networks: those in trouble, else how many there are. A network of one node has nothing to compare. */
export function headerCounts({ nodes, groups }: Pick<Moment, 'nodes' | 'groups'>): HeaderCount[] {
	const snapshots = nodes.map(({ snapshot }) => snapshot);
	const reports = snapshots.map(({ health }) => health);
	const byHealth = healthStatuses.flatMap((status): HeaderCount[] => {
		const these = reports.filter((report) => report.status === status);
		if (these.length === 0) return [];
		return [{ level: worstLevel(these.map(levelOf)), text: `${these.length} ${status}` }];
	});
	const networks = groups.filter((group) => group.nodes.length > 1);
	const troubled = networks
		.map((group) => ({ state: group.state, level: levelOfGroup(group, snapshots) }))
		.filter(({ level }) => level === 'critical' || level === 'warning');
	if (troubled.length === 0) return [...byHealth, ...countOf(networks.length)];
	const states = new Set(troubled.map(({ state }) => state));
	const what = states.size === 1 ? [...states].join('') : 'in trouble';
	const of = networks.length > troubled.length ? ` of ${networks.length}` : '';
	const noun = networks.length === 1 ? 'network' : 'networks';
	const worst = worstLevel(troubled.map(({ level }) => level));
	return [...byHealth, { level: worst, text: `${troubled.length}${of} ${noun} ${what}` }];
}

/** How many networks there are to agree within. */
function countOf(networks: number): HeaderCount[] {
	if (networks === 0) return [];
	return [{ level: 'ok', text: networks === 1 ? '1 network' : `${networks} networks` }];
}
