import type { MaintenanceEntry, RuleEntry, SilenceEntry } from '../domain/rule.ts';
import { gather } from './load.ts';
import type { LoadOptions } from './load.ts';
import type { ConfigFormat } from './schema.ts';
import { profileOf } from './settle.ts';

/** The keys of a profile that govern alerts, as written. Frozen. */
export interface AlertRules {
	readonly profile: string;
	/** `profiles.NAME.rules in FILE`, for errors. */
	readonly where: string;
	/** Rules of the user, and changes of built-in rules; not joined with the built-in rules yet. */
	readonly rules: Readonly<Record<string, RuleEntry>>;
	readonly silences: readonly SilenceEntry[];
	readonly maintenance: Readonly<Record<string, MaintenanceEntry>>;
}

/** The rules, silences and maintenance of the profile in use. Throws `UserError` naming the key that is wrong. */
export async function loadAlertRules(
	format: ConfigFormat,
	options: Omit<LoadOptions, 'nodeSpecs'>,
): Promise<AlertRules> {
	const { file, config, choices } = await gather(format, { ...options, nodeSpecs: [] });
	const profile = choices.profile.value;
	const { rules = {}, silences = [], maintenance = {} } = profileOf(config ?? {}, profile) ?? {};
	const where = `${file.path}: profiles.${profile}.rules`;
	return Object.freeze({ profile, where, rules, silences, maintenance });
}
