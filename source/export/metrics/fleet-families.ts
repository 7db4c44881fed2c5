import { alertStates, groupStates, healthStatuses, severities } from '../../domain/words.ts';
import type { SnapshotDocument } from '../../sections/snapshot.ts';
import { distinct } from './family.ts';
import type { Family, Labels, Sample } from './family.ts';

const gauge = { type: 'gauge' as const };

/** What belongs to the document as a whole: nodetop itself, networks and alerts. */
export function fleetFamilies(document: SnapshotDocument): readonly Family[] {
	return [...ownFamilies(document), ...groupFamilies(document), ...alertFamilies(document)];
}

function ownFamilies({ nodetop, summary, takenAt }: SnapshotDocument): Family[] {
	return [
		{
			name: 'nodetop_build_info',
			type: 'info',
			help: 'The version of nodetop',
			section: 'nodetop',
			samples: [{ labels: { version: nodetop.version }, value: 1 }],
		},
		{
			...gauge,
			name: 'nodetop_taken_timestamp_seconds',
			help: 'When nodetop took this state of its nodes',
			section: 'nodetop',
			samples: [{ labels: {}, value: Date.parse(takenAt) / 1000 }],
		},
		{
			...gauge,
			name: 'nodetop_nodes',
			help: 'Watched nodes by health',
			section: 'nodetop',
			samples: healthStatuses.map((state) => ({ labels: { state }, value: summary[state] })),
		},
	];
}

function groupFamilies({ groups }: SnapshotDocument): Family[] {
	const perGroup = (
		name: string,
		help: string,
		read: (group: SnapshotDocument['groups'][number]) => number | undefined,
	): Family => ({
		...gauge,
		name,
		help,
		section: 'group',
		samples: groups.flatMap((group) => {
			const value = read(group);
			return value === undefined ? [] : [{ labels: { network: group.name }, value }];
		}),
	});
	return [
		perGroup('nodetop_group_nodes', 'Watched nodes of a network', ({ nodes }) => nodes.length),
		perGroup(
			'nodetop_group_lowest_height',
			'Lowest height of its nodes',
			({ heights }) => heights && Number(heights.lowest),
		),
		perGroup(
			'nodetop_group_highest_height',
			'Highest height of its nodes',
			({ heights }) => heights && Number(heights.highest),
		),
		perGroup(
			'nodetop_group_clock_skew_seconds',
			'Largest distance of a clock from the median clock',
			({ clock }) => clock && clock.maxSkewMs / 1000,
		),
		{
			...gauge,
			name: 'nodetop_group_state',
			help: '1 for the state of a network',
			section: 'group',
			stateLabel: 'state',
			samples: groups.flatMap((group) =>
				groupStates.map((state) => ({
					labels: { network: group.name, state },
					value: state === group.state ? 1 : 0,
				})),
			),
		},
	];
}

function alertFamilies({ alerts }: SnapshotDocument): Family[] {
	const counted = alertStates.flatMap((state) =>
		severities.map((severity): Sample => {
			const value = alerts.filter((each) => each.state === state && each.severity === severity);
			return { labels: { state, severity }, value: value.length };
		}),
	);
	const each = alerts
		.filter(({ state }) => state !== 'resolved')
		.map((alert): Sample => {
			const { rule, state, severity, node, group, labels = {}, muted } = alert;
			const own: Labels = {
				rule,
				state,
				severity,
				...(node !== undefined && { node }),
				...(group !== undefined && { network: group }),
				...(labels['peer'] !== undefined && { peer: labels['peer'] }),
				...(labels['validator'] !== undefined && { validator: labels['validator'] }),
				...(labels['satellite'] !== undefined && { satellite: labels['satellite'] }),
				...(muted !== undefined && { muted }),
			};
			return { labels: own, value: 1 };
		});
	return [
		{
			...gauge,
			name: 'nodetop_alerts',
			help: 'Alerts by state and severity',
			section: 'nodetop',
			samples: counted,
		},
		{
			...gauge,
			name: 'nodetop_alert',
			help: '1 for each pending or firing alert of nodetop',
			section: 'alert',
			samples: distinct(each),
		},
	];
}
