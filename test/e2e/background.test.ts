import { onTestFinished, describe, expect, it } from 'vitest';
import { bin, emptyHome } from '../helpers/run-nodetop.ts';
import { startInTerminal } from '../helpers/terminal.ts';
import type { TestTerminal } from '../helpers/terminal.ts';

const waiting = { timeout: 30_000, interval: 20 };
/** What asks a terminal for its background, and answers of three; the colours are keys too. */
const question = '\u001B]11;?\u001B\\';
const answers = {
	light: '\u001B]11;rgb:ffff/ffff/dddd\u001B\\',
	lightByBell: '\u001B]11;rgb:ff/fb/e6\u0007',
	dark: '\u001B]11;rgb:2222/2222/3333\u001B\\',
} as const;
/** The colour of titles in each theme. */
const titleOf = { light: '38;5;25m', dark: '38;5;110m' } as const;

function started(env: Readonly<Record<string, string>> = {}, flags: readonly string[] = []) {
	const terminal = startInTerminal(
		process.execPath,
		// Nothing answers there.
		[bin, ...flags, 'a=http://127.0.0.1:1', 'b=http://127.0.0.1:1'],
		{ columns: 80, rows: 24, env: { HOME: emptyHome(), ...env } },
	);
	onTestFinished(() => {
		terminal.close();
	});
	return terminal;
}

async function shows(terminal: TestTerminal, text: RegExp): Promise<void> {
	await expect.poll(() => terminal.text(), waiting).toMatch(text);
}

/** The theme of what was written since a place. */
function themeSince(terminal: TestTerminal, from: number): string | undefined {
	const written = terminal.raw().slice(from);
	const last = (colour: string): number => written.lastIndexOf(colour);
	const [light, dark] = [last(titleOf.light), last(titleOf.dark)];
	if (light < 0 && dark < 0) return undefined;
	return light > dark ? 'light' : 'dark';
}

async function quit(terminal: TestTerminal): Promise<void> {
	terminal.press('q');
	expect((await terminal.exited).exitCode).toBe(0);
}

describe('the theme auto in a terminal', { timeout: 60_000 }, () => {
	it.each(['light', 'dark'] as const)('follows an answer: %s', async (name) => {
		const terminal = started();
		await expect.poll(() => terminal.raw(), waiting).toContain(question);
		terminal.press(answers[name]);
		await shows(terminal, /1 Overview/);
		await expect.poll(() => themeSince(terminal, 0), waiting).toBe(name);
		await quit(terminal);
	});

	it('takes an answer that comes late, and none of it as keys', async () => {
		const terminal = started();
		await shows(terminal, /▸ .* a +/);
		expect(themeSince(terminal, 0)).toBe('dark');
		terminal.press('2');
		await shows(terminal, /2 Consensus/);
		const before = terminal.raw().length;
		terminal.press(answers.lightByBell);
		await expect.poll(() => themeSince(terminal, before), waiting).toBe('light');
		expect(terminal.text()).toMatch(/2 Consensus/);
		terminal.press('1');
		await shows(terminal, /1 Overview/);
		await quit(terminal);
	});

	it('is dark where no answer comes, and leaves no trace of the question', async () => {
		const terminal = started();
		await shows(terminal, /▸ .* a +/);
		await expect.poll(() => terminal.raw(), waiting).toContain(question);
		expect(themeSince(terminal, 0)).toBe('dark');
		expect(terminal.text()).not.toMatch(/11;|rgb/);
		await quit(terminal);
	});

	it('asks neither the Linux console nor where a theme is chosen', async () => {
		const linux = started({ TERM: 'linux' });
		const chosen = started({}, ['--theme', 'light']);
		for (const terminal of [linux, chosen]) {
			await shows(terminal, /1 Overview/);
			expect(terminal.raw()).not.toContain(question);
			await quit(terminal);
		}
	});
});
