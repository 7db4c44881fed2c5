import { builtInRules } from '../source/sections/findings.ts';
import { buildRuleSet } from '../source/sections/rule-set.ts';
import { orderings } from '../source/domain/rule.ts';
import type { Rule, RuleComparison, RuleValue, Threshold } from '../source/domain/rule.ts';

/** The table of built-in rules in docs/alerts.md. */
export function rulesTable(): string {
	const rows = [...buildRuleSet(builtInRules).values()].map((rule) => {
		const cells = [
			`\`${rule.name}\``,
			scopeOf(rule),
			whenOf(rule),
			severityOf(rule),
			durationOf(rule.forMs),
			durationOf(rule.keepFiringForMs),
		];
		return `| ${cells.join(' | ')} |`;
	});
	return [
		'| rule | scope | fires when | severity | for | resolves after |',
		'| --- | --- | --- | --- | --- | --- |',
		...rows,
	].join('\n');
}

function scopeOf({ scope, kinds, match }: Rule): string {
	const labels = Object.entries(match ?? {}).map(([name, glob]) => `${name} ${glob}`);
	const chosen = [...(kinds ?? []), ...labels];
	return chosen.length === 0 ? scope : `${scope} (${chosen.join(', ')})`;
}

function whenOf({ condition }: Rule): string {
	const { issue, noData, where = [] } = condition;
	const main =
		issue === undefined
			? noData === true
				? 'a value that was reported before is missing'
				: comparisonOf(condition)
			: `finding \`${issue}\``;
	return [main, ...where.map((gate) => comparisonOf(gate))].join(', and ');
}

const signs = { above: '>', atLeast: '≥', below: '<', atMost: '≤' } as const;

export function comparisonOf(comparison: RuleComparison): string {
	const { value, oneOf, noneOf } = comparison;
	const what = value === undefined ? '' : valueOf(value);
	if (oneOf !== undefined) return `${what} is ${oneOf.join(' or ')}`;
	if (noneOf !== undefined) return `${what} is not ${noneOf.join(' or ')}`;
	const ordering = orderings.find((name) => comparison[name] !== undefined);
	const threshold = ordering && comparison[ordering];
	if (ordering === undefined || threshold === undefined) return what;
	return `${what} ${signs[ordering]} ${thresholdOf(threshold)}`;
}

function thresholdOf(threshold: Threshold): string {
	if (typeof threshold === 'number') return rounded(threshold);
	const { clear, ...levels } = threshold;
	const shown = Object.entries(levels).map(([level, number]) => `${rounded(number)} (${level})`);
	return `${shown.join(', ')}${clear === undefined ? '' : `; good from ${clear}`}`;
}

function rounded(number: number | undefined): string {
	return String(Number((number ?? 0).toPrecision(4)));
}

function valueOf(value: RuleValue): string {
	const {
		field,
		age,
		count,
		rate,
		increase,
		changes,
		average,
		overMs = 0,
		per,
		baselineMs,
	} = value;
	const over = durationOf(overMs);
	const path = (text: string) => `\`${text.replaceAll('|', '\\|')}\``;
	const main = [
		field && path(field),
		age && `age of ${path(age)} in s`,
		count && `number of ${path(count)}`,
		rate && `${path(rate)} per second over ${over}`,
		increase && `growth of ${path(increase)} in ${over}`,
		changes && `changes of ${path(changes)} in ${over}`,
		average && `average of ${path(average)} over ${over}`,
	].find((text) => text !== undefined);
	const divisor = per === undefined ? '' : ` ÷ ${path(per)}`;
	const baseline =
		baselineMs === undefined ? '' : ` ÷ its own average over ${durationOf(baselineMs)}`;
	return `${main}${divisor}${baseline}`;
}

function severityOf({ severity, condition }: Rule): string {
	if (severity !== undefined) return severity;
	if (condition.issue !== undefined) return 'that of the finding';
	const ordering = orderings.find((name) => condition[name] !== undefined);
	const threshold = ordering && condition[ordering];
	return typeof threshold === 'object' ? 'by threshold' : 'warning';
}

export function durationOf(ms: number): string {
	if (ms === 0) return '0';
	if (ms % 3_600_000 === 0) return `${ms / 3_600_000} h`;
	return ms % 60_000 === 0 ? `${ms / 60_000} min` : `${ms / 1000} s`;
}
