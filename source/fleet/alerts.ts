import type { Alert } from '../domain/alert.ts';
import type { Group, Witness } from '../sections/group/schema.ts';
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

/** Findings that every node of a group has alike; each is one alert, not one a node. */
const sharedCodes = new Set(['networkStalled', 'ownConnectionLost']);

/** The issues that the built-in checks found in one node alone, as alerts that fire. */
export function alertsOf(node: NodeSnapshot): Alert[] {
	return node.health.issues
		.filter(({ code }) => !sharedCodes.has(code))
		.map(({ code, component: _component, ...issue }) => ({
			node: node.target.name,
			rule: code,
			state: 'firing',
			...issue,
		}));
}

/** What is wrong with a whole network, or with our own connection: one alert each. */
function sharedAlerts(groups: readonly Group[], witness: Witness | undefined): Alert[] {
	const stalled = groups
		.filter(({ state }) => state === 'stalled')
		.map(({ name, since, message, evidence, nextStep }): Alert => ({
			group: name,
			rule: 'networkStalled',
			state: 'firing',
			severity: 'critical',
			message,
			...(evidence !== undefined && { evidence }),
			since,
			...(nextStep !== undefined && { nextStep }),
		}));
	if (witness?.verdict !== 'us') return stalled;
	const lost: Alert = {
		rule: 'ownConnectionLost',
		state: 'firing',
		severity: 'critical',
		message: witness.message,
		evidence: witness.evidence.join('; '),
		since: witness.since,
		nextStep: 'restore the connection of this machine; the nodes may be well',
	};
	return [lost, ...stalled];
}
