import { truncate } from '../../../../domain/clean.ts';
import { severityOf } from '../../message.ts';
import type { Message } from '../../message.ts';
import { titleOf } from '../../render/plain.ts';

const escape = '\u001B';
const bell = '\u0007';
/** Longer is cut by the desktop; some terminals drop an OSC that is very long. */
const maxCells = 200;

/**
 * What to write to the terminal: a bell, and OSC 9 (iTerm2, kitty, WezTerm, Windows Terminal) or OSC 777
 * (urxvt, foot, VTE). The text cannot end the sequence: controls were taken out of the title.
 */
export function renderTerminal(
	message: Message,
	{
		withBell,
		notification,
	}: { readonly withBell: boolean; readonly notification: 'osc9' | 'osc777' | 'none' },
): string {
	const text = truncate(titleOf(message), maxCells);
	const ring = withBell ? bell : '';
	if (notification === 'osc9') {
		// ConEmu reads what starts with a number as a command; this never does.
		return `${escape}]9;nodetop: ${text}${bell}${ring}`;
	}
	if (notification === 'osc777') {
		const title = `nodetop ${severityOf(message)}`;
		return `${escape}]777;notify;${title};${text.replaceAll(';', ',')}${bell}${ring}`;
	}
	return ring;
}
