import type { TerminalSettings } from './settings.ts';
import { renderTerminal } from './render.ts';
import type { Send } from '../../sender.ts';

/** The terminal on which nodetop runs. Without a terminal the message is refused: another attempt changes nothing. */
export const sendTerminal: Send<TerminalSettings> = async (channel, message, { terminal }) => {
	if (terminal?.isTTY !== true) {
		return { kind: 'refused', reason: 'standard output is no terminal' };
	}
	const { bell, notification } = channel;
	terminal.write(renderTerminal(message, { withBell: bell, notification }));
	return { kind: 'sent' };
};
