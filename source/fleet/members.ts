import type { PollError } from '../domain/errors.ts';
import { maskUrl } from '../domain/secret.ts';
import type { NodeSnapshot } from '../sections/snapshot.ts';
import type { NodeState, PollResult } from './fleet.ts';
import { createSeries } from './series.ts';

/**
 * The nodes that a site told of, as `site/node`, judged by the site. While the site does not answer
 * nothing is known of them: what was seen last is kept, and said to be old. Their target is the site's:
 * nothing is ever sent to an address that another program named, the site's credentials least of all.
 */
export function membersAfter(
	previous: readonly NodeState[],
	{ target, outcome, atMs }: PollResult,
): readonly NodeState[] {
	const site = target.name;
	if (outcome.status === 'failed') {
		return previous.map((state) => {
			const snapshot = unseen(state.snapshot, { site, error: outcome.error, atMs });
			state.series.append(snapshot);
			return { ...state, snapshot };
		});
	}
	const before = new Map(previous.map((state) => [state.target.name, state]));
	return (outcome.reading.members ?? []).map((told): NodeState => {
		const name = `${site}/${told.target.name}`;
		const url = maskUrl(told.target.url);
		const snapshot = { ...told, target: { ...told.target, name, url } };
		const series = before.get(name)?.series ?? createSeries();
		series.append(snapshot);
		return {
			target: { ...target, name, kind: told.target.kind, shownUrl: url },
			snapshot,
			series,
			progressAtMs: told.lastProgressAt === undefined ? undefined : Date.parse(told.lastProgressAt),
			firstChainId: told.identity?.chainId,
			site,
		};
	});
}

interface Loss {
	readonly site: string;
	readonly error: PollError;
	readonly atMs: number;
}

function unseen(node: NodeSnapshot, { site, error, atMs }: Loss): NodeSnapshot {
	const code = 'siteUnreachable';
	const since = node.health.issues.find((issue) => issue.code === code)?.since;
	const at = new Date(atMs).toISOString();
	return {
		...node,
		poll: {
			...node.poll,
			status: 'failed',
			at,
			failures: node.poll.failures + 1,
			error: { code: error.code, message: `${site}: ${error.message}` },
		},
		health: {
			status: 'unknown',
			issues: [
				{
					code,
					component: 'poll',
					severity: 'warning',
					message: `not known: ${site} does not answer`,
					since: since ?? at,
					nextStep: `look at ${site} first`,
				},
			],
		},
	};
}
