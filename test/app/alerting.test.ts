import { systemClock } from '../../source/domain/clock.ts';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AlertState } from '../../source/alerts/alert-state.ts';
import type { Transition } from '../../source/alerts/evaluation.ts';
import { builtInRules } from '../../source/sections/findings.ts';
import { buildRuleSet } from '../../source/sections/rule-set.ts';
import type { RuleEntry } from '../../source/domain/rule.ts';
import { Secret } from '../../source/domain/secret.ts';
import type { Alert } from '../../source/domain/alert.ts';
import { openAlerting } from '../../source/app/alerting.ts';
import type { Alerting } from '../../source/app/alerting.ts';
import type { AlertingOptions, AlertSettings } from '../../source/app/alerting-options.ts';
import { attachAlerting } from '../../source/app/attached-alerting.ts';
import { watchNodes } from '../helpers/monitor.ts';
import type { Monitor } from '../../source/app/open-monitor.ts';
import { webhook } from '../alerts/delivery/helpers.ts';
import { sendJson, startServer } from '../helpers/http-server.ts';
import type { TestServer } from '../helpers/http-server.ts';
import { startMetricNode } from '../helpers/metric-node.ts';
import type { MetricNode } from '../helpers/metric-node.ts';
import { targetFor } from '../helpers/targets.ts';

const waiting = { interval: 10, timeout: 40_000 };

const manyFiles: RuleEntry = {
	condition: { value: { field: 'resources.openFiles' }, above: 100 },
	severity: 'critical',
	forMs: 0,
	message: '{node} has {value} open files',
};

let directory = '';
let node: MetricNode;
let receiver: TestServer;
let watch: Monitor;
let cleanups: (() => Promise<unknown> | void)[] = [];
let transitions: Transition[] = [];
let bugs: unknown[] = [];

beforeEach(async () => {
	directory = path.join(await mkdtemp(path.join(tmpdir(), 'nodetop-alerting-')), 'default');
	node = await startMetricNode();
	receiver = await startServer((_request, response) => sendJson(response, {}));
	watch = watchOf(['a']);
	transitions = [];
	bugs = [];
});

afterEach(async () => {
	for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
	await node.close();
	await receiver.close();
	await rm(path.dirname(directory), { recursive: true, force: true });
	if (bugs.length > 0) throw new Error('the evaluation has a bug', { cause: bugs[0] });
});

function watchOf(names: readonly string[], intervalMs = 100): Monitor {
	const made = watchNodes(
		names.map((name) => targetFor(node.url, { name, kind: 'bft', intervalMs })),
	);
	cleanups.push(made.stop);
	return made;
}

function settingsWith(
	own: Readonly<Record<string, RuleEntry>>,
	channels: AlertSettings['channels'] = [webhook(receiver.url)],
): AlertSettings {
	return {
		rules: buildRuleSet(builtInRules, own),
		quiet: { silences: [], maintenance: {} },
		channels,
	};
}

async function open(overrides: Partial<AlertingOptions> = {}): Promise<Alerting> {
	const alerting = await openAlerting({
		fleet: watch.fleet,
		directory,
		settings: settingsWith({ 'many-files': manyFiles }),
		env: {},
		warn: () => undefined,
		onTransition: (transition) => transitions.push(transition),
		reportBug: (error) => bugs.push(error),
		...overrides,
	});
	let isClosed = false;
	const closeOnce = async (drainMs?: number): Promise<void> => {
		if (!isClosed) await alerting.close(drainMs);
		isClosed = true;
	};
	cleanups.push(() => closeOnce());
	return { ...alerting, close: closeOnce };
}

const alerts = (of: Monitor = watch): readonly Alert[] | undefined => of.fleet.getSnapshot().alerts;
const alertOf = (rule: string, of: Monitor = watch) =>
	alerts(of)?.find((each) => each.rule === rule);

interface ReceivedMessage {
	id: string;
	incidents: {
		event: string;
		rule: string;
		id: string;
		show: string;
		labels: Record<string, string>;
	}[];
}

