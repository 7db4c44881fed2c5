import type { NodeSnapshot } from '../domain/snapshot.ts';
import type { NodeState, PollResult } from './fleet.ts';
import { createSeries } from './series.ts';

/**
 * The nodes that a site told of, as `site/node`, judged by the site. While the site does not answer
 * nothing is known of them: what was seen last is kept, and said to be old.
 */
export function membersAfter(
	previous: readonly NodeState[],
	{ target, outcome, atMs }: PollResult,
): readonly NodeState[] {
	if (outcome.status === 'failed') {
		return previous.map((state) => ({
			...state,
			snapshot: unseen(state.snapshot, target.name, atMs),
		}));
	}
	const before = new Map(previous.map((state) => [state.target.name, state]));
	return (outcome.reading.members ?? []).map((told): NodeState => {
		const name = `${target.name}/${told.target.name}`;
		const snapshot = { ...told, target: { ...told.target, name } };
		const series = before.get(name)?.series ?? createSeries();
		series.append(snapshot);
		return {
			target: {
				...target,
				name,
				kind: told.target.kind,
				url: told.target.url,
				shownUrl: told.target.url,
			},
			snapshot,
			series,
			progressAtMs: told.lastProgressAt === undefined ? undefined : Date.parse(told.lastProgressAt),
			firstChainId: told.identity?.chainId,
		};
	});
}

function unseen(node: NodeSnapshot, site: string, atMs: number): NodeSnapshot {
	const code = 'siteUnreachable';
	const since = node.health.issues.find((issue) => issue.code === code)?.since;
	return {
		...node,
		poll: { ...node.poll, status: 'failed', failures: node.poll.failures + 1 },
		health: {
			status: 'unknown',
			issues: [
				{
					code,
					component: 'poll',
					severity: 'warning',
					message: `not known: ${site} does not answer`,
					since: since ?? new Date(atMs).toISOString(),
					nextStep: `look at ${site} first`,
				},
			],
		},
	};
}
