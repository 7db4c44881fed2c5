import { paintSkeleton } from '../../terminal/skeleton.ts';
import type { Command } from '../command.ts';
import { parseFlags } from '../flags.ts';
import { help } from '../help/help.ts';
import { formatFlags, settingsFlags } from '../settings-flags.ts';
import { requireKeyboard } from './require-keyboard.ts';

/**
 * The full-screen monitor; where there is no terminal, the same as `--once`. It shows at once that it runs; what
 * reads settings, polls and draws is loaded after that.
 */
export const screen: Command = {
	help: help.help,
	async run(context) {
		const { flags, input } = await parseFlags(context.argv, {
			...settingsFlags,
			...formatFlags,
			mouse: { type: 'boolean' },
			screenReader: { type: 'boolean' },
			reducedMotion: { type: 'boolean' },
		});
		if (!context.stdout.isTTY || context.env['TERM'] === 'dumb') {
			const { printOnce } = await import('../once/once.ts');
			return printOnce(flags, input, context);
		}
		requireKeyboard();
		context.signals?.handle();
		const skeleton = flags.screenReader === true ? undefined : paintSkeleton(context.stdout);
		try {
			const { showProfiles } = await import('./show-profiles.ts');
			return await showProfiles(flags, input, context, skeleton);
		} finally {
			skeleton?.remove();
		}
	},
};