/** What the receiver was told, message by message. */
function received(server: TestServer = receiver): ReceivedMessage[] {
	// The sender is our own webhook channel.
	return server.requests.map(({ body }) => JSON.parse(body) as ReceivedMessage);
}

const events = (server: TestServer = receiver): string[] =>
	received(server).flatMap(({ incidents }) =>
		incidents.map(({ event, rule }) => `${event} ${rule}`),
	);

async function stateOnDisk(): Promise<AlertState> {
	// The engine wrote it.
	return JSON.parse(await readFile(path.join(directory, 'state.json'), 'utf8')) as AlertState;
}

describe('the way of an alert', () => {
	it('leads from a breach in the snapshot to the receiver, and back', async () => {
		await open();
		await watch.firstRound();
		await expect.poll(() => alerts(), waiting).toEqual([]);
		node.openFiles = 200;
		await expect.poll(() => events(), waiting).toEqual(['fired many-files']);
		expect(alertOf('many-files')).toMatchObject({
			node: 'a',
			state: 'firing',
			severity: 'critical',
			message: 'a has 200 open files',
		});
		node.openFiles = 5;
		await expect.poll(() => alertOf('many-files')?.state, waiting).toBe('resolved');
		expect(transitions.map(({ event }) => event)).toEqual(['fired', 'resolved']);
	});

	it('is told with a command that finds the node: of the profile, or by its address', async () => {
		const named = targetFor(node.url, { name: 'my node', kind: 'bft', intervalMs: 100 });
		watch.stop();
		watch = watchNodes([named, { ...named, name: 'b', commandName: `b=${node.url}` }]);
		cleanups.push(watch.stop);
		await open({ commandFlags: ['--profile', 'main net'] });
		node.openFiles = 200;
		const shown = () =>
			received()
				.flatMap(({ incidents }) => incidents.map(({ show }) => show))
				.toSorted();
		await expect
			.poll(shown, waiting)
			.toEqual([
				`nodetop diagnose --profile 'main net' 'my node'`,
				`nodetop diagnose b=${node.url}`,
			]);
	});

	it('is on disk when it is told', async () => {
		node.openFiles = 200;
		let saved: Promise<AlertState> | undefined;
		await open({ onTransition: () => void (saved = stateOnDisk()) });
		await expect.poll(() => saved, waiting).toBeDefined();
		expect(Object.values((await saved)?.alerts ?? {})).toMatchObject([{ phase: 'firing' }]);
	});

	it('goes on by the clock when no poll ends any more', async () => {
		node.openFiles = 200;
		const alerting = await open({ settings: settingsWith({ 'many-files': manyFiles }, []) });
		await expect.poll(() => alertOf('many-files')?.state, waiting).toBe('firing');
		watch.stop();
		const { fingerprint = '' } = alertOf('many-files') ?? {};
		const until = new Date(Date.now() + 1500).toISOString();
		alerting.act({ type: 'snooze', fingerprint, until });
		await expect.poll(() => alertOf('many-files')?.muted, waiting).toBe('silenced');
		await expect.poll(() => alertOf('many-files')?.muted, waiting).toBeUndefined();
		expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(until));
	});

	it('is not told twice, nor forgotten, when the process ends and another begins', async () => {
		node.openFiles = 200;
		const first = await open();
		await expect.poll(() => events(), waiting).toEqual(['fired many-files']);
		const { since } = alertOf('many-files') ?? {};
		await first.close();
		const second = await open();
		second.act({ type: 'unsilence', id: 'nothing' });
		node.openFiles = 5;
		await expect.poll(() => alertOf('many-files')?.state, waiting).toBe('resolved');
		expect(alertOf('many-files')?.since).toBe(since);
		await second.close();
		expect(events().filter((event) => event.startsWith('fired'))).toHaveLength(1);
	});

	it.each([
		['is gone', () => rm(path.join(directory, 'state.json'))],
		['makes no sense', () => writeFile(path.join(directory, 'state.json'), '{"half"')],
	])('is not said to have ended when its state %s and it still fires', async (_what, lose) => {
		node.openFiles = 200;
		const hook = webhook(receiver.url, { groupWaitMs: 0, groupIntervalMs: 0 });
		const settings = settingsWith({ 'many-files': manyFiles }, [hook]);
		const first = await open({ settings });
		await expect.poll(() => events(), waiting).toEqual(['fired many-files']);
		const { since } = alertOf('many-files') ?? {};
		await first.close();
		await lose();
		const second = await open({ settings });
		await watch.firstRound();
		await expect
			.poll(() => alertOf('many-files'), waiting)
			.toMatchObject({ state: 'firing', since });
		await expect.poll(() => alertOf('many-files')?.isStale, waiting).toBeUndefined();
		node.openFiles = 5;
		await expect.poll(() => events(), waiting).toEqual(['fired many-files', 'resolved many-files']);
		expect(alertOf('many-files')).toMatchObject({ state: 'resolved', since, reason: 'recovered' });
		await second.close();
		const third = await open({ settings });
		await expect.poll(() => stateOnDisk(), waiting).toMatchObject({ alerts: {} });
		await third.close();
		expect(received()).toHaveLength(2);
	});

	it('ends in the state where no channel is: nothing of delivery is opened', async () => {
		node.openFiles = 200;
		const alerting = await open({ settings: settingsWith({ 'many-files': manyFiles }, []) });
		await expect.poll(() => transitions.length, waiting).toBe(1);
		expect(await readdir(directory)).toEqual(['history.jsonl', 'lock.1', 'reserve', 'state.json']);
		expect(alerting.state.getSnapshot()).toMatchObject({ mode: 'own', problems: [] });
	});

	it('begins without what killed processes left half-written', async () => {
		await mkdir(directory);
		const old = new Date(Date.now() - 120_000);
		for (const name of ['lock-1-0a', 'state.json.1.new', 'lock-mine', 'state.json.damaged']) {
			await writeFile(path.join(directory, name), '');
			await utimes(path.join(directory, name), old, old);
		}
		await writeFile(path.join(directory, 'lock-2-0b'), '');
		await open();
		const names = await readdir(directory);
		expect(names.filter((name) => name !== 'lock.1' && name !== 'delivery.jsonl')).toEqual([
			'lock-2-0b',
			'lock-mine',
			'reserve',
			'state.json.damaged',
		]);
	});

	it('belongs to one process at a time', async () => {
		await open();
		await expect(open()).rejects.toThrow(/already delivers the alerts of/);
	});
});

