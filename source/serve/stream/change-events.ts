import { severities } from '../../domain/words.ts';
import type { NodeSnapshot } from '../../sections/snapshot.ts';
import type { Picture } from '../picture.ts';

export const changeEvents = [
	'consensusStateChanged',
	'peerCountChanged',
	'healthChanged',
	'resourceThresholdExceeded',
] as const;
export type ChangeEventName = (typeof changeEvents)[number];

export interface ChangeEvent {
	readonly event: ChangeEventName;
	readonly data: Readonly<Record<string, unknown>>;
}

/** What changed between two pictures, in the order of the nodes. A node that is new has changed nothing. */
export function changesBetween(before: Picture, after: Picture): ChangeEvent[] {
	return [...after.nodes].flatMap(([name, { snapshot }]) => {
		const known = before.nodes.get(name)?.snapshot;
		return known === undefined || known === snapshot
			? []
			: changesOfNode(known, snapshot, after.takenAt);
	});
}

const watched = [
	{ event: 'consensusStateChanged', of: ({ consensus }: NodeSnapshot) => consensus?.status },
	{ event: 'peerCountChanged', of: ({ network }: NodeSnapshot) => network?.peers },
	{ event: 'healthChanged', of: ({ health }: NodeSnapshot) => health.status },
] as const;

function changesOfNode(before: NodeSnapshot, after: NodeSnapshot, at: string): ChangeEvent[] {
	const about = {
		at,
		node: after.target.name,
		...(after.identity?.nodeId !== undefined && { node_id: after.identity.nodeId }),
	};
	const changed = watched.flatMap(({ event, of }): ChangeEvent[] => {
		const [previous, current] = [of(before), of(after)];
		// A value that is not reported now has not become another one.
		if (current === undefined || previous === undefined || previous === current) return [];
		return [{ event, data: { ...about, previous, current } }];
	});
	const known = new Map(resourceIssues(before).map((issue) => [issue.code, issue.severity]));
	const exceeded = resourceIssues(after).filter(({ code, severity }) => {
		const earlier = known.get(code);
		return earlier === undefined || severities.indexOf(severity) > severities.indexOf(earlier);
	});
	return [
		...changed,
		...exceeded.map(({ code, component, severity, message, since }): ChangeEvent => {
			const data = { ...about, code, component, severity, message, since };
			return { event: 'resourceThresholdExceeded', data };
		}),
	];
}

function resourceIssues({ health }: NodeSnapshot) {
	return health.issues.filter(
		({ component }) => component === 'resources' || component === 'storage',
	);
}
