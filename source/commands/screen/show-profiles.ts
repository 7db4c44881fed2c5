import { limitHeap } from '../../app/heap.ts';
import { loadSettings } from '../../app/configuration.ts';
import type { SettingsFlags } from '../../config/settings.ts';
import type { Command, CommandContext } from '../command.ts';
import { parseFlags } from '../flags.ts';
import { help } from '../help/help.ts';
import { runOnTerminal } from './run-on-terminal.ts';
import { formatFlags, settingsFlags } from '../settings-flags.ts';
import { chooseSubject } from '../../app/choose-targets.ts';

/** The full-screen monitor; where there is no terminal, the same as `--once`. */
export const screen: Command = {
	help: help.help,
	async run(context) {
		limitHeap('starting');
		const { flags, input } = await parseFlags(context.argv, {
			...settingsFlags,
			...formatFlags,
			mouse: { type: 'boolean' },
			screenReader: { type: 'boolean' },
			reducedMotion: { type: 'boolean' },
		});
		if (!context.stdout.isTTY || context.env['TERM'] === 'dumb') {
			const settings = await loadSettings({ flags, nodeSpecs: input, env: context.env });
			const { printSnapshot } = await import('../once/once.ts');
			const { watchedProfile } = await import('../../app/profile-alerts.ts');
			const profile = watchedProfile(settings, flags, input);
			return printSnapshot(settings, flags, context, profile);
		}
		return showProfiles(flags, input, context);
	},
};

/** The screen of a profile, and of each that the person goes on to. */
async function showProfiles(
	flags: SettingsFlags & {
		readonly mouse?: boolean | undefined;
		readonly screenReader?: boolean | undefined;
		readonly reducedMotion?: boolean | undefined;
	},
	input: readonly string[],
	context: CommandContext,
): Promise<number> {
	const { mouse, screenReader, reducedMotion } = flags;
	let shown: { readonly flags: SettingsFlags; readonly nodeSpecs: readonly string[] } = {
		flags,
		nodeSpecs: input,
	};
	for (;;) {
		const settings = await loadSettings({ ...shown, env: context.env });
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
		};
		const exitCode = await runOnTerminal(run);
		if (next === undefined || context.signal.aborted) return exitCode;
		shown = { flags: { ...flags, profile: next }, nodeSpecs: [] };
	}
}
