import type { Issue } from '../source/domain/snapshot.ts';
import { severities } from '../source/domain/words.ts';
import type { NodeState } from '../source/fleet/fleet.ts';

/** An issue of a node, as the Alerts screen lists it. */
export interface ListedAlert {
	readonly node: NodeState;
	readonly issue: Issue;
}

/** Every issue of every node: the gravest first, among equals the newest first. */
export function listAlerts(nodes: readonly NodeState[]): ListedAlert[] {
	return nodes
		.flatMap((node) => node.snapshot.health.issues.map((issue) => ({ node, issue })))
		.toSorted(
			(a, b) =>
				severities.indexOf(b.issue.severity) - severities.indexOf(a.issue.severity) ||
				b.issue.since.localeCompare(a.issue.since) ||
				a.node.target.name.localeCompare(b.node.target.name),
		);
}
