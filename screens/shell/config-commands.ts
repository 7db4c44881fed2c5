import type { CommandName } from '../../source/keys/keymap.ts';
import type { CommandContext } from './command-context.ts';

/** Shows the configuration file, value by value. */
export function openConfig({ setup, dispatch }: CommandContext): void {
	if (!setup.canConfigure) {
		const text = 'this screen belongs to no configuration: nodetop config shows and edits one';
		dispatch({ type: 'notify', tone: 'warn', text });
		return;
	}
	setup.readConfig();
	dispatch({
		type: 'config',
		overlay: { kind: 'config', row: 0, line: undefined, isProposed: false },
	});
}

const steps: Readonly<Partial<Record<CommandName, number>>> = {
	'move.up': -1,
	'move.down': 1,
	'move.halfPageUp': -10,
	'move.halfPageDown': 10,
	'move.first': Number.NEGATIVE_INFINITY,
	'move.last': Number.POSITIVE_INFINITY,
};

/** Whether the key was for the configuration, which is open. The row after the last adds a value. */
export function configCommand(context: CommandContext, command: CommandName): boolean {
	const { view, setup, dispatch } = context;
	const { overlay } = view;
	if (overlay.kind !== 'config') return false;
	const { config } = setup.state.getSnapshot();
	const rows = config?.rows ?? [];
	const row = Math.min(overlay.row, rows.length);
	if (overlay.isProposed) return confirm(context, command, config?.proposal?.problem !== undefined);
	const by = steps[command];
	if (by !== undefined) {
		const next = Math.max(0, Math.min(rows.length, row + by));
		dispatch({ type: 'config', overlay: { ...overlay, row: next } });
	} else if (command === 'open') {
		const chosen = rows[row];
		const line = chosen ? `${chosen.path} = ${chosen.value}` : 'profiles.';
		dispatch({ type: 'config', overlay: { ...overlay, row, line } });
	}
	return by !== undefined || command === 'open';
}

/** Enter writes what is shown, or goes on editing what is wrong; Esc gives it up. */
function confirm(context: CommandContext, command: CommandName, isWrong: boolean): boolean {
	const { view, setup, dispatch } = context;
	const { overlay } = view;
	if (overlay.kind !== 'config' || (command !== 'open' && command !== 'back')) return false;
	if (command === 'open' && !isWrong) {
		setup.writeConfig();
		return true;
	}
	setup.dropConfig();
	const line = command === 'open' ? overlay.line : undefined;
	dispatch({ type: 'config', overlay: { ...overlay, line, isProposed: false } });
	return true;
}
