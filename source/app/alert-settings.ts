import { loadAlertRules, loadAlertRoutes } from './configuration.ts';
import { builtInRules } from '../sections/findings.ts';
import { buildRuleSet } from '../sections/rule-set.ts';
import type { RuleSet } from '../sections/rule-set.ts';
import type { AlertRules } from '../config/alert-rules.ts';
import type { LoadOptions } from '../config/load.ts';
import { UserError } from '../domain/errors.ts';
import type { AlertSettings } from './alerting-options.ts';

/**
 * The built-in rules with the changes and additions of the profile. Throws `UserError` that names the
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

type Options = Omit<LoadOptions, 'nodeSpecs'>;

/** The rules and mutes of the profile in use; reads no secret. Throws `UserError` naming the key. */
export async function loadRulesAndQuiet(
	options: Options,
): Promise<Pick<AlertSettings, 'rules' | 'quiet'>> {
	const written = await loadAlertRules(options);
	const { silences, maintenance } = written;
	return { rules: joinRules(written), quiet: { silences, maintenance } };
}

/** All that governs alerting by the profile in use, secrets read. Throws `UserError` naming the key. */
export async function loadAlertSettings(options: Options): Promise<AlertSettings> {
	const { channels, heartbeat } = await loadAlertRoutes(options);
	return { ...(await loadRulesAndQuiet(options)), channels, heartbeat };
}
