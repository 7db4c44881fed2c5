import { orderings } from '../source/domain/rule.ts';
import type { Rule } from '../source/domain/rule.ts';
import type { Finding } from '../source/sections/finding.ts';
import { builtInRules, findings } from '../source/sections/findings.ts';
import { ruleNameOf } from '../source/sections/rule-names.ts';
import { buildRuleSet } from '../source/sections/rule-set.ts';
import { comparisonOf, durationOf } from './rules-table.ts';

/** The text of docs/findings.md. */
export function findingsManual(): string {
	const rules = buildRuleSet(builtInRules);
	const rows = Object.entries<Finding>(findings).map(([code, finding]) => {
		const name = ruleNameOf(code);
		const rule = rules.get(name);
		if (!rule) throw new Error(`no rule ${name}`);
		const cells = [
			`\`${code}\``,
			badOf(finding, rule),
			severityOf(finding),
			durationOf(finding.holdMs),
			finding.meaning,
			finding.nextStep,
		];
		return `| ${cells.map((cell) => cell.replaceAll(/(?<!\\)\|/g, '\\|')).join(' | ')} |`;
	});
	return [
		'# Findings',
		'',
		'A finding is one thing that can be wrong. nodetop evaluates each finding once; the health of a node, the state of',
		'its network, the alerts and the exit codes all use that result. Health shows a finding at once; its alert',
		'(`peers-none` for the finding `peersNone`) fires after the hold time. A profile that changes the alert rule',
		'changes the finding ([alerts.md](alerts.md)). `npm run rules` writes this table.',
		'',
		'| code | bad when | severity | hold | meaning | next step |',
		'| --- | --- | --- | --- | --- | --- |',
		...rows,
		'',
	].join('\n');
}

function badOf(finding: Finding, { condition }: Rule): string {
	const { bad } = finding;
	const measured =
		'condition' in finding
			? [condition, ...(condition.where ?? [])].map((each) => comparisonOf(each)).join(', and ')
			: limitsOf(finding);
	return [measured, bad].filter((text) => text !== undefined && text !== '').join('; ');
}

/** The thresholds of a finding that code decides and that has no description of its own. */
function limitsOf(finding: Finding): string | undefined {
	const limits = 'limits' in finding ? finding.limits : undefined;
	if (!limits) return undefined;
	const isByLevel = orderings.some((name) => typeof limits[name] === 'object');
	return isByLevel || finding.bad === undefined ? `its value${comparisonOf(limits)}` : undefined;
}

function severityOf(finding: Finding): string {
	if (finding.severity !== undefined) return finding.severity;
	return 'condition' in finding || ('limits' in finding && finding.limits)
		? 'by threshold'
		: 'by case';
}
