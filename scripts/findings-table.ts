import { orderings } from '../source/domain/rule.ts';
import type { Rule } from '../source/domain/rule.ts';
import type { Finding } from '../source/sections/finding.ts';
import { builtInRules, findings } from '../source/sections/findings.ts';
import { ruleNameOf } from '../source/sections/rule-names.ts';
import { buildRuleSet } from '../source/sections/rule-set.ts';
import { comparisonOf, durationOf } from './rules-table.ts';

/** The manual of findings, as it follows from their definitions. */
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
		'What can be wrong, each decided once: the health of a node, the state of its network, the alerts and the',
		'exit codes all read the same finding. The alert of a finding has its code as a name (`peersNone`:',
		'`peers-none`) and fires after the hold time; health shows the finding at once. A profile that changes the',
		'rule changes the finding ([alerts.md](alerts.md)). Written by `npm run rules`.',
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

/** The thresholds of a function, where no words of its own say them. */
function limitsOf(finding: Finding): string | undefined {
	const limits = 'limits' in finding ? finding.limits : undefined;
	if (!limits) return undefined;
	const isByLevel = orderings.some((name) => typeof limits[name] === 'object');
	return isByLevel || finding.bad === undefined ? `its value${comparisonOf(limits)}` : undefined;
}

function severityOf(finding: Finding): string {
	if (finding.severity !== undefined) return finding.severity;
	return 'condition' in finding || ('limits' in finding && finding.limits) ? 'by level' : 'by case';
}
