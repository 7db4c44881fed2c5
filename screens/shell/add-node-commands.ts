import type { CommandName } from '../../source/keys/keymap.ts';
import type { CommandContext } from './command-context.ts';

/** Looks for nodes on this machine and lists them. */
export function openAddNode({ setup, dispatch }: CommandContext): void {
	if (!setup.canConfigure) {
		const text = 'this screen belongs to no configuration: nodetop add URL adds a node to one';
		dispatch({ type: 'notify', tone: 'warn', text });
		return;
	}
	setup.search();
	dispatch({ type: 'openAddNode' });
}

const steps: Readonly<Partial<Record<CommandName, number>>> = {
	'move.up': -1,
	'move.down': 1,
	'move.first': Number.NEGATIVE_INFINITY,
	'move.last': Number.POSITIVE_INFINITY,
};

/** Whether the key was for the list of nodes that were found, which is open. */
export function addNodeCommand(context: CommandContext, command: CommandName): boolean {
	const { view, setup, dispatch } = context;
	const { overlay } = view;
	if (overlay.kind !== 'addNode') return false;
	const { found = [] } = setup.state.getSnapshot();
	const row = Math.min(overlay.row, Math.max(0, found.length - 1));
	const by = steps[command];
	if (by !== undefined) {
		dispatch({ type: 'chooseFound', row: Math.max(0, Math.min(found.length - 1, row + by)) });
		return true;
	}
	if (command === 'open') {
		const node = found[row];
		if (node) setup.addNode(node);
		return true;
	}
	if (command === 'node.add') setup.search();
	return command === 'node.add';
}
