import { createJudge } from '../../source/health/judge.ts';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../source/domain/clock.ts';
import { acquireLock } from '../../source/domain/lock.ts';
import { createAlertEngine } from '../../source/alerts/engine.ts';
import type { AlertEngine } from '../../source/alerts/engine.ts';
import { buildRuleSet } from '../../source/sections/rule-set.ts';
import { builtInRules } from '../../source/sections/findings.ts';
import { alerts } from '../../source/commands/alerts/alerts.ts';
import { pause } from '../../source/domain/waiting.ts';
import { cpu, cpuRule, down, node, startMs } from '../alerts/helpers.ts';
import type { NodeSpec } from '../alerts/helpers.ts';
import { temporaryDirectory, writeWithMode } from '../config/temporary-directory.ts';
import { runCommand } from './command-run.ts';

const ownRules = { cpu: cpuRule({ condition: cpuLevels() }) };
const rules = buildRuleSet(builtInRules, ownRules);
let home = '';
let directory = '';
let config = '';
let nowMs = startMs;

function cpuLevels() {
	return { value: { field: 'resources.cpuRatio' }, above: { warning: 0.8, critical: 0.95 } };
}

beforeEach(async () => {
	home = await temporaryDirectory();
	directory = `${home}/state/nodetop/alerts/default`;
	nowMs = startMs;
	config = await writeWithMode(
		`${home}/config.json`,
		JSON.stringify({
			profiles: {
				default: { nodes: [{ name: 'a', url: 'http://127.0.0.1:1' }], rules: ownRules },
			},
		}),
	);
});

function openEngine(): Promise<AlertEngine> {
	return createAlertEngine({
		rules,
		quiet: { silences: [], maintenance: {} },
		directory,
		now: () => nowMs,
		steadyNow: () => nowMs,
		warn: () => undefined,
	});
}

/** As a site would have judged them: by the issues that they are given. */
const scene = (...specs: NodeSpec[]) => {
	const input = { nodes: specs.map((spec) => node(spec, nowMs)), groups: [] };
	return { ...input, observed: createJudge().observe(input, nowMs) };
};

async function evaluate(engine: AlertEngine, ...specs: NodeSpec[]): Promise<void> {
	await engine.evaluate(scene(...specs));
}

/** Runs `nodetop alerts …` over the state of this test; nobody watches unless a test sees to it. */
function run(argv: readonly string[], columns?: number) {
	const [verb = '', ...rest] = argv;
	return runCommand(alerts, [verb, '--config', config, ...rest], {
		env: { XDG_STATE_HOME: `${home}/state`, USER: 'ana' },
		clock: { ...systemClock, now: () => nowMs },
		...(columns !== undefined && { stdout: withColumns(columns) }),
	});
}

let narrow = '';
function withColumns(columns: number) {
	narrow = '';
	return {
		columns,
		write: (text: string) => {
			narrow += text;
			return true;
		},
	} as never; // A stream of which the command uses only these two.
}

async function list(...flags: string[]) {
	const { stdout } = await run(['list', '--json', ...flags]);
	return JSON.parse(stdout);
}

async function idOf(name: string): Promise<string> {
	const { alerts: all } = await list('--all');
	return all.find((alert: { node: string }) => alert.node === name).id;
}

