import { loadSettings } from '../../app/configuration.ts';
import type { SettingsFlags } from '../../config/settings.ts';
import type { Skeleton } from '../../terminal/skeleton.ts';
import type { CommandContext } from '../command.ts';
import { runOnTerminal } from './run-on-terminal.ts';
import { chooseSubject } from '../../app/choose-targets.ts';

export interface ScreenFlags extends SettingsFlags {
	readonly mouse?: boolean | undefined;
	readonly screenReader?: boolean | undefined;
	readonly reducedMotion?: boolean | undefined;
}

/** The screen of a profile, and of each that the person goes on to. */
export async function showProfiles(
	flags: ScreenFlags,
	input: readonly string[],
	context: CommandContext,
	skeleton?: Skeleton,
): Promise<number> {
	const { mouse, screenReader, reducedMotion } = flags;
	let shown: { readonly flags: SettingsFlags; readonly nodeSpecs: readonly string[] } = {
		flags,
		nodeSpecs: input,
	};
	const warn = (message: string): void => {
		const line = `nodetop: ${message}\n`;
		if (skeleton) skeleton.print(() => context.stderr.write(line));
		else context.stderr.write(line);
	};
	for (;;) {
		const settings = await loadSettings({ ...shown, env: context.env, warn });
		const { targets, hint } = await chooseSubject(settings, context);
		// What was named on the command line, or only found, is not what the profile's alerts are about.
		const isOfProfile = shown.nodeSpecs.length === 0 && hint === undefined;
		const alertProfile = isOfProfile ? settings.profile : undefined;
		let next: string | undefined;
		const onReopen = (profile: string): void => {
			next = profile;
		};
		const run = {
			context,
			settings,
			targets,
			hint,
			flags: shown.flags,
			alertProfile,
			mouse,
			screenReader,
			reducedMotion,
			onReopen,
			skeleton,
		};
		const exitCode = await runOnTerminal(run);
		if (next === undefined || context.signal.aborted) return exitCode;
		shown = { flags: { ...flags, profile: next }, nodeSpecs: [] };
	}
}
