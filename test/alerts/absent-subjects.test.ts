import { describe, expect, it } from 'vitest';
import { builtInRules } from '../../source/sections/findings.ts';
import type { Group } from '../../source/sections/group/schema.ts';
import { buildRuleSet } from '../../source/sections/rule-set.ts';
import type { NodeSpec } from './helpers.ts';
import { cpu, cpuRule, down, group, minuteMs, noQuiet, rules, simulate } from './helpers.ts';

/** The reason with which each alert ended. */
const reasons = ({ incidents }: ReturnType<ReturnType<typeof simulate>['after']>) =>
	incidents.filter(({ state }) => state === 'resolved').map(({ reason }) => reason);
const states = ({ incidents }: ReturnType<ReturnType<typeof simulate>['after']>) =>
	incidents.map(({ state }) => state);

describe('an alert of a node', () => {
	const fired = () => {
		const run = simulate(rules({ cpu: cpuRule() }));
		run.after(0, [cpu(0.9)]);
		return run;
	};

	it('ends with the rule', () => {
		const run = fired();
		run.core.reload(rules({}), noQuiet);
		expect(reasons(run.after(1000, [cpu(0.9)]))).toEqual(['rule removed']);
	});

	it('ends when the rule no longer chooses the node', () => {
		const run = fired();
		run.core.reload(rules({ cpu: cpuRule({ match: { node: 'b*' } }) }), noQuiet);
		expect(reasons(run.after(1000, [cpu(0.9)]))).toEqual(['rule edited']);
	});

	it('waits for a node that does not answer, though the rule no longer chooses it', () => {
		const run = fired();
		run.core.reload(rules({ cpu: cpuRule({ kinds: ['bft'] }) }), noQuiet);
		expect(states(run.after(1000, [down]))).toEqual(['firing']);
		for (let n = 0; n < 9; n += 1) {
			expect(states(run.after(10 * minuteMs, [down]))).toEqual(['firing']);
		}
	});

	it('waits for the site of the node', () => {
		const run = simulate(rules({ cpu: cpuRule() }));
		run.after(0, [{ name: 's' }, cpu(0.9, { name: 's/a' })]);
		for (let n = 0; n < 9; n += 1) {
			expect(states(run.after(10 * minuteMs, [{ name: 's', ...down }]))).toEqual(['firing']);
		}
		expect(reasons(run.after(1000, [{ name: 's' }]))).toEqual(['node removed']);
	});

	it('becomes one of its host when another node on the host has the same cause', () => {
		const run = simulate(buildRuleSet(builtInRules));
		const busy = (name: string): NodeSpec => ({
			name,
			resources: { source: 'host', cpuRatio: 1 },
		});
		for (let minute = 0; minute < 12; minute += 1) run.after(minuteMs, [busy('a')]);
		expect(run.events()).toContain('fired cpu-busy a');
		expect(reasons(run.after(minuteMs, [busy('a'), busy('b')]))).toContain(
			'now one alert of its host',
		);
	});
});

describe('an alert of a peer', () => {
	const far = rules({
		far: {
			scope: 'peer',
			condition: { value: { field: 'latencyMs' }, above: 500 },
			message: 'far',
			forMs: 0,
		},
	});
	const peer = { id: 'p', latencyMs: 900 };

	it('ends when the node no longer lists it, and waits while the node lists none', () => {
		const run = simulate(far);
		run.after(0, [{ network: { peerList: [peer] } }]);
		expect(states(run.after(1000, [{ network: { peers: 1 } }]))).toEqual(['firing']);
		const { alerts } = run.after(1000, [{}]);
		expect(alerts).toMatchObject([{ state: 'firing', isStale: true }]);
		expect(reasons(run.after(1000, [{ network: { peerList: [{ id: 'q' }] } }]))).toEqual([
			'peer gone',
		]);
	});
});

describe('an alert of an entry', () => {
	const audit = rules({
		audit: {
			scope: 'satellite',
			condition: { value: { field: 'auditScore' }, below: 0.9 },
			message: 'low',
			forMs: 0,
		},
	});

	it('ends after an hour of answers without it', () => {
		const run = simulate(audit);
		const satellites = [{ satellite: 's1', auditScore: 0.5 }];
		run.after(0, [{ reputation: { satellites } }]);
		// A node that lists its peers says nothing of satellites by that.
		const other: NodeSpec = { network: { peerList: [] } };
		for (let n = 0; n < 5; n += 1) {
			expect(states(run.after(10 * minuteMs, [other]))).toEqual(['firing']);
		}
		expect(reasons(run.after(10 * minuteMs, [other]))).toEqual(['no longer reported']);
	});
});

describe('an alert of a group', () => {
	const split = rules({
		split: {
			scope: 'group',
			condition: { value: { field: 'state' }, oneOf: ['forked'] },
			message: 'm',
			forMs: 0,
		},
	});
	const nodes: NodeSpec[] = [{ name: 'a' }, { name: 'b' }];
	const fired = () => {
		const run = simulate(split);
		const evaluation = run.after(0, nodes, { groups: [group('forked')] });
		expect(evaluation.incidents).toMatchObject([{ labels: { group: 'evm:1' } }]);
		return run;
	};

	it('waits an hour for a group that is not there, and only while a node answers', () => {
		const run = fired();
		const silent = nodes.map((each) => ({ ...each, ...down }));
		for (let n = 0; n < 9; n += 1) {
			expect(states(run.after(10 * minuteMs, silent))).toEqual(['firing']);
		}
		const half = [{ name: 'a' }, { name: 'b', ...down }];
		for (let n = 0; n < 5; n += 1) {
			expect(states(run.after(10 * minuteMs, half))).toEqual(['firing']);
		}
		expect(reasons(run.after(10 * minuteMs, half))).toEqual(['no longer reported']);
	});

	it('ends when the rule no longer chooses the group', () => {
		const run = fired();
		const [entry] = [...split.values()];
		if (!entry) throw new Error('the rule is not there');
		run.core.reload(new Map([['split', { ...entry, match: { group: 'bft*' } }]]), noQuiet);
		expect(reasons(run.after(1000, nodes, { groups: [group('forked')] }))).toEqual(['rule edited']);
	});

	it('waits beside groups of other names', () => {
		const run = fired();
		const other: Group = group('agreed', ['a', 'b'], 'evm:2');
		expect(states(run.after(1000, nodes, { groups: [other] }))).toEqual(['firing']);
	});
});

