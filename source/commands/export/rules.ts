import { loadSettings } from '../../app/configuration.ts';
import { joinRules } from '../../app/alert-settings.ts';
import { exitCodes } from '../../domain/errors.ts';
import { requirePrefix } from '../../export/metrics/families.ts';
import { toPrometheusRules } from '../../export/rules/prometheus-rules.ts';
import { builtInRules } from '../../sections/findings.ts';
import { buildRuleSet } from '../../sections/rule-set.ts';
import type { CommandContext } from '../command.ts';
import { parseFlags } from '../flags.ts';
import { settingsFlags } from '../settings-flags.ts';
import { warnOn } from '../warn.ts';

/** `nodetop export prometheus-rules`: the rules of the profile as a rule file of Prometheus. */
export async function exportPrometheusRules(context: CommandContext): Promise<number> {
	const { flags } = await parseFlags(context.argv, {
		profile: settingsFlags.profile,
		config: settingsFlags.config,
		prefix: { type: 'string' },
	});
	const settings = await loadSettings({ flags, nodeSpecs: [], env: context.env });
	const rules = settings.rules ? joinRules(settings.rules) : buildRuleSet(builtInRules);
	const prefix = flags.prefix === undefined ? undefined : requirePrefix(flags.prefix);
	const { yaml, left } = toPrometheusRules(rules, prefix);
	context.stdout.write(yaml);
	for (const { rule, why } of left) warnOn(context)(`left out: ${rule}: ${why}`);
	return exitCodes.ok;
}