describe('alerts list', () => {
	it('says that nothing fires, and that nobody has watched', async () => {
		expect(await run(['list'])).toMatchObject({
			exitCode: 0,
			stdout: 'nothing fires\nno process watches, and none has yet: run nodetop watch\n',
		});
	});

	it('shows the gravest first, aligned, with how old it is', async () => {
		const engine = await openEngine();
		await evaluate(engine, cpu(0.9), { ...cpu(0.99), name: 'b' });
		nowMs += 7_500_000;
		const { stdout } = await run(['list']);
		const [b, a] = [await idOf('b'), await idOf('a')];
		expect(stdout.split('\n')).toEqual([
			'2 firing: 1 critical, 1 warning',
			'',
			'ID      SEVERITY    RULE  ABOUT   SINCE          VALUE  MESSAGE            BEGAN AT',
			`${b}  ✗ critical  cpu   b      2h 05m  99.0% / 95.0%  CPU of b is 99.0%  2026-01-02T03:04:06Z`,
			`${a}  ⚠ warning   cpu   a      2h 05m  90.0% / 80.0%  CPU of a is 90.0%  2026-01-02T03:04:06Z`,
			'',
			'no process watches now: this is the state of 2h 05m ago',
			expect.stringMatching(
				/^nodetop replay .*--at TIME shows the moment at which an alert began$/,
			),
			'',
		]);
		expect(b).toMatch(/^[0-9a-f]{6}$/);
	});

	it.each([60, 80, 100])('fits %d columns', async (columns) => {
		const engine = await openEngine();
		const name = 'a-validator-with-a-rather-long-name-in-frankfurt';
		await evaluate(engine, { ...cpu(0.9), name });
		await run(['list'], columns);
		const lines = narrow.split('\n');
		expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
		expect(lines[3]).toMatch(/^[0-9a-f]{6} {2}⚠ warning {2,}cpu {2,}a-valid/);
	});

	it('keeps why something is muted on 80 columns, and until when', async () => {
		const engine = await openEngine();
		const name = 'a-validator-with-a-rather-long-name-in-frankfurt';
		await evaluate(engine, { ...cpu(0.9), name });
		await run(['silence', `node=${name}`, '--for', '2h', '--comment', 'new disk']);
		await run(['list'], 80);
		expect(narrow).toMatch(/ MUTED\n.* silenced 2h 00m: new disk\n/);
	});

	it('shows what is pending and what ended only when asked', async () => {
		const engine = await openEngine();
		await evaluate(engine, cpu(0.9), { ...down, name: 'b' });
		nowMs += 1000;
		await evaluate(engine, cpu(0.1), { ...down, name: 'b' });
		const states = async (...flags: string[]) =>
			(await list(...flags)).alerts.map((each: { state: string; rule: string }) =>
				[each.state, each.rule].join(' '),
			);
		expect(await states()).toEqual([]);
		expect(await states('--pending')).toEqual(['pending node-down']);
		expect(await states('--resolved')).toEqual(['resolved cpu']);
		expect(await states('--all')).toEqual(['pending node-down', 'resolved cpu']);
		expect(await states('--all', '--severity', 'critical')).toEqual(['pending node-down']);
		expect(await states('--all', 'a')).toEqual(['resolved cpu']);
	});

	it.each([
		[['--all', '--pending'], 'only one of them at a time: --all --pending', '--all lists'],
		[
			['--severity', 'critcal'],
			'--severity: "critcal" is not a severity',
			'did you mean critical?',
		],
		[['aa'], 'no node of the profile and no alert is called "aa"', 'did you mean a?'],
	])('refuses %j', async (flags, message, step) => {
		const { error } = await run(['list', ...flags]);
		expect(error).toMatchObject({ message, exitCode: 64 });
		expect(error).toHaveProperty('nextSteps.0', expect.stringContaining(step));
	});

	it('takes the health of what is told as its exit code with --check', async () => {
		const engine = await openEngine();
		expect((await run(['list', '--check'])).exitCode).toBe(3);
		await evaluate(engine, cpu(0.1));
		const lock = await lockOf();
		try {
			expect((await run(['list', '--check'])).exitCode).toBe(0);
			await evaluate(engine, cpu(0.9));
			expect((await run(['list', '--check'])).exitCode).toBe(1);
			await evaluate(engine, cpu(0.99));
			expect((await run(['list', '--check'])).exitCode).toBe(2);
			engine.act({
				type: 'silence',
				silence: { id: 's', match: {}, endsAt: new Date(nowMs + 60_000).toISOString() },
			});
			await evaluate(engine, cpu(0.99));
			expect((await run(['list', '--check'])).exitCode).toBe(0);
		} finally {
			await lock.release();
		}
	});

	it('does not take an old state for the present one when what watches hangs or cannot write', async () => {
		const engine = await openEngine();
		const lock = await lockOf();
		try {
			expect((await run(['list'])).stdout).toMatch(
				/^nothing fires\nwhat watches has written nothing yet: /,
			);
			await evaluate(engine, cpu(0.1));
			expect((await run(['list'])).stdout).toBe('nothing fires\n');
			nowMs += 120_001;
			const { stdout, exitCode } = await run(['list', '--check']);
			expect(exitCode).toBe(3);
			expect(stdout).toBe(
				'nothing fires\nwhat watches has written nothing for 2m 00s: it begins, hangs, or its disk is full; this may be out of date\n',
			);
			expect(await list()).toMatchObject({ isWatched: true, isBehind: true });
			await evaluate(engine, cpu(0.1));
			expect((await run(['list', '--check'])).exitCode).toBe(0);
		} finally {
			await lock.release();
		}
	});

	it('says that a state makes no sense, and leaves it where it is', async () => {
		await mkdir(directory, { recursive: true });
		await writeFile(`${directory}/state.json`, '{"schema":1}');
		const { stderr, stdout } = await run(['list']);
		expect(stderr).toContain('state.json makes no sense');
		expect(stdout).toContain('nothing fires');
		expect(await readdir(directory)).toEqual(['state.json']);
	});
});

