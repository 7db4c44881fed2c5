import { exitCodes, UserError } from '../../domain/errors.ts';
import { commandDifference } from '../../lifecycle/build-command.ts';
import { ask, startSupervisor, takeOver } from '../../lifecycle/client.ts';
import type { Command } from '../command.ts';
import { nodeFlagsHelp } from '../supervised/flags.ts';
import { readOrder } from '../supervised/node-order.ts';
import { warnOfFlags } from '../supervised/warnings.ts';

const help = `Usage
  nodetop restart [NAME]
  nodetop restart [OPTIONS] -- [COMMAND] ARGUMENTS…

Stops a node gracefully and starts it again. Arguments behind -- take the place of those it had; the difference is
shown first. If the first of them is a flag, the program stays.

${nodeFlagsHelp}
Examples
  nodetop restart validator
  nodetop restart --name validator -- --datadir /data/geth --http --cache 8192
`;

/** `nodetop restart`. */
export const restart: Command = {
	help,
	async run(context) {
		const order = await readOrder(context, { keepsProgram: true });
		const { supervision, place, spec, before } = order;
		const { stderr } = context;
		const difference = before ? commandDifference(before.command, spec.command) : [];
		for (const line of difference) stderr.write(`${line}\n`);
		await warnOfFlags(order, context);
		const request = { ask: 'restart', spec } as const;
		const tell = (text: string) => void stderr.write(`${spec.name}: ${text}\n`);
		let reply = await ask(place, request, tell);
		if (!reply && (await takeOver(supervision, spec.name))) reply = await ask(place, request, tell);
		if (!reply) {
			await startSupervisor(supervision, spec.name, spec);
			tell('it did not run; started');
			return exitCodes.ok;
		}
		if (reply.is === 'failed')
			throw new UserError(`${spec.name}: ${reply.message}`, {
				nextSteps: reply.nextSteps,
				exitCode: exitCodes.unavailable,
			});
		if (reply.is === 'done') tell(reply.text);
		return exitCodes.ok;
	},
};
