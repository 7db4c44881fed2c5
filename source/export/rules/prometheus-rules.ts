import { translateTemplate } from '../../domain/rule-message.ts';
import type { Rule } from '../../domain/rule.ts';
import { severities } from '../../domain/words.ts';
import type { Finding } from '../../sections/finding.ts';
import { findingOf } from '../../sections/findings.ts';
import type { RuleSet } from '../../sections/rule-set.ts';
import { defaultPrefix } from '../metrics/families.ts';
import { compareInPromql, joined } from './expression.ts';
import type { RuleExpression } from './expression.ts';

export interface PrometheusRules {
	/** A rule file of Prometheus. */
	readonly yaml: string;
	/** Rules that have no equal in Prometheus, and why. */
	readonly left: readonly { readonly rule: string; readonly why: string }[];
}

/**
 * Rules for Prometheus that are equal to nodetop's. A rule that compares fields becomes PromQL over their
 * metrics. One that needs code is decided by nodetop, which exports its findings as `nodetop_health_issue`.
 * `for`, `keep_firing_for`, severity and words are those of the rule.
 */
export function toPrometheusRules(rules: RuleSet, prefix: string = defaultPrefix): PrometheusRules {
	const left: { rule: string; why: string }[] = [];
	const written = [...rules.values()].flatMap((rule) => {
		const expressions = expressionsOf(rule);
		if (typeof expressions !== 'string')
			return expressions.map((each) => toYaml(rule, each, prefix));
		left.push({ rule: rule.name, why: expressions });
		return [];
	});
	return { yaml: `groups:\n  - name: nodetop\n    rules:\n${written.join('')}`, left };
}

/** The rule's expressions, or why it has none. */
function expressionsOf(rule: Rule): readonly RuleExpression[] | string {
	const labels = labelsOf(rule);
	if (labels === undefined) return 'it matches tags, which are no labels of metrics';
	const finding = rule.code === undefined ? undefined : findingOf(rule.code);
	const compared = needsCode(finding) ? undefined : compareInPromql(rule, labels);
	if (compared) return compared;
	const { issue = rule.code } = rule.condition;
	if (rule.condition.noData === true)
		return 'use absent() or a rule on nodetop_poll_status for a node without data';
	if (rule.scope === 'fleet') return 'it is about nodetop itself';
	if (issue === undefined)
		return 'it needs a comparison that PromQL over these metrics cannot express';
	const asked = rule.severity === undefined ? severities : [rule.severity];
	const isFixed = rule.severity !== undefined;
	return asked.map((severity) => ({
		severity,
		expression: `nodetop_health_issue{${joined(labels, `code="${issue}"`, isFixed ? '' : `severity="${severity}"`)}} == 1`,
	}));
}

/** Whether a function decides beside the comparison. */
function needsCode(finding: Finding | undefined): boolean {
	if (finding === undefined) return false;
	if (!('condition' in finding)) return true;
	const { unless, stretch, check } = finding;
	return unless !== undefined || stretch !== undefined || check !== undefined;
}

/** Matchers of the labels that a rule is limited to. */
function labelsOf({ kinds, match = {} }: Rule): string | undefined {
	const known = new Set(['node', 'kind', 'group']);
	const entries = Object.entries(match);
	if (entries.some(([label]) => !known.has(label))) return undefined;
	return joined(
		kinds === undefined ? '' : `kind=~"${kinds.map(escaped).join('|')}"`,
		...entries.map(([label, glob]) => `${label}=~"${glob.split('*').map(escaped).join('.*')}"`),
	);
}

function escaped(text: string): string {
	return text.replaceAll(/[.*+?^${}()|[\]\\"]/g, (character) => `\\\\${character}`);
}

function toYaml(rule: Rule, { severity, expression }: RuleExpression, prefix: string): string {
	const { name, forMs, keepFiringForMs, component, labels = {}, message, nextStep } = rule;
	const finding = rule.code === undefined ? undefined : findingOf(rule.code);
	const own = Object.entries(labels).map(
		([label, value]) => `          ${label}: ${quoted(value)}\n`,
	);
	const expr = expression.replaceAll(/\bnodetop_/g, `${prefix}_`);
	return [
		`      - alert: ${quoted(name)}\n`,
		`        expr: ${quoted(expr)}\n`,
		`        for: ${Math.round(forMs / 1000)}s\n`,
		keepFiringForMs === 0
			? ''
			: `        keep_firing_for: ${Math.round(keepFiringForMs / 1000)}s\n`,
		'        labels:\n',
		`          severity: ${severity}\n`,
		component === undefined ? '' : `          component: ${component}\n`,
		...own,
		'        annotations:\n',
		`          summary: ${quoted(summaryOf(rule, finding, message))}\n`,
		(nextStep ?? finding?.nextStep) === undefined
			? ''
			: `          description: ${quoted(plain(nextStep ?? finding?.nextStep ?? ''))}\n`,
	].join('');
}

const prometheusPlaces: Readonly<Record<string, string>> = {
	node: '{{ $labels.node }}',
	group: '{{ $labels.kind }}',
	value: '{{ $value | humanize }}',
};

/** The words of the rule, with the labels and the value of Prometheus in place of nodetop's. */
function summaryOf({ code }: Rule, finding: Finding | undefined, message: string): string {
	const said =
		finding && 'condition' in finding ? finding.message : (finding?.meaning ?? code ?? '');
	return translateTemplate(
		plain(message.replaceAll('{finding}', said)),
		(name) => prometheusPlaces[name] ?? '…',
	);
}

/** Braces that Prometheus would take for a template. */
function plain(text: string): string {
	return text.replaceAll('{{', '{ {');
}

/** JSON text is YAML text. */
function quoted(text: string): string {
	return JSON.stringify(text);
}
