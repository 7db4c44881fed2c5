import { didYouMean } from '../config/nearest.ts';
import { clean } from '../domain/clean.ts';
import { UserError } from '../domain/errors.ts';
import type { Command } from './command.ts';
import { parseFlags } from './flags.ts';
import { settingsFlags } from './settings-flags.ts';

const help = `Usage
  nodetop alerts test [CHANNEL…]

Sends a message flagged TEST to the channels named, or to all of the profile, by the way that real ones
take, and says what came of each. Changes no state. Exits with 0 when all were delivered, else with 69.

  --profile NAME     the profile whose channels are tried
  -c, --config FILE  another configuration file

Nothing sends by itself yet: what is wrong now is on the Alerts screen and in \`nodetop --once --json\`.
`;

const verbs = ['test'];

export const alerts: Command = {
	help,
	async run(context) {
		const { flags, input } = await parseFlags(context.argv, {
			profile: settingsFlags.profile,
			config: settingsFlags.config,
		});
		const [verb, ...names] = input;
		if (verb !== 'test') {
			throw new UserError(
				verb === undefined ? 'alerts needs a verb' : `"${clean(verb, 40)}" is no verb of alerts`,
				{
					nextSteps: [
						...(verb === undefined ? [] : didYouMean(verb, verbs)),
						'to try the channels of the profile: nodetop alerts test',
					],
				},
			);
		}
		const { testAlertChannels } = await import('./alerts-test.ts');
		return testAlertChannels(context, flags, names);
	},
};
