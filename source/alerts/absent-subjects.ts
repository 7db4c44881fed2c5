import type { AlertChanges } from './alert-changes.ts';
import type { RuleSet } from '../sections/rule-set.ts';
import { explainAbsence } from './subjects.ts';
import type { EvaluationSubjects } from './subjects.ts';

/** A node that answers and has not reported something for so long is not expected to report it again. */
const notReportedUntilGoneMs = 3_600_000;

/** Settles the alerts whose subject was not observed: it is gone, or nothing is known about it now. */
export function settleAbsentSubjects(
	seen: ReadonlySet<string>,
	rules: RuleSet,
	subjects: EvaluationSubjects,
	changes: AlertChanges,
): void {
	for (const [fingerprint, record] of Object.entries(changes.state.alerts)) {
		if (seen.has(fingerprint)) continue;
		const rule = rules.get(record.rule);
		if (!rule) {
			changes.end(fingerprint, 'rule removed');
			continue;
		}
		const absence = explainAbsence(rule, record.identity, subjects);
		if (absence.kind === 'gone') {
			changes.end(fingerprint, absence.reason);
			continue;
		}
		record.last = 'noData';
		if (absence.kind === 'unseen') continue;
		record.notReportedMs = (record.notReportedMs ?? 0) + changes.deltaMs;
		if (record.notReportedMs >= notReportedUntilGoneMs) {
			changes.end(fingerprint, 'no longer reported');
		}
	}
}
