import { PollError } from '../domain/errors.ts';
import { maskUrl } from '../domain/secret.ts';
import type { Target } from '../domain/target.ts';
import { takeTurns } from '../domain/turns.ts';
import type { PollResult } from '../sections/poll/poll-result.ts';
import { appendSample } from '../sections/samples.ts';
import type { Member, NodeSnapshot } from '../sections/snapshot.ts';
import { rememberedElsewhere } from './node-memory.ts';
import { initialState, nextState, pastSnapshot } from './node-state.ts';
import type { Judging, NodeState } from './node-state.ts';
import { sampleOf } from './series.ts';

/**
 * The nodes that a site reports, as `site/node`. Each is judged by the site, or by nodetop where the site
 * only reads it. While the site does not answer, nothing is known of them: what was seen last is kept and
 * marked as old. Their target is the site's own: nothing is ever sent to an address that another program
 * named, least of all the site's credentials.
 */
export function membersAfter(
	previous: readonly NodeState[],
	result: PollResult,
	judging: Judging,
): readonly NodeState[] {
	return stepsOf(previous, result, judging).map((step) => step());
}

/** The same for thousands of nodes: keys and answers are handled in between. */
export async function membersInTurns(
	previous: readonly NodeState[],
	result: PollResult,
	judging: Judging,
): Promise<readonly NodeState[]> {
	const giveWay = takeTurns();
	const next: NodeState[] = [];
	for (const step of stepsOf(previous, result, judging)) {
		await giveWay();
		next.push(step());
	}
	return next;
}

/** What makes the next state of each node. */
function stepsOf(
	previous: readonly NodeState[],
	{ target: site, outcome, atMs }: PollResult,
	judging: Judging,
): readonly (() => NodeState)[] {
	if (outcome.status === 'failed') {
		const loss = { site: site.name, error: outcome.error, atMs };
		return previous.map((state) => () => withSample(state, unseen(state.snapshot, loss), atMs));
	}
	const before = new Map(previous.map((state) => [state.target.name, state]));
	return (outcome.reading.members ?? []).map((member) => () => {
		const told = 'snapshot' in member ? member.snapshot.target : member.target;
		const target = targetOf(site, told);
		const known = before.get(target.name) ?? { ...initialState(target), site: site.name };
		return 'snapshot' in member
			? judgedBySite({ ...known, target }, member.snapshot, atMs)
			: nextState(
					withPast(known, member),
					{ target, atMs, missedSlots: 0, outcome: outcomeOf(member) },
					judging,
				);
	});
}

function targetOf(site: Target, { name, kind, url }: NodeSnapshot['target']): Target {
	return { ...site, name: `${site.name}/${name}`, kind, shownUrl: maskUrl(url) };
}

function judgedBySite(state: NodeState, told: NodeSnapshot, atMs: number): NodeState {
	const { name, shownUrl: url = '' } = state.target;
	const next: NodeState = {
		...state,
		isJudgedBySite: true,
		memory: rememberedElsewhere(
			told.lastProgressAt === undefined ? undefined : Date.parse(told.lastProgressAt),
		),
	};
	return withSample(next, { ...told, target: { ...told.target, name, url } }, atMs);
}

function withSample(state: NodeState, snapshot: NodeSnapshot, atMs: number): NodeState {
	return { ...state, snapshot, samples: appendSample(state.samples, atMs, sampleOf(snapshot)) };
}

/** A node that is new begins with samples of the time before, where the site knows them. */
function withPast(state: NodeState, member: UnjudgedMember): NodeState {
	const past = 'past' in member ? (member.past ?? []) : [];
	if (state.samples.appended > 0 || past.length === 0) return state;
	const samples = past.reduce(
		(samples, { atMs, reading }) =>
			appendSample(samples, atMs, sampleOf(pastSnapshot(state.snapshot.target, reading))),
		state.samples,
	);
	return { ...state, samples };
}

type UnjudgedMember = Exclude<Member, { snapshot: NodeSnapshot }>;

function outcomeOf(member: UnjudgedMember): PollResult['outcome'] {
	if ('reading' in member) return { status: 'read', reading: member.reading };
	const { code, message, nextStep } = member.error;
	const details = nextStep === undefined ? {} : { nextStep };
	return { status: 'failed', error: new PollError(code, message, details) };
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
