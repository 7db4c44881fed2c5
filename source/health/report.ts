import { noData } from '../domain/observe.ts';
import type { Observation, Observations } from '../domain/observe.ts';
import { worstHealth } from '../domain/words.ts';
import type { Health, Severity } from '../domain/words.ts';
import type { HealthReport, Issue } from '../sections/health/schema.ts';
import type { Bad, Planned } from './plan.ts';

const severityRank: Record<Severity, number> = { critical: 0, warning: 1, info: 2 };

/** A finding with what was observed, where that is no good. */
interface FoundFinding {
	readonly planned: Planned;
	/** Undefined between the thresholds: then the issue stays if it was there before. */
	readonly bad: Bad | undefined;
}

/** A finding about satellites is one issue of the node: the worst of them. */
export function foundIn(
	planned: Planned,
	observations: ReadonlyMap<string, Observation>,
	satellites: ReadonlyMap<string, Observations>,
): readonly FoundFinding[] {
	if (planned.rule.scope !== 'satellite') {
		const observation = observations.get(planned.code);
		return observation === undefined ? [] : toFound(planned, observation);
	}
	const all = [...satellites.values()].flatMap((each) =>
		toFound(planned, each.get(planned.code) ?? noData),
	);
	const [worst] = all.toSorted(
		(a, b) => severityRank[a.bad?.severity ?? 'info'] - severityRank[b.bad?.severity ?? 'info'],
	);
	return worst ? [worst] : [];
}

function toFound(planned: Planned, observation: Observation): readonly FoundFinding[] {
	if (observation.kind === 'bad') return [{ planned, bad: observation }];
	return observation.kind === 'between' ? [{ planned, bad: undefined }] : [];
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
