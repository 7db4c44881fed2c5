import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sendJson, startServer } from '../helpers/http-server.ts';
import type { TestServer } from '../helpers/http-server.ts';
import { startMetricNode } from '../helpers/metric-node.ts';
import type { MetricNode } from '../helpers/metric-node.ts';
import { runNodetop } from '../helpers/run-nodetop.ts';
import { startWatchProcess, watchHome, writeConfig } from '../helpers/watch-process.ts';
import type { WatchHome, WatchProcess } from '../helpers/watch-process.ts';

const waiting = { interval: 50, timeout: 40_000 };

let home: WatchHome;
let node: MetricNode;
let receiver: TestServer;
let watch: WatchProcess | undefined;

beforeEach(async () => {
	home = watchHome(await mkdtemp(path.join(tmpdir(), 'nodetop-verbs-')));
	node = await startMetricNode();
	receiver = await startServer((_request, response) => sendJson(response, {}));
	await writeConfig(home, {
		intervalMs: 100,
		nodes: [{ name: 'a', kind: 'bft', url: node.url }],
		rules: {
			'many-files': {
				condition: { value: { field: 'resources.openFiles' }, above: 100 },
				severity: 'warning',
				forMs: 0,
				message: '{node} has {value} open files',
			},
		},
		channels: {
			hook: { type: 'webhook', url: receiver.url, groupWaitMs: 0, groupIntervalMs: 0 },
		},
	});
});

afterEach(async () => {
	watch?.child.kill('SIGKILL');
	await watch?.exited;
	watch = undefined;
	await node.close();
	await receiver.close();
	await rm(home.directory, { recursive: true, force: true });
});

function alerts(verb: string, ...words: string[]) {
	return runNodetop(['alerts', verb, '-c', home.configFile, ...words], {
		home: home.directory,
		env: home.env,
	});
}

async function listed() {
	const { stdout } = await alerts('list', '--json', '--all');
	// As docs have it.
	return JSON.parse(stdout) as {
		isWatched: boolean;
		alerts: { id: string; rule: string; state: string; mutedBy?: string }[];
	};
}

describe('the verbs of alerts beside a running nodetop watch', () => {
	it('are taken by it, and its receiver is told accordingly', { timeout: 180_000 }, async () => {
		watch = startWatchProcess(home, []);
		await expect.poll(watch.stderr, waiting).toContain('watching 1 node');
		expect((await alerts('list', '--check')).exitCode).toBe(0);
		const silence = await alerts('silence', 'node=a', '--for', '1h', '--comment', 'at work');
		expect(silence.stdout).toContain('taken by the running watch');

		node.openFiles = 200;
		await expect.poll(async () => (await listed()).alerts, waiting).toHaveLength(1);
		const [alert] = (await listed()).alerts;
		expect(alert).toMatchObject({
			rule: 'many-files',
			mutedBy: expect.stringMatching(/^silenced.*at work$/),
		});
		expect((await alerts('list', '--check')).exitCode).toBe(0);
		expect(receiver.requests).toEqual([]);

		const [id = ''] = /silence (\w+) until/.exec(silence.stdout)?.slice(1) ?? [];
		expect((await alerts('unsilence', id)).stdout).toContain('taken by the running watch');
		await expect.poll(() => receiver.requests.length, waiting).toBe(1);
		expect((await alerts('list', '--check')).exitCode).toBe(1);

		const ack = await alerts('ack', alert?.id ?? '', '--by', 'ana');
		expect(ack.stdout).toBe('acknowledged many-files a: taken by the running watch\n');
		expect((await listed()).alerts[0]?.mutedBy).toBe('acknowledged by ana');
		expect((await alerts('list', '--check')).exitCode).toBe(0);

		node.openFiles = 5;
		await expect.poll(async () => (await listed()).alerts[0]?.state, waiting).toBe('resolved');
		const { stdout } = await alerts('history');
		const events = stdout.split('\n').map((line) => line.split(/ {2,}/)[1]);
		expect(events).toEqual(['EVENT', 'fired', 'resolved', undefined]);
		expect(stdout).toContain('recovered: a has 200 open files');
	});

	it('wait for the next one when it was killed', { timeout: 180_000 }, async () => {
		watch = startWatchProcess(home, []);
		node.openFiles = 200;
		await expect.poll(async () => (await listed()).alerts, waiting).toHaveLength(1);
		watch.child.kill('SIGKILL');
		await watch.exited;
		const text = (await alerts('list')).stdout;
		expect(text).toContain('1 firing: 1 warning');
		expect(text).toMatch(
			/no process watches now: this is the state of \d+ s ago\nnodetop replay .+ --at TIME shows the moment at which an alert began\n$/,
		);
		expect((await alerts('list', '--check')).exitCode).toBe(3);
		const [alert] = (await listed()).alerts;
		expect((await alerts('ack', alert?.id ?? '')).stdout).toContain(
			'will be taken when nodetop watch runs next',
		);
		watch = startWatchProcess(home, []);
		await expect.poll(async () => (await listed()).isWatched, waiting).toBe(true);
		await expect.poll(async () => (await alerts('list')).stdout, waiting).toContain('1 muted');
	});
});
