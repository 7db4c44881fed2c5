import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { alertingOff } from '../../source/sections/alerting/schema.ts';
import { takeOver } from '../../source/alerts/handover.ts';
import { buildRuleSet } from '../../source/sections/rule-set.ts';
import { builtInRules } from '../../source/sections/findings.ts';
import { startShownAlerting } from '../../source/app/shown-alerts/alerting.ts';
import type { ShownAlerting } from '../../source/app/shown-alerts/alerting.ts';
import { systemClock } from '../../source/domain/clock.ts';
import { createStore } from '../../source/domain/store.ts';
import { openAlerting } from '../../source/app/alerting.ts';
import { watchNodes } from '../helpers/monitor.ts';
import type { Monitor } from '../../source/app/open-monitor.ts';
import { sendJson, startServer } from '../helpers/http-server.ts';
import { startMetricNode } from '../helpers/metric-node.ts';
import type { MetricNode } from '../helpers/metric-node.ts';
import { targetFor } from '../helpers/targets.ts';

const waiting = { interval: 20, timeout: 40_000 };

const filesAbove = (above: number) => ({ value: { field: 'resources.openFiles' }, above });
const manyFiles = {
	condition: filesAbove(100),
	forMs: 0,
	message: '{node} has {value} open files',
};

let home = '';
let node: MetricNode;
let watch: Monitor;
let running: ShownAlerting[] = [];
let closing: (() => Promise<void>)[] = [];
let bugs: unknown[] = [];

beforeEach(async () => {
	home = await mkdtemp(path.join(tmpdir(), 'nodetop-screen-'));
	await mkdir(path.join(home, 'temporary'));
	vi.stubEnv('TMPDIR', path.join(home, 'temporary'));
	node = await startMetricNode();
	watch = watchNodes([targetFor(node.url, { name: 'a', kind: 'bft', intervalMs: 200 })]);
	bugs = [];
	await config({ rules: { 'many-files': manyFiles } });
});

afterEach(async () => {
	for (const each of running.splice(0)) await each.close();
	for (const close of closing.splice(0)) await close();
	watch.stop();
	await node.close();
	vi.unstubAllEnvs();
	await rm(home, { recursive: true, force: true });
	if (bugs.length > 0) throw new Error('the evaluation has a bug', { cause: bugs[0] });
});

const configFile = () => path.join(home, 'config.json');
const directory = () => path.join(home, 'nodetop', 'alerts', 'default');

function config(profile: object): Promise<void> {
	return writeFile(configFile(), JSON.stringify({ profiles: { default: profile } }), {
		mode: 0o600,
	});
}

const start = () => startFor('default');
const startOfRun = () => startFor(undefined);
const temporaryOnes = () => readdir(path.join(home, 'temporary'));

function startFor(profile: string | undefined) {
	const state = createStore(alertingOff);
	const run = startShownAlerting({
		isRecorded: false,
		context: {
			env: { XDG_STATE_HOME: home },
			stdout: new PassThrough(),
			clock: systemClock,
		},
		flags: { config: configFile() },
		profile,
		monitor: { ...watch, alerting: state },
		reportBug: (error) => bugs.push(error),
	});
	running.push(run);
	return { run, state, mode: () => state.getSnapshot().mode };
}

const alertNow = () => watch.fleet.getSnapshot().alerts?.[0];

