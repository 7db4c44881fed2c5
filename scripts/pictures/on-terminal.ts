import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { TestTerminal } from '../../test/helpers/terminal.ts';
import type { View } from './views.ts';

export const bin = fileURLToPath(new URL('../../bin/nodetop.js', import.meta.url));

/** Longer than a program waits for the rest of what an escape begins. */
const betweenKeysMs = 150;
const settleMs = 600;
const longestWaitMs = 10_000;

/** `80x24` as a size. */
export function sizeOf(text: string): { readonly columns: number; readonly rows: number } {
	const [columns = 0, rows = 0] = text.split('x').map(Number);
	if (!(columns > 0 && rows > 0)) throw new Error(`a size is columns x rows, not ${text}`);
	return { columns, rows };
}

export async function resizeTo(terminal: TestTerminal, size: string): Promise<void> {
	terminal.resize(sizeOf(size));
	await pause(2 * settleMs);
}

/** Presses the keys of a view, draws it when it stands, and leaves it; false when what it waits for does not come. */
export async function take(
	terminal: TestTerminal,
	{ keys, until, leave }: View,
	draw: () => void,
): Promise<boolean> {
	await press(terminal, keys);
	const deadline = Date.now() + longestWaitMs;
	const stands = () => until?.test(terminal.text()) !== false;
	while (!stands() && Date.now() < deadline) await pause(100);
	const isThere = stands();
	draw();
	if (leave) await press(terminal, leave);
	return isThere;
}

export async function press(terminal: TestTerminal, keys: readonly string[]): Promise<void> {
	for (const key of keys) {
		terminal.press(key);
		await pause(betweenKeysMs);
	}
	await pause(settleMs);
}

/** Starts a fault of the demo. */
export async function inject(controlUrl: string, fault: object): Promise<void> {
	const answer = await fetch(`${controlUrl}/faults`, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify(fault),
	});
	if (!answer.ok) throw new Error(`the fault was refused: ${await answer.text()}`);
}
