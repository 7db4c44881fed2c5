import type { Found, Observation, ObservedSubject } from '../domain/observe.ts';
import { good, hasAll, noData, observe } from '../domain/observe.ts';
import { fillTemplate, formatValue } from '../domain/rule-message.ts';
import { orderings } from '../domain/rule.ts';
import type { Rule, Threshold } from '../domain/rule.ts';
import type { RuleSet } from '../sections/rule-set.ts';
import type { Group } from '../sections/group/schema.ts';
import type { CheckResult, ComponentHealth } from '../sections/health/component-health.ts';
import type { ConditionFinding, Finding, FindingInput, Sighting } from '../sections/finding.ts';
import { findingOf } from '../sections/findings.ts';

/** A finding with the profile's changes to it. */
export interface Planned {
	readonly code: string;
	/** In the plan. */
	readonly position: number;
	readonly rule: Rule;
	readonly finding: Finding;
	/** Whether the profile compares something else than the finding does. */
	readonly isReplaced: boolean;
}

/** The findings that judge health: every built-in rule that is enabled. */
export interface Plan {
	readonly all: readonly Planned[];
	/** Where the finding of a code is in `all`. */
	readonly positions: ReadonlyMap<string, number>;
	/** `undefined` for each of them: observations that are still to be made. */
	readonly blank: readonly undefined[];
	/** Those that judge satellites. */
	readonly ofSatellites: readonly Planned[];
	readonly ofGroups: readonly Planned[];
	/** Those that judge nodes of a kind, or show there. */
	ofKind(kind: string): readonly Planned[];
}

/** A node as conditions look at it. */
export interface NodeSubject extends ObservedSubject {
	readonly components?: readonly ComponentHealth[] | undefined;
}

export type Bad = Extract<Observation, { kind: 'bad' }>;

export function planOf(rules: RuleSet): Plan {
	const all: Planned[] = [];
	for (const rule of rules.values()) {
		const { code } = rule;
		const finding = code === undefined ? undefined : findingOf(code);
		if (code === undefined || !finding) continue;
		const position = all.length;
		all.push({ code, position, rule, finding, isReplaced: isReplaced(rule, code, finding) });
	}
	const byKind = new Map<string, readonly Planned[]>();
	return {
		all,
		positions: new Map(all.map(({ code, position }) => [code, position])),
		blank: all.map(() => undefined),
		ofSatellites: all.filter(({ rule }) => rule.scope === 'satellite'),
		ofGroups: all.filter(({ rule }) => rule.scope === 'group'),
		ofKind(kind) {
			let known = byKind.get(kind);
			if (!known) byKind.set(kind, (known = all.filter((planned) => isOfKind(planned, kind))));
			return known;
		},
	};
}

function isOfKind({ rule: { scope, kinds }, finding }: Planned, kind: string): boolean {
	if (scope === 'satellite' || kinds?.includes(kind) === false) return false;
	return scope === 'node' || 'whenGroup' in finding || 'whenFleet' in finding;
}

function isReplaced({ condition }: Rule, code: string, finding: Finding): boolean {
	if (condition.noData === true) return !('missingFields' in finding);
	if (condition.issue !== undefined) return condition.issue !== code || 'condition' in finding;
	return !('condition' in finding) || condition.value !== finding.condition.value;
}

/** What a finding says about one node. */
export function observeNode(
	planned: Planned,
	input: FindingInput,
	subject: NodeSubject,
): Observation {
	const { finding, rule, isReplaced } = planned;
	const isOld = subject.isUnseen && finding.component !== 'poll';
	if (!isOld && (isReplaced || 'condition' in finding))
		return observeCondition(planned, input, subject);
	if ('missingFields' in finding) return noData;
	if ('check' in finding && finding.check !== undefined)
		return observeCheck(finding.check, planned, input, subject);
	if (!('when' in finding)) return noData;
	const sighting = finding.when(input);
	if (sighting) return toBad(rule, finding, sighting);
	return hasAll(input.node, rule.condition.needs) ? good : noData;
}

function observeCondition(
	planned: Planned,
	input: FindingInput,
	subject: NodeSubject,
): Observation {
	const { finding, isReplaced } = planned;
	if (isReplaced || !('condition' in finding))
		return worded(planned, observe(planned.rule, subject));
	const observation = observe(stretched(planned.rule, finding, input), subject);
	if (observation.kind === 'noData' && finding.check !== undefined) {
		return observeCheck(finding.check, planned, input, subject);
	}
	if (observation.kind === 'bad' && finding.unless?.(input) === true) return good;
	return worded(planned, observation, { detail: finding.detail?.(input) });
}

