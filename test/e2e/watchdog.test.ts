import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { bin, emptyHome } from '../helpers/run-nodetop.ts';
import { startInTerminal } from '../helpers/terminal.ts';

/** The option that makes the main thread stuck at SIGUSR2, which nodetop itself does not listen to. */
function stuckIn(body: string): string {
	const code = `process.on('SIGUSR2', function stuckHere() {
		const builtin = process.getBuiltinModule;
		builtin('node:fs').writeFileSync(process.env.HOME + '/is-stuck', '');
		${body}
	});`;
	return `--import=data:text/javascript,${encodeURIComponent(code)}`;
}

const inJavaScript = stuckIn('for (;;);');
const inSystemCall = stuckIn("builtin('node:child_process').execFileSync('sleep', ['30']);");
const waiting = { timeout: 40_000, interval: 20 };

async function makeStuck(pid: number | undefined, home: string): Promise<void> {
	if (pid === undefined) throw new Error('it did not start');
	process.kill(pid, 'SIGUSR2');
	await expect.poll(() => existsSync(path.join(home, 'is-stuck')), waiting).toBe(true);
}

describe('a process whose main thread is stuck', () => {
	it('ends at SIGTERM with its exit code, and names the file with the stack', async () => {
		const home = emptyHome();
		const child = spawn(process.execPath, [bin, 'watch', 'http://127.0.0.1:9'], {
			stdio: ['ignore', 'ignore', 'pipe'],
			env: { PATH: process.env['PATH'] ?? '', HOME: home, NODE_OPTIONS: inJavaScript },
		});
		let told = '';
		child.stderr.setEncoding('utf8').on('data', (text: string) => (told += text));
		const ended = new Promise<number | null>((resolve) => {
			child.on('close', resolve);
		});
		try {
			await expect.poll(() => told, waiting).toContain('watching 1 node');
			await makeStuck(child.pid, home);
			child.kill('SIGTERM');
			expect(await ended).toBe(143);
			expect(told).toContain('it was stuck and did not react to SIGTERM');
			const file = /What it was doing is in (\S+): please/.exec(told)?.[1] ?? '';
			expect(readFileSync(file, 'utf8')).toMatch(/SIGTERM[^]*at (?:process\.)?stuckHere/);
			expect(told).not.toContain('debugger');
		} finally {
			child.kill('SIGKILL');
		}
	});

	it.each([
		['in JavaScript', inJavaScript, { exitCode: 130 }],
		['in a system call', inSystemCall, { signal: 9 }],
	])('gives the terminal back at SIGINT, stuck %s', async (_where, option, end) => {
		const home = emptyHome();
		const screen = startInTerminal(process.execPath, [bin, 'http://127.0.0.1:9'], {
			env: { HOME: home, XDG_STATE_HOME: undefined, NODE_OPTIONS: option },
		});
		try {
			// What a poll says is shown once polling began, and the watchdog is there before.
			await expect.poll(() => screen.text(), waiting).toContain('unreachable');
			expect(screen.isAlternate()).toBe(true);
			await makeStuck(screen.pid, home);
			screen.signal('SIGINT');
			expect(await screen.exited).toMatchObject(end);
			await expect.poll(() => screen.isAlternate(), waiting).toBe(false);
			expect(screen.isCursorHidden()).toBe(false);
			await expect.poll(() => screen.text(), waiting).toContain('did not react to SIGINT');
		} finally {
			screen.close();
		}
	});
});
