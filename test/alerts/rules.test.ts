import { describe, expect, it } from 'vitest';
import { buildRuleSet } from '../../source/sections/rule-set.ts';
import { builtInRules, findings } from '../../source/sections/findings.ts';
import type { Finding } from '../../source/sections/finding.ts';
import { ruleNameOf } from '../../source/sections/rule-names.ts';
import type { Group } from '../../source/sections/group/schema.ts';
import type { RuleEntry } from '../../source/domain/rule.ts';
import { ruleEntrySchema } from '../../source/domain/rule.ts';
import type { NodeSpec } from './helpers.ts';
import { cpu, cpuRule, down, group, minuteMs, simulate } from './helpers.ts';

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

interface Case {
	/** Before, for as long as windows need. */
	readonly well?: (index: number) => NodeSpec;
	readonly ill: (index: number) => NodeSpec;
	readonly severity: 'info' | 'warning' | 'critical';
	/** Within which the alert is due. */
	readonly withinMs: number;
}

const issue = (
	code: string,
	severity: 'info' | 'warning' | 'critical',
	spec: NodeSpec = {},
): NodeSpec => ({
	...spec,
	issues: [{ code, severity, message: code }],
});
const peers = { network: { peers: 5 } };
const disk = {
	resources: { source: 'node' as const, diskAvailableBytes: 50, diskTotalBytes: 100 },
};
const probed = (figures: object): NodeSpec => ({
	probes: { at: '2026-01-01T00:00:00Z', address: '192.0.2.1:1', sent: 60, ...figures },
});
const satellite = (scores: object): NodeSpec => ({
	kind: 'storj',
	reputation: { satellites: [{ satellite: 'us1', ...scores }] },
});
const step = 5000;
/** Rules whose finding a scheduled check alone sees. */
const checkRules = Object.entries<Finding>(findings).flatMap(([code, finding]) =>
	'check' in finding && !('condition' in finding) ? [ruleNameOf(code)] : [],
);

