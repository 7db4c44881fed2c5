import { nothingObserved } from '../helpers/judge-once.ts';
import {
	chmod,
	mkdir,
	mkdtemp,
	readFile,
	readdir,
	rm,
	stat,
	symlink,
	truncate,
	writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAlertEngine } from '../../source/alerts/engine.ts';
import { readAlerts } from '../../source/alerts/read-alerts.ts';
import type { AlertEngine } from '../../source/alerts/engine.ts';
import type { Incident } from '../../source/alerts/incident.ts';
import { readHistory } from '../../source/alerts/history-file.ts';
import { fileAction } from '../../source/alerts/state-file.ts';
import type { RuleSet } from '../../source/sections/rule-set.ts';
import { cpu, cpuRule, node, noQuiet, rules, startMs } from './helpers.ts';

let directory = '';
let nowMs = startMs;
let warnings: string[] = [];
const high = rules({ cpu: cpuRule() });

beforeEach(async () => {
	directory = path.join(await mkdtemp(path.join(tmpdir(), 'nodetop-alerts-')), 'default');
	nowMs = startMs;
	warnings = [];
});

afterEach(async () => {
	await rm(path.dirname(directory), { recursive: true, force: true });
});

function open(set: RuleSet = high): Promise<AlertEngine> {
	return createAlertEngine({
		rules: set,
		quiet: noQuiet,
		directory,
		now: () => nowMs,
		steadyNow: () => nowMs,
		warn: (text) => warnings.push(text),
	});
}

const scene = (ratio: number) => ({
	nodes: [node(cpu(ratio), nowMs)],
	groups: [],
	observed: nothingObserved,
});
const statePath = () => path.join(directory, 'state.json');
const history = async () =>
	(await readFile(path.join(directory, 'history.jsonl'), 'utf8')).trim().split('\n');

describe('the state on disk', () => {
	it('is there when an evaluation with a transition has ended, for the owner alone', async () => {
		const engine = await open();
		await engine.evaluate(scene(0.9));
		const { alerts } = await readAlerts(directory, { rules: high, quiet: noQuiet }, nowMs);
		expect(alerts).toMatchObject([{ rule: 'cpu', state: 'firing', node: 'a' }]);
		const modes = [directory, statePath(), path.join(directory, 'history.jsonl')].map(
			async (name) => (await stat(name)).mode & 0o777,
		);
		expect(await Promise.all(modes)).toEqual([0o700, 0o600, 0o600]);
		expect(await readdir(directory)).toEqual(['history.jsonl', 'reserve', 'state.json']);
	});

	it('is written at first, so that its age tells that somebody watches, and then not while nothing changes', async () => {
		const engine = await open();
		await engine.evaluate(scene(0.1));
		const savedAt = async () =>
			(await readAlerts(directory, { rules: high, quiet: noQuiet }, nowMs)).state.savedAt;
		const first = await savedAt();
		expect(first).toBe(new Date(nowMs).toISOString());
		nowMs += 30_000;
		await engine.evaluate(scene(0.1));
		expect(await savedAt()).toBe(first);
		nowMs += 30_000;
		await engine.evaluate(scene(0.1));
		expect(await savedAt()).toBe(new Date(nowMs).toISOString());
	});

	it('keeps what a pending alert has waited, every five seconds', async () => {
		const slow = rules({ cpu: cpuRule({ forMs: 60_000 }) });
		const engine = await open(slow);
		for (let second = 0; second <= 30; second += 1) {
			await engine.evaluate(scene(0.9));
			nowMs += 1000;
		}
		const { state } = await readAlerts(directory, { rules: slow, quiet: noQuiet }, nowMs);
		expect(Object.values(state.alerts)[0]?.held.warning).toBe(30_000);
	});

	it('carries an alert over to the next process, with its id', async () => {
		const first = await (await open()).evaluate(scene(0.9));
		nowMs += 60_000;
		const second = await (await open()).evaluate(scene(0.9));
		expect(second.incidents[0]?.id).toBe(first.incidents[0]?.id);
		expect(second.transitions).toEqual([]);
	});

	it('lets a pending alert of an hour ago begin anew', async () => {
		const slow = rules({ cpu: cpuRule({ forMs: 10_000 }) });
		await (await open(slow)).evaluate(scene(0.9));
		nowMs += 3_600_000;
		const { transitions } = await (await open(slow)).evaluate(scene(0.9));
		expect(transitions.map(({ event }) => event)).toEqual(['pending']);
	});

	it.each(['', '{"schema":', '{"schema":"nodetop-alerts/9"}', 'null'])(
		'puts %j aside and says so',
		async (text) => {
			await (await open()).evaluate(scene(0.9));
			await writeFile(statePath(), text);
			const { transitions } = await (await open()).evaluate(scene(0.9));
			expect(transitions.map(({ event }) => event)).toEqual(['fired']);
			expect(warnings.join()).toContain('state.json is damaged; it was renamed to');
			expect(await readFile(`${statePath()}.damaged`, 'utf8')).toBe(text);
		},
	);

	it('goes on when it cannot be written, says so, and catches up', async () => {
		const engine = await open();
		await engine.evaluate(scene(0.1));
		await rm(directory, { recursive: true });
		// In the place of the directory: nobody, not even root, can make one there.
		await writeFile(directory, '');
		const { incidents } = await engine.evaluate(scene(0.9));
		expect(incidents).toHaveLength(1);
		expect(engine.problem()).toMatch(/EEXIST|ENOTDIR/);
		await rm(directory);
		nowMs += 5000;
		await engine.evaluate(scene(0.9));
		expect(engine.problem()).toBeUndefined();
		expect((await history()).map((line) => JSON.parse(line).event)).toEqual(['fired']);
	});
});

