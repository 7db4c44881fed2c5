import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Exit } from '../../source/lifecycle/exit.ts';
import { initialMachine, step } from '../../source/lifecycle/machine.ts';
import type { Effect, Machine, MachineEvent } from '../../source/lifecycle/machine.ts';
import { restartWaitMs } from '../../source/lifecycle/restart-policy.ts';
import { defaultPolicy } from '../../source/lifecycle/spec.ts';
import type { Policy } from '../../source/lifecycle/spec.ts';

const crash: Exit = { kind: 'code', code: 1 };
const killed: Exit = { kind: 'signal', signal: 'SIGKILL' };
const start: MachineEvent = { type: 'start', reason: 'a person' };
const due: MachineEvent = { type: 'restartDue' };
const stop: MachineEvent = { type: 'stop', reason: 'a person', next: 'stop' };

function opened(atMs: number, pid = 100): MachineEvent {
	return { type: 'opened', pid, atMs };
}

function exited(atMs: number, exit: Exit = crash, lastLines: readonly string[] = []): MachineEvent {
	return { type: 'exited', exit, lastLines, atMs };
}

/** The machine after some events, with everything that was to be done. */
function after(events: readonly MachineEvent[], policy: Policy = defaultPolicy) {
	const effects: Effect[] = [];
	const states: string[] = [];
	let machine: Machine = initialMachine;
	for (const event of events) {
		const next = step(machine, event, policy, 0.5);
		if (next.machine.state !== machine.state) states.push(next.machine.state);
		({ machine } = next);
		effects.push(...next.effects);
	}
	return { machine, states, effects };
}

const types = (effects: readonly Effect[]) => effects.map(({ type }) => type);

/** The five unit tests of the node manager that the plan of the supervisor names. */
describe('TestManager', () => {
	it('TestManager_Lifecycle: starts, runs, stops and starts again', () => {
		const { machine, states, effects } = after([
			start,
			opened(10),
			stop,
			exited(99, { kind: 'code', code: 0 }),
			start,
			opened(200, 101),
		]);
		expect(states).toEqual(['starting', 'running', 'stopping', 'stopped', 'starting', 'running']);
		expect(types(effects)).toEqual(['cancelWait', 'spawn', 'terminate', 'cancelWait', 'spawn']);
		expect(machine).toMatchObject({
			restarts: 0,
			attempts: 0,
			process: { pid: 101, startedAtMs: 200 },
		});
	});

	it('TestManager_AutoRestart: waits five seconds after a crash, starts it again and counts', () => {
		const crashed = after([start, opened(0), exited(1000, killed)]);
		expect(crashed.machine).toMatchObject({
			state: 'crashed',
			restarts: 0,
			reason: 'was ended by SIGKILL',
		});
		expect(crashed.effects.at(-1)).toEqual({ type: 'wait', ms: 5000 });
		const again = after([start, opened(0), exited(1000, killed), due, opened(6000, 101)]);
		expect(again.machine).toMatchObject({ state: 'running', restarts: 1, attempts: 1 });
		expect(again.effects.at(-1)).toEqual({ type: 'spawn' });
		const off = after([start, opened(0), exited(1000)], { ...defaultPolicy, autoRestart: false });
		expect(off.machine).toMatchObject({
			state: 'crashed',
			reason: 'ended with code 1; automatic restart is off',
		});
		expect(types(off.effects)).not.toContain('wait');
	});

	it('TestManager_GracefulShutdown: one SIGTERM however often it is asked for, and no restart after it', () => {
		const { machine, effects } = after([
			start,
			opened(0),
			stop,
			stop,
			stop,
			exited(50, { kind: 'code', code: 143 }),
		]);
		expect(types(effects).filter((type) => type === 'terminate')).toHaveLength(1);
		expect(machine).toMatchObject({
			state: 'stopped',
			process: undefined,
			reason: 'ended with code 143',
		});
		expect(after([start, stop, opened(5)]).machine.state).toBe('stopping');
	});

	it('TestManager_StateTransitions: each event in each state leads where the table says', () => {
		const table: readonly (readonly [MachineEvent[], string])[] = [
			[[], 'stopped'],
			[[start], 'starting'],
			[[start, { type: 'notStarted', reason: 'no memory', isHopeless: false }], 'crashed'],
			[[start, { type: 'notStarted', reason: 'missing', isHopeless: true }], 'error'],
			[[start, opened(0)], 'running'],
			[[start, opened(0), start], 'running'],
			[[start, opened(0), exited(1, { kind: 'code', code: 0 })], 'stopped'],
			[[start, opened(0), exited(1, { kind: 'unknown' })], 'crashed'],
			[[start, opened(0), exited(1), stop], 'stopped'],
			[[start, opened(0), exited(1), start], 'starting'],
			[[start, opened(0), exited(1), stop, due], 'stopped'],
			[
				[start, opened(0), { type: 'stop', reason: 'restart', next: 'start' }, exited(9)],
				'starting',
			],
			[
				[start, opened(0), stop, { type: 'stop', reason: 'restart', next: 'start' }, exited(9)],
				'starting',
			],
			[[start, opened(0), { type: 'unhealthy', reason: 'no peers' }], 'stopping'],
			[[start, opened(0), { type: 'unhealthy', reason: 'no peers' }, exited(9)], 'starting'],
			[[start, opened(0), { type: 'upgradeBegins', reason: '2.0' }], 'upgrading'],
			[
				[start, opened(0), { type: 'upgradeBegins', reason: '2.0' }, exited(5), opened(9, 7)],
				'upgrading',
			],
			[[start, opened(0), { type: 'upgradeBegins', reason: '2.0' }, stop, start], 'upgrading'],
			[
				[
					start,
					opened(0),
					{ type: 'upgradeBegins', reason: '2.0' },
					exited(5),
					opened(9, 7),
					{ type: 'upgradeEnds', reason: 'ok', isRunning: true },
				],
				'running',
			],
			[
				[
					{ type: 'upgradeBegins', reason: '2.0' },
					{ type: 'upgradeEnds', reason: 'no', isRunning: false },
				],
				'error',
			],
		];
		for (const [events, state] of table)
			expect([events.map(({ type }) => type), after(events).machine.state]).toEqual([
				events.map(({ type }) => type),
				state,
			]);
	});

	it('TestManager_MaxRestartLimit: the sixth crash in a row needs a person; a stable run counts anew', () => {
		const crashes = (count: number) =>
			Array.from({ length: count }, (_, index) => [
				opened(index * 10),
				exited(index * 10 + 1),
				due,
			]).flat();
		const six = after([start, ...crashes(6)]);
		expect(six.machine).toMatchObject({
			state: 'error',
			restarts: 5,
			reason: 'ended with code 1; the limit of 5 restarts is reached',
		});
		expect(types(six.effects).filter((type) => type === 'spawn')).toHaveLength(6);
		const stable = after([
			start,
			...crashes(5),
			opened(100),
			exited(100 + defaultPolicy.stableMs),
			due,
		]);
		expect(stable.machine).toMatchObject({ state: 'starting', restarts: 6, attempts: 1 });
		expect(after([start, ...crashes(6), start, opened(1)]).machine).toMatchObject({
			state: 'running',
			restarts: 0,
			attempts: 0,
		});
		expect(after([start, ...crashes(1)], { ...defaultPolicy, maxRestarts: 0 }).machine.state).toBe(
			'error',
		);
	});
});

