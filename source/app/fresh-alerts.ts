import { isLocked } from '../alerts/delivery/lock.ts';
import { readAlerts } from '../alerts/read-alerts.ts';
import type { SettingsFlags } from '../config/settings.ts';
import { UserError } from '../domain/errors.ts';
import type { Alert } from '../domain/alert.ts';
import { loadRulesAndQuiet } from './alert-settings.ts';
import type { CommandContext } from '../commands/command.ts';
import { warnOn } from '../commands/warn.ts';

/** Past it, what a watch left when it ended is no news. */
const freshMs = 120_000;

/**
 * The alerts that a running watch of the profile keeps in its directory, or that one has left there
 * within two minutes; `undefined` when there are none such. What cannot be read is said, and is none.
 */
export async function readFreshAlerts(
	directory: string,
	flags: Pick<SettingsFlags, 'config' | 'profile'>,
	context: Pick<CommandContext, 'now' | 'env' | 'stderr'>,
): Promise<readonly Alert[] | undefined> {
	const warn = warnOn(context);
	try {
		const settings = await loadRulesAndQuiet({ flags, env: context.env, warn });
		const { alerts, state } = await readAlerts(directory, settings, context.now());
		const isFresh = context.now() - Date.parse(state.savedAt) < freshMs;
		return isFresh || (await isLocked(directory)) ? alerts : undefined;
	} catch (error) {
		if (!(error instanceof UserError || (error instanceof Error && 'code' in error))) throw error;
		warn(`the alerts of the profile cannot be read: ${error.message}`);
		return undefined;
	}
}