describe('what receivers believe to fire', () => {
	const slow = rules({ cpu: cpuRule({ forMs: 60_000 }) });

	/** The alert of an engine that is killed after so long. */
	async function afterMs(lastedMs: number) {
		const engine = await open(slow);
		for (let atMs = 0; atMs <= lastedMs; atMs += 1000) {
			const { incidents, alerts } = await engine.evaluate(scene(0.9));
			if (atMs + 1000 > lastedMs) return { incidents, alerts };
			nowMs += 1000;
		}
		return { incidents: [], alerts: [] };
	}

	const lookAgain = async (delivered: readonly Incident[]) => {
		const engine = await createAlertEngine({
			rules: slow,
			quiet: noQuiet,
			directory,
			delivered,
			now: () => nowMs,
			steadyNow: () => nowMs,
			warn: () => undefined,
		});
		return engine.evaluate(scene(0.9));
	};

	it('fires, though the state is of a time when it was pending', async () => {
		const pending = await afterMs(30_000);
		expect(pending.alerts).toMatchObject([{ state: 'pending' }]);
		const old = await readFile(statePath(), 'utf8');
		const { incidents } = await afterMs(40_000);
		expect(incidents).toMatchObject([{ state: 'firing' }]);
		await writeFile(statePath(), old);
		const { incidents: again, transitions } = await lookAgain(incidents);
		expect(again.map(({ id }) => id)).toEqual(incidents.map(({ id }) => id));
		expect(transitions).toEqual([]);
	});

	it('is not taken over when it has ended, is of no rule, or of something else', async () => {
		const { incidents } = await afterMs(60_000);
		const [incident] = incidents;
		await rm(statePath());
		const others = incidents.flatMap((each) => [
			{ ...each, rule: 'gone' },
			{ ...each, labels: { node: 'another' } },
		]);
		const { alerts } = await lookAgain(others);
		expect(alerts).toMatchObject([{ state: 'pending', node: 'a' }]);
		expect(incident).toBeDefined();
		const engine = await open(slow);
		await engine.evaluate(scene(0.9));
		nowMs += 60_000;
		await engine.evaluate(scene(0.9));
		const { incidents: told } = await engine.evaluate(scene(0.9));
		await engine.evaluate(scene(0.1));
		const { incidents: after } = await lookAgain(told);
		expect(after.filter(({ state }) => state === 'firing')).toEqual([]);
	});
});

describe('the history', () => {
	it('has what happened when a kill came between the state and the history, and has it once', async () => {
		const engine = await open();
		await engine.evaluate(scene(0.9));
		const file = path.join(directory, 'history.jsonl');
		nowMs += 1000;
		await engine.evaluate(scene(0.1));
		const whole = await readFile(file, 'utf8');
		// The state of the last evaluation is on disk, and none or half of its lines are.
		for (const kept of [whole.indexOf('\n') + 1, whole.length - 20, whole.length]) {
			await truncate(file, kept);
			const next = await open();
			nowMs += 60_000;
			await next.evaluate(scene(0.1));
			const { transitions } = await readHistory(directory, 0);
			expect(transitions.map(({ event }) => event)).toEqual(['fired', 'resolved']);
			await writeFile(file, whole);
		}
	});

	it('loses nothing behind a line that a kill or a full disk cut short', async () => {
		const engine = await open();
		await engine.evaluate(scene(0.9));
		const file = path.join(directory, 'history.jsonl');
		const { size } = await stat(file);
		await truncate(file, size - 20);
		nowMs += 1000;
		await engine.evaluate(scene(0.1));
		const { transitions, badLines } = await readHistory(directory, 0);
		expect(transitions.map(({ event }) => event)).toEqual(['resolved']);
		expect(badLines).toBe(1);
	});

	it('has each transition with its value and its reason, in order', async () => {
		const engine = await open();
		for (const ratio of [0.9, 0.1]) {
			await engine.evaluate(scene(ratio));
			nowMs += 1000;
		}
		const lines = (await history()).map((line) => JSON.parse(line));
		expect(lines).toMatchObject([
			{ event: 'fired', at: '2026-01-02T03:04:05.000Z', incident: { value: 0.9, threshold: 0.8 } },
			{ event: 'resolved', at: '2026-01-02T03:04:06.000Z', incident: { reason: 'recovered' } },
		]);
	});

	it.skipIf(process.platform === 'win32')('is not written through a link', async () => {
		const engine = await open();
		const elsewhere = path.join(directory, 'elsewhere');
		await mkdir(directory, { recursive: true, mode: 0o700 });
		await writeFile(elsewhere, '');
		await symlink(elsewhere, path.join(directory, 'history.jsonl'));
		await engine.evaluate(scene(0.9));
		expect(engine.problem()).toContain('ELOOP');
		expect(await readFile(elsewhere, 'utf8')).toBe('');
	});

	it('is cut in two at 4 MB', async () => {
		const engine = await open();
		await engine.evaluate(scene(0.9));
		const file = path.join(directory, 'history.jsonl');
		await writeFile(file, 'x'.repeat(4 * 1024 * 1024 + 1));
		await engine.evaluate(scene(0.1));
		expect(await history()).toHaveLength(1);
		expect((await stat(`${file}.1`)).size).toBe(4 * 1024 * 1024 + 1);
	});
});

