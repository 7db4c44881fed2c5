import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { documentSchema } from '../../source/sections/snapshot.ts';
import { sendJson, startServer } from '../helpers/http-server.ts';
import type { TestServer } from '../helpers/http-server.ts';
import { startMetricNode } from '../helpers/metric-node.ts';
import type { MetricNode } from '../helpers/metric-node.ts';
import { bin, runNodetop } from '../helpers/run-nodetop.ts';
import { startInTerminal } from '../helpers/terminal.ts';
import type { TestTerminal } from '../helpers/terminal.ts';
import { startWatchProcess, watchHome, writeConfig } from '../helpers/watch-process.ts';
import type { WatchHome, WatchProcess } from '../helpers/watch-process.ts';

const waiting = { interval: 20, timeout: 40_000 };

let home: WatchHome;
let node: MetricNode;
let receiver: TestServer;
let processes: WatchProcess[] = [];
let screen: TestTerminal | undefined;

beforeEach(async () => {
	home = watchHome(await mkdtemp(path.join(tmpdir(), 'nodetop-watch-')));
	node = await startMetricNode();
	receiver = await startServer((_request, response) => sendJson(response, {}));
});

afterEach(async () => {
	screen?.close();
	screen = undefined;
	for (const each of processes.splice(0)) {
		each.child.kill('SIGKILL');
		await each.exited;
	}
	await node.close();
	await receiver.close();
	await rm(home.directory, { recursive: true, force: true });
});

function start(args: readonly string[] = []): WatchProcess {
	const started = startWatchProcess(home, args);
	processes.push(started);
	return started;
}

const manyFiles = {
	condition: { value: { field: 'resources.openFiles' }, above: 100 },
	severity: 'critical',
	forMs: 0,
	message: '{node} has {value} open files',
};

const profile = (overrides: object = {}) => ({
	intervalMs: 100,
	nodes: [{ name: 'a', kind: 'bft', url: node.url }],
	rules: { 'many-files': manyFiles },
	channels: { hook: { type: 'webhook', url: receiver.url, groupIntervalMs: 0, groupWaitMs: 0 } },
	...overrides,
});

/** What the receiver was told, one `event rule node` an incident. */
function told(): string[] {
	return receiver.requests.flatMap(({ body }) => {
		// The sender is our own webhook channel.
		const { incidents } = JSON.parse(body) as {
			incidents: { event: string; rule: string; labels: { node: string } }[];
		};
		return incidents.map(({ event, rule, labels }) => `${event} ${rule} ${labels.node}`);
	});
}

