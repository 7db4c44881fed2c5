import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { buildEntry } from '../helpers/build-entry.ts';
import { startInTerminal } from '../helpers/terminal.ts';
import type { TerminalOptions, TestTerminal } from '../helpers/terminal.ts';

const bin = fileURLToPath(new URL('../../bin/nodetop.js', import.meta.url));
const crashSource = fileURLToPath(new URL('../entries/crash.tsx', import.meta.url));
const waiting = { timeout: 40_000, interval: 50 };

let terminal: TestTerminal | undefined;

afterEach(() => {
	terminal?.close();
	terminal = undefined;
});

function start(args: readonly string[], options: TerminalOptions = {}): TestTerminal {
	terminal = startInTerminal(process.execPath, [bin, ...args], options);
	return terminal;
}

/** Four of the DAG, four of HotStuff-2, two of the EVM. */
const demoNodes = 12;

/** The demo with its first figures on the screen. */
async function startDemo(options: TerminalOptions = {}): Promise<TestTerminal> {
	const screen = start(['demo', '--interval', '500ms'], options);
	await expect.poll(() => screen.text(), waiting).toContain(`● ${demoNodes} up`);
	return screen;
}

async function expectRestored(screen: TestTerminal, exitCode: number): Promise<void> {
	expect((await screen.exited).exitCode).toBe(exitCode);
	await expect.poll(() => screen.isAlternate(), waiting).toBe(false);
	expect(screen.isCursorHidden()).toBe(false);
	const written = screen.raw();
	expect(written.lastIndexOf('\u001B[?1049l')).toBeGreaterThan(
		written.lastIndexOf('\u001B[?1049h'),
	);
}

