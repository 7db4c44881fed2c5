import { supervisionOf } from '../../app/supervision.ts';
import { parseSpan } from '../../config/duration.ts';
import { exitCodes, UserError } from '../../domain/errors.ts';
import { ask, takeOver } from '../../lifecycle/client.ts';
import { placeOf } from '../../lifecycle/paths.ts';
import type { Command } from '../command.ts';
import { parseFlags } from '../flags.ts';
import { chooseNode, onlyName } from '../supervised/node-names.ts';

const help = `Usage
  nodetop stop [NAME] [--grace D] [--force]

Stops a node that nodetop supervises: one SIGTERM, then patience. A node that saves a large database needs minutes.

  --grace D   how long to wait (default: as it was started, 5m)
  --force     kill it when the time is over (default 30s then). Its database may be damaged: geth then repairs it for
              hours, and a validator may lose what it signed last

Exits with 69 if the node has not ended in time; nodetop then goes on waiting.
`;

const mostGraceDays = 1;

/** `nodetop stop`. */
export const stop: Command = {
	help,
	async run(context) {
		const { flags, input } = await parseFlags(context.argv, {
			grace: { type: 'string' },
			force: { type: 'boolean' },
		});
		const supervision = supervisionOf(context);
		const name = chooseNode(supervision.root, onlyName(input));
		const place = placeOf(supervision.root, name, supervision.runtime);
		const request = {
			ask: 'stop',
			isForced: flags.force === true,
			...(flags.grace !== undefined && {
				graceMs: parseSpan(flags.grace, '--grace', mostGraceDays),
			}),
		} as const;
		const tell = (text: string) => void context.stderr.write(`${name}: ${text}\n`);
		let reply = await ask(place, request, tell);
		if (!reply && (await takeOver(supervision, name))) reply = await ask(place, request, tell);
		if (!reply) {
			tell('it does not run');
			return exitCodes.ok;
		}
		if (reply.is === 'failed')
			throw new UserError(`${name}: ${reply.message}`, {
				nextSteps: reply.nextSteps,
				exitCode: exitCodes.unavailable,
			});
		if (reply.is === 'done') tell(reply.text);
		return exitCodes.ok;
	},
};
