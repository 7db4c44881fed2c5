import { placeOf } from '../../lifecycle/paths.ts';
import { shownCommand } from '../../lifecycle/build-command.ts';
import { startSupervisor, statusOf } from '../../lifecycle/client.ts';
import { systemdUnit } from '../../lifecycle/systemd.ts';
import { exitCodes, UserError } from '../../domain/errors.ts';
import type { Command } from '../command.ts';
import { nodeFlagsHelp } from '../supervised/flags.ts';
import { readOrder } from '../supervised/node-order.ts';
import { warnOfFlags } from '../supervised/warnings.ts';

const help = `Usage
  nodetop start [OPTIONS] -- COMMAND…
  nodetop start [NAME]

Starts a node under a supervisor that outlives this terminal: it starts the node again when it crashes, checks its
health and keeps its log. Everything behind -- reaches the node as it is. Without a command, nodetop starts what was
started before.

${nodeFlagsHelp}  --print-systemd             print a systemd unit that does the same, and start nothing

Exits with 69 if the node runs already, or another node has its data directory.

Examples
  nodetop start --name validator -- geth --datadir /data/geth --http
  nodetop start --auto-restart=false --env-file node.env -- ./gwemix --http
  nodetop start --print-systemd -- geth --http > /etc/systemd/system/geth.service
`;

/** `nodetop start`. */
export const start: Command = {
	help,
	async run(context) {
		const order = await readOrder(context, { keepsProgram: false });
		const { supervision, spec } = order;
		if (order.printsSystemd) {
			context.stdout.write(
				systemdUnit(spec, { nodetop: process.argv[1] ?? 'nodetop', node: process.execPath }),
			);
			return exitCodes.ok;
		}
		const before = await statusOf(supervision, spec.name);
		if (before.pid !== undefined || before.supervisorPid !== undefined)
			throw runs(spec.name, before.pid);
		await warnOfFlags(order, context);
		await startSupervisor(supervision, spec.name, spec);
		const now = await settledState(() => statusOf(supervision, spec.name));
		const { log } = placeOf(supervision.root, spec.name, supervision.runtime);
		if (now.pid === undefined) {
			throw new UserError(`${spec.name} did not start: ${now.reason ?? now.state}`, {
				nextSteps: [`its command was: ${shownCommand(spec.command)}`, `nodetop logs ${spec.name}`],
				exitCode: exitCodes.unavailable,
			});
		}
		context.stderr.write(`${spec.name} runs as process ${now.pid}; its log is in ${log}\n`);
		return exitCodes.ok;
	},
};

const patienceMs = 10_000;
/** What ends sooner did not start. */
const settledMs = 500;
const pollMs = 50;

/** The state once the node runs for a moment, or does not start. */
async function settledState(ask: () => ReturnType<typeof statusOf>): ReturnType<typeof statusOf> {
	const giveUpAtMs = performance.now() + patienceMs;
	let runsSinceMs: number | undefined;
	for (;;) {
		const status = await ask();
		const nowMs = performance.now();
		if (status.pid !== undefined) runsSinceMs ??= nowMs;
		const isSettled = status.pid !== undefined && nowMs - (runsSinceMs ?? nowMs) >= settledMs;
		const isOver =
			status.pid === undefined &&
			(status.supervisorPid === undefined || status.state === 'crashed');
		if (isSettled || isOver || nowMs > giveUpAtMs) return status;
		await new Promise((resolve) => {
			setTimeout(resolve, pollMs);
		});
	}
}

function runs(name: string, pid: number | undefined): UserError {
	return new UserError(`${name} runs already${pid === undefined ? '' : ` as process ${pid}`}`, {
		nextSteps: [
			`other arguments: nodetop restart --name ${name} -- COMMAND…`,
			'another node: give it another name with --name',
		],
		exitCode: exitCodes.unavailable,
	});
}
