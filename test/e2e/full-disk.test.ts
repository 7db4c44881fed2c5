import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sendJson, startServer } from '../helpers/http-server.ts';
import type { TestServer } from '../helpers/http-server.ts';
import { startMetricNode } from '../helpers/metric-node.ts';
import type { MetricNode } from '../helpers/metric-node.ts';
import { bin } from '../helpers/run-nodetop.ts';
import { mountSmallDisk, whyNoDisk } from '../helpers/small-disk.ts';
import type { SmallDisk } from '../helpers/small-disk.ts';
import { startWatchProcess, watchHome, writeConfig } from '../helpers/watch-process.ts';
import type { WatchHome, WatchProcess } from '../helpers/watch-process.ts';

const run = promisify(execFile);
const waiting = { interval: 20, timeout: 60_000 };
/** The same in this process: test/app/full-disk.test.ts. */
const whySkipped =
	whyNoDisk ??
	(process.env['NODETOP_FULL_DISK'] === undefined
		? 'processes take long: NODETOP_FULL_DISK=1, as npm run test:slow does'
		: undefined);
if (whySkipped !== undefined) console.warn(`skipped: watch on a full disk: ${whySkipped}`);

let base: string;
let home: WatchHome;
let disk: SmallDisk;
let node: MetricNode;
let receiver: TestServer;
let running: WatchProcess | undefined;

beforeEach(async () => {
	if (whySkipped !== undefined) return;
	base = await mkdtemp(path.join(tmpdir(), 'nodetop-full-'));
	const state = await mkdtemp(path.join(base, 'state-'));
	disk = await mountSmallDisk(state, 4);
	const { env, ...rest } = watchHome(base);
	const alertDirectory = path.join(state, 'nodetop', 'alerts', 'default');
	home = { ...rest, alertDirectory, env: { ...env, XDG_STATE_HOME: state } };
	node = await startMetricNode();
	receiver = await startServer((_request, response) => sendJson(response, {}));
	await writeConfig(home, {
		intervalMs: 100,
		nodes: [{ name: 'a', kind: 'bft', url: node.url }],
		rules: {
			'many-files': {
				condition: { value: { field: 'resources.openFiles' }, above: 100 },
				severity: 'critical',
				forMs: 0,
				message: '{node} has {value} open files',
			},
			'own-state': { keepFiringForMs: 1000 },
		},
		channels: { hook: { type: 'webhook', url: receiver.url, groupIntervalMs: 0, groupWaitMs: 0 } },
	});
});

afterEach(async () => {
	if (whySkipped !== undefined) return;
	await end('SIGKILL');
	await disk.close();
	await node.close();
	await receiver.close();
	await rm(base, { recursive: true, force: true });
});

function start(args: readonly string[] = []): WatchProcess {
	running = startWatchProcess(home, args, disk.within);
	return running;
}

async function end(signal: NodeJS.Signals): Promise<number | null | undefined> {
	running?.child.kill(signal);
	const code = await running?.exited;
	running = undefined;
	return code;
}

/** What the receiver was told, `event rule`. */
function told(): string[] {
	return receiver.requests.flatMap(({ body }) => {
		// The sender is our own webhook channel.
		const { incidents } = JSON.parse(body) as { incidents: { event: string; rule: string }[] };
		return incidents.map(({ event, rule }) => `${event} ${rule}`);
	});
}

async function list(): Promise<string> {
	const [program, ...args] = [...disk.within, process.execPath, bin];
	const { stdout } = await run(program, [...args, 'alerts', 'list', '-c', home.configFile], {
		env: home.env,
	});
	return stdout;
}

const kept = (name: string): Promise<string> =>
	readFile(disk.seen(path.join(home.alertDirectory, name)), 'utf8');

describe.skipIf(whySkipped !== undefined)('nodetop watch on a full disk', () => {
	it('starts from memory, says once that its state is not kept, and keeps it once there is room', async () => {
		disk.fill();
		const { stderr } = start();
		node.openFiles = 200;
		await expect.poll(told, waiting).toEqual(['fired own-state', 'fired many-files']);
		expect(stderr()).toContain('is not kept');
		expect(await list()).toMatch(/the disk of .* is full/);

		disk.makeRoom();
		await expect
			.poll(() => kept('delivery.jsonl').catch(() => ''), waiting)
			.toContain('many-files');
		await expect.poll(() => told().at(-1), waiting).toBe('resolved own-state');
		// What was told from memory is known on the disk now.
		await end('SIGKILL');
		start();
		await expect.poll(() => list(), waiting).toContain('many-files');
		node.openFiles = 5;
		await expect.poll(() => told().at(-1), waiting).toBe('resolved many-files');
		expect(told().filter((each) => each === 'fired many-files')).toHaveLength(1);
		expect(told().filter((each) => each === 'fired own-state')).toHaveLength(1);
		expect(await end('SIGTERM')).toBe(143);
	});

	it('gets full while it runs: that is told once, and a kill loses and repeats nothing', async () => {
		// A killed history frees space when it is opened again.
		const noHistory = ['--no-history'];
		start(noHistory);
		node.openFiles = 200;
		await expect.poll(told, waiting).toEqual(['fired many-files']);
		await expect.poll(() => kept('reserve').then((text) => text.length > 0), waiting).toBe(true);
		disk.fill();
		node.openFiles = 5;
		await expect.poll(told, waiting).toContain('resolved many-files');
		await expect.poll(told, waiting).toContain('fired own-state');
		await end('SIGKILL');
		start(noHistory);
		node.openFiles = 300;
		await expect
			.poll(() => told().filter((each) => each === 'fired many-files').length, waiting)
			.toBe(2);
		await end('SIGKILL');
		start(noHistory);
		node.openFiles = 5;
		await expect
			.poll(() => told().filter((each) => each === 'resolved many-files').length, waiting)
			.toBe(2);
		expect(told().filter((each) => each === 'fired own-state')).toHaveLength(1);
		disk.makeRoom();
		await expect.poll(() => told().at(-1), waiting).toBe('resolved own-state');
		const fired = (await kept('history.jsonl'))
			.split('\n')
			.filter((line) => line.includes('"fired"'));
		expect(fired).toHaveLength(3);
	});
});
