import type { HealthReport, Issue } from '../domain/snapshot.ts';
import type { Health, Severity } from '../domain/words.ts';
import { worstHealth } from '../domain/words.ts';
import type { CheckInput, Finding } from './check.ts';
import { checks } from './checks.ts';

const severityRank: Record<Severity, number> = { critical: 0, warning: 1, info: 2 };

/**
 * Says how a node is and why. Pure. An issue that was there before keeps its `since`. A node that
 * was not polled yet is `unknown`; while polls fail only the failure counts, for the other sections
 * are old.
 */
export function judge(input: CheckInput, previous: HealthReport | undefined): HealthReport {
	const { status } = input.node.poll;
	if (status === 'pending') return { status: 'unknown', issues: [] };
	const relevant =
		status === 'failed' ? checks.filter(({ component }) => component === 'poll') : checks;
	const issues: Issue[] = [];
	const verdicts: Health[] = ['up'];
	for (const check of relevant) {
		const finding = check.run(input);
		if (!finding) continue;
		const before = previous?.issues.find(({ code }) => code === check.code);
		issues.push({
			code: check.code,
			component: check.component,
			severity: finding.severity,
			message: finding.message,
			...(finding.evidence !== undefined && { evidence: finding.evidence }),
			since: before?.since ?? new Date(input.nowMs).toISOString(),
			...(finding.nextStep !== undefined && { nextStep: finding.nextStep }),
		});
		verdicts.push(verdictOf(finding));
	}
	issues.sort((a, b) => severityRank[a.severity] - severityRank[b.severity]);
	return { status: worstHealth(verdicts), issues };
}

function verdictOf(finding: Finding): Health {
	return finding.health ?? (finding.severity === 'info' ? 'up' : 'degraded');
}
