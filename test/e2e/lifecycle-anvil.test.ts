import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { anvilBinary } from '../helpers/anvil.ts';
import { freePorts } from '../helpers/free-ports.ts';
import { bin } from '../helpers/run-nodetop.ts';
import { isAlive, killNow, SupervisedHome } from '../helpers/supervised.ts';
import { startInTerminal } from '../helpers/terminal.ts';
import { startUnreliableReceiver } from '../helpers/unreliable-receiver.ts';
import { startWatchProcess, watchHome, writeConfig } from '../helpers/watch-process.ts';

const place = new SupervisedHome();
const quick = ['--restart-wait', '100ms', '--health-check-interval', '200ms', '--min-peers', '0'];
const waiting = { timeout: 60_000 };

afterAll(() => place.close(['six-crashes', 'in-terminal']), 60_000);

const anvil = anvilBinary();
if (anvil === undefined)
	console.warn('skipped: crashes and terminals with a real node, for anvil is not installed');

describe.skipIf(anvil === undefined)('a real anvil', () => {
	const binary = anvil ?? '';

	it('six crashes lead to the error state, and to one alert', async () => {
		const [port = 0] = await freePorts(1);
		const url = `http://127.0.0.1:${port}`;
		const name = 'six-crashes';
		await place.do(['start', '--name', name, ...quick, '--', binary, '--port', String(port)]);
		await place.until(name, ({ health }) => health === 'healthy');

		const receiver = await startUnreliableReceiver(
			() => 1,
			() => undefined,
		);
		receiver.isCalm = true;
		const directory = mkdtempSync(join(tmpdir(), 'nodetop-six-'));
		// The watch has the state directory of the supervisor.
		const state = join(place.home, '.local/state');
		const home = {
			...watchHome(directory),
			env: { ...watchHome(directory).env, XDG_STATE_HOME: state },
		};
		await writeConfig(home, {
			nodes: [{ name: 'validator', kind: 'evm', url }],
			intervalMs: 500,
			channels: { hook: { type: 'webhook', url: receiver.url, groupWaitMs: 0 } },
		});
		const watch = startWatchProcess(home);
		try {
			await expect.poll(watch.stderr, waiting).toContain('watching');
			for (let crash = 1; crash <= 6; crash += 1) {
				const { pid = 0 } = await place.until(
					name,
					({ state: now, restarts }) => now === 'running' && restarts === crash - 1,
				);
				await killNow(pid);
			}
			const ended = await place.until(name, ({ state: now }) => now === 'error');
			expect(ended).toMatchObject({
				restarts: 5,
				reason: 'was ended by SIGKILL; the limit of 5 restarts is reached',
			});
			await expect.poll(() => receiver.accepted.length, waiting).toBeGreaterThan(0);
		} finally {
			// Whatever it still had to tell is told.
			watch.child.kill('SIGTERM');
			await watch.exited;
			await receiver.close();
		}
		const told = receiver.accepted.map(({ event, rule, node }) => `${event} ${rule} ${node}`);
		expect(told).toEqual(['fired process-crashed validator']);
		const crashes = place.journal(name).filter(({ signal }) => signal === 'SIGKILL');
		expect(crashes.map(({ to }) => to)).toEqual([
			...Array.from({ length: 5 }, () => 'crashed'),
			'error',
		]);
	});

	it('lives on when its terminal is closed', async () => {
		const [port = 0] = await freePorts(1);
		const name = 'in-terminal';
		const home = join(place.home, 'terminal');
		mkdirSync(home);
		const terminal = startInTerminal('/bin/sh', ['-i'], {
			cwd: home,
			env: { HOME: place.home, XDG_STATE_HOME: undefined, PS1: '$ ', ENV: undefined },
		});
		const words = [process.execPath, bin, 'start', '--name', name, ...quick];
		const command = [...words, '--', binary, '--port', String(port)];
		terminal.press(`${command.map((word) => `'${word}'`).join(' ')}\r`);
		await expect.poll(terminal.text, waiting).toContain('runs as process');
		const before = await place.until(name, ({ health }) => health === 'healthy');
		const supervisor = place.supervisorPid(name);

		terminal.close();
		await terminal.exited;
		expect(isAlive(terminal.pid)).toBe(false);
		for (const pid of [before.pid ?? 0, supervisor]) {
			expect(isAlive(pid)).toBe(true);
			// No terminal is theirs: field 7 of proc_pid_stat(5).
			const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
			expect(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[4]).toBe('0');
		}
		const health = await place.do(['health', '--process', name, '--json']);
		expect(JSON.parse(health.stdout)).toMatchObject({ healthy: true });
		expect(await place.status(name)).toMatchObject({
			pid: before.pid,
			state: 'running',
			restarts: 0,
		});
		expect(place.supervisorPid(name)).toBe(supervisor);
	});
});
