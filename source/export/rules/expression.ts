import { orderings } from '../../domain/rule.ts';
import type { Ordering, Rule, RuleComparison, RuleValue, Threshold } from '../../domain/rule.ts';
import type { Severity } from '../../domain/words.ts';
import { severities } from '../../domain/words.ts';
import { fieldMetrics } from '../../sections/field-metrics.ts';
import type { FieldMetric } from '../../sections/field-metrics.ts';

/** PromQL that is true for the nodes of which a rule is bad at a severity. */
export interface RuleExpression {
	readonly severity: Severity;
	readonly expression: string;
}

const byPath = new Map(fieldMetrics.map((metric) => [`${metric.section}.${metric.path}`, metric]));
const signs: Readonly<Record<Ordering, string>> = {
	above: '>',
	atLeast: '>=',
	below: '<',
	atMost: '<=',
};

/**
 * A rule that compares fields with thresholds, as PromQL over the metrics of these fields; one expression for
 * each severity, so that a node is in one of them. Undefined for a rule that needs what no metric holds.
 */
export function compareInPromql(rule: Rule, labels: string): readonly RuleExpression[] | undefined {
	const { condition, severity, scope } = rule;
	if (scope !== 'node' || condition.value === undefined) return undefined;
	if (condition.frozenBy !== undefined || condition.absentIsGood === true) return undefined;
	const filters = (condition.where ?? []).map((each) => holds(each, labels));
	if (filters.includes(undefined)) return undefined;
	const bounded = filters.map((filter) => ` and on (node) (${filter})`).join('');
	return levelsOf(condition, severity, labels)?.map((level) => ({
		severity: level.severity,
		expression: bounded === '' ? level.expression : `(${level.expression})${bounded}`,
	}));
}

/** The main comparison, by severity. */
function levelsOf(
	comparison: RuleComparison,
	severity: Severity | undefined,
	labels: string,
): readonly RuleExpression[] | undefined {
	const ordering = orderings.find((each) => comparison[each] !== undefined);
	const threshold = ordering && comparison[ordering];
	if (ordering === undefined || threshold === undefined) {
		const expression = holds(comparison, labels);
		return expression === undefined || severity === undefined
			? undefined
			: [{ severity, expression }];
	}
	const measured = comparison.value && measure(comparison.value, labels);
	if (!measured) return undefined;
	const bounds = boundsOf(threshold, severity);
	if (!bounds) return undefined;
	return bounds.map(([level, bound], index) => {
		const worse = bounds[index - 1]?.[1];
		const is = `${measured.expression} ${signs[ordering]} ${bound * measured.factor}`;
		// A worse level has an alert of its own.
		const unless =
			worse === undefined
				? ''
				: ` unless ${measured.expression} ${signs[ordering]} ${worse * measured.factor}`;
		return { severity: level, expression: is + unless };
	});
}

/** The bound of each severity, the worst first. A bound at which a value is good again has no PromQL. */
function boundsOf(
	threshold: Threshold,
	severity: Severity | undefined,
): readonly (readonly [Severity, number])[] | undefined {
	if (typeof threshold === 'number') return severity && [[severity, threshold]];
	if (threshold.clear !== undefined) return undefined;
	return severities.toReversed().flatMap((level) => {
		const bound = threshold[level];
		return bound === undefined ? [] : [[level, bound] as const];
	});
}

/** A comparison without severities. */
function holds(comparison: RuleComparison, labels: string): string | undefined {
	const { value, oneOf, noneOf } = comparison;
	const words = oneOf ?? noneOf;
	if (value === undefined) return undefined;
	if (words)
		return value.field && isOneOf(value.field, words, { isOne: oneOf !== undefined, labels });
	const ordering = orderings.find((each) => comparison[each] !== undefined);
	const bound = ordering && comparison[ordering];
	const measured = measure(value, labels);
	if (ordering === undefined || typeof bound !== 'number' || !measured) return undefined;
	return `${measured.expression} ${signs[ordering]} ${bound * measured.factor}`;
}

function isOneOf(
	path: string,
	values: readonly (string | number | boolean)[],
	{ isOne, labels }: { readonly isOne: boolean; readonly labels: string },
): string | undefined {
	const metric = byPath.get(path);
	if (!metric) return undefined;
	if (metric.words) {
		const words = metric.words.filter((word) => values.includes(word) === isOne);
		return `${metric.name}{${joined(labels, `state=~"${words.join('|')}"`)}} == 1`;
	}
	if (metric.unit !== 'flag') return undefined;
	const wanted = [true, false].filter((flag) => values.includes(flag) === isOne);
	if (wanted.length !== 1) return undefined;
	return `${metric.name}${braced(labels)} == ${wanted[0] === true ? 1 : 0}`;
}

interface Measured {
	readonly expression: string;
	/** From the unit of the field to that of the expression. */
	readonly factor: number;
}

function measure(value: RuleValue, labels: string): Measured | undefined {
	const { per, overMs, baselineMs } = value;
	const measured = measureOf(value, labels, overMs);
	if (!measured) return undefined;
	const below =
		per === undefined
			? baselineMs === undefined
				? undefined
				: measureOf(value, labels, baselineMs)
			: measureOf({ ...value, ...renamed(value, per) }, labels, overMs);
	if (per === undefined && baselineMs === undefined) return measured;
	if (!below) return undefined;
	return {
		// Division by zero is no value, as in a rule of nodetop.
		expression: `(${measured.expression} / (${below.expression} != 0))`,
		factor: measured.factor / below.factor,
	};
}

const measures = ['field', 'age', 'rate', 'increase', 'changes', 'average'] as const;

/** The same measure of another field. */
function renamed(value: RuleValue, path: string): Partial<RuleValue> {
	const name = measures.find((each) => value[each] !== undefined);
	return name === undefined ? {} : { [name]: path };
}

function measureOf(
	value: RuleValue,
	labels: string,
	overMs: number | undefined,
): Measured | undefined {
	const name = measures.find((each) => value[each] !== undefined);
	const path = name && value[name];
	if (name === undefined || path === undefined) return undefined;
	const metrics = path.split('|').map((each) => byPath.get(each));
	const [first] = metrics;
	if (!first || metrics.some((each) => !isPlain(each, first))) return undefined;
	const window = overMs === undefined ? '' : `[${Math.round(overMs / 1000)}s]`;
	const [before, after] = functions[name];
	const alternatives = metrics.map(
		(each) => `${before}${each?.name ?? ''}${braced(labels)}${window}${after}`,
	);
	const expression =
		alternatives.length === 1 ? (alternatives[0] ?? '') : `(${alternatives.join(' or ')})`;
	return { expression, factor: name === 'age' || name === 'changes' ? 1 : first.factor };
}

const functions: Readonly<Record<(typeof measures)[number], readonly [string, string]>> = {
	field: ['', ''],
	age: ['(time() - ', ')'],
	rate: ['rate(', ')'],
	increase: ['increase(', ')'],
	changes: ['changes(', ')'],
	average: ['avg_over_time(', ')'],
};

/** A number in one unit: states and alternatives of several units have no common scale. */
function isPlain(metric: FieldMetric | undefined, first: FieldMetric): boolean {
	return metric !== undefined && metric.words === undefined && metric.factor === first.factor;
}

export function braced(labels: string): string {
	return labels === '' ? '' : `{${labels}}`;
}

export function joined(...labels: readonly string[]): string {
	return labels.filter((label) => label !== '').join(',');
}
