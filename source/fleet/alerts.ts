import type { Alert } from '../domain/alert.ts';
import type { Group, ConnectionVerdict } from '../sections/group/schema.ts';
import { findingOf, fleetIssues, groupIssues } from '../sections/findings.ts';
import type { Issue } from '../sections/health/schema.ts';
import { ruleNameOf } from '../sections/rule-names.ts';
import type { NodeSnapshot } from '../sections/snapshot.ts';
import type { FleetState } from './fleet.ts';

/** The alerts of the rules; while no rules are evaluated, the findings of the checks, each thing once. */
export function alertsIn({ alerts, groups, witness, nodes }: FleetState): readonly Alert[] {
	return (
		alerts ?? [
			...sharedAlerts(groups, witness),
			...nodes.flatMap(({ snapshot }) => alertsOf(snapshot)),
		]
	);
}

/** The issues that the judge found in one node alone, as alerts that fire. */
export function alertsOf(node: NodeSnapshot): Alert[] {
	return node.health.issues.flatMap(({ code, component: _component, ...issue }): Alert[] => {
		const { scope } = findingOf(code) ?? {};
		if (scope === 'group' || scope === 'fleet') return [];
		return [{ node: node.target.name, rule: ruleNameOf(code), state: 'firing', ...issue }];
	});
}

/** What is wrong with a whole network, or with our own connection: one alert each. */
function sharedAlerts(groups: readonly Group[], witness: ConnectionVerdict | undefined): Alert[] {
	return [
		...(witness ? alertsAbout({}, fleetIssues(witness)) : []),
		...groups.flatMap((group) => alertsAbout({ group: group.name }, groupIssues(group))),
	];
}

function alertsAbout(subject: Pick<Alert, 'group'>, issues: readonly Issue[]): Alert[] {
	return issues.map(({ code, component: _component, ...issue }) => ({
		...subject,
		rule: ruleNameOf(code),
		state: 'firing',
		...issue,
	}));
}
