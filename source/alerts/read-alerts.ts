import { join } from 'node:path';
import type { Alert } from '../domain/alert.ts';
import { applyAction, emptyAlertState } from './alert-state.ts';
import { checkOwnDirectory } from '../domain/own-directory.ts';
import type { AlertState } from './alert-state.ts';
import type { Quiet } from './mutes.ts';
import { mutedIn, toAlerts } from './outcome.ts';
import type { RuleSet } from '../sections/rule-set.ts';
import { peekAlertState, readActions, stateFileName } from './state-file.ts';

/** The alerts of a directory as they are on disk, with the filed actions applied. Writes nothing. */
export async function readAlerts(
	directory: string,
	{ rules, quiet }: { readonly rules: RuleSet; readonly quiet: Quiet },
	nowMs: number,
): Promise<{ readonly alerts: readonly Alert[]; readonly state: AlertState }> {
	await checkOwnDirectory(directory);
	const state = (await peekAlertState(join(directory, stateFileName))) ?? emptyAlertState();
	for (const { name, action } of await readActions(directory)) {
		if (!state.applied.includes(name)) applyAction(state, action);
	}
	const muted = mutedIn(state, rules, quiet, nowMs);
	return { alerts: toAlerts(state, { quiet, rules }, muted, nowMs), state };
}
