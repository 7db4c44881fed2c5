import { chmodSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ask } from '../../source/lifecycle/client.ts';
import { readJournal } from '../../source/lifecycle/journal.ts';
import { placeOf } from '../../source/lifecycle/paths.ts';
import type { UpgradeOrder } from '../../source/lifecycle/protocol.ts';
import { runSupervisor } from '../../source/lifecycle/run.ts';
import { defaultHealthSettings, defaultPolicy } from '../../source/lifecycle/spec.ts';
import { crashProne, isAlive } from '../helpers/supervised.ts';

const waiting = { timeout: 40_000 };

/** A node without an API, in a directory with programs to exchange it for. */
async function upgradable(graceMs = 20_000) {
	const directory = mkdtempSync(join(tmpdir(), 'nodetop-up-'));
	const program = (name: string, ...args: readonly string[]) => {
		const path = join(directory, name);
		const words = crashProne(...args)
			.map((word) => `'${word}'`)
			.join(' ');
		writeFileSync(
			path,
			`#!/bin/sh\n[ "$1" = version ] && echo 'Version: 2.0.0' && exit\nexec ${words}\n`,
		);
		chmodSync(path, 0o755);
		return path;
	};
	const old = program('old', '--first', '--args', join(directory, 'seen'));
	const root = join(directory, 'process');
	const spec = {
		name: 'node',
		command: [old],
		cwd: directory,
		env: {},
		graceMs,
		policy: defaultPolicy,
		health: { ...defaultHealthSettings, intervalMs: 100 },
	};
	const order = { root, runtime: join(directory, 'run'), name: 'node', spec };
	const { supervisor, over, close } = await runSupervisor(order, process.env);
	const place = placeOf(root, 'node', order.runtime);
	onTestFinished(async () => {
		supervisor.apply({ type: 'stop', reason: 'the test is over', next: 'stop' });
		await supervisor.signal('SIGKILL');
		await over;
		await close();
	});
	await expect.poll(() => supervisor.machine.state, waiting).toBe('running');
	await expect.poll(() => existsSync(join(directory, 'seen')), waiting).toBe(true);
	const said: string[] = [];
	const upgrade = (change: Partial<UpgradeOrder>) =>
		ask(place, { ask: 'upgrade', order: { binary: old, gateMs: 400, ...change } }, (text) => {
			said.push(text);
		});
	return { directory, program, supervisor, place, upgrade, said };
}

describe('an upgrade', () => {
	it('waits for its time, backs up, and takes a node that cannot be asked by running long enough', async () => {
		const { directory, program, supervisor, upgrade, said, place } = await upgradable();
		const before = supervisor.machine.process?.pid ?? 0;
		const reply = await upgrade({
			binary: program('new', '--second'),
			atMs: Date.now() + 50,
			backup: ['/bin/sh', '-c', 'echo saved > saved'],
		});
		expect(reply).toMatchObject({
			is: 'done',
			text: expect.stringMatching(/^upgraded to 2\.0\.0 in/),
		});
		expect(readFileSync(join(directory, 'saved'), 'utf8')).toBe('saved\n');
		expect(said.map((text) => text.replace(/[\dT:.-]{10,}Z|[\da-f]{64}/, '…'))).toEqual([
			'staged 2.0.0, sha256 …',
			'waits until …',
			'runs the backup: /bin/sh',
			'started; waits until it is healthy',
		]);
		expect(isAlive(before)).toBe(false);
		expect((await readJournal(place.journal, 2)).map(({ from, to }) => `${from} → ${to}`)).toEqual([
			'running → upgrading',
			'upgrading → running',
		]);
	});

	it('changes nothing after a backup that fails, and while the node does not end', async () => {
		const { program, supervisor, upgrade } = await upgradable(150);
		const before = supervisor.machine.process?.pid ?? 0;
		const binary = program('new', '--second');
		expect(await upgrade({ binary, backup: ['/bin/false'] })).toMatchObject({
			is: 'failed',
			message: expect.stringContaining('the backup failed, so nothing was changed'),
		});
		expect(supervisor.machine).toMatchObject({ state: 'running', process: { pid: before } });
		const stubborn = await upgradable(150);
		const kept = stubborn.supervisor.spec;
		await stubborn.supervisor.signal('SIGKILL');
		await expect.poll(() => stubborn.supervisor.machine.state, waiting).toBe('crashed');
		expect(await stubborn.upgrade({ binary })).toMatchObject({
			is: 'failed',
			message: 'only a node that runs is upgraded',
		});
		stubborn.supervisor.useSpec({
			...kept,
			command: [program('stubborn', '--stubborn', '--args', `${binary}.seen`)],
		});
		stubborn.supervisor.start('test');
		await expect.poll(() => existsSync(`${binary}.seen`), waiting).toBe(true);
		await expect.poll(() => stubborn.supervisor.machine.state, waiting).toBe('running');
		expect(await stubborn.upgrade({ binary })).toMatchObject({
			is: 'failed',
			message: expect.stringMatching(/^the node has not ended within .*, so nothing was changed$/),
		});
		expect(stubborn.supervisor.machine).toMatchObject({
			state: 'running',
			reason: 'the upgrade was given up: the node did not end',
		});
		expect(stubborn.supervisor.spec.command[0]).toMatch(/stubborn$/);
	});

	it('says so when neither the new nor the old binary starts', async () => {
		const { directory, supervisor, upgrade, program } = await upgradable();
		const reply = await upgrade({
			binary: program('new', '--die', 'code'),
			// On a busy machine a program that dies at once may live longer than a short gate.
			gateMs: 60_000,
			// The old one goes after the node was staged, and before it is needed again.
			backup: ['/bin/rm', join(directory, 'old')],
		});
		expect(reply).toMatchObject({
			is: 'failed',
			message: expect.stringMatching(
				/^rolled back, but the old binary does not start: .*old does not exist$/,
			),
		});
		expect(supervisor.machine).toMatchObject({ state: 'error', process: undefined });
	});

	it('is given up when the node stops while it waits for a block', async () => {
		const { supervisor, upgrade, program, said } = await upgradable();
		const waitingFor = upgrade({ binary: program('new', '--second'), atHeight: 1_000_000 });
		await expect.poll(() => said.at(-1), waiting).toBe('waits for block 1,000,000');
		supervisor.apply({ type: 'stop', reason: 'a person', next: 'stop' });
		expect(await waitingFor).toMatchObject({
			is: 'failed',
			message: 'the node stopped while the upgrade waited for its height',
		});
	});
});
