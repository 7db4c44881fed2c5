import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { readCgroup } from '../../../source/health/local/cgroup.ts';
import { createListenerFinder } from '../../../source/health/local/listener.ts';
import { parsePressure, readMemoryPressure } from '../../../source/health/local/pressure.ts';
import { readProcess } from '../../../source/health/local/process-facts.ts';
import { systemRoots } from '../../../source/health/local/seen.ts';
import type { SystemRoots } from '../../../source/health/local/seen.ts';

const isLinux = process.platform === 'linux';
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
	for (const cleanup of cleanups.splice(0)) await cleanup();
});

/** A process of its own that listens, and opens as many files as it is told to. */
async function startListener(
	host: string,
	files = 0,
): Promise<{ readonly child: ChildProcess; readonly port: number }> {
	const program = `
		const open = Array.from({ length: ${files} }, () => require('node:fs').openSync('/dev/null'));
		const server = require('node:net').createServer();
		server.listen(0, '${host}', () => console.log(server.address().port, open.length));
	`;
	const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
	cleanups.push(() => child.kill('SIGKILL'));
	const line = await new Promise<string>((resolve) => {
		child.stdout.once('data', (chunk: Buffer) => {
			resolve(chunk.toString());
		});
	});
	return { child, port: Number.parseInt(line, 10) };
}

/** A file tree that stands for /proc and /sys/fs/cgroup. */
function treeOf(files: Readonly<Record<string, string>>): SystemRoots {
	const root = mkdtempSync(path.join(tmpdir(), 'nodetop-proc-'));
	cleanups.push(() => {
		rmSync(root, { recursive: true });
	});
	for (const [name, text] of Object.entries(files)) {
		const file = path.join(root, name);
		mkdirSync(path.dirname(file), { recursive: true });
		writeFileSync(file, text);
	}
	return { proc: path.join(root, 'proc'), cgroup: path.join(root, 'cgroup') };
}

/** Where a listener at every address is reached. */
const reachedAt: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

