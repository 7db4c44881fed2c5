import { instanceName } from '../domain/instance.ts';
import { schemaId } from '../sections/snapshot.ts';
import type { Group, Witness } from '../sections/group/schema.ts';
import type { Alert } from '../domain/alert.ts';
import type { NodeSnapshot, SnapshotDocument, Summary } from '../sections/snapshot.ts';
import { worstHealth } from '../domain/words.ts';
import type { FleetState } from './fleet.ts';

export interface DocumentContext {
	readonly nowMs: number;
	readonly version: string;
	/** What to do next, where nothing was configured. */
	readonly hint?: string | undefined;
}

/** The fleet as the one document. */
export function toDocument(fleet: FleetState, context: DocumentContext): SnapshotDocument {
	const nodes = fleet.nodes.map(({ snapshot }) => snapshot);
	return {
		schema: schemaId,
		takenAt: new Date(context.nowMs).toISOString(),
		nodetop: { version: context.version, instance: instanceName() },
		summary: summarize(nodes, context.hint),
		nodes,
		groups: [...fleet.groups],
		...(fleet.witness && { witness: fleet.witness }),
		alerts: [...alertsIn(fleet)],
	};
}

/** What the rules say; while none are asked, what the built-in checks found, each thing once. */
export function alertsIn({ alerts, groups, witness, nodes }: FleetState): readonly Alert[] {
	return (
		alerts ?? [
			...sharedAlerts(groups, witness),
			...nodes.flatMap(({ snapshot }) => alertsOf(snapshot)),
		]
	);
}

export function summarize(nodes: readonly NodeSnapshot[], hint?: string): Summary {
	const counts = { up: 0, degraded: 0, down: 0, unknown: 0 };
	for (const { health } of nodes) counts[health.status]++;
	return {
		status: worstHealth(nodes.map(({ health }) => health.status)),
		nodes: nodes.length,
		...counts,
		...(hint !== undefined && { hint }),
	};
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
