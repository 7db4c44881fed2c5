import type { Observation, Observations } from '../domain/observe.ts';
import { worstHealth } from '../domain/words.ts';
import type { Health, Severity } from '../domain/words.ts';
import { entryScopes, isEntryScope } from '../sections/entries.ts';
import type { HealthReport, Issue } from '../sections/health/schema.ts';
import type { ObservationList } from './observation-list.ts';
import type { ObservationsOfEntries } from './observations-of.ts';
import type { Bad } from './observers.ts';
import type { Plan, Planned } from './plan.ts';

const severityRank: Record<Severity, number> = { critical: 0, warning: 1, info: 2 };

/** A finding with what was observed, where that is no good. */
interface FoundFinding {
	readonly planned: Planned;
	/** Undefined between the thresholds: then the issue stays if it was there before. */
	readonly bad: Bad | undefined;
}

/** What was found, in the order of the plan. */
export function foundIn(
	plan: Plan,
	observations: ObservationList,
	entries: ObservationsOfEntries,
): readonly FoundFinding[] {
	const all: FoundFinding[] = [];
	const hasEntries = entryScopes.some((scope) => entries[scope].size > 0);
	if (observations.isAllGood && !hasEntries) return all;
	for (const planned of plan.all) {
		const { scope } = planned.rule;
		const found = isEntryScope(scope)
			? worstOf(planned, entries[scope])
			: toFound(planned, observations.at(planned.position));
		if (found) all.push(found);
	}
	return all;
}

/** A finding about entries is one issue of the node: the worst of them. */
function worstOf(
	planned: Planned,
	entries: ReadonlyMap<string, Observations>,
): FoundFinding | undefined {
	let worst: FoundFinding | undefined;
	for (const observations of entries.values()) {
		const found = toFound(planned, observations.get(planned.code));
		if (found && (!worst || rankOf(found) < rankOf(worst))) worst = found;
	}
	return worst;
}

function rankOf({ bad }: FoundFinding): number {
	return severityRank[bad?.severity ?? 'info'];
}

function toFound(planned: Planned, observation: Observation | undefined): FoundFinding | undefined {
	if (observation?.kind === 'bad') return { planned, bad: observation };
	return observation?.kind === 'between' ? { planned, bad: undefined } : undefined;
}

/** A node's health from its observations. An issue that was there before keeps its `since`. */
export function reportOf(
	found: readonly FoundFinding[],
	previous: HealthReport | undefined,
	nowMs: number,
): HealthReport {
	const verdicts: Health[] = ['up'];
	const issues: Issue[] = [];
	for (const { planned, bad } of found) {
		const before = previous?.issues.find(({ code }) => code === planned.code);
		const issue = bad ? toIssue(planned, bad, before, nowMs) : before;
		if (!issue) continue;
		issues.push(issue);
		verdicts.push(bad?.health ?? (issue.severity === 'info' ? 'up' : 'degraded'));
	}
	issues.sort((a, b) => severityRank[a.severity] - severityRank[b.severity]);
	return { status: worstHealth(verdicts), issues };
}

function toIssue(
	{ code, finding }: Planned,
	{ severity, finding: found }: Bad,
	before: Issue | undefined,
	nowMs: number,
): Issue {
	const { message = code, evidence, nextStep } = found ?? {};
	return {
		code,
		component: finding.component,
		severity,
		message,
		...(evidence !== undefined && { evidence }),
		since: before?.since ?? new Date(nowMs).toISOString(),
		...(nextStep !== undefined && { nextStep }),
	};
}
