import { severities } from '../../domain/words.ts';
import type { Health, HealthLevel, Severity } from '../../domain/words.ts';

/** The worst of several severities; `undefined` when there is none. */
export function worstSeverity(all: Iterable<Severity>): Severity | undefined {
	let worst = -1;
	for (const severity of all) worst = Math.max(worst, severities.indexOf(severity));
	return severities[worst];
}

interface WithIssues {
	readonly issues: readonly { readonly severity: Severity }[];
}

/** How severe a node's worst issue is; `undefined` when it has none. */
export function severityOf({ issues }: WithIssues): Severity | undefined {
	return worstSeverity(issues.map(({ severity }) => severity));
}

/**
 * Unknown when nothing can be said about it, whatever the reason; else critical when it is down or has a
 * critical issue.
 */
export function levelOf({ status, issues }: WithIssues & { readonly status: Health }): HealthLevel {
	if (status === 'unknown') return 'unknown';
	const severity = severityOf({ issues });
	if (status === 'down' || severity === 'critical') return 'critical';
	return status === 'degraded' || severity === 'warning' ? 'warning' : 'ok';
}
