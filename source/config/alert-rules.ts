import type { MaintenanceEntry, RuleEntry, SilenceEntry } from '../domain/rule.ts';
import { gather } from './load.ts';
import type { LoadOptions } from './load.ts';
import { profileOf } from './settle.ts';

/** What a profile says of alerts, as written. Frozen. */
export interface AlertRules {
	readonly profile: string;
	/** `profiles.NAME.rules in FILE`, for errors. */
	readonly where: string;
	/** The user's own, and what differs from the built-in ones; not joined with them yet. */
	readonly rules: Readonly<Record<string, RuleEntry>>;
	readonly silences: readonly SilenceEntry[];
	readonly maintenance: Readonly<Record<string, MaintenanceEntry>>;
}

/** The rules, silences and maintenance of the profile in use. Throws `UserError` naming the key that is wrong. */
export async function loadAlertRules(options: Omit<LoadOptions, 'nodeSpecs'>): Promise<AlertRules> {
	const { file, config, choices } = await gather({ ...options, nodeSpecs: [] });
	const profile = choices.profile.value;
	const { rules = {}, silences = [], maintenance = {} } = profileOf(config ?? {}, profile) ?? {};
	const where = `${file.path}: profiles.${profile}.rules`;
	return Object.freeze({ profile, where, rules, silences, maintenance });
}
