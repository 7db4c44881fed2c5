import { exitCodes } from '../../domain/errors.ts';
import { limitHeap } from '../../app/heap.ts';
import { followLines } from '../../lifecycle/log/query.ts';
import { runSupervisor } from '../../lifecycle/run.ts';
import type { Command } from '../command.ts';
import { lineText } from '../logs/line-text.ts';
import { nodeFlagsHelp } from '../supervised/flags.ts';
import { readOrder } from '../supervised/node-order.ts';
import { warnOfFlags } from '../supervised/warnings.ts';

const help = `Usage
  nodetop run [OPTIONS] -- COMMAND…

The same as start, in the foreground: it prints what the node writes, and ends with the node. SIGTERM and Ctrl-C stop
the node gracefully first. For systemd and containers; see nodetop start --print-systemd.

${nodeFlagsHelp}
Exits with 0 when the node was stopped or ended with code 0, with 69 when it needs a person.
`;

/** `nodetop run`. */
export const run: Command = {
	help,
	async run(context) {
		const order = await readOrder(context, { keepsProgram: false });
		const { supervision, place, spec } = order;
		context.signals?.handle();
		limitHeap('loading', 1);
		await warnOfFlags(order, context);
		const { root, runtime } = supervision;
		const running = await runSupervisor({ root, runtime, name: spec.name, spec }, context.env);
		const { supervisor } = running;
		const isOver = new AbortController();
		const following = followLines(
			place.log,
			{},
			(line) => void context.stdout.write(`${lineText(line, false)}\n`),
			isOver.signal,
		);
		const stop = (): void => {
			supervisor.apply({ type: 'stop', reason: 'stopped by a signal', next: 'stop' });
		};
		context.signal.addEventListener('abort', stop, { once: true });
		if (context.signal.aborted) stop();
		await running.over;
		await running.close();
		isOver.abort();
		await following;
		return supervisor.machine.state === 'stopped' ? exitCodes.ok : exitCodes.unavailable;
	},
};
