import { exitCodes, UserError } from '../domain/errors.ts';
import type { Rule, RuleEntry, RuleScope } from '../domain/rule.ts';
import { findingOf } from './findings.ts';
import { codeOf } from './rule-names.ts';
import { createFieldCheck } from './known-fields.ts';

/** Rules by name, in the order of evaluation. */
export type RuleSet = ReadonlyMap<string, Rule>;

const defaultForMs = 60_000;
/** The number of nodes is configured; the number of peers depends on others. */
const defaultMaxAlerts: Readonly<Record<RuleScope, number>> = {
	fleet: 1,
	group: 1000,
	node: 10_000,
	peer: 100,
	satellite: 100,
	validator: 1000,
};

/**
 * Joins the built-in rules with the user's: an entry with a known name changes that rule, key by key;
 * any other name adds a rule. Throws `UserError` that names the rule and its mistake.
 */
export function buildRuleSet(
	builtIn: Readonly<Record<string, RuleEntry>>,
	own: Readonly<Record<string, RuleEntry>> = {},
): RuleSet {
	const rules = new Map<string, Rule>();
	for (const name of new Set([...Object.keys(builtIn), ...Object.keys(own)])) {
		const { enabled = true, ...entry } = { ...builtIn[name], ...own[name] };
		if (!enabled) continue;
		const rule = complete(name, entry, Object.keys(builtIn));
		rules.set(name, Object.hasOwn(builtIn, name) ? withFinding(rule) : rule);
	}
	checkFields([...rules.values()].filter(({ name }) => own[name]?.condition !== undefined));
	checkMutes(rules, new Set([...Object.keys(builtIn), ...Object.keys(own)]));
	return rules;
}

function withFinding(rule: Rule): Rule {
	const code = codeOf(rule.name);
	const onePer = findingOf(code)?.onePer;
	return { ...rule, code, ...(onePer !== undefined && { onePer }) };
}

function complete(name: string, entry: Omit<RuleEntry, 'enabled'>, known: readonly string[]): Rule {
	const { condition, message, scope = 'node' } = entry;
	if (condition === undefined || message === undefined) {
		const lacking = condition === undefined ? 'condition' : 'message';
		const near = known.filter((each) => each.split('-').some((part) => name.includes(part)));
		throw ruleError(name, `has no ${lacking}, and there is no built-in rule of that name`, [
			`the nearest built-in rules: ${(near.length > 0 ? near : known).slice(0, 6).join(', ')}`,
		]);
	}
	if (condition.noData === true && scope !== 'node') {
		throw ruleError(name, 'noData works only for nodes: the scope must be node');
	}
	const { forMs = defaultForMs, keepFiringForMs = 0 } = entry;
	const { maxAlerts = defaultMaxAlerts[scope] } = entry;
	return { ...entry, name, scope, condition, message, forMs, keepFiringForMs, maxAlerts };
}

function checkFields(own: readonly Rule[]): void {
	const check = createFieldCheck();
	for (const rule of own) {
		const found = check(rule);
		if (found) throw ruleError(rule.name, found.problem, found.nextSteps);
	}
}

function checkMutes(rules: RuleSet, known: ReadonlySet<string>): void {
	for (const { name, mutes } of rules.values()) {
		for (const muted of mutes?.rules ?? []) {
			if (muted !== '*' && !known.has(muted))
				throw ruleError(name, `mutes "${muted}", which is no rule`);
		}
	}
	const done = new Set<string>();
	const visit = (name: string, path: readonly string[]): void => {
		if (path.includes(name)) {
			throw ruleError(name, `rules mute each other: ${[...path, name].join(' → ')}`);
		}
		if (done.has(name)) return;
		for (const muted of rules.get(name)?.mutes?.rules ?? []) visit(muted, [...path, name]);
		done.add(name);
	};
	for (const name of rules.keys()) visit(name, []);
}

function ruleError(name: string, problem: string, nextSteps: readonly string[] = []): UserError {
	return new UserError(`rules.${name}: ${problem}`, { nextSteps, exitCode: exitCodes.config });
}
