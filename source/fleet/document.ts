import { instanceName } from '../domain/instance.ts';
import { worstHealth } from '../domain/words.ts';
import type { Moment } from '../sections/moment.ts';
import { schemaId } from '../sections/schema-id.ts';
import type { NodeSnapshot, SnapshotDocument, Summary } from '../sections/snapshot.ts';

export interface DocumentContext {
	readonly version: string;
	/** What to do next, where nothing was configured. */
	readonly hint?: string | undefined;
}

/** A moment as the one document. */
export function toDocument(moment: Moment, { version, hint }: DocumentContext): SnapshotDocument {
	const { atMs, groups, witness, alerts } = moment;
	const nodes = moment.nodes.map(({ snapshot }) => snapshot);
	return {
		schema: schemaId,
		takenAt: new Date(atMs).toISOString(),
		nodetop: { version, instance: instanceName() },
		summary: summarize(nodes, hint),
		nodes,
		groups: [...groups],
		...(witness && { witness }),
		alerts: [...alerts],
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
