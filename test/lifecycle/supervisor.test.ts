import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ask, statusOf } from '../../source/lifecycle/client.ts';
import type { Supervision } from '../../source/lifecycle/client.ts';
import { knownNodes, otherDirectories } from '../../source/lifecycle/inspect.ts';
import { readJournal } from '../../source/lifecycle/journal.ts';
import { lastLines } from '../../source/lifecycle/log/query.ts';
import { placeOf } from '../../source/lifecycle/paths.ts';
import type { Reply, Request } from '../../source/lifecycle/protocol.ts';
import { runSupervisor } from '../../source/lifecycle/run.ts';
import type { SupervisorRun } from '../../source/lifecycle/run.ts';
import { defaultHealthSettings, defaultPolicy } from '../../source/lifecycle/spec.ts';
import type { Spec } from '../../source/lifecycle/spec.ts';
import { freePorts } from '../helpers/free-ports.ts';
import { crashProne, isAlive } from '../helpers/supervised.ts';

const runs: SupervisorRun[] = [];
afterEach(async () => {
	for (const { supervisor, close, over } of runs.splice(0)) {
		supervisor.apply({ type: 'stop', reason: 'the test is over', next: 'stop' });
		await supervisor.signal('SIGKILL');
		await over;
		await close();
	}
});

/** A supervisor in this process, of a node in a directory of its own. */
async function supervised(command: readonly string[], changes: Partial<Spec> = {}) {
	const root = join(mkdtempSync(join(tmpdir(), 'nodetop-sv-')), 'process');
	const runtime = join(root, '..', 'run');
	const spec: Spec = {
		name: 'node',
		command: [...command],
		cwd: '/',
		env: {},
		graceMs: 20_000,
		policy: { ...defaultPolicy, firstWaitMs: 20, longestWaitMs: 40 },
		health: { ...defaultHealthSettings, intervalMs: 100 },
		...changes,
	};
	const order = { root, runtime, name: 'node', spec };
	const run = await runSupervisor(order, process.env);
	runs.push(run);
	const place = placeOf(root, 'node', runtime);
	const supervision: Supervision = { root, runtime, entry: '', env: {} };
	const request = (what: Request): Promise<Reply | undefined> => ask(place, what);
	const until = async (state: string): Promise<void> => {
		await expect.poll(() => run.supervisor.machine.state, { timeout: 20_000 }).toBe(state);
	};
	const readyLines = async () => {
		const lines = await lastLines(place.log, 500);
		return lines.filter(({ text }) => text.startsWith('ready')).length;
	};
	const untilReady = async (times: number): Promise<void> => {
		await expect.poll(readyLines, { timeout: 20_000 }).toBe(times);
	};
	return { ...run, order, place, root, supervision, request, until, untilReady };
}