/** The rule with thresholds that suit this node. */
function stretched(rule: Rule, { stretch }: ConditionFinding, input: FindingInput): Rule {
	const factor = stretch?.(input) ?? 1;
	if (factor === 1) return rule;
	const condition = { ...rule.condition };
	for (const ordering of orderings) {
		const threshold = condition[ordering];
		if (threshold !== undefined) condition[ordering] = multiplied(threshold, factor);
	}
	return { ...rule, condition };
}

function multiplied(threshold: Threshold, factor: number): Threshold {
	if (typeof threshold === 'number') return threshold * factor;
	return Object.fromEntries(
		Object.entries(threshold).map(([level, value]) => [level, (value ?? 0) * factor]),
	);
}

/** What a finding says about one satellite of a node. */
export function observeSatellite(
	planned: Planned,
	subject: ObservedSubject,
	satellite: string,
): Observation {
	return worded(planned, observe(planned.rule, subject), { labels: { satellite } });
}

/** What a finding says about one network. */
export function observeGroup(
	planned: Planned,
	group: Group,
	subject: ObservedSubject,
): Observation {
	const { finding, rule, isReplaced } = planned;
	if (isReplaced || !('whenGroup' in finding)) return worded(planned, observe(rule, subject));
	const sighting = finding.whenGroup(group);
	if (sighting === 'unknown') return noData;
	if (sighting) return toBad(rule, finding, sighting);
	return subject.isUnseen ? noData : good;
}

/** Puts the finding's words to what a condition found. */
function worded(
	{ rule, finding }: Planned,
	observation: Observation,
	{
		labels,
		detail = '',
	}: {
		readonly labels?: Readonly<Record<string, string>>;
		readonly detail?: string | undefined;
	} = {},
): Observation {
	if (observation.kind !== 'bad') return observation;
	const { value, threshold } = observation;
	const places = {
		...labels,
		value: formatValue(value, rule.unit),
		threshold: formatValue(threshold, rule.unit),
	};
	const message = 'message' in finding ? finding.message : `${rule.name}: {value}`;
	const found: Found = {
		message: `${fillTemplate(message, places)}${detail}`,
		evidence: `${places.value}, threshold ${places.threshold}`,
		nextStep: finding.nextStep,
	};
	return { ...observation, severity: rule.severity ?? observation.severity, finding: found };
}

export function toBad(rule: Rule, finding: Finding, sighting: Sighting): Bad {
	const { message, evidence, nextStep = finding.nextStep, health, value, threshold } = sighting;
	return {
		kind: 'bad',
		severity: rule.severity ?? sighting.severity ?? 'warning',
		finding: { message, evidence, nextStep },
		health,
		value,
		threshold,
	};
}

/** What a scheduled check says; it stands until the check runs again, or a good poll contradicts it. */
function observeCheck(
	name: string,
	{ code, rule, finding }: Planned,
	input: FindingInput,
	{ components }: NodeSubject,
): Observation {
	const result = components && resultOf(components, name);
	if (result === undefined || result.status === 'unknown') return noData;
	if (result.issue !== code || isContradicted(finding, input, result)) return good;
	const { message, evidence, nextStep = finding.nextStep, severity = 'warning' } = result;
	return {
		kind: 'bad',
		severity: rule.severity ?? severity,
		finding: { message, evidence, nextStep },
		seenAt: result.lastCheckAt,
	};
}

function isContradicted(finding: Finding, input: FindingInput, result: CheckResult): boolean {
	if (!('contradictedBy' in finding) || finding.contradictedBy === undefined) return false;
	const { status, at = '' } = input.node.poll;
	const isNewer = Date.parse(at) > Date.parse(result.lastCheckAt);
	const hasAnswered = status === 'ok' || status === 'partial';
	return hasAnswered && isNewer && finding.contradictedBy(input, result);
}

function resultOf(components: readonly ComponentHealth[], name: string): CheckResult | undefined {
	const dot = name.indexOf('.');
	for (const { component, checks } of components) {
		if (component !== name.slice(0, dot)) continue;
		for (const check of checks) if (check.name === name.slice(dot + 1)) return check;
	}
	return undefined;
}
