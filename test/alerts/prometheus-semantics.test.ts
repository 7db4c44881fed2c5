import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { cpu, cpuRule, rules, simulate } from './helpers.ts';

const promtool = ['/usr/bin/promtool', '/usr/local/bin/promtool'].find((file) => existsSync(file));
if (promtool === undefined) {
	console.info('skipped: the comparison with Prometheus rule tests (promtool is not installed)');
}

const stepSeconds = 15;

/** `!` is a bad sample, `.` a good one, `_` none, `s` a series that went stale. One a step of 15 s. */
interface Scenario {
	readonly samples: string;
	readonly forSeconds: number;
	readonly keepSeconds?: number;
	/** `F` where the alert fires, for nodetop. */
	readonly fires: string;
	/** The same for Prometheus, where it differs, and why ours is better. */
	readonly prometheus?: { readonly fires: string; readonly why: string };
}

const scenarios: Readonly<Record<string, Scenario>> = {
	'for 0 fires at first': { samples: '.!!..', forSeconds: 0, fires: '.FF..' },
	'fires when for is exactly reached': { samples: '!!!!!!', forSeconds: 60, fires: '....FF' },
	'a short spike is none': { samples: '.!!!..', forSeconds: 60, fires: '......' },
	'one good sample begins it anew': {
		samples: '!!!.!!!!!!',
		forSeconds: 60,
		fires: '........FF',
	},
	'for of one step needs two samples': { samples: '!!..', forSeconds: 15, fires: '.F..' },
	'keeps firing for its time': {
		samples: '!!.....',
		forSeconds: 15,
		keepSeconds: 30,
		fires: '.FFF...',
	},
	'a bad sample begins that time anew': {
		samples: '!!..!.....',
		forSeconds: 15,
		keepSeconds: 30,
		fires: '.FFFFFF...',
	},
	'a resolved alert needs its for again': {
		samples: '!!!.!!!!',
		forSeconds: 30,
		fires: '..F...FF',
	},
	'a series that ends while it fires': {
		samples: '!!!ssss',
		forSeconds: 15,
		fires: '.FFFFFF',
		prometheus: {
			fires: '.FF....',
			why: 'no data says nothing: Prometheus resolves an alert because its node stopped answering',
		},
	},
	'a series that ends while it is pending, and comes back': {
		samples: '!!!s!!!!',
		forSeconds: 60,
		fires: '......FF',
		prometheus: {
			fires: '........',
			why: 'one lost poll begins the hold time anew in Prometheus; here it only stops it',
		},
	},
	'a sample that is missing while it is pending': {
		samples: '!!_!!!!!',
		forSeconds: 60,
		fires: '......FF',
		prometheus: {
			fires: '....FFFF',
			why: 'Prometheus goes on with the last sample for five minutes, and counts time that nobody saw',
		},
	},
};

const isFiring = (timeline: string): boolean[] => [...timeline].map((mark) => mark === 'F');

/** The steps at which nodetop's alert fires. */
function playHere({ samples, forSeconds, keepSeconds = 0 }: Scenario): boolean[] {
	const run = simulate(
		rules({
			cpu: cpuRule({ forMs: forSeconds * 1000, keepFiringForMs: keepSeconds * 1000 }),
		}),
	);
	const values: Readonly<Record<string, number>> = { '!': 0.9, '.': 0.1 };
	return [...samples].map((sample, index) => {
		const { alerts } = run.after(index === 0 ? 0 : stepSeconds * 1000, [cpu(values[sample])]);
		return alerts.some(({ state }) => state === 'firing');
	});
}

/** The same scenario as a unit test of promtool, which expects this timeline. */
function promtoolTest({ samples, fires, prometheus }: Scenario, alertname: string): object {
	const values: Readonly<Record<string, string>> = { '!': '0.9', '.': '0.1', _: '_', s: 'stale' };
	return {
		interval: `${stepSeconds}s`,
		name: alertname,
		input_series: [
			{ series: 'cpu{node="a"}', values: [...samples].map((sample) => values[sample]).join(' ') },
		],
		alert_rule_test: isFiring(prometheus?.fires ?? fires).map((isExpected, index) => ({
			eval_time: `${index * stepSeconds}s`,
			alertname,
			exp_alerts: isExpected ? [{ exp_labels: { node: 'a' } }] : [],
		})),
	};
}

function promRule({ forSeconds, keepSeconds = 0 }: Scenario, alert: string): object {
	return {
		alert,
		expr: 'cpu > 0.8',
		for: `${forSeconds}s`,
		...(keepSeconds > 0 && { keep_firing_for: `${keepSeconds}s` }),
	};
}

describe('the timelines of alerts', () => {
	it.each(Object.entries(scenarios))('%s', (_name, scenario) => {
		expect(playHere(scenario)).toEqual(isFiring(scenario.fires));
	});

	it.skipIf(promtool === undefined)('are those of Prometheus, or differ as they say', async () => {
		const directory = await mkdtemp(path.join(tmpdir(), 'nodetop-promtool-'));
		const all = Object.values(scenarios).map((scenario, index) => ({
			scenario,
			alertname: `Scenario${index}`,
		}));
		try {
			// JSON is YAML.
			await writeFile(
				path.join(directory, 'rules.yml'),
				JSON.stringify({
					groups: [
						{
							name: 'g',
							rules: all.map(({ scenario, alertname }) => promRule(scenario, alertname)),
						},
					],
				}),
			);
			await writeFile(
				path.join(directory, 'tests.yml'),
				JSON.stringify({
					rule_files: ['rules.yml'],
					evaluation_interval: `${stepSeconds}s`,
					tests: all.map(({ scenario, alertname }) => promtoolTest(scenario, alertname)),
				}),
			);
			const ran = await promisify(execFile)(promtool ?? '', ['test', 'rules', 'tests.yml'], {
				cwd: directory,
			}).catch((error: unknown) => error);
			expect(ran).toMatchObject({ stdout: expect.stringContaining('SUCCESS') });
		} finally {
			await rm(directory, { recursive: true, force: true });
		}
	});
});