describe('what a person does', () => {
	it('takes effect at once, on disk and at the receiver', async () => {
		const alerting = await open();
		const endsAt = new Date(Date.now() + 60_000).toISOString();
		const silence = { id: 's1', match: { rule: 'many-files' }, endsAt };
		alerting.act({ type: 'silence', silence });
		await expect.poll(async () => (await stateOnDisk()).silences, waiting).toHaveLength(1);
		node.openFiles = 200;
		await expect.poll(() => alertOf('many-files')?.muted, waiting).toBe('silenced');
		expect(alerting.state.getSnapshot().silences).toEqual([silence]);
		alerting.act({ type: 'unsilence', id: 's1' });
		await expect.poll(() => events(), waiting).toEqual(['fired many-files']);
		expect(alerting.state.getSnapshot().silences).toEqual([]);
	});
});

describe('reload', () => {
	it('ends the alerts of a rule that is gone, and says so to who was told', async () => {
		const channel = webhook(receiver.url, { groupWaitMs: 0, groupIntervalMs: 0 });
		const settings = settingsWith({ 'many-files': manyFiles }, [channel]);
		const alerting = await open({ settings });
		node.openFiles = 200;
		await expect.poll(() => events(), waiting).toEqual(['fired many-files']);
		const { ruleCount } = alerting.state.getSnapshot();
		const rules = buildRuleSet(builtInRules);
		await alerting.reload({ ...settings, rules });
		expect(ruleCount).toBe(settings.rules.size);
		expect(alerting.state.getSnapshot().ruleCount).toBe(rules.size);
		await expect.poll(() => events(), waiting).toEqual(['fired many-files', 'resolved many-files']);
		expect(alertOf('many-files')?.reason).toBe('rule removed');
		expect(alerting.state.getSnapshot().ruleCount).toBe(Object.keys(builtInRules).length);
	});

	it('tells a channel that is new what fires, and the old one nothing again', async () => {
		const settings = settingsWith({ 'many-files': manyFiles });
		const alerting = await open({ settings });
		node.openFiles = 200;
		await expect.poll(() => events(), waiting).toEqual(['fired many-files']);
		const second = await startServer((_request, response) => sendJson(response, {}));
		cleanups.unshift(() => second.close());
		const channels = [...settings.channels, webhook(second.url, { name: 'second' })];
		await alerting.reload({ ...settings, channels });
		await expect.poll(() => events(second), waiting).toEqual(['fired many-files']);
		await alerting.close();
		expect(events()).toEqual(['fired many-files']);
	});
});

