import { sectionsOf } from '../domain/field-path.ts';
import type { RuleComparison } from '../domain/rule.ts';
import type { JudgedFinding } from './observers.ts';

/**
 * The sections that a finding looks at by a condition alone: of a node that never had one of them it is no
 * data, and no window of it has a sample. `undefined` where its absence may say more, or where a window of
 * another section counts from the start.
 */
export function sectionsNeeded({
	finding,
	rule: { scope, condition },
}: Pick<JudgedFinding, 'finding' | 'rule'>): readonly string[] | undefined {
	if (scope !== 'node' || 'check' in finding) return undefined;
	const { value, absentIsGood, where = [] } = condition;
	if (value === undefined || absentIsGood === true) return undefined;
	const sections = sectionsMeasured(value);
	const others = [condition, ...where].flatMap(windowed).flatMap(sectionsMeasured);
	return others.every((each) => sections.includes(each)) ? sections : undefined;
}

function windowed({ value }: RuleComparison): NonNullable<RuleComparison['value']>[] {
	if (value?.overMs === undefined) return [];
	return value.per === undefined ? [value] : [value, { field: value.per }];
}

function sectionsMeasured(value: NonNullable<RuleComparison['value']>): readonly string[] {
	const { field, count, age, rate, increase, changes, average } = value;
	const path = field ?? count ?? age ?? rate ?? increase ?? changes ?? average;
	return path === undefined ? [] : sectionsOf(path);
}
