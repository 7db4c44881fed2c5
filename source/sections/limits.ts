import { orderings } from '../domain/rule.ts';
import type { Rule } from '../domain/rule.ts';
import { severities } from '../domain/words.ts';
import type { Severity } from '../domain/words.ts';
import type { RuleSet } from './rule-set.ts';

/** A value from which on a rule alerts. */
export interface Limit {
	readonly value: number;
	readonly severity: Severity;
}

/** The limits of a field, by its path, for nodes of a kind. */
export type LimitsOf = (field: string, kind: string) => readonly Limit[];

/** The limits of rules that compare one field, or its mean, with a number. */
export function limitsIn(rules: RuleSet): LimitsOf {
	const byField = new Map<string, { readonly rule: Rule; readonly limits: readonly Limit[] }[]>();
	for (const rule of rules.values()) {
		const limits = limitsOfRule(rule);
		const { field, average } = rule.condition.value ?? {};
		const path = field ?? average;
		if (path === undefined || limits.length === 0) continue;
		byField.set(path, [...(byField.get(path) ?? []), { rule, limits }]);
	}
	return (field, kind) =>
		(byField.get(field) ?? []).flatMap(({ rule: { kinds }, limits }) =>
			kinds === undefined || kinds.includes(kind) ? limits : [],
		);
}

function limitsOfRule({ scope, condition, severity, match }: Rule): readonly Limit[] {
	const { value, where } = condition;
	// With a condition beside it the limit holds at times only.
	if (scope !== 'node' || match !== undefined || where !== undefined) return [];
	if (value?.per !== undefined || value?.baselineMs !== undefined) return [];
	const ordering = orderings.find((each) => condition[each] !== undefined);
	const threshold = ordering && condition[ordering];
	if (threshold === undefined) return [];
	if (typeof threshold === 'number') return severity ? [{ value: threshold, severity }] : [];
	return severities.flatMap((level) => {
		const bound = threshold[level];
		return bound === undefined ? [] : [{ value: bound, severity: level }];
	});
}
