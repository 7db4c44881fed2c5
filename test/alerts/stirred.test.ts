import { describe, expect, it } from 'vitest';
import { emptyAlertState } from '../../source/alerts/alert-state.ts';
import { createAlertCore } from '../../source/alerts/core.ts';
import type { RuleEntry } from '../../source/domain/rule.ts';
import type { Observation } from '../../source/domain/observe.ts';
import { builtInRules } from '../../source/sections/findings.ts';
import { buildRuleSet } from '../../source/sections/rule-set.ts';
import type { NodeSnapshot } from '../../source/sections/snapshot.ts';
import { node, noQuiet, startMs } from './helpers.ts';

const builtIn = buildRuleSet(builtInRules);
const good: Observation = { kind: 'good' };
const bad: Observation = { kind: 'bad', severity: 'critical', finding: { message: 'm' } };

const codeOf = (rule: string) => builtIn.get(rule)?.code ?? '';

/** A hundred nodes, what is found at some of them, and the core that looks at them. */
function watched(state = emptyAlertState(), rules = builtIn) {
	const core = createAlertCore(state, rules, noQuiet);
	const names = Array.from({ length: 100 }, (_, index) => `n${index}`);
	const nodes = new Map<string, NodeSnapshot>(names.map((name) => [name, node({ name }, startMs)]));
	const found = new Map<string, string>();
	let looks: string[] = [];
	let atMs = 0;
	return {
		core,
		nodes,
		found,
		poll(name: string) {
			const { resources } = nodes.get(name) ?? {};
			nodes.set(name, node({ name, ...(resources && { resources }) }, startMs + atMs));
		},
		evaluate() {
			atMs += 5000;
			looks = [];
			const evaluation = core.evaluate(
				{
					nodes: [...nodes.values()],
					groups: [],
					observed: {
						node: (name) => ({
							get(code) {
								looks.push(name);
								return found.get(name) === code ? bad : good;
							},
						}),
						entry: () => undefined,
						group: () => undefined,
						fleet: { get: () => good },
					},
				},
				{ wallMs: startMs + atMs, steadyMs: atMs },
			);
			return { ...evaluation, looked: new Set(looks) };
		},
	};
}

describe('an evaluation', () => {
	it('looks at every node once, and then only at those that changed', () => {
		const { poll, evaluate } = watched();
		expect(evaluate().looked.size).toBe(100);
		expect(evaluate().looked.size).toBe(0);
		poll('n7');
		expect([...evaluate().looked]).toEqual(['n7']);
		expect(evaluate().looked.size).toBe(0);
	});

	it('looks at a node on and on while something is bad, and until its alert has ended', () => {
		const { core, poll, found, evaluate } = watched();
		evaluate();
		found.set('n3', 'peersNone');
		poll('n3');
		for (let n = 0; n < 30; n += 1) {
			expect([...evaluate().looked]).toEqual(['n3']);
			if (n > 2) poll('n3');
		}
		expect(Object.values(core.state.alerts)).toMatchObject([
			{ rule: 'peers-none', phase: 'firing' },
		]);
		found.clear();
		const events = Array.from({ length: 30 }, () => {
			poll('n3');
			return evaluate().transitions.map(({ event }) => event);
		});
		expect(events.flat()).toEqual(['resolved']);
		expect(core.state.alerts).toEqual({});
		evaluate();
		expect(evaluate().looked.size).toBe(0);
	});

	it('looks at a node with an alert that another process left', () => {
		const before = watched();
		before.found.set('n3', 'peersNone');
		for (let n = 0; n < 30; n += 1) {
			before.poll('n3');
			before.evaluate();
		}
		expect(Object.values(before.core.state.alerts)).toMatchObject([{ phase: 'firing' }]);
		const after = watched(before.core.state);
		after.evaluate();
		expect([...after.evaluate().looked]).toEqual(['n3']);
	});

	it.each(['peers-none', 'disk-low'])(
		'counts as dropped each time what is past the limit of %s',
		(rule) => {
			const one = { ...builtInRules[rule], maxAlerts: 1 } as RuleEntry; // The rule itself, with a limit.
			const few = buildRuleSet(builtInRules, { [rule]: one });
			const { poll, found, evaluate } = watched(emptyAlertState(), few);
			evaluate();
			for (const name of ['n1', 'n2', 'n3']) {
				found.set(name, codeOf(rule));
				poll(name);
			}
			for (let n = 0; n < 3; n += 1) expect(evaluate().dropped).toEqual({ [rule]: 2 });
		},
	);

	it('looks at every node again after a change of rules', () => {
		const { core, evaluate } = watched();
		evaluate();
		core.reload(builtIn, noQuiet);
		expect(evaluate().looked.size).toBe(100);
		expect(evaluate().looked.size).toBe(0);
	});

	it('sees several nodes of one host that go bad at once as one alert', () => {
		const { core, nodes, found, poll, evaluate } = watched();
		for (const name of ['n1', 'n2']) {
			nodes.set(name, node({ name, resources: { source: 'host' } }, startMs));
		}
		evaluate();
		for (const name of ['n1', 'n2']) found.set(name, 'diskLow');
		for (let n = 0; n < 30; n += 1) {
			poll('n1');
			poll('n2');
			evaluate();
		}
		expect(Object.values(core.state.alerts)).toMatchObject([
			{ identity: { host: 'this machine' }, phase: 'firing' },
		]);
		found.clear();
		const ends = Array.from({ length: 60 }, () => {
			poll('n1');
			poll('n2');
			return evaluate().transitions;
		}).flat();
		expect(ends).toMatchObject([{ event: 'resolved', incident: { reason: 'recovered' } }]);
	});
});
