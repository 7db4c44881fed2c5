import type { Found, Observation, ObservedSubject } from '../domain/observe.ts';
import { good, hasAll, noData, observe } from '../domain/observe.ts';
import { fillTemplate, formatValue } from '../domain/rule-message.ts';
import { orderings } from '../domain/rule.ts';
import type { Rule, Threshold } from '../domain/rule.ts';
import type { ConditionFinding, Finding, FindingInput, Sighting } from '../sections/finding.ts';
import type { Group } from '../sections/group/schema.ts';
import type { Severity } from '../domain/words.ts';
import type { CheckResult, ComponentHealth } from '../sections/health/component-health.ts';

/** A finding with the profile's changes to it. */
export interface JudgedFinding {
	readonly code: string;
	readonly rule: Rule;
	readonly finding: Finding;
	/** Whether the profile compares something else than the finding does. */
	readonly isReplaced: boolean;
}

/** A node as conditions look at it. */
export interface NodeSubject extends ObservedSubject {
	readonly components?: readonly ComponentHealth[] | undefined;
}

export type Bad = Extract<Observation, { kind: 'bad' }>;

/** What a finding says about one node at one time. */
export type ObserveNode = (input: FindingInput, subject: NodeSubject) => Observation;

/** What to ask about one node for a finding: chosen once, for it is asked at every poll of every node. */
export function nodeObserver(judged: JudgedFinding): ObserveNode {
	const { finding, rule, isReplaced } = judged;
	if (rule.scope !== 'node') return sharedObserver(judged);
	const withoutCondition = simpleObserver(judged);
	if (!isReplaced && !('condition' in finding)) return withoutCondition;
	const byCondition = conditionObserver(judged);
	if (finding.component === 'poll') return byCondition;
	// What a node that does not answer showed before is old.
	return (input, subject) =>
		subject.isUnseen ? withoutCondition(input, subject) : byCondition(input, subject);
}

/** Findings about the whole network or about all nodes show at a node in their own way. */
function sharedObserver({ finding, rule }: JudgedFinding): ObserveNode {
	if (!('whenGroup' in finding) && !('whenFleet' in finding)) return () => good;
	return (input) => {
		const sighting = finding.when(input);
		return sighting ? toBad(rule, finding, sighting) : good;
	};
}

function simpleObserver(judged: JudgedFinding): ObserveNode {
	const { finding, rule } = judged;
	if ('missingFields' in finding) return () => noData;
	if ('check' in finding && finding.check !== undefined) {
		const find = checkFinder(finding.check);
		return (input, subject) => observeCheck(find, judged, input, subject);
	}
	if (!('when' in finding)) return () => noData;
	const { needs } = rule.condition;
	const isProven = needs !== undefined && needs.length > 0;
	return (input, { isCutShort }) => {
		const sighting = finding.when(input);
		if (sighting === 'unknown') return noData;
		if (sighting) return toBad(rule, finding, sighting);
		if (isCutShort === true && !isProven && finding.component !== 'poll') return noData;
		return hasAll(input.node, needs) ? good : noData;
	};
}

function conditionObserver(judged: JudgedFinding): ObserveNode {
	const { finding, rule, isReplaced } = judged;
	if (isReplaced || !('condition' in finding))
		return (_input, subject) => worded(judged, observe(rule, subject));
	const find = finding.check === undefined ? undefined : checkFinder(finding.check);
	return (input, subject) => {
		const observation = observe(stretched(rule, finding, input), subject);
		if (observation.kind === 'noData' && find) return observeCheck(find, judged, input, subject);
		if (observation.kind !== 'bad') return observation;
		if (finding.unless?.(input) === true) return good;
		return worded(judged, withSeverity(observation, finding.severityAt?.(input)), {
			detail: finding.detail?.(input),
		});
	};
}

function withSeverity(observation: Bad, severity: Severity | undefined): Bad {
	return severity === undefined ? observation : { ...observation, severity };
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

/** What a finding says about one entry of a node, such as a satellite or a validator. */
export function observeEntry(
	judged: JudgedFinding,
	subject: ObservedSubject,
	labels: Readonly<Record<string, string>>,
): Observation {
	return worded(judged, observe(judged.rule, subject), { labels });
}

/** What a finding says about one network. */
export function observeGroup(
	judged: JudgedFinding,
	group: Group,
	subject: ObservedSubject,
): Observation {
	const { finding, rule, isReplaced } = judged;
	if (isReplaced || !('whenGroup' in finding)) return worded(judged, observe(rule, subject));
	const sighting = finding.whenGroup(group);
	if (sighting === 'unknown') return noData;
	if (sighting) return toBad(rule, finding, sighting);
	return subject.isUnseen ? noData : good;
}

/** Puts the finding's words to what a condition found. */
function worded(
	{ rule, finding }: JudgedFinding,
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
	find: FindCheck,
	{ code, rule, finding }: JudgedFinding,
	input: FindingInput,
	{ components }: NodeSubject,
): Observation {
	const result = components && find(components);
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

type FindCheck = (components: readonly ComponentHealth[]) => CheckResult | undefined;

/** Finds the result of a check that is named with its component, such as `consensus.progress`. */
function checkFinder(path: string): FindCheck {
	const [component, name] = path.split('.');
	return (components) => {
		// By index: dozens of findings look here at each poll, and each step of an iterator is garbage.
		for (let at = 0; at < components.length; at += 1) {
			const each = components[at];
			if (each === undefined || each.component !== component) continue;
			for (let index = 0; index < each.checks.length; index += 1) {
				const result = each.checks[index];
				if (result?.name === name) return result;
			}
		}
		return undefined;
	};
}
