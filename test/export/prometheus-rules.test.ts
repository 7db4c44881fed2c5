import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { familiesOf } from '../../source/export/metrics/families.ts';
import { toPrometheusRules } from '../../source/export/rules/prometheus-rules.ts';
import { createJudge } from '../../source/health/judge.ts';
import { builtInRules } from '../../source/sections/findings.ts';
import type { HealthReport } from '../../source/sections/health/schema.ts';
import { buildRuleSet } from '../../source/sections/rule-set.ts';
import type { RuleSet } from '../../source/sections/rule-set.ts';
import { node, rules, simulate, startMs } from '../alerts/helpers.ts';
import type { NodeSpec } from '../alerts/helpers.ts';
import { ruleCases } from '../alerts/rule-cases.ts';
import { hasPromtool, promtool } from '../helpers/promtool.ts';
import { documentOf } from './nodes.ts';

const canTest = hasPromtool('the comparison of rules with Prometheus');
const stepSeconds = 15;

interface Case {
	readonly rule: string;
	readonly specs: readonly NodeSpec[];
}

/** What nodetop's engine says at each step, and what Prometheus would have scraped. */
function play(all: RuleSet, { rule, specs }: Case) {
	const run = simulate(all);
	const judge = createJudge(all);
	let report: HealthReport | undefined;
	const series = new Map<string, (number | undefined)[]>();
	const fires = specs.map((spec, index) => {
		const { alerts } = run.after(index === 0 ? 0 : stepSeconds * 1000, [spec]);
		const { health, ...unjudged } = node(spec, run.nowMs);
		report = judge.judgeNode(
			{ node: unjudged, memory: {}, group: undefined, witness: undefined, nowMs: run.nowMs },
			report,
		);
		const judged = { ...unjudged, health: spec.issues ? health : report };
		for (const { name, samples } of familiesOf(documentOf([judged], { alerts: [] }))) {
			for (const { labels, value } of samples) {
				const text = Object.entries(labels).map(
					([label, word]) => `${label}=${JSON.stringify(word)}`,
				);
				const key = `${name}{${text.join(',')}}`;
				const values = series.get(key) ?? [];
				series.set(key, values);
				// promtool's clock begins at the year 1970.
				const isTime = name.endsWith('_timestamp_seconds');
				values[index] = isTime ? value - startMs / 1000 : value;
			}
		}
		return alerts.some((alert) => alert.rule === rule && alert.state === 'firing');
	});
	return { fires, series };
}

/** A unit test of promtool that expects what nodetop's engine said. */
function promtoolTest(all: RuleSet, yaml: string, given: Case) {
	const { fires, series } = play(all, given);
	return {
		interval: `${stepSeconds}s`,
		name: given.rule,
		// Rules read nothing else, and a series that no rule reads costs as much.
		input_series: [...series]
			.filter(([name]) => yaml.includes(name.slice(0, name.indexOf('{'))))
			.map(([name, values]) => ({
				series: name,
				values: given.specs.map((_, index) => values[index] ?? 'stale').join(' '),
			})),
		promql_expr_test: fires.map((isFiring, index) => ({
			expr: `count(ALERTS{alertname="${given.rule}",alertstate="firing"}) > 0`,
			eval_time: `${index * stepSeconds}s`,
			exp_samples: isFiring ? [{ labels: '{}', value: 1 }] : [],
		})),
	};
}

function runPromtool(all: RuleSet, cases: readonly Case[]) {
	const directory = mkdtempSync(path.join(tmpdir(), 'nodetop-rules-'));
	try {
		const { yaml } = toPrometheusRules(all);
		writeFileSync(path.join(directory, 'rules.yml'), yaml);
		const tests = cases.map((each) => promtoolTest(all, yaml, each));
		const file = { rule_files: ['rules.yml'], evaluation_interval: `${stepSeconds}s`, tests };
		writeFileSync(path.join(directory, 'tests.yml'), JSON.stringify(file));
		return {
			check: promtool(['check', 'rules', 'rules.yml'], { cwd: directory }),
			test: promtool(['test', 'rules', 'tests.yml'], { cwd: directory }),
			tests,
		};
	} finally {
		rmSync(directory, { recursive: true, force: true });
	}
}

const builtIn = buildRuleSet(builtInRules);

/**
 * Well, ill for longer than its hold time, and well again; but not well again where the case gives no values
 * of a well node: without data an alert of nodetop stays, and one of Prometheus ends.
 */
function caseOf(rule: string): Case {
	const { well, ill, withinMs } = ruleCases[rule] ?? { ill: () => ({}), withinMs: 0 };
	const illSteps = Math.ceil(withinMs / 1000 / stepSeconds) + 6;
	const wellSteps = longBefore[rule] ?? 8;
	return {
		rule,
		specs: [
			...Array.from({ length: wellSteps }, (_, index) => well?.(index) ?? {}),
			...Array.from({ length: illSteps }, (_, index) => ill(8 + index)),
			...(well ? Array.from({ length: 12 }, (_, index) => well(8 + illSteps + index)) : []),
		],
	};
}

/** Nodetop knows that a counter rose by less than a bound only when it has seen the whole window. */
const longBefore: Readonly<Record<string, number>> = { 'leader-changes': 62 };

