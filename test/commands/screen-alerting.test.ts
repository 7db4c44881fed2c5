import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { alertingOff } from '../../source/alerts/alerting-state.ts';
import { takeOver } from '../../source/alerts/handover.ts';
import { startScreenAlerting } from '../../source/commands/screen-alerting.ts';
import type { ScreenAlerting } from '../../source/commands/screen-alerting.ts';
import { createStore } from '../../source/domain/store.ts';
import { createWatch } from '../../source/polling/watch.ts';
import type { Watch } from '../../source/polling/watch.ts';
import { startMetricNode } from '../helpers/metric-node.ts';
import type { MetricNode } from '../helpers/metric-node.ts';
import { targetFor } from '../helpers/targets.ts';

const waiting = { interval: 20, timeout: 15_000 };

let home = '';
let node: MetricNode;
let watch: Watch;
let running: ScreenAlerting[] = [];
let bugs: unknown[] = [];

beforeEach(async () => {
	home = await mkdtemp(path.join(tmpdir(), 'nodetop-screen-'));
	await mkdir(path.join(home, 'temporary'));
	vi.stubEnv('TMPDIR', path.join(home, 'temporary'));
	node = await startMetricNode();
	watch = createWatch([targetFor(node.url, { name: 'a', kind: 'bft', intervalMs: 200 })]);
	bugs = [];
	await config({
		rules: {
			'many-files': {
				condition: { value: { field: 'resources.openFiles' }, above: 100 },
				forMs: 0,
				message: '{node} has {value} open files',
			},
		},
	});
});

afterEach(async () => {
	for (const each of running.splice(0)) await each.close();
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
	const run = startScreenAlerting({
		context: {
			argv: [],
			env: { XDG_STATE_HOME: home },
			stdin: new PassThrough(),
			stdout: new PassThrough(),
			stderr: new PassThrough(),
			signal: new AbortController().signal,
			version: '1',
			now: Date.now,
		},
		flags: { config: configFile() },
		profile,
		fleet: watch.fleet,
		state,
		reportBug: (error) => bugs.push(error),
	});
	running.push(run);
	return { run, state, mode: () => state.getSnapshot().mode };
}

const alertNow = () => watch.fleet.getSnapshot().alerts?.[0];

describe('the alerts of a screen', () => {
	it('are its own while nobody else watches, and the rules of the profile are asked', async () => {
		const { state, mode, run } = start();
		expect(mode()).toBe('off');
		await expect.poll(mode, waiting).toBe('own');
		node.openFiles = 200;
		await expect.poll(() => alertNow()?.rule, waiting).toBe('many-files');
		const { fingerprint = '' } = alertNow() ?? {};
		const at = new Date().toISOString();
		state.getSnapshot().act({ type: 'acknowledge', fingerprint, by: 'eve', at });
		await expect.poll(() => alertNow()?.muted, waiting).toBe('acknowledged');
		await run.close();
		expect(await readdir(directory())).toContain('state.json');
	});

	it('give way to a watch that is started, and are its own again when that has ended', async () => {
		const { mode } = start();
		await expect.poll(mode, waiting).toBe('own');
		const lock = await takeOver(directory());
		await expect.poll(mode, waiting).toBe('attached');
		await lock.release();
		await expect.poll(mode, waiting).toBe('own');
	});

	it('are those of the watch that was there first', async () => {
		const lock = await takeOver(directory());
		const { mode } = start();
		await expect.poll(mode, waiting).toBe('attached');
		await lock.release();
	});

	it('are shown though a secret of a channel is missing, and that is said', async () => {
		await config({ channels: { ops: { type: 'slack', url: '${NODETOP_TEST_UNSET}' } } });
		const { state, mode } = start();
		await expect.poll(mode, waiting).toBe('own');
		expect(state.getSnapshot().problems.join()).toMatch(
			/no channel is told: profiles\.default\.channels\.ops\.url: .*NODETOP_TEST_UNSET/,
		);
	});

	it('are off when the rules are bad, and it is said which', async () => {
		await config({ rules: { mine: { forMs: 5 } } });
		const { state } = start();
		await expect
			.poll(() => state.getSnapshot().problems.join(), waiting)
			.toContain('profiles.default.rules.mine: has no condition');
		expect(state.getSnapshot().mode).toBe('off');
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
