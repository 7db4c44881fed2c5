import type { Monitor } from '../../app/open-monitor.ts';
import { supervisionOf } from '../../app/supervision.ts';
import type { ReadLogs, RunProcess } from '../../lifecycle/shown.ts';
import type { CommandContext } from '../command.ts';

/** Logs and processes of nodes that nodetop runs. The code is loaded when a screen asks for it. */
export function supervisedNodes(
	context: Pick<CommandContext, 'env'>,
	{ fleet }: Pick<Monitor, 'fleet'>,
): { readonly logs: ReadLogs; readonly runProcess: RunProcess } {
	const supervision = supervisionOf(context);
	const nodes = () =>
		fleet
			.getSnapshot()
			.nodes.filter(({ site }) => site === undefined)
			.map(({ target }) => target);
	return {
		async logs(question) {
			const { readNodeLogs } = await import('../../app/supervised-node.ts');
			return readNodeLogs(supervision, nodes(), question);
		},
		async runProcess(node, action) {
			const { runNodeProcess } = await import('../../app/supervised-node.ts');
			return runNodeProcess(supervision, nodes(), node, action);
		},
	};
}