describe('the alerts of a screen', () => {
	it('are its own while nobody else watches, and the rules of the profile are asked', async () => {
		const { mode, run } = start();
		expect(mode()).toBe('off');
		await expect.poll(mode, waiting).toBe('own');
		node.openFiles = 200;
		await expect.poll(() => alertNow()?.rule, waiting).toBe('many-files');
		const { fingerprint = '' } = alertNow() ?? {};
		const at = new Date().toISOString();
		run.act({ type: 'acknowledge', fingerprint, by: 'eve', at });
		await expect.poll(() => alertNow()?.muted, waiting).toBe('acknowledged');
		await run.close();
		expect(await readdir(directory())).toContain('state.json');
	});

	it('give way to a watch that is started, and are its own again when that has ended', async () => {
		const { mode } = start();
		await expect.poll(mode, waiting).toBe('own');
		const lock = await takeOver(directory(), systemClock);
		await expect.poll(mode, waiting).toBe('attached');
		await lock.release();
		await expect.poll(mode, waiting).toBe('own');
	});

	it('are those of the watch that was there first', async () => {
		const lock = await takeOver(directory(), systemClock);
		const { mode } = start();
		await expect.poll(mode, waiting).toBe('attached');
		await lock.release();
	});

	it('are shown though a secret of a channel is missing, and that is said', async () => {
		await config({ channels: { ops: { type: 'slack', url: '${NODETOP_TEST_UNSET}' } } });
		const { state, mode } = start();
		await expect.poll(mode, waiting).toBe('own');
		expect(state.getSnapshot().problems.join()).toMatch(
			/no alert can be sent: profiles\.default\.channels\.ops\.url: .*NODETOP_TEST_UNSET/,
		);
	});

	it('say once that others may read the file, though it is read for rules and for channels', async () => {
		await chmod(configFile(), 0o644);
		const { state, mode } = start();
		await expect.poll(mode, waiting).toBe('own');
		expect(state.getSnapshot().problems).toEqual([
			expect.stringMatching(/config\.json is open to other users/),
		]);
	});

	it('are off when the rules are bad, and it is said which', async () => {
		await config({ rules: { mine: { forMs: 5 } } });
		const { state } = start();
		await expect
			.poll(() => state.getSnapshot().problems.join(), waiting)
			.toContain('profiles.default.rules.mine: has no condition');
		expect(state.getSnapshot().mode).toBe('off');
	});

	it('take changed rules, silences and channels while they are its own', async () => {
		const { state, mode } = start();
		await expect.poll(mode, waiting).toBe('own');
		const { ruleCount = 0 } = state.getSnapshot();
		const receiver = await startServer((_, response) => sendJson(response, {}));
		closing.push(receiver.close);
		const silence = { match: { node: 'b' }, endsAt: '2099-01-01T00:00:00Z' };
		await config({
			rules: { files: { ...manyFiles, condition: filesAbove(3) } },
			silences: [silence],
			channels: { hook: { type: 'webhook', url: receiver.url, groupWaitMs: 0 } },
		});
		await expect.poll(() => alertNow()?.rule, waiting).toBe('files');
		expect(state.getSnapshot()).toMatchObject({ ruleCount, silences: [silence], problems: [] });
		await expect.poll(() => receiver.requests.length, waiting).toBe(1);
		expect(JSON.parse(receiver.requests[0]?.body ?? '').title).toContain('files');
	});

	it('keep what was in force when the file is wrong, say so, and take it when it is mended', async () => {
		const receiver = await startServer((_, response) => sendJson(response, {}));
		closing.push(receiver.close);
		const hook = { type: 'webhook', url: receiver.url, groupWaitMs: 0 };
		await config({ rules: { files: manyFiles }, channels: { hook } });
		const { state, mode } = start();
		const problems = () => state.getSnapshot().problems.join();
		await expect.poll(mode, waiting).toBe('own');
		await config({ rules: { files: manyFiles }, channels: { hook: { ...hook, url: 5 } } });
		await expect.poll(problems, waiting).toMatch(/is not taken: .*url.*; the one before stays/);
		node.openFiles = 200;
		await expect.poll(() => receiver.requests.length, waiting).toBe(1);
		await rm(configFile());
		await expect.poll(problems, waiting).toMatch(/is not taken: .* cannot be read; /);
		await config({ rules: { files: { ...manyFiles, severity: 'critical' } }, channels: { hook } });
		await expect.poll(() => alertNow()?.severity, waiting).toBe('critical');
		expect(problems()).toBe('');
	});

	it('of a watch are muted by the silences that the file has now', async () => {
		const rules = buildRuleSet(builtInRules, { 'many-files': manyFiles });
		const quiet = { silences: [], maintenance: {} };
		const alerting = await openAlerting({
			fleet: watch.fleet,
			directory: directory(),
			settings: { rules, quiet, channels: [] },
			env: {},
			warn: () => undefined,
			reportBug: (error) => bugs.push(error),
		});
		closing.push(() => alerting.close());
		node.openFiles = 200;
		await expect.poll(() => alertNow()?.rule, waiting).toBe('many-files');
		const { state, mode } = start();
		await expect.poll(mode, waiting).toBe('attached');
		const silence = { match: { node: 'a' }, endsAt: '2099-01-01T00:00:00Z' };
		await config({ rules: { 'many-files': manyFiles }, silences: [silence] });
		await expect.poll(() => state.getSnapshot().silences, waiting).toEqual([silence]);
		expect(mode()).toBe('attached');
	});

	it('of other nodes take changed rules too, and tell no channel', async () => {
		const { state, mode } = startOfRun();
		await expect.poll(mode, waiting).toBe('own');
		const before = state.getSnapshot().ruleCount ?? 0;
		await config({ rules: { 'many-files': manyFiles, more: manyFiles } });
		await expect.poll(() => state.getSnapshot().ruleCount, waiting).toBe(before + 1);
	});

	it('are asked as soon as rules that were bad are mended', async () => {
		await config({ rules: { mine: { forMs: 5 } } });
		const { state, mode } = start();
		await expect.poll(() => state.getSnapshot().problems.length, waiting).toBe(1);
		await config({ rules: { mine: manyFiles } });
		await expect.poll(mode, waiting).toBe('own');
		expect(state.getSnapshot().problems).toEqual([]);
	});

	it('of other nodes than the profile’s leave nothing behind, and touch nothing of it', async () => {
		const before = await temporaryOnes();
		const { mode, run } = startOfRun();
		await expect.poll(mode, waiting).toBe('own');
		expect((await temporaryOnes()).length).toBe(before.length + 1);
		node.openFiles = 200;
		await expect.poll(() => alertNow()?.rule, waiting).toBe('many-files');
		await run.close();
		expect(await temporaryOnes()).toEqual(before);
		expect(await readdir(home)).toEqual(['config.json', 'temporary']);
	});
});