describe('the screen in a real terminal', () => {
	it('starts on the alternate screen, reaches every screen by its key, and quits', async () => {
		const screen = await startDemo();
		expect(screen.isAlternate()).toBe(true);
		const expected = [
			['2', /─ dag-1: consensus ─/],
			['3', /─ dag-1: DAG ─[^]*Newest vertices by layer/],
			['4', /─ dag-1: network ─[^]*─ Peers ─/],
			['5', /─ dag-1: use ─/],
			['6', /─ Alerts ─/],
			['1', /─ Nodes ─/],
			['?', /─ Help: Overview ─[^]*Down one row/],
		] as const;
		for (const [key, picture] of expected) {
			screen.press(key);
			await expect.poll(() => screen.text(), waiting).toMatch(picture);
		}
		screen.press('\u001B');
		await expect.poll(() => screen.text(), waiting).toMatch(/─ Nodes ─/);
		screen.press('q');
		await expectRestored(screen, 0);
	});

	it('shows its name at once, and gives the terminal back where it cannot go on', async () => {
		const screen = start(['--config', '/nowhere/nodetop.json']);
		const { exitCode } = await screen.exited;
		expect(exitCode).toBe(78);
		await expect.poll(() => screen.text(), waiting).toContain('there is no file /nowhere');
		expect(screen.raw()).toMatch(/^\u001B\[\?1049h.* nodetop/);
		await expectRestored(screen, 78);
	});

	it('draws its first picture from the corner, over the name', async () => {
		const screen = start(['host:', '--no-history']);
		await expect.poll(() => screen.text(), waiting).toMatch(/this-host|● 1 up|─ Nodes ─/);
		expect(screen.lines()[0]).toMatch(/^ nodetop {2}.* \d\d:\d\d:\d\d UTC ?$/);
		screen.press('q');
		await expectRestored(screen, 0);
	});

	it('gives the terminal back at a signal before there is a picture', async () => {
		const screen = start([], { env: { HOME: '/nowhere', XDG_CONFIG_HOME: '/nowhere' } });
		await expect.poll(() => screen.raw(), { ...waiting, interval: 1 }).toContain('nodetop');
		screen.signal('SIGTERM');
		await expectRestored(screen, 143);
	});

	it('selects, filters, sorts, pauses and changes the interval', async () => {
		const screen = await startDemo();
		screen.press('n');
		await expect.poll(() => screen.text(), waiting).toMatch(/▸ ● up +dag-2/);
		screen.press('N');
		await expect.poll(() => screen.text(), waiting).toMatch(/▸ ● up +dag-1/);
		screen.press('/');
		await expect.poll(() => screen.lines().at(-1), waiting).toMatch(/filter:/);
		screen.press('dag-3\r');
		await expect.poll(() => screen.text(), waiting).toContain(`1 (of ${demoNodes}, filtered)`);
		screen.press('\u001B');
		await expect.poll(() => screen.text(), waiting).toContain(`worst first  ${demoNodes} ─`);
		screen.press('s');
		await expect.poll(() => screen.text(), waiting).toContain('as configured');
		screen.press('s');
		await expect.poll(() => screen.text(), waiting).toMatch(/HEALTH▴/);
		screen.press('r');
		await expect.poll(() => screen.text(), waiting).toMatch(/HEALTH▾/);
		screen.press('-');
		await expect.poll(() => screen.lines()[0], waiting).toMatch(/every 1 s/);
		screen.press('p');
		await expect.poll(() => screen.lines()[0], waiting).toMatch(/PAUSED/);
		screen.press(' ');
		await expect.poll(() => screen.lines()[0], waiting).not.toMatch(/PAUSED/);
		screen.press('q');
		await expectRestored(screen, 0);
	});

	it.each([
		['SIGTERM', 143],
		['SIGINT', 130],
		['SIGHUP', 129],
	] as const)('restores the terminal on %s', async (name, code) => {
		const screen = await startDemo();
		screen.signal(name);
		await expectRestored(screen, code);
	});

	it('quits on Ctrl-C', async () => {
		const screen = await startDemo();
		screen.press('\u0003');
		await expectRestored(screen, 0);
	});

	it('says on 80 columns, whole, what to do where no node is configured', async () => {
		const screen = start([], {
			columns: 80,
			rows: 24,
			env: { NODETOP_CONFIG: '/nowhere/nodetop.json' },
		});
		await expect
			.poll(() => screen.text(), waiting)
			.toMatch(/`nodetop add URL` keeps one *$|`nodetop add URL`, or see `nodetop demo` *$/m);
		screen.press('q');
		await expectRestored(screen, 0);
	});

	it('follows the size of the terminal and leaves no debris', async () => {
		const screen = await startDemo({ columns: 120, rows: 40 });
		for (const size of [
			{ columns: 80, rows: 24 },
			{ columns: 200, rows: 60 },
			{ columns: 60, rows: 16 },
			{ columns: 100, rows: 30 },
		]) {
			screen.resize(size);
			await expect.poll(() => screen.lines().at(-1)?.startsWith(' q quit'), waiting).toBe(true);
			await expect.poll(() => screen.lines()[0], waiting).toMatch(/^ nodetop demo/);
			// A frame of the old size may come first.
			for (const text of [' nodetop demo', ' q quit']) {
				await expect.poll(() => screen.text().split(text), waiting).toHaveLength(2);
			}
		}
		screen.resize({ columns: 50, rows: 12 });
		await expect.poll(() => screen.text(), waiting).toMatch(/screens need 60×16/);
		screen.press('q');
		await expectRestored(screen, 0);
	});

	it('comes back from Ctrl-Z whole, also when the terminal was resized meanwhile', async () => {
		const shell = startInTerminal('bash', ['--norc', '-i'], { columns: 120, rows: 40 });
		terminal = shell;
		shell.press(`'${process.execPath}' '${bin}' host:\r`);
		await expect.poll(() => shell.text(), waiting).toContain(' q quit');
		shell.press('\u001A');
		await expect.poll(() => shell.text(), waiting).toMatch(/Stopped/);
		expect(shell.isAlternate()).toBe(false);
		shell.resize({ columns: 80, rows: 24 });
		shell.press('fg\r');
		await expect.poll(() => shell.isAlternate(), waiting).toBe(true);
		await expect.poll(() => shell.lines()[0], waiting).toMatch(/^ nodetop .* UTC *$/);
		await expect.poll(() => shell.lines().at(-1), waiting).toMatch(/^ q quit/);
		for (const text of ['1 Overview', ' q quit', '─ Nodes ─']) {
			expect(shell.text().split(text)).toHaveLength(2);
		}
		shell.press('q');
		await expect.poll(() => shell.isAlternate(), waiting).toBe(false);
	});

	it('restores the terminal when a component crashes, prints the stack and exits with 1', async () => {
		const screen = startInTerminal(process.execPath, [await buildEntry(crashSource)]);
		terminal = screen;
		await expectRestored(screen, 1);
		await expect.poll(() => screen.text(), waiting).toMatch(/a component crashed on purpose/);
	});

	it('honours NO_COLOR, and draws with ASCII alone where asked', async () => {
		const screen = start(['demo', '--ascii'], { env: { NO_COLOR: '1' } });
		await expect.poll(() => screen.text(), waiting).toContain(`+ ${demoNodes} up`);
		expect(screen.raw()).not.toMatch(/\u001B\[[\d;]*(3[0-8]|4[0-8]|9[0-7])(;|m)/);
		expect(screen.text()).toMatch(/^[\n -~]*$/);
		screen.press('q');
		await expectRestored(screen, 0);
	});
});

describe('without a terminal', () => {
	it('prints plain text', () => {
		const { stdout, status } = spawnSync(process.execPath, [bin, 'host:'], { encoding: 'utf8' });
		expect(status).toBe(0);
		expect(stdout).not.toContain('\u001B');
		expect(stdout).toContain('host');
	});

	it('says what to do when only the keyboard is missing', () => {
		const result = spawnSync(process.execPath, [bin, '--version'], { encoding: 'utf8' });
		expect(result.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
	});
});
