import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { builtInRules } from '../../source/sections/findings.ts';
import { alerts } from '../../source/commands/alerts/alerts.ts';
import { temporaryDirectory, writeWithMode } from '../config/temporary-directory.ts';
import { runCommand } from './command-run.ts';

const fixtures = fileURLToPath(new URL('../fixtures/rule-tests/', import.meta.url));
const files = readdirSync(fixtures).toSorted();

/** Runs `nodetop alerts test-rules` with no configuration but what a test gives. */
async function run(argv: readonly string[], profile?: object) {
	const directory = await temporaryDirectory();
	const config = path.join(directory, 'config.json');
	if (profile) await writeWithMode(config, JSON.stringify({ profiles: { default: profile } }));
	return runCommand(alerts, ['test-rules', ...argv], {
		env: { XDG_CONFIG_HOME: directory, ...(profile && { NODETOP_CONFIG: config }) },
	});
}

/** The same for tests that stand here; `FILE` in what it prints. */
async function play(file: object | string, profile?: object) {
	const name = path.join(await temporaryDirectory(), 'tests.json');
	await writeWithMode(name, typeof file === 'string' ? file : JSON.stringify(file));
	const result = await run([name], profile);
	const error: unknown = result.error;
	return {
		...result,
		stdout: result.stdout.replaceAll(name, 'FILE'),
		problem: error instanceof Error ? error.message.replaceAll(name, 'FILE') : '',
	};
}

const cpu = {
	condition: { value: { field: 'resources.cpuRatio' }, above: 0.8 },
	message: 'CPU of {node} is {value}',
	unit: 'ratio',
	forMs: 10_000,
};
const nodes = { a: { series: { 'resources.cpuRatio': '0.1 0.9x3 0.1' } } };
const own = (test: object, file: object = {}) => ({
	builtIn: false,
	rules: { cpu },
	tests: [{ name: 'it', nodes, ...test }],
	...file,
});

describe('the rule tests of nodetop itself', () => {
	it.each(files)('%s', async (file) => {
		const { stdout, exitCode, error } = await run([path.join(fixtures, file)]);
		expect(error).toBeUndefined();
		expect(stdout).not.toContain('FAIL');
		expect(stdout).toMatch(/\n\d+ passed\n$/);
		expect(exitCode).toBe(0);
	});

	const texts = files.map((file) => readFileSync(path.join(fixtures, file), 'utf8')).join('\n');

	const played = Object.keys(builtInRules);

	it.each(played)('have %s fire', (rule) => {
		expect(texts).toContain(` fired ${rule}`);
	});

	it.each(played)('have %s end', (rule) => {
		expect(texts).toContain(` resolved ${rule}`);
	});
});

