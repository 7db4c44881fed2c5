import type { Ordering, Rule, RuleComparison, RuleCondition, Threshold } from './rule.ts';
import type { Health, Severity } from './words.ts';
import { readField } from './field-path.ts';
import type { Scalar } from './field-path.ts';
import { measure } from './measure.ts';
import type { Subject } from './measure.ts';

/** The texts of a finding. */
export interface Found {
	readonly message: string;
	readonly evidence?: string | undefined;
	readonly nextStep?: string | undefined;
}

/** The result of one rule for one subject at one time. */
export type Observation =
	| {
			readonly kind: 'bad';
			readonly severity: Severity;
			readonly value?: number | string | undefined;
			readonly threshold?: number | string | undefined;
			/** Absent for a condition of a user's rule: the rule has its own message. */
			readonly finding?: Found | undefined;
			/** The resulting health of the node; by default degraded, and up for `info`. */
			readonly health?: Health | undefined;
			/** When it was seen, where that was not at the last poll. */
			readonly seenAt?: string | undefined;
	  }
	/** No longer past the threshold, but not yet past the clear threshold. */
	| { readonly kind: 'between' }
	| { readonly kind: 'good' }
	/** Neither good nor bad: nothing is known. */
	| { readonly kind: 'noData' };

/** Observations of one subject by the code of the finding; absent is no data. */
export type Observations = Pick<ReadonlyMap<string, Observation>, 'get'>;

/** What is known about the subjects of one evaluation. */
export interface Observed {
	node(name: string): Observations | undefined;
	/** Of an entry of a node, such as a satellite or a validator. */
	entry(scope: 'satellite' | 'validator', node: string, id: string): Observations | undefined;
	group(name: string): Observations | undefined;
	readonly fleet: Observations;
}

export interface ObservedSubject extends Subject {
	readonly issues: readonly (Found & { readonly code: string; readonly severity: Severity })[];
	/** Results of the node's scheduled checks. */
	readonly components?: readonly CheckedPart[] | undefined;
	/** Whether the last poll failed: then only findings about the poll itself are current. */
	readonly isUnseen: boolean;
}

interface CheckedPart {
	readonly component: string;
	readonly checks: readonly { readonly name: string; readonly status: Health }[];
}

export const noData: Observation = { kind: 'noData' };
export const good: Observation = { kind: 'good' };
const between: Observation = { kind: 'between' };

/** Evaluates a rule's condition for a subject. Pure, except that it adds to the samples of the subject. */
export function observe({ condition, severity }: Rule, subject: ObservedSubject): Observation {
	const { issue, where } = condition;
	if (subject.isUnseen && issue === undefined) return noData;
	// First, so that every window takes its sample whatever the result of the gates.
	const observation =
		issue === undefined
			? compare(condition, subject, severity ?? 'warning')
			: observeIssue(condition, issue, severity, subject);
	const gate = where === undefined ? 'open' : askGates(where, subject);
	if (gate === 'unknown' || isFrozen(condition, subject)) return noData;
	return gate === 'open' ? observation : good;
}

/** Evaluates every gate, even after one is closed, because gates take samples as well. */
function askGates(
	gates: readonly RuleComparison[],
	subject: ObservedSubject,
): 'open' | 'closed' | 'unknown' {
	let isOpen = true;
	let isKnown = true;
	for (const gate of gates) {
		const { kind } = compare(gate, subject, 'info');
		if (kind === 'noData') isKnown = false;
		if (kind !== 'bad') isOpen = false;
	}
	if (!isKnown) return 'unknown';
	return isOpen ? 'open' : 'closed';
}

function isFrozen({ frozenBy }: RuleCondition, { issues }: ObservedSubject): boolean {
	if (frozenBy !== undefined)
		for (const { code } of issues) if (frozenBy.includes(code)) return true;
	return false;
}

function observeIssue(
	{ needs, check }: RuleCondition,
	code: string,
	severity: Severity | undefined,
	{ issues, root, isUnseen, components }: ObservedSubject,
): Observation {
	// Nearly always there is none, and this runs for every node and rule.
	const issue = issues.length === 0 ? undefined : issues.find((each) => each.code === code);
	if (issue) return { kind: 'bad', severity: severity ?? issue.severity, finding: issue };
	if (isUnseen || !hasAll(root, needs)) return noData;
	return check !== undefined && !hasSeen(components, check) ? noData : good;
}

export function hasAll(root: unknown, paths: readonly string[] | undefined): boolean {
	if (paths !== undefined)
		for (const path of paths) if (readField(root, path) === undefined) return false;
	return true;
}

/** Whether a scheduled check, named by component and check, could see what it looks at. */
function hasSeen(components: readonly CheckedPart[] | undefined, name: string): boolean {
	const dot = name.indexOf('.');
	if (components === undefined || dot === -1) return false;
	const [component, check] = [name.slice(0, dot), name.slice(dot + 1)];
	for (const seen of components) {
		if (seen.component !== component) continue;
		for (const each of seen.checks) {
			if (each.name === check && each.status !== 'unknown') return true;
		}
	}
	return false;
}

function compare(comparison: RuleComparison, subject: Subject, severity: Severity): Observation {
	const measured = comparison.value && measure(comparison.value, subject);
	if (measured === undefined)
		return comparison.absentIsGood === true && subject.isCutShort !== true ? good : noData;
	const { value, isAtLeast = false } = measured;
	const { oneOf, noneOf } = comparison;
	if (oneOf !== undefined || noneOf !== undefined) {
		const isBad = oneOf?.includes(value) ?? noneOf?.includes(value) === false;
		if (!isBad) return good;
		const shown = typeof value === 'boolean' ? String(value) : value;
		return { kind: 'bad', severity, value: shown, threshold: (oneOf ?? noneOf ?? []).join(', ') };
	}
	const ordering = orderingOf(comparison);
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

/** Without a closure, because this runs for every rule at every poll of every node. */
function orderingOf({ above, atLeast, below, atMost }: RuleComparison): Ordering | undefined {
	if (above !== undefined) return 'above';
	if (atLeast !== undefined) return 'atLeast';
	if (below !== undefined) return 'below';
	return atMost === undefined ? undefined : 'atMost';
}

const worstFirst = ['critical', 'warning', 'info'] as const;

function rank(
	value: number,
	ordering: Ordering,
	threshold: Threshold,
	severity: Severity,
): Observation {
	const isBeyond = isPast[ordering];
	if (typeof threshold === 'number') {
		return isBeyond(value, threshold) ? { kind: 'bad', severity, value, threshold } : good;
	}
	for (const each of worstFirst) {
		const level = threshold[each];
		if (level !== undefined && isBeyond(value, level)) {
			return { kind: 'bad', severity: each, value, threshold: level };
		}
	}
	const { clear } = threshold;
	const isClear = clear === undefined || (isRising(ordering) ? value <= clear : value >= clear);
	return isClear ? good : between;
}
