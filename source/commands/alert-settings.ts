import { builtInRules } from '../alerts/rules/registry.ts';
import { buildRuleSet } from '../alerts/rule-set.ts';
import type { RuleSet } from '../alerts/rule-set.ts';
import type { AlertRules } from '../config/alert-rules.ts';
import { UserError } from '../domain/errors.ts';

/**
 * The built-in rules with what the profile says of them and adds. Throws `UserError` that names the
 * file, the profile and the rule.
 */
export function joinRules({ rules, where }: Pick<AlertRules, 'rules' | 'where'>): RuleSet {
	try {
		return buildRuleSet(builtInRules, rules);
	} catch (error) {
		if (!(error instanceof UserError)) throw error;
		const { nextSteps, exitCode } = error;
		const message = error.message.replace(/^rules\./, `${where}.`);
		throw new UserError(message, { nextSteps, exitCode, cause: error });
	}
}