async function lockOf() {
	await mkdir(directory, { recursive: true });
	return acquireLock(directory);
}

describe('alerts ack, snooze, silence', () => {
	it('are taken by the next watch where none runs, and seen at once', async () => {
		await evaluate(await openEngine(), cpu(0.9), { ...cpu(0.9), name: 'b' });
		const id = await idOf('a');
		expect((await run(['ack', id])).stdout).toBe(
			'acknowledged cpu a: will be taken when nodetop watch runs next\n',
		);
		expect((await list('a')).alerts[0]).toMatchObject({
			muted: 'acknowledged',
			ackedBy: 'ana',
			mutedBy: 'acknowledged by ana',
		});
		expect(await readdir(`${directory}/actions`)).toHaveLength(1);
		await evaluate(await openEngine(), cpu(0.9), { ...cpu(0.9), name: 'b' });
		expect(await readdir(`${directory}/actions`)).toEqual([]);
		expect((await list('a')).alerts[0]).toMatchObject({ mutedBy: 'acknowledged by ana' });
		expect((await list('b')).alerts[0]).not.toHaveProperty('muted');
	});

	it('are taken by the running watch, and say so', async () => {
		const engine = await openEngine();
		await evaluate(engine, cpu(0.9));
		const lock = await lockOf();
		const ended = new AbortController();
		const watching = (async () => {
			while (!ended.signal.aborted) {
				await evaluate(engine, cpu(0.9));
				await pause(20, ended.signal);
			}
		})();
		try {
			const id = await idOf('a');
			expect((await run(['snooze', id, '2h'])).stdout).toBe(
				`snoozed cpu a until ${new Date(nowMs + 7_200_000).toISOString()}: taken by the running watch\n`,
			);
			// It is taken once the state that has it is written; its file goes after that.
			await expect.poll(() => readdir(`${directory}/actions`)).toEqual([]);
			expect((await list('a')).alerts[0]).toMatchObject({ mutedBy: 'snoozed 2h 00m' });
			expect((await run(['snooze', id, 'off'])).stdout).toContain(
				'snoozed no longer: cpu a: taken',
			);
			expect((await list('a')).alerts[0]).not.toHaveProperty('muted');
		} finally {
			ended.abort();
			await watching;
			await lock.release();
		}
	});

	it('say that a watch which hangs has not taken them', async () => {
		await evaluate(await openEngine(), cpu(0.9));
		const id = await idOf('a');
		const lock = await lockOf();
		try {
			const abort = new AbortController();
			const done = runCommand(alerts, ['ack', '--config', config, id], {
				env: { XDG_STATE_HOME: `${home}/state` },
				clock: { ...systemClock, now: () => nowMs },
				signal: abort.signal,
			});
			await expect.poll(() => readdir(`${directory}/actions`).catch(() => [])).toHaveLength(1);
			abort.abort();
			expect((await done).stdout).toBe(
				'acknowledged cpu a: left for the running watch, which has not taken it yet\n',
			);
		} finally {
			await lock.release();
		}
	});

	it('want an id that is one', async () => {
		const engine = await openEngine();
		await evaluate(engine, cpu(0.9), { ...cpu(0.9), name: 'b' });
		nowMs += 1000;
		await evaluate(engine, cpu(0.9), { ...cpu(0.1), name: 'b' });
		const [a, b] = [await idOf('a'), await idOf('b')];
		const typo = `${a.slice(0, 5)}${a.endsWith('0') ? '1' : '0'}`;
		expect((await run(['ack', typo])).error).toMatchObject({
			message: `there is no alert "${typo}"`,
			nextSteps: [`did you mean ${a}?`, `${a}: cpu a`],
			exitCode: 64,
		});
		expect((await run(['ack', b])).error).toMatchObject({
			message: `cpu b ended at ${new Date(nowMs).toISOString()}`,
		});
		expect((await run(['ack'])).error).toMatchObject({ exitCode: 64 });
		expect((await run(['snooze', a])).error).toMatchObject({ exitCode: 64 });
		expect((await run(['snooze', a, '8d'])).error).toMatchObject({
			message: 'alerts snooze: 8d is out of range; use 1s to 7d',
		});
		await expect(readdir(`${directory}/actions`)).rejects.toThrow('ENOENT');
	});

	it('silence by labels for a time, and end that again', async () => {
		await evaluate(await openEngine(), cpu(0.9), { ...cpu(0.9), name: 'b' });
		const made = await run(['silence', 'node=a', 'rule=c*', '--for', '2h', '--comment', 'new fan']);
		const id = /^silence ([0-9a-f]{8}) until 2026-01-02T05:04:05.000Z: will/.exec(made.stdout)?.[1];
		expect(made.stdout).toContain('it matches 1 now: cpu a\n');
		expect((await list('a')).alerts[0].mutedBy).toBe('silenced 2h 00m: new fan');
		expect((await list('b')).alerts[0]).not.toHaveProperty('muted');
		expect((await run(['silences'])).stdout).toBe(
			`ID        ENDS       MATCHES         BY   COMMENT\n${id}  in 2h 00m  node=a rule=c*  ana  new fan\n`,
		);
		nowMs += 1000;
		expect((await run(['unsilence', (id ?? '').slice(0, 6)])).stdout).toContain(
			`ended the silence ${id} (node=a rule=c*)`,
		);
		expect((await run(['silences'])).stdout).toBe('no silences\n');
		expect((await list('a')).alerts[0]).not.toHaveProperty('muted');
	});

	it('say that a silence matches nothing now, and which label was meant', async () => {
		await evaluate(await openEngine(), cpu(0.9));
		const { stdout, stderr } = await run(['silence', 'nod=a', '--for', '30m']);
		expect(stdout).toContain('it matches no alert now');
		expect(stderr).toContain('no alert and no rule has the label nod; did you mean node?');
	});

	it.each([
		[['silence', 'node=a'], 'alerts silence needs --for DURATION'],
		[['silence', '--for', '1h'], 'alerts silence needs at least one LABEL=VALUE'],
		[['silence', 'node', '--for', '1h'], '"node" is no LABEL=VALUE'],
		[['silence', 'a=1', 'a=2', '--for', '1h'], 'a label is given twice'],
		[['silence', 'a=1', '--for', '90'], '--for: "90" is not a duration; use 30m, 8h or 2d'],
		[['unsilence', 'abcdef'], 'there is no silence "abcdef"'],
		[['unsilence'], 'alerts unsilence needs the id of a silence'],
	])('refuse %j', async (argv, message) => {
		expect((await run(argv)).error).toMatchObject({ message, exitCode: 64 });
	});

	it('take out what could move the cursor', async () => {
		await evaluate(await openEngine(), cpu(0.9));
		const id = await idOf('a');
		await run(['ack', id, '--by', '\u001B[2Jmallory']);
		const { stdout } = await run(['list']);
		expect(stdout).toContain('acknowledged by mallory');
		expect(stdout).not.toContain('\u001B');
	});
});