describe('an alert of the fleet', () => {
	it('ends when its rule no longer chooses the fleet', () => {
		const few = { scope: 'fleet' as const, message: 'few', forMs: 0 };
		const condition = { value: { field: 'up' }, below: 3 };
		const run = simulate(rules({ few: { ...few, condition } }));
		expect(states(run.after(0, [{ name: 'a' }]))).toEqual(['firing']);
		run.core.reload(rules({ few: { ...few, condition, kinds: ['evm'] } }), noQuiet);
		expect(reasons(run.after(1000, [{ name: 'a' }]))).toEqual(['rule edited']);
	});
});

describe('an alert of several nodes together', () => {
	const all = buildRuleSet(builtInRules);
	const jailed = all.get('own-validator-jailed');
	if (!jailed) throw new Error('the rule is not there');
	const only = new Map([['own-validator-jailed', jailed]]);
	const groups = [group('agreed', ['a', 'b'], 'bft:x')];
	const witness = (name: string, spec: NodeSpec = {}): NodeSpec => ({ name, kind: 'bft', ...spec });
	const onHost = (name: string, cpuRatio = 1): NodeSpec => ({
		name,
		resources: { source: 'host', cpuRatio },
	});
	const list = [{ validator: 'v', mine: true, jailed: true }];
	const seen = (name: string) => witness(name, { validators: { list } });
	const fired = () => {
		const run = simulate(only);
		run.after(0, [seen('a'), seen('b')], { groups });
		expect(run.events()).toEqual(['fired own-validator-jailed bft:x']);
		return run;
	};

	it('waits while they answer without the entry', () => {
		const run = fired();
		const bare = [witness('a'), witness('b')];
		expect(states(run.after(1000, bare, { groups }))).toEqual(['firing']);
		run.after(1000, [seen('a'), seen('b')], { groups });
		expect(run.events()).toEqual([]);
	});

	it('waits while they answer with another entry only', () => {
		const run = fired();
		const other = [{ validator: 'w', mine: true, jailed: false }];
		const both = ['a', 'b'].map((name) => witness(name, { validators: { list: other } }));
		expect(states(run.after(1000, both, { groups }))).toEqual(['firing']);
		for (let n = 0; n < 5; n += 1) run.after(10 * minuteMs, both, { groups });
		expect(reasons(run.after(10 * minuteMs, both, { groups }))).toEqual(['no longer reported']);
	});

	it('waits while one of them does not answer', () => {
		const run = fired();
		const half = [witness('a', down), witness('b')];
		for (let n = 0; n < 9; n += 1) {
			expect(states(run.after(10 * minuteMs, half, { groups: [] }))).toEqual(['firing']);
		}
		expect(states(run.after(1000, [witness('a', down), witness('b')], { groups }))).toEqual([
			'firing',
		]);
	});

	it('becomes one of the node that is left', () => {
		const run = fired();
		expect(reasons(run.after(1000, [seen('b')], { groups: [] }))).toEqual(['group gone']);
		const alone = [group('agreed', ['b'], 'bft:x')];
		const again = fired();
		const { incidents } = again.after(1000, [seen('b')], { groups: alone });
		expect(incidents.map(({ state, reason, labels }) => [state, reason, labels['node']])).toEqual([
			['firing', undefined, 'b'],
			['resolved', 'now an alert of one node', undefined],
		]);
	});

	it('ends when the rule no longer chooses them', () => {
		const run = fired();
		run.core.reload(
			new Map([['own-validator-jailed', { ...jailed, match: { node: 'c' } }]]),
			noQuiet,
		);
		expect(reasons(run.after(1000, [seen('a'), seen('b')], { groups }))).toEqual(['rule edited']);
	});

	it('of a host ends when its nodes are removed, or no longer show the host', () => {
		const busy = () => {
			const run = simulate(all);
			const both = [onHost('s/a'), onHost('s/b'), { name: 'c' }];
			for (let minute = 0; minute < 12; minute += 1) run.after(minuteMs, both);
			expect(run.events()).toContain('fired cpu-busy');
			return run;
		};
		expect(reasons(busy().after(1000, [{ name: 'c' }]))).toContain('node removed');
		expect(reasons(busy().after(1000, [onHost('s/a'), { name: 'c' }]))).toContain(
			'now an alert of one node',
		);
	});

	it('ends when its rule is about something else', () => {
		const run = fired();
		const { onePer: _onePer, ...each } = jailed;
		run.core.reload(new Map([['own-validator-jailed', each]]), noQuiet);
		expect(reasons(run.after(1000, [seen('a'), seen('b')], { groups }))).toEqual(['rule edited']);
		const bare = fired();
		bare.core.reload(new Map([['own-validator-jailed', each]]), noQuiet);
		expect(reasons(bare.after(1000, [witness('c')]))).toEqual(['rule edited']);
		const again = fired();
		again.core.reload(new Map([['own-validator-jailed', { ...jailed, onePer: 'host' }]]), noQuiet);
		expect(reasons(again.after(1000, [seen('a'), seen('b')], { groups }))).toEqual(['rule edited']);
	});
});