describe('a supervisor', () => {
	it('starts a node, says how it is, restarts it with other arguments, and stops it', async () => {
		const [port = 0] = await freePorts(1);
		const rpcUrl = `http://127.0.0.1:${port}`;
		const node = await supervised(crashProne('--port', String(port)), {
			health: { ...defaultHealthSettings, intervalMs: 100, rpcUrl },
		});
		await node.until('running');
		await expect
			.poll(async () => (await statusOf(node.supervision, 'node')).health, { timeout: 20_000 })
			.toBe('healthy');
		const first = await statusOf(node.supervision, 'node');
		expect(first).toMatchObject({ version: 'Crash/v1.2.3', network: '1001', restarts: 0, rpcUrl });
		expect(await node.request({ ask: 'health' })).toMatchObject({
			is: 'health',
			report: { healthy: true },
		});

		const other = {
			...node.supervisor.spec,
			command: crashProne('--lonely', '--port', String(port)),
		};
		expect(await node.request({ ask: 'restart', spec: other })).toMatchObject({ is: 'done' });
		const second = await statusOf(node.supervision, 'node');
		expect(second.pid).not.toBe(first.pid);
		await expect
			.poll(async () => (await statusOf(node.supervision, 'node')).health, { timeout: 20_000 })
			.toBe('unhealthy');
		await node.untilReady(2);
		expect(await node.request({ ask: 'stop', isForced: false })).toMatchObject({ is: 'done' });
		expect(isAlive(second.pid ?? 0)).toBe(false);
		await node.over;
		const states = (await readJournal(node.place.journal, 10)).map(({ to }) => to);
		expect(states.join(' ')).toBe('starting running stopping starting running stopping stopped');
	});

	it('counts crashes up to the limit; a second supervisor of the node is refused', async () => {
		const node = await supervised(crashProne('--die', 'code'));
		await node.until('error');
		expect(node.supervisor.machine).toMatchObject({ restarts: 5 });
		expect((await readJournal(node.place.journal, 1))[0]).toMatchObject({
			exitCode: 3,
			to: 'error',
		});
		await expect(runSupervisor(node.order, process.env)).rejects.toThrow(
			'already supervises the node',
		);
	});

	it('refuses a program that is not there, without restarts', async () => {
		const node = await supervised(['/no/such/program']);
		await node.until('error');
		expect(node.supervisor.machine).toMatchObject({
			restarts: 0,
			reason: '/no/such/program does not exist',
		});
		await node.over;
	});

	it('waits, and kills only when forced', async () => {
		const node = await supervised(crashProne('--stubborn'));
		await node.until('running');
		await node.untilReady(1);
		const patient = await node.request({ ask: 'stop', isForced: false, graceMs: 100 });
		expect(patient).toMatchObject({
			is: 'failed',
			message: expect.stringContaining('has not ended'),
		});
		expect(await node.request({ ask: 'stop', isForced: true, graceMs: 100 })).toMatchObject({
			is: 'done',
			text: 'killed: was ended by SIGKILL',
		});
	});

	it('takes a node over from a supervisor that is gone, and learns of its end', async () => {
		const data = mkdtempSync(join(tmpdir(), 'nodetop-data-'));
		const node = await supervised(crashProne('--datadir', data));
		await node.until('running');
		const { pid = 0 } = await statusOf(node.supervision, 'node');
		// Its locks and its socket go, the node stays: as after kill -9.
		await node.close();
		runs.splice(0);
		expect((await otherDirectories(node.root, 'other')).get(data)).toBe('node');
		expect(knownNodes(node.root)).toEqual(['node']);
		const { supervisor, close, over } = await runSupervisor(
			{ ...node.order, spec: undefined },
			process.env,
		);
		expect(supervisor.machine).toMatchObject({ state: 'running', process: { pid } });
		supervisor.apply({ type: 'stop', reason: 'test', next: 'stop' });
		await over;
		expect(supervisor.machine.reason).toBe('ended, exit code unknown');
		await close();
	});

	it('upgrades, and goes back from a binary that is not healthy', async () => {
		const directory = mkdtempSync(join(tmpdir(), 'nodetop-bin-'));
		const [port = 0] = await freePorts(1);
		const program = (name: string, more: string) => {
			const path = join(directory, name);
			const words = crashProne('--port', String(port))
				.map((word) => `'${word}'`)
				.join(' ');
			writeFileSync(
				path,
				`#!/bin/sh\n[ "$1" = version ] && echo 'Version: 2.0.0' && exit\nexec ${words} ${more}\n`,
			);
			chmodSync(path, 0o755);
			return path;
		};
		mkdirSync(directory, { recursive: true });
		const node = await supervised([program('old', ''), '--first'], {
			health: { ...defaultHealthSettings, intervalMs: 100, rpcUrl: `http://127.0.0.1:${port}` },
		});
		await node.until('running');
		const upgrade = (binary: string, more: object = {}) =>
			node.request({ ask: 'upgrade', order: { binary, gateMs: 20_000, ...more } });
		expect(
			await upgrade(program('new', '--second'), { version: '2.0.0', atHeight: 3 }),
		).toMatchObject({
			is: 'done',
			text: expect.stringContaining('upgraded to 2.0.0'),
		});
		expect(node.supervisor.spec.command[0]).toContain('releases/current/old');
		expect(await upgrade(program('bad', '--lonely'), { gateMs: 1500 })).toMatchObject({
			is: 'failed',
			message: expect.stringContaining('too few peers'),
		});
		expect(await upgrade(program('dies', '--die code'))).toMatchObject({
			is: 'failed',
			message: expect.stringContaining('rolled back: it ended'),
		});
		await node.until('running');
		expect(await upgrade(join(directory, 'old'), { version: '3.0.0' })).toMatchObject({
			is: 'failed',
			message: expect.stringContaining('is version 2.0.0, not 3.0.0'),
		});
		const { pid = 0 } = await statusOf(node.supervision, 'node');
		expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).toContain('--second');
	});
});

describe('the socket', () => {
	it('answers what is no request with a refusal, and goes on', async () => {
		const node = await supervised(crashProne());
		await node.until('running');
		// A request of another version.
		const odd = { ask: 'dance' } as unknown as Request; // On purpose.
		expect(await node.request(odd)).toMatchObject({ is: 'failed' });
		expect(await node.request({ ask: 'status' })).toMatchObject({ is: 'status' });
	});
});
