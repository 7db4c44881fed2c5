import type { ComponentHealth } from '../sections/health/component-health.ts';
import type { HealthReport, Issue } from '../sections/health/schema.ts';
import type { Health, Severity } from '../domain/words.ts';
import { worstHealth } from '../domain/words.ts';
import type { Check, CheckInput, Finding } from './check.ts';
import { checks } from './checks.ts';
import { networkStalled } from './group-checks.ts';

const severityRank: Record<Severity, number> = { critical: 0, warning: 1, info: 2 };

/** What a node shows of a stall of the whole network; that is told once, for the group. */
const stallSymptoms = [
	'consensusTroubled',
	'noProgress',
	'selfReported',
	'headOld',
	'roundsStalled',
	'participationLow',
];

/** What the checks at each poll find; the schedule asks some of the same questions. */
const immediateCodes: ReadonlySet<string> = new Set(checks.map(({ code }) => code));

/**
 * Says how a node is and why. Pure. An issue that was there before keeps its `since`. A node that
 * was not polled yet is `unknown`; while polls fail only the failure counts, for the other sections
 * are old. What the scheduled checks found beside stands until they are asked again.
 */
export function judge(input: CheckInput, previous: HealthReport | undefined): HealthReport {
	const report = judgeNow(input, previous);
	return input.components === undefined ? report : { ...report, components: [...input.components] };
}

function judgeNow(input: CheckInput, previous: HealthReport | undefined): HealthReport {
	const { status } = input.node.poll;
	if (status === 'pending') return { status: 'unknown', issues: [] };
	if (status === 'failed' && isOurFault(input)) return notJudged(input, previous);
	const relevant =
		status === 'failed' ? checks.filter(({ component }) => component === 'poll') : checks;
	const issues: Issue[] = [];
	const verdicts: Health[] = ['up'];
	const explained = new Set<string>();
	for (const check of relevant) {
		if (explained.has(check.code)) continue;
		const finding = check.run(input);
		if (!finding) continue;
		if (check === networkStalled) for (const code of stallSymptoms) explained.add(code);
		issues.push(toIssue(check, finding, input, previous));
		verdicts.push(verdictOf(finding));
	}
	if (status !== 'failed') {
		for (const { check, finding } of scheduledFindings(input.components ?? [])) {
			if (explained.has(check.code)) continue;
			issues.push(toIssue(check, finding, input, previous));
			verdicts.push(verdictOf(finding));
		}
	}
	issues.sort((a, b) => severityRank[a.severity] - severityRank[b.severity]);
	return { status: worstHealth(verdicts), issues };
}

interface ScheduledFinding {
	readonly check: Pick<Check, 'code' | 'component'>;
	readonly finding: Finding;
}

/** What is wrong by the schedule alone. A node that answers is not down for what one check says. */
function scheduledFindings(all: readonly ComponentHealth[]): readonly ScheduledFinding[] {
	return all.flatMap(({ component, checks: results }) =>
		results.flatMap(({ issue, severity, message, evidence, nextStep }) => {
			if (issue === undefined || severity === undefined || immediateCodes.has(issue)) return [];
			return [
				{ check: { code: issue, component }, finding: { severity, message, evidence, nextStep } },
			];
		}),
	);
}

function toIssue(
	{ code, component }: Pick<Check, 'code' | 'component'>,
	{ severity, message, evidence, nextStep }: Finding,
	{ nowMs }: CheckInput,
	previous: HealthReport | undefined,
): Issue {
	const before = previous?.issues.find((issue) => issue.code === code);
	return {
		code,
		component,
		severity,
		message,
		...(evidence !== undefined && { evidence }),
		since: before?.since ?? new Date(nowMs).toISOString(),
		...(nextStep !== undefined && { nextStep }),
	};
}

/** The network is down for us, not the node: what it does cannot be seen. */
function isOurFault({ node, witness }: CheckInput): boolean {
	return witness?.verdict === 'us' && witness.failing.includes(node.target.name);
}

function notJudged(input: CheckInput, previous: HealthReport | undefined): HealthReport {
	const finding: Finding = {
		severity: 'info',
		message: 'not judged: our own connection is lost',
		evidence: input.witness?.evidence.join('; '),
		nextStep: 'restore the connection of this machine; the node may be well',
	};
	const check = { code: 'ownConnectionLost', component: 'poll' } as const;
	return { status: 'unknown', issues: [toIssue(check, finding, input, previous)] };
}

function verdictOf(finding: Finding): Health {
	return finding.health ?? (finding.severity === 'info' ? 'up' : 'degraded');
}
