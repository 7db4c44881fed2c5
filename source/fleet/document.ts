import { schemaId } from '../domain/snapshot.ts';
import type { Alert, Group, NodeSnapshot, SnapshotDocument, Summary } from '../domain/snapshot.ts';
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
		nodetop: { version: context.version },
		summary: summarize(nodes, context.hint),
		nodes,
		groups: groupByNetwork(nodes),
		alerts: nodes.flatMap(alertsOf),
	};
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

/**
 * Nodes that say they are of one network: the same kind and the same genesis, chain or network id.
 * A node that says none of them is in no group.
 */
export function groupByNetwork(nodes: readonly NodeSnapshot[]): Group[] {
	const groups = new Map<string, Group>();
	for (const { target, identity } of nodes) {
		const id = identity?.genesisHash ?? identity?.chainId ?? identity?.networkId;
		if (id === undefined) continue;
		const name = `${target.kind}:${id}`;
		const group = groups.get(name) ?? { name, kind: target.kind, nodes: [] };
		group.nodes.push(target.name);
		groups.set(name, group);
	}
	return [...groups.values()];
}

/** The issues that the built-in checks found, as alerts that fire. */
export function alertsOf(node: NodeSnapshot): Alert[] {
	return node.health.issues.map(({ code, component: _component, ...issue }) => ({
		node: node.target.name,
		rule: code,
		state: 'firing',
		...issue,
	}));
}
