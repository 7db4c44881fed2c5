import { describe, expect, it } from 'vitest';
import { buildRuleSet } from '../../source/sections/rule-set.ts';
import { builtInRules, findings } from '../../source/sections/findings.ts';
import type { Finding } from '../../source/sections/finding.ts';
import { ruleNameOf } from '../../source/sections/rule-names.ts';
import type { Group } from '../../source/sections/group/schema.ts';
import type { RuleEntry } from '../../source/domain/rule.ts';
import { ruleEntrySchema } from '../../source/domain/rule.ts';
import type { NodeSpec } from './helpers.ts';
import { cpuRule, group, minuteMs, simulate } from './helpers.ts';
import { disk, issue, ruleCases, step } from './rule-cases.ts';

const all = buildRuleSet(builtInRules);

describe('the built-in rules', () => {
	it.each(Object.keys(builtInRules))('%s has the form of rules', (name) => {
		expect(ruleEntrySchema.safeParse(builtInRules[name]).error).toBeUndefined();
	});

	it('say nothing of a node that tells nothing', () => {
		const run = simulate(all);
		for (let index = 0; index < 100; index += 1)
			run.after(30_000, [{}, { name: 'b', kind: 'host' }]);
		expect(run.events()).toEqual([]);
	});
});

const peers = { network: { peers: 5 } };
/** Rules whose finding a scheduled check alone sees. */
const checkRules = Object.entries<Finding>(findings).flatMap(([code, finding]) =>
	'check' in finding && !('condition' in finding) ? [ruleNameOf(code)] : [],
);

describe('each rule fires for its reason, alone, and ends', () => {
	it.each(Object.entries(ruleCases))(
		'%s',
		(name, { well = () => ({}), ill, severity, withinMs }) => {
			const run = simulate(all);
			for (let index = 0; index < 240; index += 1) run.after(20_000, [well(index)]);
			expect(run.events()).toEqual([]);
			let incidents = run.after(step, [ill(1)]).incidents;
			for (let index = 2; index * step <= withinMs + 2 * step; index += 1) {
				({ incidents } = run.after(step, [ill(index)]));
			}
			const firing = incidents.filter(({ state }) => state === 'firing');
			expect(firing.map((each) => `${each.rule} ${each.severity}`)).toContain(
				`${name} ${severity}`,
			);
			const others = firing.filter((each) => each.rule !== name && each.severity === 'critical');
			expect(others.filter(({ muted }) => muted === undefined)).toEqual([]);
		},
	);

	it('has a case for every rule but those of groups and of the fleet', () => {
		const apart = [
			'no-data',
			'head-old',
			'own-connection-lost',
			'own-clock',
			'own-state',
			'machine-too-busy',
			'versions-differ',
		];
		const inCases = [
			...Object.keys(ruleCases),
			...apart,
			// Those of scheduled checks: test/fixtures/rule-tests/checks.json.
			...checkRules,
			'network-partitioned',
			'network-forked',
			'network-stalled',
		];
		expect(inCases.toSorted()).toEqual(Object.keys(builtInRules).toSorted());
	});

	it.each(['partitioned', 'forked', 'stalled'] as const)('a network that is %s', (state) => {
		const run = simulate(all);
		run.after(0, [{}, { name: 'b' }], { groups: [group('agreed')] });
		for (let index = 0; index < 5; index += 1)
			run.after(step, [{}, { name: 'b' }], { groups: [group(state)] });
		expect(run.events()).toEqual([
			`pending network-${state} evm:1`,
			`fired network-${state} evm:1`,
		]);
		for (let index = 0; index < 3; index += 1) run.after(step, [{}], { groups: [group('agreed')] });
		expect(run.events()).toEqual([`resolved network-${state} evm:1`]);
	});

	it('a head that grows old, but not where a chain is meant to be alone', () => {
		const run = simulate(all);
		const at = new Date(run.nowMs).toISOString();
		const old: NodeSpec = { ...peers, chain: { head: { number: 1, at } } };
		const alone: NodeSpec = {
			name: 'dev',
			network: { peers: 0 },
			identity: { chainId: 31_337 },
			chain: { head: { number: 1, at } },
		};
		for (let index = 0; index < 50; index += 1) run.after(step, [old, alone]);
		expect(run.events()).toEqual(['pending head-old a', 'fired head-old a']);
	});

	it('versions that differ for an hour', () => {
		const run = simulate(all);
		const versions = { ...group('agreed'), versions: { '1.0': 1, '1.1': 1 } };
		for (let minute = 0; minute <= 61; minute += 1)
			run.after(minuteMs, [{}], { groups: [versions] });
		expect(run.events()).toEqual(['pending versions-differ evm:1', 'fired versions-differ evm:1']);
	});
});

describe('what is said of a network', () => {
	const at = (state: Group['state'], position: Group['members'][number]['position']) => {
		const seen = group(state, ['a', 'b'], 'bft:1');
		return { groups: [{ ...seen, members: seen.members.map((each) => ({ ...each, position })) }] };
	};
	const nodes: NodeSpec[] = [{}, { name: 'b' }];

	it.each(['stalled', 'partitioned'] as const)(
		'%s, of nodes that tell no hash: it ends when they move together again',
		(state) => {
			const run = simulate(all);
			for (let index = 0; index < 4; index += 1) run.after(step, nodes, at(state, 'stalled'));
			expect(run.events()).toContain(`fired network-${state} bft:1`);
			for (let index = 0; index < 4; index += 1) run.after(step, nodes, at('unknown', 'level'));
			expect(run.events()).toEqual([`resolved network-${state} bft:1`]);
		},
	);

	it.each(['unreachable', 'unknown', 'stalled'] as const)(
		'stands as it was while its nodes are %s and it is unknown',
		(position) => {
			const run = simulate(all);
			for (let index = 0; index < 4; index += 1) run.after(step, nodes, at('stalled', 'stalled'));
			run.events();
			for (let index = 0; index < 100; index += 1) run.after(step, nodes, at('unknown', position));
			expect(run.events()).toEqual([]);
		},
	);
});

