import { truncate } from '../../../../domain/clean.ts';
import { severityOf } from '../../message.ts';
import type { Message } from '../../message.ts';
import { titleOf } from '../../render/plain.ts';

const escape = '\u001B';
const bell = '\u0007';
/** Desktops cut longer texts, and some terminals drop a very long OSC. */
const maxCells = 200;

/**
 * What to write to the terminal: a bell, and OSC 9 (iTerm2, kitty, WezTerm, Windows Terminal) or OSC 777
 * (urxvt, foot, VTE). The title holds no control character, so it cannot end the sequence.
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
		// ConEmu takes a text that starts with a number for a command; this one never starts so.
		return `${escape}]9;nodetop: ${text}${bell}${ring}`;
	}
	if (notification === 'osc777') {
		const title = `nodetop ${severityOf(message)}`;
		return `${escape}]777;notify;${title};${text.replaceAll(';', ',')}${bell}${ring}`;
	}
	return ring;
}
