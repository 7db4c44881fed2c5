import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { describe, expect, it, vi } from 'vitest';
import { attemptSend } from '../../../../source/alerts/delivery/attempt-send.ts';
import type { Message } from '../../../../source/alerts/delivery/message.ts';
import type { Outcome } from '../../../../source/alerts/delivery/retry.ts';
import type { CommandSettings } from '../../../../source/alerts/delivery/channels/command/settings.ts';
import type { TerminalSettings } from '../../../../source/alerts/delivery/channels/terminal/settings.ts';
import type { Channel } from '../../../../source/domain/channel.ts';
import { incident, message, policy, startMs, stateDirectory } from '../helpers.ts';

interface Sent {
	readonly outcome: Outcome;
	readonly written: string;
	readonly bugs: readonly unknown[];
}

async function send(channel: Channel, what: Message = message(), isTTY = true): Promise<Sent> {
	const bugs: unknown[] = [];
	let written = '';
	const outcome = await attemptSend(
		channel,
		what,
		{
			signal: new AbortController().signal,
			now: () => startMs,
			env: { PATH: process.env['PATH'], SLACK_WEBHOOK: 'hunter2' },
			terminal: { isTTY, write: (text) => (written += text) },
		},
		(error) => bugs.push(error),
	);
	return { outcome, written, bugs };
}

const command = (argv: readonly string[], timeoutMs = 5000): Channel & CommandSettings => ({
	...policy,
	type: 'command',
	name: 'cmd',
	argv,
	timeoutMs,
});

/** A program of Node's, for what it gets. */
const script = (code: string, ...args: readonly string[]): Channel =>
	command([process.execPath, '-e', code, ...args]);

describe('command', () => {
	it('gets the message on its input, the values in its environment, and no secret', async () => {
		const file = `${await stateDirectory()}.json`;
		const hostile = message({
			entries: [{ event: 'fired', incident: incident('$(touch x) `id`; "\'\0') }],
		});
		const code = `
			const input = require('node:fs').readFileSync(0, 'utf8');
			const seen = { input: JSON.parse(input), env: process.env, args: process.argv.slice(1) };
			require('node:fs').writeFileSync(process.argv[1], JSON.stringify(seen));`;
		const { outcome, bugs } = await send(script(code, file, '$HOME `id`'), hostile);
		expect(bugs).toEqual([]);
		expect(outcome).toEqual({ kind: 'sent' });
		const seen = JSON.parse(await readFile(file, 'utf8'));
		expect(seen.args).toEqual([file, '$HOME `id`']);
		expect(seen.input).toMatchObject({ id: 'm1', incidents: [{ rule: 'node-down' }] });
		expect(seen.env).toMatchObject({
			NODETOP_ALERT_ID: 'm1',
			NODETOP_ALERT_STATUS: 'firing',
			NODETOP_ALERT_SEVERITY: 'critical',
			NODETOP_ALERT_TEST: '0',
			NODETOP_ALERT_COUNT: '1',
		});
		expect(seen.env.NODETOP_ALERT_TITLE).toContain('$(touch x) `id`');
		expect(JSON.stringify(seen)).not.toContain('hunter2');
	});

	it.each([
		['process.exit(0)', { kind: 'sent' }],
		['console.error("no\\u001b[31m route"); process.exit(1)', { kind: 'failed' }],
		['process.exit(75)', { kind: 'failed' }],
		['process.exit(64)', { kind: 'refused' }],
		['process.kill(process.pid, "SIGKILL")', { kind: 'failed' }],
	])('%s', async (code, expected) => {
		const { outcome } = await send(script(code));
		expect(outcome).toMatchObject(expected);
		// Control characters of its output come into no message.
		expect(JSON.stringify(outcome)).not.toContain('u001b');
	});

	it('does not mind a program that reads nothing, and bounds what it says', async () => {
		const code = 'console.log("x".repeat(1e6)); process.exitCode = 3';
		const { outcome, bugs } = await send(script(code));
		expect(bugs).toEqual([]);
		expect(outcome.kind === 'failed' && outcome.reason.length).toBeLessThan(250);
	});

	it('is refused when there is no such program', async () => {
		const { outcome } = await send(command(['/no/such/program']));
		expect(outcome).toEqual({
			kind: 'refused',
			reason: '/no/such/program cannot be run: ENOENT',
		});
	});

	it('is ended at its time limit, with what it started', async () => {
		const file = `${await stateDirectory()}.pid`;
		const code = `
			const child = require('node:child_process').spawn('sleep', ['60']);
			require('node:fs').writeFileSync(process.argv[1], String(child.pid));
			process.on('SIGTERM', () => {});
			setInterval(() => {}, 1000);`;
		// On a busy machine the program may need longer to start what it starts.
		for (let timeoutMs = 700; !existsSync(file) && timeoutMs < 20_000; timeoutMs *= 2) {
			const { outcome } = await send({ ...script(code, file), timeoutMs });
			expect(outcome).toMatchObject({ kind: 'failed', reason: expect.stringMatching(/too long$/) });
		}
		const pid = Number(await readFile(file, 'utf8'));
		await vi.waitFor(async () => expect(await isRunning(pid)).toBe(false), { timeout: 40_000 });
	});
});

describe('terminal', () => {
	const terminal: Channel & TerminalSettings = {
		...policy,
		type: 'terminal',
		name: 'tty',
		bell: true,
		notification: 'osc9',
	};

	it('gets its notification and the bell', async () => {
		const { outcome, written } = await send(terminal);
		expect(outcome).toEqual({ kind: 'sent' });
		expect(written).toBe(
			'\u001B]9;nodetop: [FIRING] critical: node-down, validator (mainnet)\u0007\u0007',
		);
	});

	it('gets nothing when it is none', async () => {
		const { outcome, written } = await send(terminal, message(), false);
		expect(outcome).toEqual({ kind: 'refused', reason: 'standard output is no terminal' });
		expect(written).toBe('');
	});
});

/** Whether it runs; one that is dead and only not yet waited for does not. */
async function isRunning(pid: number): Promise<boolean> {
	try {
		const status = await readFile(`/proc/${pid}/stat`, 'utf8');
		return status.slice(status.lastIndexOf(')') + 2, status.lastIndexOf(')') + 3) !== 'Z';
	} catch {
		return false;
	}
}
