import { nothingObserved } from '../helpers/judge-once.ts';
import { describe, expect, it } from 'vitest';
import { emptyAlertState } from '../../source/alerts/alert-state.ts';
import { createAlertCore } from '../../source/alerts/core.ts';
import type { AlertCore } from '../../source/alerts/core.ts';
import type { RuleSet } from '../../source/sections/rule-set.ts';
import type { NodeSnapshot } from '../../source/sections/snapshot.ts';
import { cpu, cpuRule, minuteMs, node, noQuiet, rules, startMs } from './helpers.ts';

/** The very same snapshot is looked at again and again, as between two polls. */
function watching(set: RuleSet) {
	const core: AlertCore = createAlertCore(emptyAlertState(), set, noQuiet);
	let atMs = 0;
	const see = (nodes: readonly NodeSnapshot[], afterMs = 1000) => {
		atMs += afterMs;
		const moment = { wallMs: startMs + atMs, steadyMs: atMs };
		return core
			.evaluate({ nodes, groups: [], observed: nothingObserved }, moment)
			.transitions.map(({ event }) => event);
	};
	return { core, see };
}

describe('a snapshot that is the same as before', () => {
	const good = node(cpu(0.1), startMs);
	const bad = node(cpu(0.9), startMs + 1);

	it('is judged anew under other rules', () => {
		const { core, see } = watching(rules({ cpu: cpuRule() }));
		expect(see([good])).toEqual([]);
		core.reload(
			rules({ cpu: cpuRule({ condition: { value: { field: 'resources.cpuRatio' }, above: 0 } }) }),
			noQuiet,
		);
		expect(see([good])).toEqual(['fired']);
	});

	it('goes on counting what is bad, and what has become good', () => {
		const { see } = watching(rules({ cpu: cpuRule({ forMs: 3000, keepFiringForMs: 2000 }) }));
		expect(see([good])).toEqual([]);
		expect(see([bad])).toEqual(['pending']);
		expect(see([node(cpu(0.9), startMs + 2)], 2000)).toEqual([]);
		expect(see([node(cpu(0.9), startMs + 3)])).toEqual(['fired']);
		const well = node(cpu(0.1), startMs + 4);
		expect(see([well])).toEqual([]);
		expect(see([well])).toEqual([]);
		expect(see([well])).toEqual(['resolved']);
	});

	it('ages all the same', () => {
		const old = { condition: { value: { age: 'chain.head.at' }, above: 60 }, message: 'old' };
		const { see } = watching(rules({ old: { ...old, forMs: 0 } }));
		const head = { number: 1, at: new Date(startMs).toISOString() };
		const same = node({ chain: { head } }, startMs);
		expect(see([same])).toEqual([]);
		expect(see([same], minuteMs)).toEqual(['fired']);
	});

	it('meets the gate of a rule with time', () => {
		const old = { value: { age: 'chain.head.at' }, above: 60 };
		const idle = {
			condition: { where: [old], value: { field: 'network.peers' }, above: 0 },
			message: 'idle',
			forMs: 0,
		};
		const { see } = watching(rules({ idle }));
		const head = { number: 1, at: new Date(startMs).toISOString() };
		const same = node({ chain: { head }, network: { peers: 1 } }, startMs);
		expect(see([same])).toEqual([]);
		expect(see([same], minuteMs)).toEqual(['fired']);
	});

	it('is not read again while nothing is bad', () => {
		let reads = 0;
		const watched = (cpuRatio: number): NodeSnapshot =>
			Object.defineProperty(node(cpu(cpuRatio), startMs), 'resources', {
				get() {
					reads += 1;
					return { source: 'node', cpuRatio };
				},
			});
		const { see } = watching(rules({ cpu: cpuRule({ forMs: 3000 }) }));
		const well = watched(0.1);
		see([well]);
		reads = 0;
		see([well]);
		expect(reads).toBe(0);
		const ill = watched(0.9);
		see([ill]);
		reads = 0;
		see([ill]);
		expect(reads).toBeGreaterThan(0);
	});

	it('counts as dropped each time, past what a rule may tell at once', () => {
		const set = rules({ cpu: cpuRule({ maxAlerts: 1 }) });
		const core = createAlertCore(emptyAlertState(), set, noQuiet);
		const nodes = [node(cpu(0.9, { name: 'a' }), startMs), node(cpu(0.9, { name: 'b' }), startMs)];
		for (const steadyMs of [0, 1000, 2000]) {
			const moment = { wallMs: startMs + steadyMs, steadyMs };
			expect(
				core.evaluate({ nodes, groups: [], observed: nothingObserved }, moment).dropped,
			).toEqual({ cpu: 1 });
		}
	});
});

it('a node that was away begins with empty windows', () => {
	const { see } = watching(
		rules({
			restarts: {
				condition: { value: { increase: 'process.restarts', overMs: minuteMs }, atLeast: 3 },
				message: 'restarts',
				forMs: 0,
			},
		}),
	);
	const at = (restarts: number, atMs: number) =>
		node({ process: { restarts, state: 'running' } }, startMs + atMs);
	expect(see([at(0, 0)])).toEqual([]);
	expect(see([])).toEqual([]);
	expect(see([at(9, 1)])).toEqual([]);
	expect(see([at(12, 2)])).toEqual(['fired']);
});