describe('the machine', () => {
	const event = fc.oneof(
		fc.constantFrom<MachineEvent>(start, due, stop),
		fc.constantFrom<MachineEvent>(
			{ type: 'stop', reason: 'r', next: 'start' },
			{ type: 'unhealthy', reason: 'u' },
		),
		fc.constantFrom<MachineEvent>(
			{ type: 'upgradeBegins', reason: 'u' },
			{ type: 'notStarted', reason: 'n', isHopeless: false },
		),
		fc.nat().map((atMs) => opened(atMs)),
		fc.nat().map((atMs) => exited(atMs)),
	);

	it('never starts a second process, and never waits while there is one', () => {
		fc.assert(
			fc.property(fc.array(event, { maxLength: 40 }), (events) => {
				let machine = initialMachine;
				for (const each of events) {
					// There is no end without a process, and none opens while one is there.
					if (each.type === 'exited' && !machine.process) continue;
					if (
						each.type === 'opened' &&
						(machine.process || !['starting', 'stopping', 'upgrading'].includes(machine.state))
					)
						continue;
					const next = step(machine, each, defaultPolicy, 0.5);
					const had = next.machine.process !== undefined;
					const begins = next.effects.some(({ type }) => type === 'spawn' || type === 'wait');
					expect(begins && had).toBe(false);
					expect(next.machine.state === 'running' && !had).toBe(false);
					({ machine } = next);
					expect(machine.attempts).toBeLessThanOrEqual(defaultPolicy.maxRestarts);
				}
			}),
			{ numRuns: 500 },
		);
	});

	it.each([
		[
			'low disk, even with code 0',
			{ kind: 'code', code: 0 },
			['ERROR Low disk space. Gracefully shutting down Geth to prevent database corruption.'],
		],
		[
			'a port',
			crash,
			['Fatal: Error starting protocol stack: listen tcp :30303: bind: address already in use'],
		],
		[
			'a locked directory',
			crash,
			['Fatal: Failed to create the protocol stack: datadir already used by another process'],
		],
		['a bad flag', crash, ['flag provided but not defined: -mine']],
		[
			'a bad flag of clap',
			{ kind: 'code', code: 2 },
			["error: unexpected argument '--min' found", '', 'For more information, try --help'],
		],
		['a missing binary', { kind: 'code', code: 127 }, []],
	] as const)('does not restart into %s', (_, exit, lines) => {
		const { machine, effects } = after([start, opened(0), exited(5, exit, lines)]);
		expect(machine.state).toBe('error');
		expect(types(effects)).not.toContain('wait');
	});

	it('restarts after words that only look like it', () => {
		expect(
			after([start, opened(0), exited(5, killed, ['bind: address already in use'])]).machine.state,
		).toBe('crashed');
		const old = ['address already in use', ...Array.from({ length: 12 }, () => 'INFO imported')];
		expect(after([start, opened(0), exited(5, crash, old)]).machine.state).toBe('crashed');
	});
});

describe('the wait before a restart', () => {
	it('is exact at first, then doubles with jitter up to the longest', () => {
		const waits = (random: number) =>
			Array.from({ length: 9 }, (_, attempt) => restartWaitMs(attempt, defaultPolicy, random));
		expect(waits(0.5)).toEqual([
			5000, 10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000, 300_000,
		]);
		expect(waits(0)).toEqual([
			5000, 7500, 15_000, 30_000, 60_000, 120_000, 225_000, 225_000, 225_000,
		]);
		expect(waits(1).at(-1)).toBe(300_000);
	});
});
