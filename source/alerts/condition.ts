import type { ComponentHealth } from '../domain/component-health.ts';
import type { Ordering, Rule, RuleComparison, RuleCondition, Threshold } from '../domain/rule.ts';
import { orderings } from '../domain/rule.ts';
import type { Issue } from '../domain/snapshot.ts';
import type { Severity } from '../domain/words.ts';
import { readField } from './fields.ts';
import type { Scalar } from './fields.ts';
import { measure } from './measure.ts';
import type { Subject } from './measure.ts';

/** What one look at a subject says. */
export type Observation =
	| {
			readonly kind: 'bad';
			readonly severity: Severity;
			readonly value?: number | string | undefined;
			readonly threshold?: number | string | undefined;
			/** Of a finding; a rule of its own has its own words. */
			readonly finding?: Pick<Issue, 'message' | 'evidence' | 'nextStep'> | undefined;
	  }
	/** Past the threshold no more, but not clear yet. */
	| { readonly kind: 'between'; readonly value: number | string }
	| { readonly kind: 'good'; readonly value?: number | string | undefined }
	/** Nothing can be said: neither good nor bad. */
	| { readonly kind: 'noData' };

export interface ObservedSubject extends Subject {
	readonly issues: readonly Issue[];
	/** As the scheduled checks left them; of a node that they look at. */
	readonly components?: readonly ComponentHealth[] | undefined;
	/** Whether the last poll failed: only findings about the poll itself are of now. */
	readonly isUnseen: boolean;
}

const noData: Observation = { kind: 'noData' };
const good: Observation = { kind: 'good' };

/** Asks a rule's condition of a subject. Pure but for the samples that the subject carries. */
export function observe({ condition, severity }: Rule, subject: ObservedSubject): Observation {
	const { issue, where = [] } = condition;
	if (subject.isUnseen && issue === undefined) return noData;
	// First, so that every window takes its sample whatever the gates say.
	const observation =
		issue === undefined
			? compare(condition, subject, severity ?? 'warning')
			: observeIssue(condition, issue, severity, subject);
	const gates = where.map((gate) => compare(gate, subject, 'info').kind);
	if (isFrozen(condition, subject) || gates.includes('noData')) return noData;
	return gates.every((gate) => gate === 'bad') ? observation : good;
}

function isFrozen({ frozenBy = [] }: RuleCondition, { issues }: ObservedSubject): boolean {
	return issues.some(({ code }) => frozenBy.includes(code));
}

function observeIssue(
	{ needs = [], check }: RuleCondition,
	code: string,
	severity: Severity | undefined,
	{ issues, root, isUnseen, components = [] }: ObservedSubject,
): Observation {
	const issue = issues.find((each) => each.code === code);
	if (issue) return { kind: 'bad', severity: severity ?? issue.severity, finding: issue };
	if (isUnseen || needs.some((path) => readField(root, path) === undefined)) return noData;
	return check !== undefined && !hasSeen(components, check) ? noData : good;
}

/** Whether a scheduled check, named by component and check, could see what it looks at. */
function hasSeen(components: readonly ComponentHealth[], name: string): boolean {
	return components.some(({ component, checks }) =>
		checks.some((each) => `${component}.${each.name}` === name && each.status !== 'unknown'),
	);
}

function compare(comparison: RuleComparison, subject: Subject, severity: Severity): Observation {
	const measured = comparison.value && measure(comparison.value, subject);
	if (measured === undefined) return comparison.absentIsGood === true ? good : noData;
	const { value, isAtLeast = false } = measured;
	const shown = typeof value === 'boolean' ? String(value) : value;
	if (comparison.oneOf !== undefined || comparison.noneOf !== undefined) {
		const isBad = comparison.oneOf?.includes(value) ?? comparison.noneOf?.includes(value) === false;
		const threshold = (comparison.oneOf ?? comparison.noneOf ?? []).join(', ');
		return isBad
			? { kind: 'bad', severity, value: shown, threshold }
			: { kind: 'good', value: shown };
	}
	const ordering = orderings.find((name) => comparison[name] !== undefined);
	const threshold = ordering && comparison[ordering];
	const number = asNumber(value);
	if (ordering === undefined || threshold === undefined || number === undefined) return noData;
	const observation = rank(number, ordering, threshold, severity);
	// Growth that may be more than was seen proves a breach from above, and nothing else.
	const isProof = observation.kind === 'bad' && isRising(ordering);
	return isAtLeast && !isProof ? noData : observation;
}

function asNumber(value: Scalar): number | undefined {
	if (typeof value === 'boolean') return value ? 1 : 0;
	return typeof value === 'number' ? value : undefined;
}

const isRising = (ordering: Ordering): boolean => ordering === 'above' || ordering === 'atLeast';

const isPast: Readonly<Record<Ordering, (value: number, level: number) => boolean>> = {
	above: (value, level) => value > level,
	atLeast: (value, level) => value >= level,
	below: (value, level) => value < level,
	atMost: (value, level) => value <= level,
};

function rank(
	value: number,
	ordering: Ordering,
	threshold: Threshold,
	severity: Severity,
): Observation {
	const levels = typeof threshold === 'number' ? { [severity]: threshold } : threshold;
	const clear = typeof threshold === 'number' ? undefined : threshold.clear;
	for (const each of ['critical', 'warning', 'info'] as const) {
		const level = levels[each];
		if (level !== undefined && isPast[ordering](value, level)) {
			return { kind: 'bad', severity: each, value, threshold: level };
		}
	}
	const isClear = clear === undefined || (isRising(ordering) ? value <= clear : value >= clear);
	return { kind: isClear ? 'good' : 'between', value };
}