describe('actions', () => {
	it('are not applied again when their file could not be removed', async () => {
		const engine = await open();
		const silence = {
			id: 's1',
			match: { node: 'a' },
			endsAt: new Date(nowMs + 3_600_000).toISOString(),
		};
		const name = await fileAction(directory, { type: 'silence', silence }, nowMs);
		await engine.evaluate(scene(0.9));
		expect(engine.silences()).toHaveLength(1);
		engine.act({ type: 'unsilence', id: 's1' });
		// As left by a process that was killed before it removed the file.
		const file = path.join(directory, 'actions', name);
		await writeFile(file, JSON.stringify({ type: 'silence', silence }));
		nowMs += 1000;
		await engine.evaluate(scene(0.9));
		await writeFile(file, JSON.stringify({ type: 'silence', silence }));
		nowMs += 1000;
		await engine.evaluate(scene(0.9));
		expect(engine.silences()).toEqual([]);
	});

	it('filed by another process take effect once, and their files go away', async () => {
		const engine = await open();
		const fingerprint = (await engine.evaluate(scene(0.9))).incidents[0]?.fingerprint ?? '';
		const at = new Date(nowMs).toISOString();
		await fileAction(directory, { type: 'acknowledge', fingerprint, by: 'me', at }, nowMs);
		const seen = await readAlerts(directory, { rules: high, quiet: noQuiet }, nowMs);
		expect(seen.alerts[0]).toMatchObject({ ackedBy: 'me', muted: 'acknowledged' });
		expect((await engine.evaluate(scene(0.9))).incidents[0]?.muted).toBe('acknowledged');
		expect(await readdir(path.join(directory, 'actions'))).toEqual([]);
		expect((await (await open()).evaluate(scene(0.9))).incidents[0]?.muted).toBe('acknowledged');
	});

	it('survive a process that died between taking and removing them', async () => {
		const silence = { id: 's', match: {}, endsAt: new Date(nowMs + 60_000).toISOString() };
		await fileAction(directory, { type: 'silence', silence }, nowMs);
		await chmod(path.join(directory, 'actions'), 0o700);
		const [name = ''] = await readdir(path.join(directory, 'actions'));
		const text = await readFile(path.join(directory, 'actions', name), 'utf8');
		await (await open()).evaluate(scene(0.9));
		await writeFile(path.join(directory, 'actions', name), text);
		await fileAction(directory, { type: 'unsilence', id: 's' }, nowMs + 1);
		const { incidents } = await (await open()).evaluate(scene(0.9));
		expect(incidents[0]).not.toHaveProperty('muted');
	});

	it('that are none are passed over', async () => {
		await fileAction(directory, { type: 'unsilence', id: 'x' }, nowMs);
		await writeFile(path.join(directory, 'actions', '1.json'), '{"type":"run","argv":["rm"]}');
		await (await open()).evaluate(scene(0.1));
		expect(await readdir(path.join(directory, 'actions'))).toEqual([]);
	});

	it('of the same process take effect at the next evaluation', async () => {
		const engine = await open();
		const fingerprint = (await engine.evaluate(scene(0.9))).incidents[0]?.fingerprint ?? '';
		engine.act({ type: 'snooze', fingerprint, until: new Date(nowMs + 60_000).toISOString() });
		expect((await engine.evaluate(scene(0.9))).alerts[0]).toMatchObject({
			muted: 'silenced',
			silencedUntil: new Date(nowMs + 60_000).toISOString(),
		});
	});
});
