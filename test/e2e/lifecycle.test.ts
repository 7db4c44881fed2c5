import {
	chmodSync,
	copyFileSync,
	mkdirSync,
	readFileSync,
	readlinkSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { SnapshotDocument } from '../../source/sections/snapshot.ts';
import { anvilBinary } from '../helpers/anvil.ts';
import { freePorts } from '../helpers/free-ports.ts';
import { crashProne, isAlive, killNow, SupervisedHome } from '../helpers/supervised.ts';

const place = new SupervisedHome();
const names: string[] = [];
const quick = ['--restart-wait', '100ms', '--health-check-interval', '200ms'];

function named(name: string): string[] {
	names.push(name);
	return ['--name', name];
}

afterAll(async () => {
	await place.close(names);
}, 60_000);

const anvil = anvilBinary();
if (anvil === undefined)
	console.warn(
		'skipped: the scenarios with a real node, for anvil is not installed on this platform',
	);

describe.skipIf(anvil === undefined).concurrent('a real anvil', () => {
	const binary = anvil ?? '';

	it('scenario 1, normal operation: starts, is healthy, restarts gracefully, goes on, stops', async () => {
		const [rpc = 0] = await freePorts(1);
		const data = join(place.home, 'chain.json');
		const command = [binary, '--port', String(rpc), '--block-time', '1', '--state', data];
		await place.do(['start', ...named('normal'), ...quick, '--min-peers', '0', '--', ...command]);
		const first = await place.until('normal', ({ health }) => health === 'healthy');
		expect(first).toMatchObject({
			name: 'normal',
			state: 'running',
			restarts: 0,
			network: '31337',
		});
		expect(first.version).toMatch(/^anvil\/v\d/);
		expect(readlinkSync(`/proc/${first.pid ?? 0}/exe`)).toBe(binary);
		const health = await place.do(['health', '--process', 'normal', '--json']);
		const report = JSON.parse(health.stdout) as Record<string, unknown>; // Our own program’s.
		expect(report).toMatchObject({
			healthy: true,
			checks: {
				rpc_endpoint: { healthy: true },
				peer_count: { min_required: 0 },
				sync_status: { healthy: true, syncing: false },
			},
		});
		await place.do(['restart', 'normal']);
		const second = await place.until('normal', ({ health: shown }) => shown === 'healthy');
		expect(second.pid).not.toBe(first.pid);
		expect(isAlive(first.pid ?? 0)).toBe(false);
		// The chain goes on where it was: it was written at its graceful end.
		expect(statSync(data).size).toBeGreaterThan(100);
		const text = await place.do(['status', '--process', 'normal']);
		expect(text.stdout).toMatch(
			/^State: {8}running\nPID: {10}\d+\nUptime: {7}(?:\d+m )?\d+s\nRestarts: {5}0\nHealth: {7}healthy\nVersion: {6}anvil\S+\nNetwork: {6}31337\n$/,
		);
		await place.do(['stop', 'normal']);
		expect(await place.status('normal')).toMatchObject({ state: 'stopped' });
		expect(isAlive(second.pid ?? 0)).toBe(false);
		expect(place.journal('normal').map(({ to }) => to)).toEqual([
			'starting',
			'running',
			'stopping',
			'starting',
			'running',
			'stopping',
			'stopped',
		]);
	});

	it('scenario 2, crash recovery: killed, it is started again, counted, healthy', async () => {
		const [rpc = 0] = await freePorts(1);
		await place.do([
			'start',
			...named('crash'),
			...quick,
			'--min-peers',
			'0',
			'--',
			binary,
			'--port',
			String(rpc),
		]);
		const first = await place.until('crash', ({ health }) => health === 'healthy');
		await killNow(first.pid ?? 0);
		const second = await place.until(
			'crash',
			({ restarts, health }) => restarts === 1 && health === 'healthy',
		);
		expect(second.pid).not.toBe(first.pid);
		expect(place.journal('crash')).toContainEqual(
			expect.objectContaining({ to: 'crashed', signal: 'SIGKILL' }),
		);
		const crashed = place.journal('crash').find(({ to }) => to === 'crashed');
		expect(crashed?.lastLines?.length).toBeGreaterThan(3);

		// Its supervisor too: the node lives on, and is taken over as it is.
		await killNow(place.supervisorPid('crash'));
		expect(isAlive(second.pid ?? 0)).toBe(true);
		const startedAtMs = statSync(`/proc/${second.pid ?? 0}`).ctimeMs;
		const adopted = await place.until('crash', ({ health }) => health === 'healthy');
		expect(adopted).toMatchObject({ pid: second.pid, state: 'running', restarts: 1 });
		expect(Math.abs((adopted.uptimeSeconds ?? 0) - (Date.now() - startedAtMs) / 1000)).toBeLessThan(
			30,
		);
		await killNow(second.pid ?? 0);
		await place.until('crash', ({ restarts }) => restarts === 2);
		expect(place.journal('crash')).toContainEqual(
			expect.objectContaining({ to: 'crashed', reason: 'ended, exit code unknown' }),
		);
	});

	it('upgrades to a healthy binary, and goes back from one that is not', async () => {
		const [rpc = 0, other = 0] = await freePorts(2);
		const bin = join(place.home, 'bin');
		mkdirSync(bin, { recursive: true });
		const [good, bad] = [join(bin, 'good'), join(bin, 'bad')];
		writeFileSync(good, `#!/bin/sh\nexec '${binary}' "$@"\n`);
		// It says that it is well, runs, and answers at another port.
		writeFileSync(
			bad,
			`#!/bin/sh\ncase "$1" in version|--version) echo 9.9.9; exit;; esac\nexec '${binary}' --port ${other}\n`,
		);
		for (const file of [good, bad]) chmodSync(file, 0o755);
		copyFileSync(binary, join(bin, 'anvil'));
		await place.do([
			'start',
			...named('upgrade'),
			...quick,
			'--min-peers',
			'0',
			'--',
			join(bin, 'anvil'),
			'--port',
			String(rpc),
		]);
		await place.until('upgrade', ({ health }) => health === 'healthy');

		const wrong = await place.run([
			'upgrade',
			'upgrade',
			'--binary',
			good,
			'--sha256',
			'a'.repeat(64),
		]);
		expect([wrong.exitCode, wrong.stderr]).toEqual([
			69,
			expect.stringContaining('the checksum of'),
		]);
		const backup = join(place.home, 'backup');
		await place.do([
			'upgrade',
			'upgrade',
			'--binary',
			good,
			'--gate',
			'60s',
			'--',
			'/bin/sh',
			'-c',
			`echo done > ${backup}`,
		]);
		expect(readFileSync(backup, 'utf8')).toBe('done\n');
		const upgraded = await place.until('upgrade', ({ health }) => health === 'healthy');
		expect(place.journal('upgrade').map(({ to }) => to)).toEqual([
			'starting',
			'running',
			'upgrading',
			'running',
		]);

		const refused = await place.run(['upgrade', 'upgrade', '--binary', bad, '--gate', '1s']);
		expect(refused.exitCode).toBe(69);
		expect(refused.stderr).toContain('rolled back: not healthy within 1 s');
		const back = await place.until('upgrade', ({ health }) => health === 'healthy');
		expect(back.pid).not.toBe(upgraded.pid);
		expect(back).toMatchObject({ state: 'running', restarts: 0 });

		const failing = await place.run(['upgrade', 'upgrade', '--binary', bad, '--', '/bin/false']);
		expect(failing.stderr).toContain('the backup failed, so nothing was changed');
		expect(await place.status('upgrade')).toMatchObject({ pid: back.pid, state: 'running' });
	}, 120_000);
});

describe.concurrent('scenario 3, compatibility of the command line', () => {
	const odd = [
		'--identity',
		'a b',
		'--q="x"',
		"it's",
		'--x=1=2',
		'--x',
		'--x',
		'--',
		'--help',
		'$HOME',
		'',
		'ä✓',
	];

	it('complex arguments arrive as they are, and changed ones are applied after they are shown', async () => {
		const seen = join(place.home, 'seen');
		const [p2p = 0, rpc = 0, ws = 0] = await freePorts(3);
		const ports = [
			'--port',
			String(rpc),
			'--p2p',
			String(p2p),
			'--ws.port',
			String(ws),
			'--datadir',
			place.home,
		];
		const program = crashProne('--args', seen, ...ports, ...odd);
		await place.do([
			'start',
			...named('args'),
			'--rpc',
			`http://127.0.0.1:${rpc}`,
			...quick,
			'--env',
			'KEY=a=b c',
			'--',
			...program,
		]);
		const first = await place.until('args', ({ health }) => health === 'healthy');
		expect(first).toMatchObject({ version: 'Crash/v1.2.3', network: '1001' });
		expect(JSON.parse(readFileSync(seen, 'utf8'))).toEqual(program.slice(2));
		expect(readFileSync(`/proc/${first.pid ?? 0}/environ`, 'utf8').split('\0')).toContain(
			'KEY=a=b c',
		);

		const changed = [...program.slice(0, -1), '--cache', '2048'];
		const { stderr } = await place.do(['restart', '--name', 'args', '--', ...changed]);
		expect(stderr).toContain("- 'ä✓'\n+ --cache 2048\n");
		await place.until('args', ({ pid, state }) => pid !== first.pid && state === 'running');
		await place.untilLogged('args', '--cache');
		expect(JSON.parse(readFileSync(seen, 'utf8'))).toEqual(changed.slice(2));
	});

	it('an ambiguous line is refused, and says how it is written', async () => {
		const result = await place.run(['start', 'geth', '--http']);
		expect([result.exitCode, result.stderr]).toEqual([
			64,
			expect.stringContaining('write -- in front of the node’s command: nodetop start -- geth'),
		]);
		const missing = await place.run(['start', '--', './no-such-node']);
		expect([missing.exitCode, missing.stderr]).toEqual([
			64,
			expect.stringContaining('does not exist'),
		]);
		const plain = join(place.home, 'plain.txt');
		writeFileSync(plain, 'text');
		expect((await place.run(['start', '--', plain])).stderr).toContain('is not executable');
	});

	it('start without a command starts what was started before; --auto-restart=false is kept', async () => {
		await place.do([
			'start',
			...named('again'),
			'--auto-restart=false',
			'--',
			...crashProne('--lines', '5'),
		]);
		expect((await place.run(['start', 'again'])).exitCode).toBe(69);
		await place.untilLogged('again', 'ready');
		await place.do(['stop', 'again']);
		await place.do(['start', 'again']);
		const { pid = 0 } = await place.status('again');
		await killNow(pid);
		const status = await place.until('again', ({ state }) => state === 'crashed');
		expect(status.reason).toBe('was ended by SIGKILL; automatic restart is off');
		expect(
			(await place.do(['logs', 'again', '-n', '400', '--grep', 'line 4', '--raw'])).stdout,
		).toMatch(/^(?:line 4\n){1,2}$/);
	});
});

describe.concurrent('ends of every kind', () => {
	it('six crashes need a person; what ended it is in the journal', async () => {
		const count = join(place.home, 'count');
		await place.run([
			'start',
			...named('six'),
			'--restart-wait',
			'100ms',
			'--',
			...crashProne('--die', 'code', '--count', count),
		]);
		const status = await place.until('six', ({ state }) => state === 'error');
		expect(status).toMatchObject({
			restarts: 5,
			reason: 'ended with code 3; the limit of 5 restarts is reached',
		});
		expect(readFileSync(count, 'utf8').trim().split('\n')).toHaveLength(6);
		expect(place.journal('six').filter(({ exitCode }) => exitCode === 3)).toHaveLength(6);
		// The node that is watched has the state of its process, though it does not answer.
		const [port = 0] = await freePorts(1);
		const once = await place.do(['--once', '--json', `six=http://127.0.0.1:${port}`]);
		const { nodes } = JSON.parse(once.stdout) as SnapshotDocument; // Our own program’s.
		expect(nodes[0]?.process).toMatchObject({ state: 'error', restarts: 5, supervisor: 'nodetop' });
		const crashed = nodes[0]?.health.issues.find(({ code }) => code === 'processCrashed');
		expect(crashed).toMatchObject({
			severity: 'critical',
			message: expect.stringContaining('limit of 5 restarts'),
		});
	});

	it.each([
		['disk', 'the disk is full'],
		['flag', 'it refuses one of its flags'],
		['port', 'one of its ports is taken'],
		['lock', 'another process has its data directory'],
	])('%s: no restart', async (how, reason) => {
		await place.run(['start', ...named(how), ...quick, '--', ...crashProne('--die', how)]);
		const status = await place.until(how, ({ state }) => state === 'error');
		expect(status).toMatchObject({ restarts: 0, reason: expect.stringContaining(reason) });
	});

	it.each([
		['kill', { signal: 'SIGKILL' }],
		['segv', { signal: 'SIGSEGV' }],
		['code', { exitCode: 3 }],
	])('%s: it is started again, and what ended it is written down', async (how, exit) => {
		const name = `once-${how}`;
		const count = join(place.home, name);
		await place.run([
			'start',
			...named(name),
			...quick,
			'--',
			...crashProne('--die', how, '--dies', '1', '--count', count),
		]);
		await place.until(name, ({ state, restarts }) => state === 'running' && restarts === 1);
		await place.untilLogged(name, 'ready');
		expect(place.journal(name)).toContainEqual(expect.objectContaining({ to: 'crashed', ...exit }));
		expect(readFileSync(count, 'utf8').trim().split('\n')).toHaveLength(2);
	});

	it('an end with code 0 is no crash', async () => {
		await place.run(['start', ...named('clean'), ...quick, '--', ...crashProne('--die', 'clean')]);
		// It may be seen while it runs.
		const hasEnded = ({ state }: { state: string }) => !['starting', 'running'].includes(state);
		expect(await place.until('clean', hasEnded)).toMatchObject({
			state: 'stopped',
			reason: 'ended by itself with code 0',
		});
	});

	it('one SIGTERM, then patience; only --force kills', async () => {
		await place.do(['start', ...named('stubborn'), '--', ...crashProne('--stubborn')]);
		const { pid = 0 } = await place.status('stubborn');
		await place.untilLogged('stubborn', 'ready');
		const patient = await place.run(['stop', 'stubborn', '--grace', '1s']);
		expect([patient.exitCode, patient.stderr]).toEqual([
			69,
			expect.stringContaining('has not ended within 1 s'),
		]);
		expect(isAlive(pid)).toBe(true);
		const forced = await place.run(['stop', 'stubborn', '--force', '--grace', '1s']);
		expect([forced.exitCode, forced.stderr]).toEqual([0, expect.stringContaining('killed')]);
		expect(isAlive(pid)).toBe(false);
		const { stdout } = await place.do(['logs', 'stubborn', '--raw', '--grep', 'got SIGTERM']);
		expect(stdout).toBe('got SIGTERM\n');
	});

	it('SIGTERM to the supervisor stops the node first', async () => {
		await place.do(['start', ...named('told'), '--', ...crashProne()]);
		const { pid = 0 } = await place.status('told');
		await place.untilLogged('told', 'ready');
		process.kill(place.supervisorPid('told'), 'SIGTERM');
		await place.until('told', ({ state }) => state === 'stopped');
		expect(isAlive(pid)).toBe(false);
		expect((await place.do(['logs', 'told', '--raw', '--grep', 'got SIGTERM'])).stdout).toBe(
			'got SIGTERM\n',
		);
	});

	it('a node that is unhealthy but runs is restarted only when asked', async () => {
		const [rpc = 0] = await freePorts(1);
		const lonely = crashProne('--port', String(rpc), '--lonely');
		await place.do([
			'start',
			...named('lonely'),
			...quick,
			'--rpc',
			`http://127.0.0.1:${rpc}`,
			'--',
			...lonely,
		]);
		const first = await place.until('lonely', ({ health }) => health === 'unhealthy');
		expect(first).toMatchObject({ state: 'running', restarts: 0 });
		await place.do([
			'restart',
			'--name',
			'lonely',
			'--restart-unhealthy',
			'3',
			'--health-check-interval',
			'600ms',
			'--',
			...lonely,
		]);
		await place.until('lonely', ({ restarts }) => restarts > 0);
		expect(place.journal('lonely')).toContainEqual(
			expect.objectContaining({
				to: 'stopping',
				reason: 'unhealthy: too few peers: 0 of at least 1',
			}),
		);
		const health = await place.run(['health', '--process', 'lonely']);
		expect(health.exitCode).toBe(2);
	});
});

describe.concurrent('one data directory, one node', () => {
	it('a second node on it is refused, also when the first has no supervisor', async ({
		onTestFinished,
	}) => {
		// A home of its own: any command in the other one takes over what has no supervisor.
		const own = new SupervisedHome();
		onTestFinished(() => own.close(['first']));
		const data = join(own.home, 'data');
		mkdirSync(data);
		await own.do(['start', '--name', 'first', '--', ...crashProne('--datadir', data)]);
		const second = ['start', '--name', 'second', '--', ...crashProne('--datadir', data)];
		expect((await own.run(second)).exitCode).toBe(69);
		await killNow(own.supervisorPid('first'));
		const refused = await own.run(second);
		expect([refused.exitCode, refused.stderr]).toEqual([
			69,
			expect.stringContaining('the node "first" runs with the data directory'),
		]);
	});

	it('a stale record of another process gets no signal', async () => {
		await place.do(['start', ...named('stale'), '--', ...crashProne()]);
		const { pid = 0 } = await place.status('stale');
		const record = join(place.directoryOf('stale'), 'node.json');
		const kept = readFileSync(record, 'utf8');
		await killNow(place.supervisorPid('stale'));
		// As if its pid had been given to another process since.
		const mark = JSON.parse(kept) as { startedAt: string }; // Our own program’s.
		writeFileSync(record, JSON.stringify({ ...mark, startedAt: '1' }));
		expect(await place.status('stale')).toMatchObject({ state: 'crashed' });
		expect((await place.run(['stop', 'stale', '--force'])).stderr).toContain('it does not run');
		expect(isAlive(pid)).toBe(true);
		writeFileSync(record, kept);
		expect(await place.status('stale')).toMatchObject({ state: 'running', pid });
	});
});

describe.concurrent('privacy and size', () => {
	it('its files are for the owner alone, and its supervisor is small', async () => {
		await place.do(['start', ...named('small'), '--', ...crashProne()]);
		const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);
		expect(mode(place.directoryOf('small'))).toBe('700');
		for (const file of ['socket', 'spec.json', 'node.json', 'journal.jsonl', 'stdout'])
			expect([file, mode(join(place.directoryOf('small'), file))]).toEqual([file, '600']);
		const memory = readFileSync(`/proc/${place.supervisorPid('small')}/status`, 'utf8');
		expect(Number(/VmRSS:\s+(\d+)/.exec(memory)?.[1])).toBeLessThan(80_000);
	});

	it('run is the same in the foreground', async () => {
		const result = await place.run([
			'run',
			...named('front'),
			'--',
			process.execPath,
			'-e',
			'console.log("hello")',
		]);
		expect([result.exitCode, result.stdout]).toEqual([0, expect.stringContaining(' out  hello\n')]);
	});
});
