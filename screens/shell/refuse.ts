import { keymap, showKey } from '../../source/keys/keymap.ts';
import type { Binding, CommandName } from '../../source/keys/keymap.ts';
import type { ViewAction } from '../view-state.ts';

/** Says why a command did nothing in a view that is not live, and what to press. */
export function refuse(
	{ dispatch }: { readonly dispatch: (action: ViewAction) => void },
	command: CommandName,
): void {
	const text = `paused: press ${keyOf('pause')} to go on, then ${keyOf(command)}`;
	dispatch({ type: 'notify', tone: 'warn', text });
}

function keyOf(command: CommandName): string {
	const bindings: readonly Binding[] = keymap;
	const key = bindings.find((binding) => binding.command === command)?.keys[0];
	return key === undefined ? 'again' : showKey(key);
}
