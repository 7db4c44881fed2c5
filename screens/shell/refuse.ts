import { keymap, showKey } from '../../source/keys/keymap.ts';
import type { CommandName } from '../../source/keys/keymap.ts';
import type { Binding } from '../../source/keys/binding.ts';
import type { CommandContext } from './command-context.ts';

/** Says why a command did nothing in a view that is not live, and what to press. */
export function refuse(
	{ dispatch, travel }: Pick<CommandContext, 'dispatch' | 'travel'>,
	command: CommandName,
): void {
	const { isReplay, isLiveThere } = travel.state.getSnapshot();
	const toLive = isReplay
		? `replay: press ${keyOf('time.live')} for the present`
		: `paused: press ${keyOf('pause')} to go on`;
	const text =
		isReplay && !isLiveThere
			? 'this is a recording: nothing can be done at its time'
			: `${toLive}, then ${keyOf(command)}`;
	dispatch({ type: 'notify', tone: 'warn', text });
}

function keyOf(command: CommandName): string {
	const bindings: readonly Binding[] = keymap;
	const key = bindings.find((binding) => binding.command === command)?.keys[0];
	return key === undefined ? 'again' : showKey(key);
}
