import { describe, expect, it } from 'vitest';
import { cpu, cpuRule, noQuiet, rules, simulate, startMs } from './helpers.ts';

const iso = (ms: number) => new Date(startMs + ms).toISOString();

describe('a rule whose hold time is edited', () => {
	const editedTo = (forMs: number, before = 5000, heldMs = 60_000) => {
		const run = simulate(rules({ cpu: cpuRule({ forMs: before }) }));
		run.after(0, [cpu(0.9)]);
		for (let ms = 0; ms < heldMs; ms += 5000) run.after(5000, [cpu(0.9)]);
		run.events();
		run.core.reload(rules({ cpu: cpuRule({ forMs }) }), noQuiet);
		const { alerts } = run.after(1000, [cpu(0.9)]);
		return { run, alerts };
	};

	it('leaves what has lasted as long as the new one', () => {
		const { run, alerts } = editedTo(60_000);
		expect(alerts).toMatchObject([{ state: 'firing' }]);
		expect(run.events()).toEqual([]);
	});

	it('leaves what fires under a shorter one', () => {
		const { run } = editedTo(1000);
		expect(run.events()).toEqual([]);
	});

	it('lets what is pending wait for the longer one, as the same alert', () => {
		const { run, alerts } = editedTo(20_000, 10_000, 5000);
		expect(alerts).toMatchObject([{ state: 'pending', since: iso(0) }]);
		run.after(8000, [cpu(0.9)]);
		expect(run.events()).toEqual([]);
		run.after(6000, [cpu(0.9)]);
		expect(run.events()).toEqual(['fired cpu a']);
	});
});

describe('an alert', () => {
	it('says when it fired, and not when it was seen last', () => {
		const run = simulate(rules({ cpu: cpuRule({ forMs: 5000 }) }));
		run.after(0, [cpu(0.9)]);
		const fired = run.after(5000, [cpu(0.9)]).alerts[0];
		expect(fired).toMatchObject({ since: iso(0), firedAt: iso(5000) });
		expect(run.after(9000, [cpu(0.9)]).alerts[0]).toMatchObject({ firedAt: iso(5000) });
	});

	it('has no time of firing while it is pending', () => {
		const run = simulate(rules({ cpu: cpuRule({ forMs: 5000 }) }));
		expect(run.after(0, [cpu(0.9)]).alerts[0]).not.toHaveProperty('firedAt');
	});

	it('is labelled with the component of its rule, where that has one', () => {
		const labelsOf = (component?: 'resources') => {
			const run = simulate(rules({ cpu: cpuRule(component ? { component } : {}) }));
			return run.after(0, [cpu(0.9)]).incidents[0]?.labels;
		};
		expect(labelsOf('resources')).toMatchObject({ component: 'resources' });
		expect(labelsOf()).not.toHaveProperty('component');
	});

	it('is one of as many as its own rule may have: those of other rules do not count', () => {
		const run = simulate(rules({ one: cpuRule({ maxAlerts: 2 }), two: cpuRule({ maxAlerts: 2 }) }));
		const nodes = ['a', 'b', 'c'].map((name) => cpu(0.9, { name }));
		const { incidents, dropped } = run.after(0, nodes);
		expect(incidents.map(({ rule, labels }) => `${rule} ${labels['node']}`)).toEqual([
			'one a',
			'one b',
			'two a',
			'two b',
		]);
		expect(dropped).toEqual({ one: 1, two: 1 });
		// One that ends makes room for another.
		const later = run.after(1000, [cpu(0.1, { name: 'a' }), ...nodes.slice(1)]);
		expect(later.dropped).toEqual({ one: 1, two: 1 });
		expect(run.after(1000, [cpu(0.1, { name: 'a' }), ...nodes.slice(1)]).dropped).toEqual({});
	});
});
