import { editConfigFile } from '../../app/configuration.ts';
import { findConfigPath } from '../../config/paths.ts';
import { activeProfile, removeNode } from '../../config/profiles.ts';
import { exitCodes, UserError } from '../../domain/errors.ts';
import type { Command } from '../command.ts';
import { parseFlags } from '../flags.ts';
import { settingsFlags } from '../settings-flags.ts';
import { warnOn } from '../warn.ts';

const help = `Usage
  nodetop remove NAME [--profile PROFILE] [-c FILE]

Removes a node from the profile. The node itself does not change.

Example
  nodetop remove validator
`;

/** `nodetop remove`. */
export const remove: Command = {
	help,
	async run(context) {
		const { flags, input } = await parseFlags(context.argv, {
			profile: settingsFlags.profile,
			config: settingsFlags.config,
		});
		const [name, ...more] = input;
		if (name === undefined || more.length > 0) {
			throw new UserError(`remove takes the name of one node, but got ${input.length}`, {
				nextSteps: ['`nodetop config print` shows the names'],
			});
		}
		const { path } = findConfigPath(flags.config, context);
		let profileName = '';
		await editConfigFile(
			path,
			(config) => {
				profileName = activeProfile(config, { flags, env: context.env });
				return removeNode(config, profileName, name, path);
			},
			{
				warn: warnOn(context),
				now: context.clock.now,
			},
		);
		context.stdout.write(`removed ${name} from the profile ${profileName}\n`);
		return exitCodes.ok;
	},
};