describe('the heartbeat', () => {
	it('beats after whole cycles, and falls silent when polling hangs', async () => {
		const outside = await startServer((_request, response) => sendJson(response, {}));
		cleanups.unshift(() => outside.close());
		const heartbeat = {
			url: new Secret(outside.url),
			method: 'GET' as const,
			intervalMs: 1,
			timeoutMs: 1000,
		};
		const alerting = await open({ settings: { ...settingsWith({}, []), heartbeat } });
		await expect.poll(() => outside.requests.length, waiting).toBeGreaterThan(2);
		watch.stop();
		const evaluated = async (id: string): Promise<void> => {
			const silence = { id, match: { rule: id }, endsAt: '2100-01-01T00:00:00Z' };
			alerting.act({ type: 'silence', silence });
			await expect
				.poll(async () => (await stateOnDisk()).silences.map((each) => each.id), waiting)
				.toContain(id);
		};
		await evaluated('one');
		await evaluated('two');
		const beats = outside.requests.length;
		await evaluated('three');
		await evaluated('four');
		expect(outside.requests.length).toBe(beats);
	});

	it('falls silent while the state cannot be saved', async () => {
		const outside = await startServer((_request, response) => sendJson(response, {}));
		cleanups.unshift(() => outside.close());
		const heartbeat = {
			url: new Secret(outside.url),
			method: 'GET' as const,
			intervalMs: 1,
			timeoutMs: 1000,
		};
		const alerting = await open({ settings: { ...settingsWith({}, []), heartbeat } });
		await expect.poll(() => outside.requests.length, waiting).toBeGreaterThan(0);
		// A directory in its place: the state cannot be renamed to it.
		await rm(path.join(directory, 'state.json'), { force: true });
		await mkdir(path.join(directory, 'state.json', 'x'), { recursive: true });
		alerting.act({ type: 'unsilence', id: 'none' });
		await expect
			.poll(() => alerting.state.getSnapshot().problems.join(), waiting)
			.toContain('cannot be saved');
		const { length } = outside.requests;
		const polls = () => watch.fleet.getSnapshot().nodes[0]?.snapshot.poll.at ?? '';
		for (let index = 0; index < 6; index += 1) {
			const before = polls();
			await expect.poll(polls, waiting).not.toBe(before);
		}
		expect(outside.requests.length).toBeLessThanOrEqual(length + 1);
	});
});

describe('problems', () => {
	it('tell which channel is not reached, and end when it is', async () => {
		let status = 500;
		const failing = await startServer((_request, response) => sendJson(response, {}, status));
		cleanups.unshift(() => failing.close());
		const channel = webhook(failing.url, { name: 'ops' });
		const alerting = await open({ settings: settingsWith({ 'many-files': manyFiles }, [channel]) });
		node.openFiles = 200;
		const problems = () => alerting.state.getSnapshot().problems;
		await expect
			.poll(problems, waiting)
			.toEqual([expect.stringMatching(/^channel ops: 1 queued since \d\d:\d\d UTC: .*500/)]);
		status = 200;
		await expect.poll(problems, waiting).toEqual([]);
	});
});