describe.skipIf(!isLinux)('the process that listens (skipped: only Linux tells)', () => {
	test.each(['127.0.0.1', '0.0.0.0', '::1', '::'])('on %s is found by its port', async (host) => {
		const { child, port } = await startListener(host);
		const finder = createListenerFinder(systemRoots, Date.now);
		expect(await finder.find({ host: reachedAt[host] ?? host, port })).toEqual({
			value: child.pid,
		});
	});

	test('of those with one port, the one that the kernel would choose for a host', async () => {
		const socket = (address: string, pid: number) =>
			`0: ${address}:2161 0:0000 0A 00000000:00000000 00:00000000 00000000 0 0 ${pid}00 1\n`;
		const loopback6 = '00000000000000000000000001000000';
		const any6 = '0'.repeat(32);
		const find = async (host: string, tables: Readonly<Record<string, string>>) => {
			const pids = [1, 2, 3, 4, 5];
			const roots = treeOf({
				...tables,
				...Object.fromEntries(pids.map((pid) => [`proc/${pid}/fd/keep`, ''])),
			});
			for (const pid of pids)
				symlinkSync(`socket:[${pid}00]`, path.join(roots.proc, `${pid}/fd/3`));
			return createListenerFinder(roots, Date.now).find({ host, port: 0x21_61 });
		};
		const all = {
			'proc/net/tcp': socket('00000000', 1) + socket('0100007F', 2) + socket('0200007F', 3),
			'proc/net/tcp6': socket(any6, 4) + socket(loopback6, 5),
		};
		expect(await find('127.0.0.1', all)).toEqual({ value: 2 });
		expect(await find('127.0.0.2', all)).toEqual({ value: 3 });
		expect(await find('127.0.0.3', all)).toEqual({ value: 1 });
		expect(await find('::1', all)).toEqual({ value: 5 });
		expect(await find('localhost', all)).toEqual({ value: 2 });
		const every6 = { 'proc/net/tcp6': socket(any6, 4) };
		expect(await find('127.0.0.1', every6)).toEqual({ value: 4 });
		expect(await find('::1', every6)).toEqual({ value: 4 });
		const mapped = { 'proc/net/tcp6': socket('0000000000000000FFFF00000100007F', 5) };
		expect(await find('127.0.0.1', mapped)).toEqual({ value: 5 });
		const only6 = { 'proc/net/tcp6': socket(loopback6, 5) };
		expect(await find('localhost', only6)).toEqual({ value: 5 });
		const nothing = { because: 'nothing on this machine listens on port 8545' };
		expect(await find('127.0.0.1', only6)).toEqual(nothing);
		expect(await find('::1', { 'proc/net/tcp': socket('00000000', 1) })).toEqual(nothing);
	});

	test('one that came later is found too, and one that ended is not', async () => {
		let nowMs = 0;
		const finder = createListenerFinder(systemRoots, () => nowMs);
		const first = await startListener('127.0.0.1');
		expect(await finder.find({ host: '127.0.0.1', port: first.port })).toEqual({
			value: first.child.pid,
		});
		const second = await startListener('127.0.0.1');
		nowMs += 10_000;
		expect(await finder.find({ host: '127.0.0.1', port: second.port })).toEqual({
			value: second.child.pid,
		});
		first.child.kill('SIGKILL');
		await expect
			.poll(() => finder.find({ host: '127.0.0.1', port: first.port }))
			.toEqual({ because: `nothing on this machine listens on port ${first.port}` });
	});

	test('all of its processes are read at most every ten seconds', async () => {
		const finder = createListenerFinder(systemRoots, () => 0);
		const first = await startListener('127.0.0.1');
		await finder.find({ host: '127.0.0.1', port: first.port });
		const later = await startListener('127.0.0.1');
		expect(await finder.find({ host: '127.0.0.1', port: later.port })).toMatchObject({
			because: expect.stringContaining('another user’s process') as string,
		});
	});

	test('a forwarder is not the node', async () => {
		const inode = '4711';
		const line = `0: 0100007F:2161 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 ${inode} 1`;
		const roots = treeOf({
			'proc/net/tcp': `  sl  local_address rem_address st\n   ${line}\n`,
			'proc/77/comm': 'docker-proxy\n',
			'proc/77/fd/keep': '',
		});
		symlinkSync(`socket:[${inode}]`, path.join(roots.proc, '77/fd/3'));
		expect(
			await createListenerFinder(roots, Date.now).find({ host: '127.0.0.1', port: 0x21_61 }),
		).toEqual({
			because: 'docker-proxy listens on port 8545 for a node that runs elsewhere',
		});
	});

	test('who was found is looked for again only when the socket is closed', async () => {
		const line = (inode: string) =>
			`0: 0100007F:2161 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 ${inode} 1\n`;
		const roots = treeOf({
			'proc/net/tcp': line('4711'),
			'proc/77/comm': 'geth\n',
			'proc/78/comm': 'reth\n',
			'proc/77/fd/keep': '',
			'proc/78/fd/keep': '',
		});
		const table = path.join(roots.proc, 'net/tcp');
		const link = path.join(roots.proc, '77/fd/3');
		symlinkSync('socket:[4711]', link);
		let nowMs = 0;
		const finder = createListenerFinder(roots, () => nowMs);
		expect(await finder.find({ host: '127.0.0.1', port: 0x21_61 })).toEqual({ value: 77 });
		writeFileSync(table, '');
		expect(await finder.find({ host: '127.0.0.1', port: 0x21_61 })).toEqual({ value: 77 });
		// The descriptor is another socket's now, and the port another process's.
		rmSync(link);
		symlinkSync('socket:[4712]', link);
		expect(await finder.find({ host: '127.0.0.1', port: 0x21_61 })).toEqual({
			because: 'nothing on this machine listens on port 8545',
		});
		writeFileSync(table, line('4713'));
		symlinkSync('socket:[4713]', path.join(roots.proc, '78/fd/3'));
		nowMs += 10_000;
		expect(await finder.find({ host: '127.0.0.1', port: 0x21_61 })).toEqual({ value: 78 });
	});

	test('a system without these files says so', async () => {
		expect(
			await createListenerFinder(treeOf({}), Date.now).find({ host: '127.0.0.1', port: 1 }),
		).toEqual({
			because: 'only Linux shows which process listens',
		});
	});
});

