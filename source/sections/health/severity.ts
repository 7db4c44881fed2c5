import { severities } from '../../domain/words.ts';
import type { Severity } from '../../domain/words.ts';
import type { HealthReport } from './schema.ts';

/** The worst of several severities; `undefined` when there is none. */
export function worstSeverity(all: Iterable<Severity>): Severity | undefined {
	let worst = -1;
	for (const severity of all) worst = Math.max(worst, severities.indexOf(severity));
	return severities[worst];
}

/** How severe a node's worst issue is; `undefined` when it has none. */
export function severityOf({ issues }: Pick<HealthReport, 'issues'>): Severity | undefined {
	return worstSeverity(issues.map(({ severity }) => severity));
}