describe('problems of another process', () => {
	it('are told as far as its journal has them', async () => {
		let status = 500;
		const failing = await startServer((_request, response) => sendJson(response, {}, status));
		cleanups.unshift(() => failing.close());
		const channel = webhook(failing.url, { name: 'ops' });
		const settings = settingsWith({ 'many-files': manyFiles }, [channel]);
		await open({ settings });
		node.openFiles = 200;
		const other = watchOf(['a']);
		const attached = attachAlerting({
			fleet: other.fleet,
			directory,
			settings,
			clock: systemClock,
		});
		cleanups.push(attached.stop);
		const problems = () => attached.state.getSnapshot().problems;
		await expect
			.poll(problems, waiting)
			.toEqual([expect.stringMatching(/^channel ops: 1 queued since \d\d:\d\d UTC: .*500/)]);
		status = 200;
		await expect.poll(problems, waiting).toEqual([]);
	});
});

describe('300 nodes down at once', () => {
	it('are one message', { timeout: 200_000 }, async () => {
		const names = Array.from({ length: 300 }, (_, index) => `n${index}`);
		watch.stop();
		watch = watchOf(names, 2000);
		const down: RuleEntry = { ...builtInRules['node-down'], forMs: 4000 };
		await watch.firstRound();
		await open({ settings: settingsWith({ 'node-down': down }) });
		await node.close();
		const firing = () =>
			(alerts() ?? []).filter(({ rule, state }) => rule === 'node-down' && state === 'firing');
		await expect.poll(() => firing().length, { ...waiting, timeout: 120_000 }).toBe(300);
		await expect.poll(() => received().length, waiting).toBe(1);
		expect(received()[0]?.incidents).toHaveLength(300);
		expect(new Set(events())).toEqual(new Set(['fired node-down']));
	});
});

describe('attached', () => {
	it('shows the alerts of the other process, and its actions reach it', async () => {
		node.openFiles = 200;
		await open();
		const other = watchOf(['a']);
		const attached = attachAlerting({
			fleet: other.fleet,
			directory,
			settings: settingsWith({ 'many-files': manyFiles }),
			clock: systemClock,
		});
		cleanups.push(attached.stop);
		await expect.poll(() => alertOf('many-files', other)?.state, waiting).toBe('firing');
		expect(attached.state.getSnapshot().mode).toBe('attached');
		const { fingerprint = '' } = alertOf('many-files', other) ?? {};
		const at = new Date().toISOString();
		attached.act({ type: 'acknowledge', fingerprint, by: 'eve', at });
		await expect.poll(() => alertOf('many-files')?.ackedBy, waiting).toBe('eve');
		await expect.poll(() => alertOf('many-files', other)?.muted, waiting).toBe('acknowledged');
		node.openFiles = 5;
		await expect.poll(() => alertOf('many-files', other)?.state, waiting).toBe('resolved');
	});

	it('shows the silences of the other process and of the profile, and ends one there', async () => {
		const alerting = await open();
		const endsAt = new Date(Date.now() + 60_000).toISOString();
		const silence = { id: 's1', match: { rule: 'many-files' }, endsAt };
		alerting.act({ type: 'silence', silence });
		const settings = settingsWith({ 'many-files': manyFiles });
		const ofProfile = { match: { node: 'b' }, endsAt: '2099-01-01T00:00:00Z' };
		const quiet = { ...settings.quiet, silences: [ofProfile] };
		const attached = attachAlerting({
			fleet: watchOf(['a']).fleet,
			directory,
			settings: { ...settings, quiet },
			clock: systemClock,
		});
		cleanups.push(attached.stop);
		const seen = () => attached.state.getSnapshot().silences;
		await expect.poll(seen, waiting).toEqual([silence, ofProfile]);
		attached.act({ type: 'unsilence', id: 's1' });
		await expect.poll(seen, waiting).toEqual([ofProfile]);
		await expect.poll(() => alerting.state.getSnapshot().silences, waiting).toEqual([]);
	});
});