describe('what a node tells only at times', () => {
	const busy: NodeSpec = {
		consensus: { status: 'active', averageFinalityMs: 900 },
		network: { peers: 3, latencyMs: { p50: 20 } },
		chain: { blockIntervalMs: 3000 },
	};

	it('is no alert of its own when it is absent, but what it always told is', () => {
		const run = simulate(all);
		for (let index = 0; index < 20; index += 1) run.after(step, [busy]);
		const quiet: NodeSpec = { ...busy, consensus: { status: 'active' }, network: { peers: 3 } };
		for (let index = 0; index < 20; index += 1) run.after(step, [quiet]);
		expect(run.events()).toEqual([]);
		for (let index = 0; index < 20; index += 1) run.after(step, [{ ...quiet, chain: {} }]);
		expect(run.events()).toEqual(['pending no-data a', 'fired no-data a']);
	});

	it('still ends nothing by being absent', () => {
		const run = simulate(all);
		const slow = issue('finalitySlow', 'warning', busy);
		for (let index = 0; index < 20; index += 1) run.after(step, [slow]);
		expect(run.events()).toEqual(['pending finality-slow a', 'fired finality-slow a']);
		for (let index = 0; index < 20; index += 1)
			run.after(step, [{ consensus: { status: 'active' } }]);
		expect(run.events()).not.toContain('resolved finality-slow a');
	});
});

describe('what explains what', () => {
	it('a disk that is merely low does not hide a node that calls itself unhealthy', () => {
		const both = (severity: 'warning' | 'critical'): NodeSpec => ({
			...disk,
			selfReport: { status: 'down', reasons: [] },
			issues: [
				{ code: 'diskLow', severity, message: 'low' },
				{ code: 'selfReported', severity: 'critical', message: 'unhealthy' },
			],
		});
		for (const [severity, muted] of [
			['warning', undefined],
			['critical', 'inhibited'],
		] as const) {
			const run = simulate(all);
			let incidents = run.after(step, [both(severity)]).incidents;
			for (let index = 0; index < 20; index += 1)
				({ incidents } = run.after(step, [both(severity)]));
			expect(incidents.find(({ rule }) => rule === 'self-reported')?.muted).toBe(muted);
		}
	});
});

describe('the user’s rules', () => {
	it('change a built-in one key by key, turn it off, or stand beside', () => {
		const set = buildRuleSet(builtInRules, {
			'node-down': { forMs: 1000 },
			'disk-low': { enabled: false },
			mine: cpuRule(),
		});
		expect(set.get('node-down')).toMatchObject({ forMs: 1000, condition: { issue: 'nodeDown' } });
		expect(set.has('disk-low')).toBe(false);
		expect(set.get('mine')).toMatchObject({ scope: 'node', forMs: 0, keepFiringForMs: 0 });
	});

	it.each([
		['resources.cpuRation', 'no "cpuRation" in resources', /cpuRatio/],
		['cpu', 'no "cpu" in the snapshot', /resources/],
		['network.peers|network.peeers', 'no "peeers" in network', /peers/],
		['resources', 'resources is no single value', undefined],
		['chain.head[].number', 'chain.head is no list', undefined],
		['network.messages.dropped', 'no "dropped" in network.messages', undefined],
	])('refuse a field that no node tells: %s', (field, problem, hint) => {
		const own = { x: { condition: { value: { field }, above: 1 }, message: 'm' } };
		const failing = () => buildRuleSet(builtInRules, own);
		expect(failing).toThrow(problem);
		const next = expect.arrayContaining([expect.stringMatching(hint ?? /./)]);
		expect(failing).toThrow(expect.objectContaining({ nextSteps: hint ? next : [] }));
	});

	it('refuse it wherever a rule asks for it, and in the words of its scope', () => {
		const value = { field: 'network.peers' };
		const conditions: readonly RuleEntry[] = [
			{ condition: { value: { rate: 'consensus.viewChange', overMs: 1000 }, above: 1 } },
			{ condition: { value: { ...value, per: 'network.peer' }, above: 1 } },
			{ condition: { value, above: 1, where: [{ value: { age: 'chain.head.time' }, above: 1 }] } },
			{ condition: { issue: 'diskLow', needs: ['resources.diskFree'] } },
			{ condition: { value: { count: 'network.peers' }, above: 1 } },
			{ scope: 'group', condition: { value, above: 1 } },
			{ scope: 'satellite', condition: { value: { field: 'auditScor' }, below: 1 } },
			{ scope: 'fleet', condition: { value: { field: 'node' }, below: 1 } },
		];
		for (const entry of conditions) {
			expect(() => buildRuleSet({}, { x: { ...entry, message: 'm' } })).toThrow(/^rules\.x: /);
		}
	});

	it('of nodetop itself ask for nothing else', () => {
		expect(() => buildRuleSet({}, builtInRules)).not.toThrow();
	});

	it('say what they lack, and which was meant', () => {
		expect(() => buildRuleSet(builtInRules, { 'node-dwn': { forMs: 1 } })).toThrow(
			/rules\.node-dwn: has no condition, and there is no built-in rule of that name/,
		);
	});
});
