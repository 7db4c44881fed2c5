import type { Issue } from '../sections/health/schema.ts';
import type { Severity } from '../domain/words.ts';

const gravity: Readonly<Record<Severity, number>> = { critical: 2, warning: 1, info: 0 };

/** The gravest first; those of equal gravity stay in their order. */
export function byGravity(a: Pick<Issue, 'severity'>, b: Pick<Issue, 'severity'>): number {
	return gravity[b.severity] - gravity[a.severity];
}

export function worstIssue(issues: readonly Issue[]): Issue | undefined {
	return issues.toSorted(byGravity)[0];
}
