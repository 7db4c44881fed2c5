import type { Rule } from '../domain/rule.ts';
import type { AlertState } from './alert-state.ts';
import type { RuleSubject } from './subjects.ts';

/**
 * The nodes of which an evaluation may find something new: those that changed since the evaluation before,
 * those with an alert, and those of which something was bad. Of a thousand nodes at rest these are few.
 */
export interface Stirred {
	/** Begins an evaluation of these nodes. */
	begin(nodes: readonly RuleSubject[]): void;
	nodes(): readonly RuleSubject[];
	/** Whether the rule has an alert of this node. */
	hasAlert(rule: Rule, key: string): boolean;
	/** Whether the rule has an alert, of a node or of several together. */
	hasAlerts(rule: Rule): boolean;
	/** The node is looked at again in the next evaluation. */
	keep(key: string): void;
	/** After a change of rules: every node is looked at again. */
	unsettle(): void;
}

export function createStirred(state: Pick<AlertState, 'alerts'>): Stirred {
	let roots = new Map<string, unknown>();
	let kept = new Set<string>();
	let alerting: ReadonlyMap<string, ReadonlySet<string>> = new Map();
	let stirred: readonly RuleSubject[] = [];

	return {
		begin(nodes) {
			alerting = nodesByRule(state.alerts);
			const busy = new Set([...kept, ...[...alerting.values()].flatMap((names) => [...names])]);
			kept = new Set();
			stirred = nodes.filter(({ key, root }) => busy.has(key) || roots.get(key) !== root);
			roots = new Map(nodes.map(({ key, root }) => [key, root]));
		},
		nodes: () => stirred,
		hasAlert: ({ name }, key) => alerting.get(name)?.has(key) === true,
		hasAlerts: ({ name }) => alerting.has(name),
		keep(key) {
			kept.add(key);
		},
		unsettle() {
			roots.clear();
		},
	};
}

/** Of each rule that has alerts the nodes that have one by themselves. */
function nodesByRule(alerts: AlertState['alerts']): ReadonlyMap<string, ReadonlySet<string>> {
	const byRule = new Map<string, Set<string>>();
	for (const { rule, identity } of Object.values(alerts)) {
		const { node } = identity;
		const nodes = byRule.get(rule) ?? new Set();
		byRule.set(rule, nodes);
		if (node !== undefined) nodes.add(node);
	}
	return byRule;
}