/** A rule over a window that is PromQL over a counter, and not a finding of nodetop. */
function isOfWindow(rule: string, yaml: string): boolean {
	const [, expression = ''] = new RegExp(`- alert: "${rule}"\n\\s+expr: (.*)`).exec(yaml) ?? [];
	return /\[\d+s\]/.test(expression);
}

describe('rules for Prometheus', () => {
	it('are all built-in rules but those that Prometheus cannot decide', () => {
		const { yaml, left } = toPrometheusRules(builtIn);
		const written = new Set([...yaml.matchAll(/- alert: "([^"]+)"/g)].map(([, name]) => name));
		expect(written.size + left.length).toBe(builtIn.size);
		expect(left.map(({ rule }) => rule)).toEqual(
			expect.arrayContaining(['no-data', 'own-connection-lost']),
		);
		expect(left.length).toBeLessThan(6);
	});

	it.skipIf(!canTest)('fire when those of nodetop fire, and end when they end', () => {
		const cases = Object.keys(ruleCases)
			.filter((rule) => !/"overMs"/.test(JSON.stringify(builtInRules[rule])))
			.filter((_, index) => index % 8 === 0)
			.map(caseOf);
		const { check, test, tests } = runPromtool(builtIn, cases);
		expect(check).toMatchObject({ exitCode: 0, output: expect.stringContaining('SUCCESS') });
		expect(test).toMatchObject({ exitCode: 0, output: expect.stringContaining('SUCCESS') });
		expect(tests.length).toBeGreaterThan(5);
	});

	it.skipIf(!canTest)('over windows of time fire and end at the same steps', () => {
		const { yaml } = toPrometheusRules(builtIn);
		const cases = Object.keys(ruleCases)
			.filter((rule) => isOfWindow(rule, yaml))
			// Its hour is 240 steps.
			.filter((rule) => rule !== 'finality-stuck')
			.map(caseOf);
		const { test, tests } = runPromtool(builtIn, cases);
		expect(test).toMatchObject({ exitCode: 0, output: expect.stringContaining('SUCCESS') });
		expect(tests.length).toBeGreaterThan(6);
		// Each case begins without an alert and fires.
		for (const { promql_expr_test } of tests) {
			expect(promql_expr_test[0]?.exp_samples).toEqual([]);
			expect(promql_expr_test.some(({ exp_samples }) => exp_samples.length > 0)).toBe(true);
		}
	});

	it.skipIf(!canTest)('of the user compare fields in their base units', () => {
		const all = rules({
			'memory-low': {
				condition: {
					value: { field: 'resources.memoryAvailableBytes', per: 'resources.memoryTotalBytes' },
					below: { warning: 0.1, critical: 0.05 },
					where: [{ value: { field: 'consensus.status' }, oneOf: ['active'] }],
				},
				message: 'memory of {node} is {value}',
				forMs: 30_000,
				keepFiringForMs: 30_000,
			},
			'slow-peers': {
				condition: { value: { field: 'network.latencyMs.p95' }, atLeast: 250 },
				severity: 'warning',
				kinds: ['evm'],
				message: 'peers are slow',
				forMs: 15_000,
			},
			'old-head': {
				condition: { value: { age: 'chain.head.at' }, above: 60 },
				severity: 'critical',
				message: 'the head is old',
				forMs: 0,
			},
		});
		const spec = (available: number, p95: number, ageSeconds: number, index: number): NodeSpec => ({
			resources: { source: 'node', memoryAvailableBytes: available, memoryTotalBytes: 100 },
			consensus: { status: 'active' },
			network: { latencyMs: { p95 } },
			chain: {
				head: {
					number: 1,
					at: new Date(startMs + (index * stepSeconds - ageSeconds) * 1000).toISOString(),
				},
			},
		});
		const plan = [50, 8, 8, 8, 3, 3, 3, 50, 50, 50, 50, 50];
		const specs = plan.map((available, index) =>
			spec(available, index % 6 < 3 ? 250 : 249, index < 4 ? 61 : 60, index),
		);
		const { test } = runPromtool(
			all,
			['memory-low', 'slow-peers', 'old-head'].map((rule) => ({ rule, specs })),
		);
		expect(test).toMatchObject({ exitCode: 0, output: expect.stringContaining('SUCCESS') });
		const { yaml } = toPrometheusRules(all);
		expect(yaml).toContain('nodetop_network_latency_p95_seconds{kind=~\\"evm\\"} >= 0.25');
		expect(yaml).toContain('(time() - nodetop_chain_head_timestamp_seconds) > 60');
	});

	it('say which rules have no equal, and why', () => {
		const { left, yaml } = toPrometheusRules(
			rules({
				'with-clear': {
					condition: {
						value: { field: 'resources.cpuRatio' },
						above: { warning: 0.9, clear: 0.5 },
					},
					message: 'm',
				},
				'of-tags': {
					condition: { value: { field: 'network.peers' }, below: 1 },
					match: { tag: 'eu' },
					severity: 'warning',
					message: 'm',
				},
			}),
		);
		expect(left.map(({ rule }) => rule)).toEqual(['with-clear', 'of-tags']);
		expect(yaml).not.toContain('alert:');
	});
});