describe('alerts history', () => {
	it('tells what changed, oldest first, from both files', async () => {
		const engine = await openEngine();
		await evaluate(engine, cpu(0.9));
		nowMs += 60_000;
		await evaluate(engine, cpu(0.99), { ...down, name: 'b' });
		nowMs += 60_000;
		await evaluate(engine, cpu(0.1), { name: 'b' });
		await writeFile(
			`${directory}/history.jsonl.1`,
			`${await readFile(`${directory}/history.jsonl`, 'utf8')}{"at":"20`,
		);
		await writeFile(`${directory}/history.jsonl`, '');
		const { stdout, stderr } = await run(['history']);
		expect(stdout).toBe(
			[
				'AT                    EVENT     SEVERITY  RULE  ABOUT  MESSAGE',
				'2026-01-02 03:04:05Z  fired     warning   cpu   a      CPU of a is 90.0%',
				'2026-01-02 03:05:05Z  raised    critical  cpu   a      CPU of a is 99.0%',
				'2026-01-02 03:06:05Z  resolved  critical  cpu   a      recovered: CPU of a is 99.0%',
				'',
			].join('\n'),
		);
		expect(stderr).toContain('1 line of the history makes no sense');
		const events = async (...flags: string[]) =>
			(await run(['history', '--json', ...flags])).stdout
				.trim()
				.split('\n')
				.map((line) => JSON.parse(line).event);
		expect(await events('--all')).toEqual(['fired', 'pending', 'raised', 'dropped', 'resolved']);
		expect(await events('--all', 'b')).toEqual(['pending', 'dropped']);
		expect(await events('--since', '90s')).toEqual(['raised', 'resolved']);
		nowMs += 86_400_001;
		expect((await run(['history'])).stdout).toBe('nothing fired or ended in the last 24h\n');
	});
});
