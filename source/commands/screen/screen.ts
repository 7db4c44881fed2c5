import { loadSettings } from '../../app/configuration.ts';
import type { Command } from '../command.ts';
import { parseFlags } from '../flags.ts';
import { help } from '../help/help.ts';
import { runOnTerminal } from './run-on-terminal.ts';
import { formatFlags, settingsFlags } from '../settings-flags.ts';
import { chooseSubject } from '../../app/choose-targets.ts';

/** The full-screen monitor; where there is no terminal, the same as `--once`. */
export const screen: Command = {
	help: help.help,
	async run(context) {
		const { flags, input } = await parseFlags(context.argv, { ...settingsFlags, ...formatFlags });
		const settings = await loadSettings({ flags, nodeSpecs: input, env: context.env });
		if (!context.stdout.isTTY || context.env['TERM'] === 'dumb') {
			const { printSnapshot } = await import('../once/once.ts');
			const { watchedProfile } = await import('../../app/profile-alerts.ts');
			const profile = watchedProfile(settings, flags, input);
			return printSnapshot(settings, flags, context, profile);
		}
		const { targets, hint } = await chooseSubject(settings, context);
		// What was named on the command line, or only found, is not what the profile's alerts are about.
		const isOfProfile = input.length === 0 && hint === undefined;
		const alertProfile = isOfProfile ? settings.profile : undefined;
		return runOnTerminal({ context, settings, targets, hint, flags, alertProfile });
	},
};
