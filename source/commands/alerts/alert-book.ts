import { statfs } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { journalProblems } from '../../app/alert-problems.ts';
import { loadAlertRules } from '../../app/configuration.ts';
import type { Action, AlertState } from '../../alerts/alert-state.ts';
import { peekLedger } from '../../alerts/delivery/journal.ts';
import { isLocked } from '../../domain/lock.ts';
import { readAlerts } from '../../alerts/read-alerts.ts';
import type { Quiet } from '../../alerts/mutes.ts';
import { actingPerson } from '../../alerts/person.ts';
import type { RuleSet } from '../../sections/rule-set.ts';
import { fileAction, peekAlertState, stateFileName } from '../../alerts/state-file.ts';
import { alertDirectory } from '../../config/paths.ts';
import type { SettingsFlags } from '../../config/settings.ts';
import { cleanText } from '../../domain/clean.ts';
import type { Alert } from '../../domain/alert.ts';
import { joinRules } from '../../app/alert-settings.ts';
import { unusable } from './unusable-directory.ts';
import type { CommandContext } from '../command.ts';
import { settingsFlags } from '../settings-flags.ts';
import { warnOn } from '../warn.ts';

/** Flags that every verb of `alerts` takes, for `parseFlags`. */
export const bookFlags = { profile: settingsFlags.profile, config: settingsFlags.config } as const;

/** The alerts of a profile as they stand on disk, whether somebody watches or not. */
export interface AlertBook {
	readonly profile: string;
	readonly directory: string;
	readonly rules: RuleSet;
	readonly quiet: Quiet;
	/** Whether a process asks the rules now. */
	readonly isWatched: boolean;
	/** Whether that process has not written the state for longer than a working one lets pass. */
	readonly isBehind: boolean;
	/** With what a person asked for and nobody has taken yet. */
	readonly alerts: readonly Alert[];
	readonly state: AlertState;
	/** When the state was written; `undefined` when it never was. */
	readonly savedAt: string | undefined;
	/** Why alerts may not reach their receivers, one line for each reason. */
	readonly problems: readonly string[];
}

/** A working process writes at least once a minute. */
const behindAfterMs = 120_000;

/** Reads the alerts of the profile in use. Throws `UserError` when it cannot. */
export async function openAlertBook(
	context: CommandContext,
	flags: Pick<SettingsFlags, 'config' | 'profile'>,
): Promise<AlertBook> {
	const warn = warnOn(context);
	const written = await loadAlertRules({ flags, env: context.env, warn });
	const rules = joinRules(written);
	const { profile, silences, maintenance } = written;
	const quiet = { silences, maintenance };
	const directory = alertDirectory(profile, context);
	try {
		const isWatched = await isLocked(directory);
		const read = await readAlerts(directory, { rules, quiet }, context.clock.now());
		if ((await peekAlertState(`${directory}/${stateFileName}`)) === undefined) {
			warn(`${directory}/${stateFileName} makes no sense; no alert is known from it`);
		}
		const savedAt = Date.parse(read.state.savedAt) > 0 ? read.state.savedAt : undefined;
		const ageMs = context.clock.now() - Date.parse(savedAt ?? '');
		const isBehind = isWatched && !(ageMs <= behindAfterMs);
		const problems = await problemsOf(directory, context.clock.now());
		return { profile, directory, rules, quiet, isWatched, isBehind, ...read, savedAt, problems };
	} catch (error) {
		throw unusable(error, directory);
	}
}

/** Too little for the state of many alerts. */
const leastFreeBytes = 1024 * 1024;

async function problemsOf(directory: string, nowMs: number): Promise<readonly string[]> {
	const problems = journalProblems(await peekLedger(directory), nowMs);
	const disk = await statfs(directory).catch(() => undefined);
	const isFull = disk !== undefined && disk.bavail * disk.bsize < leastFreeBytes;
	return isFull
		? [`the disk of ${directory} is full: what is kept may be out of date`, ...problems]
		: problems;
}

/** How long a running watch may take to do what was asked. */
const patienceMs = 5000;
const lookEveryMs = 40;

/**
 * Writes actions for the process that evaluates the rules, and returns the result: applied, left for a watch that
 * is slow, or left for the next one. Throws `UserError` when they cannot be written.
 */
export async function leaveActions(
	book: AlertBook,
	actions: readonly Action[],
	{ signal, clock }: Pick<CommandContext, 'signal' | 'clock'>,
): Promise<string> {
	const names: string[] = [];
	try {
		for (const action of actions) names.push(await fileAction(book.directory, action, clock.now()));
	} catch (error) {
		throw unusable(error, book.directory);
	}
	if (!book.isWatched) return 'will be taken when nodetop watch runs next';
	const path = `${book.directory}/${stateFileName}`;
	const untilMs = clock.steadyNow() + patienceMs;
	while (clock.steadyNow() < untilMs && !signal.aborted) {
		const applied = (await peekAlertState(path))?.applied ?? [];
		if (names.every((name) => applied.includes(name))) return 'taken by the running watch';
		await sleep(lookEveryMs);
	}
	return 'left for the running watch, which has not taken it yet';
}

/** Who asks for something: `--by`, else the person who runs this. */
export function authorOf(
	by: string | undefined,
	{ env }: Pick<CommandContext, 'env'>,
): string | undefined {
	return cleanText(by, 100) ?? actingPerson(env);
}