describe('alerts test-rules', () => {
	it('passes what is as expected', async () => {
		const result = await play(
			own({
				expect: [{ at: '15s', rule: 'cpu', labels: { node: 'a' }, value: 0.9, threshold: 0.8 }],
				expectNone: [{ at: '25s', rule: 'cpu' }],
				expectEvents: ['15s fired cpu a', '25s resolved cpu a'],
			}),
		);
		expect(result).toMatchObject({ exitCode: 0, stdout: 'pass  FILE: it\n1 passed\n' });
	});

	it('shows what was expected and what there is, and exits with 1', async () => {
		const result = await play(
			own({
				expect: [
					{ at: '10s', rule: 'cpu', severity: 'critical' },
					{ at: '15s', rule: 'cpu', labels: { node: 'b' } },
					{ at: '15s', rule: 'cpu', value: 0.5, muted: 'silenced' },
					{ at: '0s', rule: 'cpu' },
				],
				expectNone: [{ at: '15s' }],
				expectEvents: ['15s fired cpu a', '20s resolved cpu a'],
				expectMessages: ['15s fired warning cpu a'],
				until: '25s',
			}),
		);
		expect(result.exitCode).toBe(1);
		expect(result.stdout).toBe(
			`${[
				'FAIL  FILE: it',
				'      at 10s: not as expected',
				'        - cpu firing severity "critical"',
				'        + cpu node=a pending severity "warning"',
				'      at 15s: not as expected',
				'        - cpu node=b firing',
				'        + cpu node=a firing',
				'      at 15s: not as expected',
				'        - cpu firing value 0.5 muted "silenced"',
				'        + cpu node=a firing value 0.9 muted false',
				'      at 0s: not as expected',
				'        - cpu firing',
				'      at 15s: expected none',
				'        + cpu a firing warning: CPU of a is 90.0%',
				'      events: not as expected',
				'        - 20s resolved cpu a',
				'        + 25s resolved cpu a',
				'      messages: not as expected',
				'        - 15s fired warning cpu a',
				'0 passed, 1 failed',
			].join('\n')}\n`,
		);
	});

	it('tries the rules of the profile with the built-in ones', async () => {
		const file = {
			tests: [{ name: 'it', nodes, expectEvents: ['5s fired mine a', '25s resolved mine a'] }],
		};
		const profile = { rules: { mine: { ...cpu, forMs: 0 }, 'cpu-busy': { enabled: false } } };
		expect(await play(file, profile)).toMatchObject({ exitCode: 0 });
		expect((await play(file)).stdout).toContain('- 5s fired mine a');
	});

	it('lets a file change one key of a rule', async () => {
		const file = {
			rules: { 'node-down': { forMs: 0 } },
			tests: [
				{
					name: 'it',
					nodes: { a: { poll: 'ok unreachablex1 ok' } },
					expectEvents: ['5s fired node-down a', '20s resolved node-down a'],
				},
			],
		};
		expect(await play(file)).toMatchObject({ exitCode: 0 });
	});

	it.each([
		['{"tests":', 'line 1, column 10: the file ends too early: a bracket or a brace is open'],
		[{ tests: [] }, 'tests: expected 1 or more'],
		[{ tets: [] }, 'tests: expected a list in [ ]'],
		[own({ expects: [] }), 'tests[0].expects: unknown key'],
		[
			own({ expect: [{ at: '5', rule: 'cpu' }] }),
			'tests[0].expect[0].at: must be a span such as 90s',
		],
		[own({ expectEvents: ['cpu a'] }), 'tests[0].expectEvents[0]: must begin with a time'],
		[own({ expectNone: [{ at: '5s', rule: 'cpus' }] }), 'there is no rule "cpus"'],
		[
			own({
				expect: [{ at: '30s', rule: 'cpu' }],
				until: '5s',
				outages: [{ at: '0s', for: '1m' }],
			}),
			'nothing is evaluated at 30s',
		],
		[
			own({ nodes: { a: { series: { 'resources.cpuRatoi': '1' } } } }),
			'Unrecognized key: "cpuRatoi"',
		],
		[own({ nodes: { a: { series: { 'resources.cpuRatio': '1y' } } } }), '"1y" is not a sample'],
		[own({ nodes: { a: { poll: 'gone' } } }), '"gone" is not one of ok, none, unreachable'],
		[own({ nodes: { a: { series: { '__proto__.x': '1' } } } }), '__proto__'],
		[
			own({ reloads: [{ at: '5s', rules: { cpu: { forMs: 5 } }, refused: true }], until: '5s' }),
			'tests[0].reloads[0]: these rules are right',
		],
		[
			own({ reloads: [{ at: '5s', rules: { other: {} } }], until: '5s' }),
			'these rules are refused: ',
		],
		[own({ interval: '1ms', until: '5s' }), 'must be 100ms or more'],
		[own({ until: '10000d' }), 'takes more than 200000 evaluations'],
		[own({}, { rules: { cpu: { forMs: 5 } } }), 'has no condition'],
	])('says where %j is wrong, with 78', async (file, message) => {
		const { problem, error } = await play(file);
		expect(problem).toMatch(/^FILE: /);
		expect(problem).toContain(message);
		expect(error).toMatchObject({ exitCode: 78 });
	});

	it('says that there is no such file, or none at all', async () => {
		expect((await run(['/nowhere/tests.json'])).error).toMatchObject({
			message: expect.stringContaining('/nowhere/tests.json: cannot be read: ENOENT'),
			exitCode: 78,
		});
		expect((await run([])).error).toMatchObject({ exitCode: 64 });
	});

	it('prints the JSON Schema of the files', async () => {
		const { stdout } = await run(['--schema']);
		const schema = JSON.parse(stdout);
		expect(schema).toMatchObject({ title: 'nodetop rule tests', required: ['tests'] });
		expect(Object.keys(schema.properties)).toContain('interval');
	});

	it('takes out what could move the cursor', async () => {
		const { stdout } = await play(
			own({ name: 'x\u001B[2Jy', expect: [{ at: '15s', rule: 'cpu' }] }),
		);
		expect(stdout).toBe('pass  FILE: xy\n1 passed\n');
	});
});
