import {
	mkdir,
	mkdtemp,
	readFile,
	readdir,
	rm,
	stat,
	symlink,
	truncate,
	utimes,
	writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { emptyAlertState } from '../../source/alerts/alert-state.ts';
import type { AlertState } from '../../source/alerts/alert-state.ts';
import type { Evaluation, Transition } from '../../source/alerts/evaluation.ts';
import { isWanted, takeOver } from '../../source/alerts/handover.ts';
import { readHistory } from '../../source/alerts/history-file.ts';
import { openAlertPersistence } from '../../source/alerts/persistence.ts';
import { readAlerts } from '../../source/alerts/read-alerts.ts';
import { keepReserve, withReserve } from '../../source/alerts/reserve.ts';
import {
	appendHistory,
	fileAction,
	linesNotInHistory,
	readActions,
	removeLitter,
	writeAlertState,
} from '../../source/alerts/state-file.ts';
import { systemClock } from '../../source/domain/clock.ts';
import { cpu, cpuRule, minuteMs, noQuiet, rules, simulate, startMs } from './helpers.ts';

let directory = '';
const file = (name: string) => path.join(directory, name);
const text = (name: string) => readFile(file(name), 'utf8');
const names = async () => (await readdir(directory)).toSorted();

beforeEach(async () => {
	directory = await mkdtemp(path.join(tmpdir(), 'nodetop-files-'));
});

afterEach(async () => {
	await rm(directory, { recursive: true, force: true });
});

describe('what killed processes left behind', () => {
	const aged = async (name: string, ageMs: number) => {
		await writeFile(file(name), '');
		const seconds = (startMs - ageMs) / 1000;
		await utimes(file(name), seconds, seconds);
	};

	it('is removed after a minute, and nothing else is', async () => {
		const kept = ['lock', 'lock-1-', 'lock-x-ab', 'my-lock-1-ab', 'state.json', 'state.json.new'];
		const others = ['state.json.12.new.bak', 'state.json.x.new', 'lock-12-abg', 'state_json.1.new'];
		for (const name of [...kept, ...others]) await aged(name, 2 * minuteMs);
		for (const name of ['lock-12-0af3', 'state.json.123.new']) await aged(name, minuteMs + 1);
		await aged('lock-13-0af3', minuteMs);
		await removeLitter(directory, startMs);
		expect(await names()).toEqual([...kept, ...others, 'lock-13-0af3'].toSorted());
	});

	it('may be gone before it is looked at', async () => {
		await symlink(file('nowhere'), file('lock-1-ab'));
		await aged('lock-12-0af3', 2 * minuteMs);
		await removeLitter(directory, startMs);
		expect(await names()).not.toContain('lock-12-0af3');
	});

	it('is nothing where there is no directory', async () => {
		await rm(directory, { recursive: true });
		await expect(removeLitter(directory, startMs)).resolves.toBeUndefined();
	});
});

describe('actions that wait', () => {
	const unsilence = { type: 'unsilence', id: 'x' } as const;
	const inbox = () => file('actions');

	it('are read in the order of their times, whatever their number of digits', async () => {
		for (const atMs of [900, 10_000, 2000]) {
			await fileAction(directory, { type: 'unsilence', id: String(atMs) }, atMs);
		}
		const actions = await readActions(directory);
		expect(actions.map(({ action }) => action)).toMatchObject([
			{ id: '900' },
			{ id: '2000' },
			{ id: '10000' },
		]);
		expect(actions.map(({ name }) => name)).toEqual(await readdir(inbox()));
		expect((await stat(inbox())).mode & 0o777).toBe(0o700);
	});

	it('are none while there is no inbox, or one is still being written', async () => {
		expect(await readActions(directory)).toEqual([]);
		await mkdir(inbox());
		await writeFile(path.join(inbox(), '1-a.json.new'), JSON.stringify(unsilence));
		expect(await readActions(directory)).toEqual([]);
		expect(await readdir(inbox())).toEqual(['1-a.json.new']);
	});

	it('are not longer than any action is', async () => {
		await mkdir(inbox());
		const long = (length: number) => JSON.stringify(unsilence).padEnd(length, ' ');
		await writeFile(path.join(inbox(), '1.json'), long(16 * 1024));
		await writeFile(path.join(inbox(), '2.json'), long(16 * 1024 + 1));
		expect((await readActions(directory)).map(({ name }) => name)).toEqual(['1.json']);
		expect(await readdir(inbox())).toEqual(['1.json']);
	});

	it.skipIf(process.platform === 'win32')('are not followed to another directory', async () => {
		const elsewhere = file('elsewhere');
		await mkdir(elsewhere);
		await symlink(elsewhere, inbox());
		const refusal = {
			message: `${inbox()} is a link: nodetop does not follow links to its state`,
			nextSteps: [`remove it: rm '${inbox()}'`],
		};
		await expect(fileAction(directory, unsilence, 1)).rejects.toMatchObject(refusal);
		expect(await readdir(elsewhere)).toEqual([]);
		await writeFile(path.join(elsewhere, '1.json'), JSON.stringify(unsilence));
		await expect(readActions(directory)).rejects.toMatchObject(refusal);
	});
});

describe('the lines of the history', () => {
	it('are looked for in the old file too', async () => {
		await writeFile(file('history.jsonl.1'), 'a\nb\n');
		await writeFile(file('history.jsonl'), 'c\nhal');
		expect(await linesNotInHistory(directory, ['a', 'c', 'd', 'half'])).toEqual(['d', 'half']);
		expect(await linesNotInHistory(directory, [])).toEqual([]);
		await rm(file('history.jsonl.1'));
		expect(await linesNotInHistory(directory, ['a', 'c'])).toEqual(['a']);
	});

	it('begin on a line of their own', async () => {
		await appendHistory(directory, []);
		expect(await names()).toEqual([]);
		await appendHistory(directory, ['a', 'b']);
		await appendHistory(directory, ['c']);
		expect(await text('history.jsonl')).toBe('a\nb\nc\n');
		await truncate(file('history.jsonl'), 5);
		await appendHistory(directory, ['d']);
		expect(await text('history.jsonl')).toBe('a\nb\nc\nd\n');
		await writeFile(file('history.jsonl'), '');
		await appendHistory(directory, ['e']);
		expect(await text('history.jsonl')).toBe('e\n');
	});

	it('stay in one file up to 4 MB', async () => {
		const most = 4 * 1024 * 1024;
		await writeFile(file('history.jsonl'), `${'x'.repeat(most - 1)}\n`);
		await appendHistory(directory, ['a']);
		expect(await names()).toEqual(['history.jsonl']);
		await appendHistory(directory, ['b']);
		expect(await text('history.jsonl')).toBe('b\n');
		expect((await stat(file('history.jsonl.1'))).size).toBe(most + 2);
	});

	it('are read since a time, of every kind, the old file first', async () => {
		const run = simulate(rules({ cpu: cpuRule({ forMs: 1000 }) }));
		const pending = run.after(0, [cpu(0.9)]).transitions;
		const fired = run.after(1000, [cpu(0.9)]).transitions;
		const [transition] = fired;
		if (!transition) throw new Error('nothing fired');
		const line = (more: object) => JSON.stringify({ ...transition, ...more });
		const kinds = ['raised', 'lowered', 'dropped', 'resolved'].map((event) => line({ event }));
		await writeFile(file('history.jsonl.1'), `${line(pending[0] ?? {})}\n`);
		await writeFile(
			file('history.jsonl'),
			`${[line({}), ...kinds, line({ event: 'x' })].join('\n')}\n`,
		);
		const all = await readHistory(directory, 0);
		expect(all.badLines).toBe(1);
		expect(all.transitions.map(({ event }) => event)).toEqual([
			'pending',
			'fired',
			'raised',
			'lowered',
			'dropped',
			'resolved',
		]);
		const later = await readHistory(directory, startMs + 1000);
		expect(later.transitions).toHaveLength(5);
		expect(later.badLines).toBe(1);
		expect((await readHistory(directory, startMs + 1001)).transitions).toEqual([]);
	});
});

describe('the state', () => {
	it('is written whole, over what a killed process left', async () => {
		const left = `state.json.${process.pid}.new`;
		await writeFile(file(left), 'half');
		await writeAlertState(file('deep/state.json'), emptyAlertState());
		await writeAlertState(file('state.json'), emptyAlertState());
		expect(JSON.parse(await text('state.json'))).toMatchObject({ schema: 'nodetop-alerts/1' });
		expect(await names()).toEqual(['deep', 'state.json']);
		expect((await stat(file('deep'))).mode & 0o777).toBe(0o700);
	});

	const moment = (wallMs: number) => ({ wallMs, steadyMs: wallMs });
	const evaluation = (transitions: readonly Transition[] = []): Evaluation => ({
		alerts: [],
		incidents: [],
		transitions,
		isWaiting: false,
		dropped: {},
	});
	const nothing = { filed: [], hasActed: false };

	it('lists so many applied actions, and so many lines that could not be written', async () => {
		const state: AlertState = {
			...emptyAlertState(),
			applied: Array.from({ length: 1000 }, (_, n) => `${n}`),
		};
		const persistence = await openAlertPersistence(directory, state);
		const name = await fileAction(directory, { type: 'unsilence', id: 'x' }, 1);
		expect(await persistence.applyFiledActions()).toEqual([name]);
		expect(state.applied).toHaveLength(1000);
		expect(state.applied.slice(-2)).toEqual(['999', name]);
		expect(state.applied[0]).toBe('1');
		await mkdir(file('history.jsonl'));
		const transition = { event: 'fired' } as unknown as Transition; // Only its text is written.
		await persistence.save(
			evaluation(Array.from({ length: 1500 }, () => transition)),
			moment(0),
			nothing,
		);
		expect(persistence.problem()).toContain('EISDIR');
		expect(persistence.isDiskFull()).toBe(false);
		expect(state.historyLines).toHaveLength(1000);
		await rm(file('history.jsonl'), { recursive: true });
		await persistence.save(evaluation(), moment(4999), nothing);
		expect(persistence.problem()).toContain('EISDIR');
		await persistence.save(evaluation(), moment(5000), nothing);
		expect(persistence.problem()).toBeUndefined();
		expect((await text('history.jsonl')).split('\n')).toHaveLength(1001);
	});

	it('goes on without actions that cannot be read, and says why', async () => {
		const persistence = await openAlertPersistence(directory, emptyAlertState());
		await writeFile(file('actions'), '');
		expect(await persistence.applyFiledActions()).toEqual([]);
		expect(persistence.problem()).toContain('ENOTDIR');
	});

	it('has an action that is applied already once', async () => {
		const silence = { id: 's', match: {}, endsAt: new Date(startMs + minuteMs).toISOString() };
		const name = await fileAction(directory, { type: 'silence', silence }, startMs);
		const set = { rules: rules({ cpu: cpuRule() }), quiet: noQuiet };
		expect((await readAlerts(directory, set, startMs)).state.silences).toEqual([silence]);
		await writeAlertState(file('state.json'), { ...emptyAlertState(), applied: [name] });
		expect((await readAlerts(directory, set, startMs)).state.silences).toEqual([]);
	});
});

describe('the reserve', () => {
	const size = 256 * 1024;

	it('is made once, and anew where it is too small or something else', async () => {
		expect(await keepReserve(directory)).toBe('kept');
		const first = await readFile(file('reserve'));
		expect(first).toHaveLength(size);
		expect((await stat(file('reserve'))).mode & 0o777).toBe(0o600);
		expect(await keepReserve(directory)).toBe('kept');
		expect((await readFile(file('reserve'))).equals(first)).toBe(true);
		await truncate(file('reserve'), size - 1);
		expect(await keepReserve(directory)).toBe('kept');
		expect((await stat(file('reserve'))).size).toBe(size);
		await rm(file('reserve'));
		await symlink(file('nowhere'), file('reserve'));
		expect(await keepReserve(directory)).toBe('kept');
		expect((await stat(file('reserve'))).size).toBe(size);
	});

	it('cannot be kept where there is no directory', async () => {
		expect(await keepReserve(file('nowhere'))).toBe('little');
	});

	const full = () => Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });

	it('is given up once for what is written on a full disk', async () => {
		await keepReserve(directory);
		let tries = 0;
		const write = () => {
			tries += 1;
			return tries === 1 ? Promise.reject(full()) : Promise.resolve('written');
		};
		expect(await withReserve(directory, write)).toBe('written');
		expect(await names()).toEqual([]);
		await expect(withReserve(directory, () => Promise.reject(full()))).rejects.toThrow('ENOSPC');
	});

	it('stays where something else is wrong', async () => {
		await keepReserve(directory);
		const broken = new Error('broken');
		await expect(withReserve(directory, () => Promise.reject(broken))).rejects.toBe(broken);
		expect(await names()).toEqual(['reserve']);
	});
});

describe('the directory of a running process', () => {
	it('is wanted for ten seconds after it was asked for', async () => {
		expect(await isWanted(directory, startMs)).toBe(false);
		await writeFile(file('wanted'), '');
		await utimes(file('wanted'), startMs / 1000, startMs / 1000);
		expect(await isWanted(directory, startMs)).toBe(true);
		expect(await isWanted(directory, startMs + 9999)).toBe(true);
		expect(await isWanted(directory, startMs - 9999)).toBe(true);
		expect(await isWanted(directory, startMs + 10_000)).toBe(false);
		await expect(isWanted(file('wanted'), startMs)).rejects.toThrow('ENOTDIR');
	});

	it('is taken, made for its owner, and given back', async () => {
		const own = file('own');
		const lock = await takeOver(own, systemClock);
		expect((await stat(own)).mode & 0o777).toBe(0o700);
		expect(await readdir(own)).toEqual([expect.stringMatching(/^lock/)]);
		await lock.release();
		const again = await takeOver(own, systemClock);
		expect(await readdir(own)).not.toContain('wanted');
		await again.release();
	});
});