const cases: Readonly<Record<string, Case>> = {
	'node-down': { ill: () => down, severity: 'critical', withinMs: 20_000 },
	'endpoint-failed': {
		ill: () => issue('endpointFailed', 'warning'),
		severity: 'warning',
		withinMs: 70_000,
	},
	'poll-slow': {
		well: () => ({ latencyMs: 20 }),
		ill: () => ({ latencyMs: 2000 }),
		severity: 'warning',
		withinMs: 30_000,
	},
	'chain-changed': {
		ill: () => issue('chainChanged', 'critical'),
		severity: 'critical',
		withinMs: 0,
	},
	'self-reported': {
		ill: () => issue('selfReported', 'critical'),
		severity: 'critical',
		withinMs: 70_000,
	},
	'process-crashed': {
		ill: () => ({ process: { state: 'crashed' } }),
		severity: 'critical',
		withinMs: 0,
	},
	'crash-loop': {
		well: () => ({ process: { state: 'running', restarts: 1 } }),
		ill: (index) => ({ process: { state: 'running', restarts: 1 + index } }),
		severity: 'critical',
		withinMs: 20_000,
	},
	'node-restarting': {
		ill: (index) => ({ identity: { startedAt: new Date(1e12 + index * 1000).toISOString() } }),
		severity: 'warning',
		withinMs: 20_000,
	},
	'clock-skewed': {
		ill: () => issue('clockSkewed', 'warning'),
		severity: 'warning',
		withinMs: 40_000,
	},
	behind: { ill: () => issue('behind', 'warning'), severity: 'warning', withinMs: 70_000 },
	'stands-still': {
		ill: () => issue('standsStill', 'warning'),
		severity: 'warning',
		withinMs: 40_000,
	},
	'consensus-stalled': {
		well: () => ({ consensus: { status: 'active' } }),
		ill: () => ({ consensus: { status: 'stalled' } }),
		severity: 'critical',
		withinMs: 25_000,
	},
	'no-progress': {
		ill: () => issue('noProgress', 'warning', { consensus: { status: 'active' } }),
		severity: 'warning',
		withinMs: 25_000,
	},
	syncing: {
		well: () => ({ consensus: { status: 'active' } }),
		ill: (index) => ({ consensus: { status: 'syncing', height: index } }),
		severity: 'warning',
		withinMs: 61 * minuteMs,
	},
	'sync-stuck': {
		ill: () => ({ consensus: { status: 'syncing' }, chain: { head: { number: 7 } } }),
		severity: 'warning',
		withinMs: 12 * minuteMs,
	},
	'block-time': {
		well: () => ({ chain: { blockIntervalMs: 3000 } }),
		ill: () => ({ chain: { blockIntervalMs: 60_000 } }),
		severity: 'warning',
		withinMs: 10 * minuteMs,
	},
	'finality-slow': {
		ill: () => ({ consensus: { averageFinalityMs: 40_000 } }),
		severity: 'warning',
		withinMs: 70_000,
	},
	'view-timeouts': {
		well: (index) => ({ consensus: { view: index * 10, timeouts: 0 } }),
		ill: (index) => ({ consensus: { view: 10_000 + index * 4, timeouts: index } }),
		severity: 'warning',
		withinMs: 4 * minuteMs,
	},
	'view-changes': {
		well: () => ({ consensus: { viewChanges: 0 } }),
		ill: (index) => ({ consensus: { viewChanges: index * 10 } }),
		severity: 'warning',
		withinMs: 4 * minuteMs,
	},
	'safety-violated': {
		well: () => ({ consensus: { safetyViolations: 0 } }),
		ill: () => ({ consensus: { safetyViolations: 1 } }),
		severity: 'critical',
		withinMs: step,
	},
	equivocation: {
		well: () => ({ consensus: { equivocations: 0 } }),
		ill: () => ({ consensus: { equivocations: 1 } }),
		severity: 'critical',
		withinMs: step,
	},
	'safety-violated-before': {
		ill: () => ({ consensus: { safetyViolations: 2 } }),
		severity: 'warning',
		withinMs: 0,
	},
	'leader-changes': {
		well: () => ({ consensus: { view: 3, viewChanges: 0 } }),
		ill: (index) => ({ consensus: { view: 3 + index, viewChanges: index } }),
		severity: 'warning',
		withinMs: 20_000,
	},
	'finality-stuck': {
		well: (index) => ({ chain: { head: { number: index }, finalized: { number: index } } }),
		ill: (index) => ({ chain: { head: { number: 240 + index }, finalized: { number: 240 } } }),
		severity: 'warning',
		withinMs: 65 * minuteMs,
	},
	reorg: {
		well: () => ({ chain: { reorgs: { count: 0 } } }),
		ill: () => ({ chain: { reorgs: { count: 1, lastDepth: 4 } } }),
		severity: 'warning',
		withinMs: step,
	},
	'throughput-low': {
		well: () => ({ dag: { growthPerSecond: 50 } }),
		ill: () => ({ dag: { growthPerSecond: 1 } }),
		severity: 'warning',
		withinMs: 8 * minuteMs,
	},
	'orphans-high': {
		well: () => ({ dag: { orphaned: 1, vertices: 100 } }),
		ill: () => ({ dag: { orphaned: 30, vertices: 100 } }),
		severity: 'warning',
		withinMs: 70_000,
	},
	'tips-growing': {
		well: () => ({ dag: { tips: 5 } }),
		ill: () => ({ dag: { tips: 100 } }),
		severity: 'warning',
		withinMs: 8 * minuteMs,
	},
	'peers-none': {
		ill: () => issue('peersNone', 'warning', { network: { peers: 0 } }),
		severity: 'warning',
		withinMs: 40_000,
	},
	'peers-lost': {
		well: () => ({ network: { peers: 40 } }),
		ill: () => ({ network: { peers: 6 } }),
		severity: 'warning',
		withinMs: 3 * minuteMs,
	},
	'peer-latency-high': {
		well: () => ({ network: { latencyMs: { p50: 50 } } }),
		ill: () => ({ network: { latencyMs: { p50: 900 } } }),
		severity: 'warning',
		withinMs: 70_000,
	},
	'message-loss': {
		well: (index) => ({ network: { messages: [{ type: 'v', sent: index * 100, dropped: 0 }] } }),
		ill: (index) => ({
			network: { messages: [{ type: 'v', sent: 100_000 + index * 100, dropped: index * 50 }] },
		}),
		severity: 'warning',
		withinMs: 4 * minuteMs,
	},
	'latency-level-moved': {
		well: () => probed({ levelMs: 12, usualMs: 12, shiftMs: 0 }),
		ill: () => probed({ levelMs: 52, usualMs: 12, shiftMs: 40 }),
		severity: 'warning',
		withinMs: 35_000,
	},
	'probe-loss': {
		well: () => probed({ lossRatio: 0 }),
		ill: () => probed({ lossRatio: 0.4 }),
		severity: 'critical',
		withinMs: 35_000,
	},
	'route-changed': {
		well: () => probed({ routeChanges: 2 }),
		ill: () => probed({ routeChanges: 3 }),
		severity: 'info',
		withinMs: step,
	},
	'disk-low': {
		well: () => disk,
		ill: () => issue('diskLow', 'critical', disk),
		severity: 'critical',
		withinMs: 20_000,
	},
	'memory-low': {
		ill: () => ({ resources: { source: 'host', memoryAvailableBytes: 4, memoryTotalBytes: 100 } }),
		severity: 'warning',
		withinMs: 70_000,
	},
	'cpu-busy': {
		well: () => cpu(0.1),
		ill: () => ({ resources: { source: 'host', cpuRatio: 1 } }),
		severity: 'info',
		withinMs: 11 * minuteMs,
	},
	'descriptors-high': {
		ill: () => ({ resources: { source: 'node', openFiles: 90, openFilesLimit: 100 } }),
		severity: 'warning',
		withinMs: 70_000,
	},
	'audit-score-low': {
		ill: () => satellite({ auditScore: 0.975 }),
		severity: 'warning',
		withinMs: 0,
	},
	'suspension-score-low': {
		ill: () => satellite({ suspensionScore: 0.7 }),
		severity: 'critical',
		withinMs: 0,
	},
	'online-score-low': {
		ill: () => satellite({ onlineScore: 0.94 }),
		severity: 'warning',
		withinMs: 0,
	},
	disqualified: {
		ill: () => satellite({ disqualifiedAt: '2026-01-01T00:00:00Z' }),
		severity: 'critical',
		withinMs: 0,
	},
	suspended: {
		ill: () => satellite({ suspendedAt: '2026-01-01T00:00:00Z' }),
		severity: 'critical',
		withinMs: 0,
	},
	'storage-full': {
		ill: () => ({ storage: { freeBytes: 3, capacityBytes: 100 } }),
		severity: 'warning',
		withinMs: 70_000,
	},
	'storage-overused': {
		ill: () => ({ storage: { overusedBytes: 5 } }),
		severity: 'warning',
		withinMs: 70_000,
	},
	'storage-forecast': {
		ill: () => ({ storage: { daysUntilFull: { expected: 5 } } }),
		severity: 'critical',
		withinMs: 11 * minuteMs,
	},
};

describe('each rule fires for its reason, alone, and ends', () => {
	it.each(Object.entries(cases))('%s', (name, { well = () => ({}), ill, severity, withinMs }) => {
		const run = simulate(all);
		for (let index = 0; index < 240; index += 1) run.after(20_000, [well(index)]);
		expect(run.events()).toEqual([]);
		let incidents = run.after(step, [ill(1)]).incidents;
		for (let index = 2; index * step <= withinMs + 2 * step; index += 1) {
			({ incidents } = run.after(step, [ill(index)]));
		}
		const firing = incidents.filter(({ state }) => state === 'firing');
		expect(firing.map((each) => `${each.rule} ${each.severity}`)).toContain(`${name} ${severity}`);
		const others = firing.filter((each) => each.rule !== name && each.severity === 'critical');
		expect(others.filter(({ muted }) => muted === undefined)).toEqual([]);
	});

	it('has a case for every rule but those of groups and of the fleet', () => {
		const apart = ['no-data', 'head-old', 'own-connection-lost', 'versions-differ'];
		const inCases = [
			...Object.keys(cases),
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
			/rules\.node-dwn: has no condition, and no built-in rule is called so/,
		);
	});
});
