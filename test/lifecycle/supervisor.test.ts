import {
	chmodSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	readlinkSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ask, statusOf } from '../../source/lifecycle/client.ts';
import type { Supervision } from '../../source/lifecycle/client.ts';
import { livingRecord, otherDirectories } from '../../source/lifecycle/inspect.ts';
import { readJournal } from '../../source/lifecycle/journal.ts';
import { lastLines } from '../../source/lifecycle/log/query.ts';
import { markSchema } from '../../source/lifecycle/identity.ts';
import { readSmall } from '../../source/lifecycle/small-file.ts';
import { knownNodes, placeOf } from '../../source/lifecycle/paths.ts';
import type { Reply, Request } from '../../source/lifecycle/protocol.ts';
import { runSupervisor } from '../../source/lifecycle/run.ts';
import type { SupervisorRun } from '../../source/lifecycle/run.ts';
import { defaultHealthSettings, defaultPolicy } from '../../source/lifecycle/spec.ts';
import type { Spec } from '../../source/lifecycle/spec.ts';
import { freePorts } from '../helpers/free-ports.ts';
import { crashProne, isAlive, killNow } from '../helpers/supervised.ts';

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
		await expect.poll(() => run.supervisor.machine.state, { timeout: 40_000 }).toBe(state);
	};
	const readyLines = async () => {
		const lines = await lastLines(place.log, 500);
		return lines.filter(({ text }) => text.startsWith('ready')).length;
	};
	const untilReady = async (times: number): Promise<void> => {
		await expect.poll(readyLines, { timeout: 40_000 }).toBe(times);
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
			.poll(async () => (await statusOf(node.supervision, 'node')).health, { timeout: 40_000 })
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
			.poll(async () => (await statusOf(node.supervision, 'node')).health, { timeout: 40_000 })
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

	it('outlives the removal of its files, and says so', async () => {
		const node = await supervised(crashProne());
		await node.untilReady(1);
		rmSync(node.place.directory, { recursive: true });
		const problem = () => node.supervisor.status().problem;
		await expect.poll(problem, { timeout: 40_000 }).toMatch(/^its output cannot be read: ENOENT/);
		const { pid = 0 } = node.supervisor.status();
		node.supervisor.apply({ type: 'stop', reason: 'test', next: 'stop' });
		await node.over;
		expect(isAlive(pid)).toBe(false);
		expect(node.supervisor.machine.state).toBe('stopped');
	});

	it('writes down at the next start that the node ended while no supervisor ran', async () => {
		const node = await supervised(crashProne());
		await node.until('running');
		const { pid = 0 } = await statusOf(node.supervision, 'node');
		await node.close();
		runs.splice(0);
		await killNow(pid);
		const reason =
			'it ended, or the machine was restarted, while no supervisor ran; exit code unknown';
		expect(await statusOf(node.supervision, 'node')).toMatchObject({ state: 'crashed', reason });
		runs.push(await runSupervisor(node.order, process.env));
		await expect
			.poll(async () => (await readJournal(node.place.journal, 9)).at(-1)?.to, { timeout: 40_000 })
			.toBe('running');
		const changes = await readJournal(node.place.journal, 9);
		expect(changes.map(({ from, to }) => `${from} → ${to}`)).toEqual([
			'stopped → starting',
			'starting → running',
			'running → crashed',
			'crashed → starting',
			'starting → running',
		]);
		expect(changes[2]).toMatchObject({ reason });
		expect(changes[2]).not.toHaveProperty('exitCode');
	});

	it('a script that becomes its node late is stopped, found and taken over like any other', async () => {
		const script = join(mkdtempSync(join(tmpdir(), 'nodetop-sv-')), 'start.sh');
		const node = crashProne()
			.map((word) => `'${word}'`)
			.join(' ');
		// Longer than the supervisor waits for a program behind its gate.
		writeFileSync(
			script,
			`#!/bin/sh\nwhile [ ! -e '${script}.go' ]; do sleep 0.05; done\nexec ${node}\n`,
		);
		chmodSync(script, 0o755);
		const first = await supervised([script]);
		await first.until('running');
		const { pid = 0 } = await statusOf(first.supervision, 'node');
		const executed = () => readlinkSync(`/proc/${pid}/exe`);
		expect(executed()).not.toBe(process.execPath);
		writeFileSync(`${script}.go`, '');
		await first.untilReady(1);
		expect(executed()).toBe(process.execPath);
		// Killed, its supervisor leaves a record of the shell.
		await first.close();
		runs.splice(0);
		expect(await livingRecord(first.place)).toMatchObject({ pid });
		const second = await runSupervisor({ ...first.order, spec: undefined }, process.env);
		runs.push(second);
		expect(second.supervisor.machine).toMatchObject({ state: 'running', process: { pid } });
		expect(await first.request({ ask: 'stop', isForced: false })).toMatchObject({ is: 'done' });
		expect(isAlive(pid)).toBe(false);
	});

	/** A script that starts its node beside itself, as many do, and ends before it. */
	const wrapped = (how: string, ...args: readonly string[]) => {
		const path = join(mkdtempSync(join(tmpdir(), 'nodetop-sv-')), 'start.sh');
		const node = crashProne(...args)
			.map((word) => `'${word}'`)
			.join(' ');
		writeFileSync(path, `#!/bin/sh\n${node} &\necho $! > '${path}.pid'\n${how}\n`);
		chmodSync(path, 0o755);
		return { command: [path], nodePid: () => Number(readFileSync(`${path}.pid`, 'utf8')) };
	};

	it('is not over before what its first process left has ended too', async () => {
		const { command, nodePid } = wrapped('wait', '--lingers');
		const node = await supervised(command);
		await node.untilReady(1);
		const child = nodePid();
		const stopping = node.request({ ask: 'stop', isForced: false });
		await expect.poll(() => node.supervisor.status().pid, { timeout: 40_000 }).toBe(child);
		await expect
			.poll(async () => (await lastLines(node.place.log, 9)).map(({ text }) => text), {
				timeout: 40_000,
			})
			.toContain('got SIGTERM');
		// The shell is gone. Its node is still saving, and another one on its data would destroy it.
		expect(node.supervisor.machine.state).toBe('stopping');
		expect(readSmall(node.place.node, markSchema)).toMatchObject({ pid: child });
		process.kill(child, 'SIGUSR2');
		expect(await stopping).toMatchObject({ is: 'done' });
		expect(isAlive(child)).toBe(false);
	});

	it('ends what a crash left before it starts again; what went into the background is the node', async () => {
		const crashed = wrapped('kill -9 $$');
		const node = await supervised(crashed.command, {
			policy: { ...defaultPolicy, maxRestarts: 0 },
		});
		await node.until('error');
		expect(isAlive(crashed.nodePid())).toBe(false);
		expect(node.supervisor.machine.reason).toContain('was ended by SIGKILL');

		const daemon = wrapped('exit 0');
		const second = await supervised(daemon.command);
		await second.untilReady(1);
		await expect
			.poll(() => second.supervisor.status().pid, { timeout: 40_000 })
			.toBe(daemon.nodePid());
		expect(second.supervisor.status()).toMatchObject({ state: 'running' });
		// Nobody learns how it ends; it is started again.
		const before = daemon.nodePid();
		await killNow(before);
		await second.untilReady(2);
		await expect
			.poll(() => second.supervisor.status().pid, { timeout: 40_000 })
			.toBe(daemon.nodePid());
		expect(daemon.nodePid()).not.toBe(before);
		expect(await readJournal(second.place.journal, 9)).toContainEqual(
			expect.objectContaining({ to: 'crashed', reason: 'ended, exit code unknown' }),
		);
		expect(await second.request({ ask: 'stop', isForced: false })).toMatchObject({ is: 'done' });
		expect(isAlive(daemon.nodePid())).toBe(false);
	});

	it('goes on stopping what an earlier supervisor told to stop', async () => {
		const node = await supervised(crashProne('--lingers'));
		await node.untilReady(1);
		const { pid = 0 } = await statusOf(node.supervision, 'node');
		node.supervisor.apply({ type: 'stop', reason: 'a person', next: 'stop' });
		await expect
			.poll(async () => (await lastLines(node.place.log, 9)).at(-1)?.text, { timeout: 40_000 })
			.toBe('got SIGTERM');
		await node.close();
		runs.splice(0);
		const next = await runSupervisor({ ...node.order, spec: undefined }, process.env);
		runs.push(next);
		expect(next.supervisor.machine).toMatchObject({ state: 'stopping', process: { pid } });
		process.kill(pid, 'SIGUSR2');
		await next.over;
		expect(next.supervisor.machine.state).toBe('stopped');
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
		// It was checked, and nobody could ask it.
		expect(await node.request({ ask: 'health' })).toMatchObject({ report: { healthy: true } });
		expect(await node.request({ ask: 'status' })).toMatchObject({ status: { health: 'unknown' } });
	});
});
