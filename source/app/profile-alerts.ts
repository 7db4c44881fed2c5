import { existsSync } from 'node:fs';
import { isLocked } from '../domain/lock.ts';
import { readAlerts } from '../alerts/read-alerts.ts';
import { alertDirectory } from '../config/paths.ts';
import type { Settings, SettingsFlags } from '../config/settings.ts';
import type { Alert } from '../domain/alert.ts';
import { UserError } from '../domain/errors.ts';
import { loadRulesAndQuiet } from './alert-settings.ts';
import type { Surroundings } from './surroundings.ts';

type ProfileFlags = Pick<SettingsFlags, 'config' | 'profile'>;

/** A profile that is watched as a whole, and the flags that chose it. */
export interface WatchedProfile {
	readonly name: string;
	readonly flags: ProfileFlags;
}

/** The profile in use; `undefined` when it has no nodes or others were named on the command line. */
export function watchedProfile(
	{ profile, targets }: Settings,
	flags: ProfileFlags,
	nodeSpecs: readonly string[],
): WatchedProfile | undefined {
	const isOther = nodeSpecs.length > 0 || targets.length === 0;
	return isOther ? undefined : { name: profile, flags };
}

/** Alerts that a watch left when it ended are shown for so long. */
const freshMs = 120_000;

/**
 * The alerts that a running watch of the profile keeps on disk, or that one left there within two
 * minutes; `undefined` when there are none. Alerts that cannot be read are reported, and there are none.
 */
export async function readProfileAlerts(
	{ name, flags }: WatchedProfile,
	{ env, clock, warn }: Pick<Surroundings, 'env' | 'clock' | 'warn'>,
): Promise<readonly Alert[] | undefined> {
	const directory = alertDirectory(name, { env });
	if (!existsSync(directory)) return undefined;
	try {
		const settings = await loadRulesAndQuiet({ flags, env, warn });
		const nowMs = clock.now();
		const { alerts, state } = await readAlerts(directory, settings, nowMs);
		const isFresh = nowMs - Date.parse(state.savedAt) < freshMs;
		return isFresh || (await isLocked(directory)) ? alerts : undefined;
	} catch (error) {
		if (!(error instanceof UserError || (error instanceof Error && 'code' in error))) throw error;
		warn(`the alerts of the profile cannot be read: ${error.message}`);
		return undefined;
	}
}