describe.skipIf(!isLinux)('a process (skipped: only Linux tells)', () => {
	test('its descriptors, their limit, threads and age are those it has', async () => {
		const few = await startListener('127.0.0.1');
		const many = await startListener('127.0.0.1', 40);
		const [a, b] = await Promise.all(
			[few, many].map(async ({ child }) => {
				const seen = await readProcess(child.pid ?? 0, systemRoots);
				if (!('value' in seen)) throw new Error(seen.because);
				return seen.value;
			}),
		);
		expect(Number(b?.openFiles) - Number(a?.openFiles)).toBe(40);
		expect(a?.openFilesLimit).toBeGreaterThan(100);
		expect(a?.threads).toBeGreaterThan(1);
		expect(a?.uptimeSeconds).toBeLessThan(60);
		expect(a?.system.limit).toBeGreaterThan(Number(a?.threads));
	});

	test('one that is stopped is in state T, and one that ended is gone', async () => {
		const { child } = await startListener('127.0.0.1');
		const pid = child.pid ?? 0;
		process.kill(pid, 'SIGSTOP');
		await expect
			.poll(() => readProcess(pid, systemRoots))
			.toMatchObject({ value: { pid, state: 'T' } });
		child.kill('SIGKILL');
		await expect
			.poll(() => readProcess(pid, systemRoots))
			.toEqual({ because: `process ${pid} has ended` });
	});

	test('a name with brackets and blanks shifts nothing; no limit is no number', async () => {
		const rest = `S 1 ${'0 '.repeat(15)}17 0 250 0`;
		const roots = treeOf({
			'proc/9/stat': `9 (a) b (c) ${rest}`,
			'proc/9/limits':
				'Max open files            unlimited            unlimited            files\n',
			'proc/uptime': '10.50 1.00\n',
		});
		expect(await readProcess(9, roots)).toMatchObject({
			value: {
				state: 'S',
				threads: 17,
				startTicks: 250,
				uptimeSeconds: 8,
				openFiles: undefined,
				openFilesLimit: undefined,
			},
		});
	});
});

describe('control groups', () => {
	const stat = 'usage_usec 5\nnr_periods 40\nnr_throttled 10\nthrottled_usec 3\n';

	test('of version 2, one directory for all', async () => {
		const roots = treeOf({
			'proc/5/cgroup': '0::/system.slice/geth.service\n',
			'cgroup/system.slice/geth.service/cpu.stat': stat,
			'cgroup/system.slice/geth.service/pids.current': '12\n',
			'cgroup/system.slice/geth.service/pids.max': '100\n',
			'cgroup/system.slice/geth.service/memory.pressure': 'some avg10=1 avg60=2 avg300=3 total=4\n',
		});
		expect(await readCgroup(5, roots)).toEqual({
			throttling: { periods: 40, throttled: 10 },
			processes: 12,
			processesLimit: 100,
			memoryPressure: 'some avg10=1 avg60=2 avg300=3 total=4\n',
		});
	});

	test('of version 1, one directory a controller', async () => {
		const roots = treeOf({
			'proc/5/cgroup': '8:pids:/a\n4:cpu,cpuacct:/b\n0::/c\n',
			'cgroup/pids/a/pids.current': '3\n',
			'cgroup/pids/a/pids.max': 'max\n',
			'cgroup/cpu,cpuacct/b/cpu.stat': stat,
			'cgroup/c/cpu.stat': 'nr_periods 9\nnr_throttled 9\n',
		});
		expect(await readCgroup(5, roots)).toMatchObject({
			throttling: { periods: 40, throttled: 10 },
			processes: 3,
			processesLimit: undefined,
		});
	});

	test.each([
		['without a quota', '0::/x', { 'cgroup/x/cpu.stat': 'usage_usec 5\n' }],
		['outside of our namespace', '0::/../x', { 'cgroup/cpu.stat': stat, 'x/cpu.stat': stat }],
		['without files', '0::/x', {}],
	])('%s: nothing is told', async (_, group, files) => {
		const roots = treeOf({ 'proc/5/cgroup': `${group}\n`, ...files });
		expect((await readCgroup(5, roots)).throttling).toBeUndefined();
	});
});

describe('memory pressure', () => {
	const some = 'some avg10=0.00 avg60=12.50 avg300=0.40 total=4711\n';
	const full = 'full avg10=0.00 avg60=1.25 avg300=0.40 total=11\n';

	test.each([
		[some + full, { someRatio: 0.125, fullRatio: 0.0125 }],
		[some, { someRatio: 0.125, fullRatio: undefined }],
		['some avg10=0.00 avg60=100.00 avg300=9 total=1', { someRatio: 1, fullRatio: undefined }],
		[full, undefined],
		['', undefined],
	])('%j', (text, pressure) => {
		expect(parsePressure(text)).toEqual(pressure);
	});

	test('of the machine', async () => {
		const roots = treeOf({ 'proc/pressure/memory': some + full });
		expect(await readMemoryPressure(roots)).toEqual({
			value: { someRatio: 0.125, fullRatio: 0.0125 },
		});
		expect(await readMemoryPressure(treeOf({}))).toMatchObject({
			because: expect.stringContaining('PSI') as string,
		});
	});
});
