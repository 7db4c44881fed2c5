import { chooseSubject } from '../../app/choose-targets.ts';
import { loadSettings } from '../../app/configuration.ts';
import { joinRules } from '../../app/alert-settings.ts';
import { monitorOptions } from '../../app/monitor-options.ts';
import { readProfileAlerts, watchedProfile } from '../../app/profile-alerts.ts';
import { documentOf, settle, withMonitor } from '../../app/take-document.ts';
import { parseSpan } from '../../config/duration.ts';
import { pause, untilAborted } from '../../domain/waiting.ts';
import type { ExportInput } from '../../export/exporters.ts';
import type { CommandContext } from '../command.ts';
import { settingsFlags } from '../settings-flags.ts';
import { surroundingsOf } from '../surroundings.ts';
import { warnOn } from '../warn.ts';

/** Flags of everything that exports, for `parseFlags`. */
export const exportFlags = {
	profile: settingsFlags.profile,
	config: settingsFlags.config,
	interval: settingsFlags.interval,
	timeout: settingsFlags.timeout,
	insecure: settingsFlags.insecure,
	every: { type: 'string' },
} as const;

interface EachOptions {
	readonly flags: {
		readonly [Name in keyof typeof exportFlags]?: string | boolean | undefined;
	} & {
		readonly profile?: string | undefined;
		readonly config?: string | undefined;
		readonly interval?: string | undefined;
		readonly timeout?: string | undefined;
		readonly insecure?: boolean | undefined;
		readonly every?: string | undefined;
	};
	readonly nodeSpecs: readonly string[];
	/** Exports one moment. A failure must not end the exports that follow. */
	readonly work: (input: ExportInput) => Promise<void>;
}

const mostDays = 1;

/**
 * Polls, and exports the state once, or every so often until the signal. With `--every` a moment is exported
 * at its time also while the one before is still on its way.
 */
export async function eachExport(
	context: CommandContext,
	{ flags, nodeSpecs, work }: EachOptions,
): Promise<void> {
	const everyMs =
		flags.every === undefined ? undefined : parseSpan(flags.every, '--every', mostDays);
	const settings = await loadSettings({ flags, nodeSpecs, env: context.env });
	const surroundings = surroundingsOf(context);
	const subject = await chooseSubject(settings, surroundings);
	const profile = watchedProfile(settings, flags, nodeSpecs);
	const { signal } = context;
	if (subject.hint !== undefined) warnOn(context)(subject.hint);
	const run = everyMs === undefined ? 'once' : 'lasting';
	const options = {
		...monitorOptions(run, settings, subject.targets, surroundings),
		rules: settings.rules && joinRules(settings.rules),
	};
	if (everyMs !== undefined) context.signals?.handle();
	await withMonitor(options, async (monitor) => {
		await untilAborted(settle(monitor), signal);
		const take = async (): Promise<void> => {
			if (profile) monitor.setAlerts(await readProfileAlerts(profile, surroundings));
			await work({
				moment: monitor.moment(),
				document: documentOf(monitor, { ...surroundings, hint: subject.hint }),
			});
		};
		if (!signal.aborted) await take();
		if (everyMs === undefined) return;
		const startedAtMs = context.clock.steadyNow();
		for (let slot = 1; !signal.aborted; slot += 1) {
			const passedMs = context.clock.steadyNow() - startedAtMs;
			// Slots that passed meanwhile are not caught up on.
			slot = Math.max(slot, Math.ceil(passedMs / everyMs));
			await pause(slot * everyMs - passedMs, signal);
			if (!signal.aborted) await take();
		}
	});
}
