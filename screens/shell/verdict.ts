import { formatAge, formatMs, formatNames } from '../../source/domain/format.ts';
import { healthLevels, worstLevel } from '../../source/domain/words.ts';
import type { HealthLevel } from '../../source/domain/words.ts';
import { levelOfGroup } from '../../source/sections/group/level.ts';
import type { Group } from '../../source/sections/group/schema.ts';
import { levelOf } from '../../source/sections/health/severity.ts';
import type { Moment, NodeMoment } from '../../source/sections/moment.ts';
import type { NodeSnapshot } from '../../source/sections/snapshot.ts';
import { countFiring } from '../alerts/alert-list.ts';

/** A part of the verdict: how bad it is, and what it says. */
export interface VerdictPart {
	readonly level: HealthLevel;
	readonly text: string;
}

type VerdictView = Pick<Moment, 'nodes' | 'groups' | 'witness' | 'alerts' | 'atMs'>;

/** Names that are said one by one; of more, how many there are. */
const mostNamed = 2;

/**
 * How everything is, in one sentence, the gravest first: our own connection, networks, nodes that are down,
 * then those that are not well. What a network's trouble explains of its nodes is not said again.
 */
export function verdictOf(view: VerdictView): VerdictPart[] {
	const { nodes, witness } = view;
	if (nodes.length === 0) return [{ level: 'unknown', text: 'no nodes are watched' }];
	const snapshots = nodes.map(({ snapshot }) => snapshot);
	if (snapshots.every(({ poll }) => poll.status === 'pending')) {
		return [{ level: 'unknown', text: 'waiting for the first answers…' }];
	}
	if (witness?.verdict === 'us')
		return [{ level: 'critical', text: `own connection lost: ${witness.message}` }];
	const troubled = troubledNetworks(view, snapshots);
	const explained = new Set(troubled.flatMap(({ group }) => explainedBy(group, snapshots)));
	const parts = [
		...troubled.map(({ group, level }) => ({ level, text: networkText(group, view.atMs) })),
		...nodeParts(nodes, explained, view.atMs),
	].toSorted((a, b) => healthLevels.indexOf(a.level) - healthLevels.indexOf(b.level));
	return parts.length === 0 ? [...allWell(view, snapshots), ...firing(view)] : parts;
}

function networksOf({ groups }: Pick<VerdictView, 'groups'>): readonly Group[] {
	return groups.filter(({ nodes }) => nodes.length > 1);
}

function troubledNetworks(view: VerdictView, snapshots: readonly NodeSnapshot[]) {
	return networksOf(view)
		.map((group) => ({ group, level: levelOfGroup(group, snapshots) }))
		.filter(({ level }) => level === 'critical' || level === 'warning');
}

/** `nodetop-devnet stalled 40s: …`; the network's name without its kind, which stands in its rows. */
function networkText({ name, networkId, state, since, message }: Group, nowMs: number): string {
	const own = networkId === undefined ? name : String(networkId);
	return `${own} ${state} ${formatAge(since, nowMs)}: ${message}`;
}

/** Nodes of a network in trouble that answer, and that have no other issue. */
function explainedBy(group: Group, snapshots: readonly NodeSnapshot[]): string[] {
	const names = new Set(group.nodes);
	return snapshots.flatMap(({ target, health, poll }) => {
		const isOnlyNetworks = health.issues.every(({ component }) => component === 'group');
		return names.has(target.name) && poll.status !== 'failed' && isOnlyNetworks
			? [target.name]
			: [];
	});
}

function nodeParts(
	nodes: readonly NodeMoment[],
	explained: ReadonlySet<string>,
	nowMs: number,
): VerdictPart[] {
	const ill = nodes.flatMap(({ snapshot }) => {
		const level = levelOf(snapshot.health);
		return level === 'ok' ||
			snapshot.poll.status === 'pending' ||
			explained.has(snapshot.target.name)
			? []
			: [{ snapshot, level }];
	});
	const down = ill.filter(({ snapshot }) => snapshot.health.status === 'down');
	const rest = ill.filter(({ snapshot }) => snapshot.health.status !== 'down');
	return [...partsOf(down, 'down', nowMs), ...partsOf(rest, 'not well', nowMs)];
}

interface Ill {
	readonly snapshot: NodeSnapshot;
	readonly level: HealthLevel;
}

/** Each by name with what is wrong while they are few, else their number and the first names. */
function partsOf(ill: readonly Ill[], state: 'down' | 'not well', nowMs: number): VerdictPart[] {
	if (ill.length > mostNamed) {
		const names = formatNames(
			ill.map(({ snapshot }) => snapshot.target.name),
			2,
		);
		const level = worstLevel(ill.map((each) => each.level));
		return [{ level, text: `${ill.length} nodes ${state}: ${names}` }];
	}
	return ill.map(({ snapshot: { target, health }, level }) => {
		const [issue] = health.issues;
		const since = issue ? ` ${formatAge(issue.since, nowMs)}` : '';
		const what = issue ? `: ${issue.message}` : '';
		return { level, text: `${target.name} ${health.status}${since}${what}` };
	});
}

function allWell(
	{ nodes, groups }: VerdictView,
	snapshots: readonly NodeSnapshot[],
): VerdictPart[] {
	if (snapshots.every(({ target }) => target.kind === 'host'))
		return onlyMachines(snapshots.length);
	const waiting = snapshots.filter(({ poll }) => poll.status === 'pending').length;
	const up = nodes.length - waiting;
	const networks = networksOf({ groups }).length;
	const finality = medianFinalityMs(snapshots);
	const text = [
		nodes.length === 1
			? 'the node is up'
			: waiting > 0
				? `${up} of ${nodes.length} nodes up`
				: `all ${nodes.length} nodes up`,
		...(networks > 0 ? [networks === 1 ? 'its network agrees' : `${networks} networks agree`] : []),
		...(finality === undefined ? [] : [`finality takes ${formatMs(finality)}`]),
		...(waiting > 0 ? [`${waiting} not polled yet`] : []),
	].join(' · ');
	return [{ level: waiting > 0 ? 'unknown' : 'ok', text }];
}

/** Nobody's node is well because a machine is. */
function onlyMachines(count: number): VerdictPart[] {
	return [
		{ level: 'unknown', text: 'no node is watched' },
		{
			level: 'ok',
			text: count === 1 ? 'the machine is well' : `all ${count} machines are well`,
		},
	];
}

/** Alerts that fire although every node is up, as of the machine that nodetop runs on. */
function firing({ alerts }: VerdictView): VerdictPart[] {
	const firingCounts = countFiring(alerts);
	if (!firingCounts || firingCounts.isQuiet) return [];
	const { critical, warning } = firingCounts.counts;
	const count = critical + warning;
	if (count === 0) return [];
	const text = count === 1 ? '1 alert is firing' : `${count} alerts are firing`;
	return [{ level: critical > 0 ? 'critical' : 'warning', text }];
}

function medianFinalityMs(snapshots: readonly NodeSnapshot[]): number | undefined {
	const times = snapshots.flatMap(({ consensus }) => consensus?.averageFinalityMs ?? []);
	return times.toSorted((a, b) => a - b)[times.length >> 1];
}