describe('nodetop watch', () => {
	it('tells the channel, says each change in one line, and ends at SIGTERM with 143', async () => {
		await writeConfig(home, profile());
		const { child, stderr, stdout, exited } = start(['--json']);
		await expect
			.poll(stderr, waiting)
			.toMatch(/watching 1 node of the profile default with \d+ rules; 1 channel; state in \//);
		node.openFiles = 200;
		await expect.poll(told, waiting).toEqual(['fired many-files a']);
		node.openFiles = 5;
		await expect.poll(told, waiting).toEqual(['fired many-files a', 'resolved many-files a']);
		child.kill('SIGTERM');
		expect(await exited).toBe(143);
		const lines = stderr().trim().split('\n').slice(1);
		expect(lines).toEqual([
			expect.stringMatching(/^\d{4}-.*Z FIRING critical many-files: a has 200 open files$/),
			expect.stringMatching(/^\d{4}-.*Z RESOLVED critical many-files: a has 200 open files$/),
		]);
		const events = stdout()
			.trim()
			.split('\n')
			// A transition, as the history has it.
			.map(
				(line) => JSON.parse(line) as { event: string; incident: { rule: string; show: string } },
			);
		// What the receiver is told to run finds the node, in whichever directory.
		expect(events[0]?.incident.show).toBe(`nodetop diagnose --config ${home.configFile} a`);
		expect(events.map(({ event, incident }) => `${event} ${incident.rule}`)).toEqual([
			'fired many-files',
			'resolved many-files',
		]);
	});

	it('goes on after a restart where it was: nothing is told twice', async () => {
		await writeConfig(home, profile());
		node.openFiles = 200;
		const first = start();
		await expect.poll(told, waiting).toEqual(['fired many-files a']);
		first.child.kill('SIGINT');
		expect(await first.exited).toBe(130);
		const second = start();
		await expect.poll(second.stderr, waiting).toContain('watching 1 node');
		node.openFiles = 5;
		await expect.poll(told, waiting).toEqual(['fired many-files a', 'resolved many-files a']);
	});

	it('is one a profile: the second says so and exits with 69', async () => {
		await writeConfig(home, profile());
		const first = start();
		await expect.poll(first.stderr, waiting).toContain('watching 1 node');
		const second = start();
		expect(await second.exited).toBe(69);
		expect(second.stderr()).toContain(`process ${first.child.pid} already delivers the alerts of`);
	});

	it('refuses a configuration with a mistake, with 78', async () => {
		await writeConfig(home, profile({ rules: { mine: { forMs: 1 } } }));
		const { exited, stderr } = start();
		expect(await exited).toBe(78);
		expect(stderr()).toContain(`${home.configFile}: profiles.default.rules.mine: has no condition`);
	});
});

describe('another configuration', () => {
	it('is taken when the file changes: nodes, rules, silences and channels', async () => {
		await writeConfig(home, profile({ rules: {} }));
		const { stderr } = start();
		await expect.poll(stderr, waiting).toContain('watching 1 node');
		node.openFiles = 200;
		const nodes = ['a', 'b'].map((name) => ({ name, kind: 'bft', url: node.url }));
		const silences = [{ match: { node: 'a' }, endsAt: '2100-01-01T00:00:00Z' }];
		await writeConfig(home, profile({ nodes, silences }));
		await expect
			.poll(stderr, waiting)
			.toMatch(/is taken: 1 added, 0 removed and 0 changed of 2 nodes; \d+ rules, 1 channel/);
		await expect.poll(told, waiting).toEqual(['fired many-files b']);
		const second = await startServer((_request, response) => sendJson(response, {}));
		await writeConfig(home, profile({ channels: { other: { type: 'webhook', url: second.url } } }));
		await expect.poll(stderr, waiting).toMatch(/is taken: 0 added, 1 removed/);
		await expect.poll(() => second.requests.length, waiting).toBe(1);
		expect(second.requests[0]?.body).toContain('"node":"a"');
		await second.close();
	});

	it('that is wrong is said in one line, and the one before stays in force', async () => {
		await writeConfig(home, profile());
		const { stderr, child } = start();
		await expect.poll(stderr, waiting).toContain('watching 1 node');
		await writeFile(home.configFile, '{"profiles":');
		await expect.poll(stderr, waiting).toMatch(/configuration is not taken: .*not JSON/);
		await writeConfig(home, profile({ rules: { 'many-files': { ...manyFiles, forMs: 'x' } } }));
		await expect.poll(stderr, waiting).toMatch(/is not taken: .*many-files\.forMs: expected/);
		await writeConfig(home, profile({ channels: { hook: { type: 'slack', url: '${UNSET}' } } }));
		await expect.poll(stderr, waiting).toMatch(/is not taken: .*UNSET/);
		await rm(home.configFile);
		await expect.poll(stderr, waiting).toMatch(/config\.json cannot be read; the one before stays/);
		const before = stderr().split('\n').length;
		child.kill('SIGHUP');
		await expect.poll(() => stderr().split('\n').length, waiting).toBe(before + 1);
		node.openFiles = 200;
		await expect.poll(told, waiting).toEqual(['fired many-files a']);
	});

	it('is taken at SIGHUP, which ends nothing', async () => {
		await writeConfig(home, profile());
		const { stderr, child } = start();
		await expect.poll(stderr, waiting).toContain('watching 1 node');
		child.kill('SIGHUP');
		await expect.poll(stderr, waiting).toMatch(/is taken: 0 added, 0 removed and 0 changed/);
		node.openFiles = 200;
		await expect.poll(told, waiting).toEqual(['fired many-files a']);
	});
});

describe('beside a watch', () => {
	it('the screen shows its alerts and tells nobody; without one it alerts itself', async () => {
		await writeConfig(home, profile());
		const service = start();
		node.openFiles = 200;
		await expect.poll(told, waiting).toEqual(['fired many-files a']);
		screen = startInTerminal(process.execPath, [bin, '-c', home.configFile], { env: home.env });
		const shown = screen;
		await expect.poll(() => shown.text(), waiting).toMatch(/● up +a /);
		shown.press('6');
		await expect.poll(() => shown.text(), waiting).toContain('of the running watch');
		expect(shown.text()).toContain('200 open files');
		service.child.kill('SIGTERM');
		await service.exited;
		node.openFiles = 5;
		// Three seconds later the screen has taken its place.
		await expect.poll(told, waiting).toEqual(['fired many-files a', 'resolved many-files a']);
		await expect.poll(() => shown.text(), waiting).not.toContain('of the running watch');
		const again = start();
		await expect.poll(again.stderr, waiting).toContain('watching 1 node');
		expect(again.stderr()).not.toContain('delivers the alerts');
		await expect.poll(() => shown.text(), waiting).toContain('of the running watch');
		shown.press('q');
		expect((await shown.exited).exitCode).toBe(0);
	});

	it('--once tells its alerts, and the built-in findings where nobody watches', async () => {
		await writeConfig(home, profile());
		const once = async () => {
			const options = { home: home.directory, env: home.env };
			const { stdout } = await runNodetop(['--once', '--json', '-c', home.configFile], options);
			return documentSchema.parse(JSON.parse(stdout)).alerts;
		};
		node.openFiles = 200;
		expect(await once()).toEqual([]);
		start();
		await expect.poll(told, waiting).toEqual(['fired many-files a']);
		expect(await once()).toMatchObject([{ rule: 'many-files', state: 'firing', node: 'a' }]);
		const statePath = path.join(home.alertDirectory, 'state.json');
		// The engine wrote it.
		const state = JSON.parse(await readFile(statePath, 'utf8')) as object;
		for (const each of processes.splice(0)) {
			each.child.kill('SIGTERM');
			await each.exited;
		}
		const old = new Date(Date.now() - 121_000).toISOString();
		await writeFile(statePath, JSON.stringify({ ...state, savedAt: old }));
		expect(await once()).toEqual([]);
	});
});
