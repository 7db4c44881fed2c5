import type { AlertChanges } from './alert-changes.ts';
import type { RuleSet } from '../sections/rule-set.ts';
import type { Rule } from '../domain/rule.ts';
import type { Labels } from './fingerprint.ts';
import { placeOf } from './shared-subject.ts';
import { isUnseen } from './subjects.ts';
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
		if (typeof absence === 'object') {
			changes.end(fingerprint, absence.gone);
			continue;
		}
		record.last = 'noData';
		if (absence === 'unseen') continue;
		record.notReportedMs = (record.notReportedMs ?? 0) + changes.deltaMs;
		if (record.notReportedMs >= notReportedUntilGoneMs) {
			changes.end(fingerprint, 'no longer reported');
		}
	}
}

/** Why an alert's subject is not among its rule's subjects. */
type Absence =
	/** Its node does not answer now, so nothing is known. */
	| 'unseen'
	/** The node answers and no longer reports it. */
	| 'notReported'
	/** It does not come back, for this reason. */
	| { readonly gone: string };

function explainAbsence(rule: Rule, identity: Labels, subjects: EvaluationSubjects): Absence {
	const { scope } = rule;
	if (scope === 'group') {
		const isChoice = subjects.groups.some(({ name }) => name === identity['group']);
		if (isChoice) return gone('rule edited');
		return subjects.nodes.some((node) => !isUnseen(node)) ? 'notReported' : 'unseen';
	}
	const { node: name } = identity;
	if (name !== undefined) return ofNode(rule, name, subjects);
	const place = rule.onePer && identity[rule.onePer];
	return place === undefined ? gone('rule edited') : ofPlace(rule, place, identity, subjects);
}

function ofNode(rule: Rule, name: string, { byName }: EvaluationSubjects): Absence {
	const { scope, onePer } = rule;
	const node = byName.get(name);
	if (!node) {
		const site = byName.get(name.slice(0, name.lastIndexOf('/')));
		return site && isUnseen(site) ? 'unseen' : gone('node removed');
	}
	if (isUnseen(node)) return 'unseen';
	if (scope === 'peer' && node.network?.peerList !== undefined) return gone('peer gone');
	if (scope === 'node') {
		return gone(onePer === undefined ? 'rule edited' : `now one alert of its ${onePer}`);
	}
	return 'notReported';
}

/** Nodes of one host or network may answer and no longer report what the alert is about. */
function ofPlace(
	rule: Rule,
	place: string,
	{ validator }: Labels,
	{ nodes, byName, inScope }: EvaluationSubjects,
): Absence {
	if (nodes.some((node) => isUnseen(node))) return 'unseen';
	const there = (scope: Rule['scope']) =>
		inScope(scope).filter((subject) => placeOf(rule, subject, byName) === place);
	const reporting = there(rule.scope).filter(({ identity }) => identity['validator'] === validator);
	if (reporting.length > 1) return gone('rule edited');
	if (reporting.length === 1) return gone('now an alert of one node');
	if (there('node').length > 0) return 'notReported';
	return gone(rule.onePer === 'group' ? 'group gone' : 'node removed');
}

const gone = (reason: string): Absence => ({ gone: reason });
