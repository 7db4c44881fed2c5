import type { TerminalChannel } from '../../../../domain/channel.ts';
import { renderTerminal } from './render.ts';
import type { Send } from '../../sender.ts';

/** The terminal that nodetop runs on. Without one there is nobody to hear it, and nothing to retry. */
export const sendTerminal: Send<TerminalChannel> = async (channel, message, { terminal }) => {
	if (terminal?.isTTY !== true) {
		return { kind: 'refused', reason: 'standard output is no terminal' };
	}
	const { bell, notification } = channel;
	terminal.write(renderTerminal(message, { withBell: bell, notification }));
	return { kind: 'sent' };
};
