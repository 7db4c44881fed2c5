import { describe, expect, it } from 'vitest';
import { builtInRules } from '../../source/sections/findings.ts';
import { buildRuleSet } from '../../source/sections/rule-set.ts';
import type { NodeSpec } from './helpers.ts';
import { cpu, group, simulate } from './helpers.ts';

const all = buildRuleSet(builtInRules);
const names = (count: number, prefix = 'n') =>
	Array.from({ length: count }, (_, index) => `${prefix}${index}`);

const onHost = (name: string, cpuRatio: number): NodeSpec => ({
	name,
	resources: { source: 'host', cpuRatio },
});

describe('one cause, one alert', () => {
	it('a busy host is one alert of the host, however many nodes are on it', () => {
		const run = simulate(all);
		const nodes = (ratio: number) => names(300).map((name) => onHost(name, ratio));
		for (let minute = 0; minute < 12; minute += 1) run.after(60_000, nodes(1));
		expect(run.events()).toEqual(['pending cpu-busy', 'fired cpu-busy']);
		const { incidents } = run.after(60_000, nodes(1));
		expect(incidents).toMatchObject([
			{
				labels: { host: 'this machine' },
				message: expect.stringMatching(/^this machine: the host’s processors are fully busy/),
				evidence: expect.stringContaining('seen at n0, n1, n2, n3 and 296 more'),
			},
		]);
		for (let minute = 0; minute < 3; minute += 1) run.after(60_000, nodes(0.1));
		expect(run.events()).toEqual(['resolved cpu-busy']);
	});

	it('the host of a site is another one', () => {
		const run = simulate(all);
		const nodes = [...names(3), ...names(3, 'berlin/n')].map((name) => onHost(name, 1));
		for (let minute = 0; minute < 12; minute += 1) run.after(60_000, nodes);
		const { incidents } = run.after(0, nodes);
		expect(new Set(incidents.map(({ labels }) => labels['host']))).toEqual(
			new Set(['berlin', 'this machine']),
		);
	});

	it('a node that reports its own resources has an alert of its own', () => {
		const run = simulate(all);
		const low = { memoryAvailableBytes: 1, memoryTotalBytes: 100 };
		const nodes = names(2).map((name) => ({
			...cpu(0, { name }),
			resources: { source: 'node' as const, ...low },
		}));
		for (let index = 0; index < 4; index += 1) run.after(60_000, nodes);
		expect(run.events().filter((event) => event.startsWith('fired'))).toEqual([
			'fired memory-low n0',
			'fired memory-low n1',
		]);
	});

	it('an equivocation is one alert of the network, not one of each witness, and ends', () => {
		const run = simulate(all);
		const groups = [group('agreed', names(4), 'bft:x'), group('agreed', names(4, 'm'), 'bft:y')];
		const nodes = (equivocations: number) =>
			[...names(4), ...names(4, 'm')].map((name) => ({
				name,
				kind: 'bft',
				consensus: {
					status: 'active' as const,
					equivocations: name.startsWith('n') ? equivocations : 0,
					equivocationsBy:
						name.startsWith('n') && equivocations > 0 ? { 'validator-3': equivocations } : {},
				},
			}));
		run.after(5000, nodes(0), { groups });
		run.after(5000, nodes(0), { groups });
		const { incidents } = run.after(5000, nodes(2), { groups });
		expect(run.events()).toEqual(['fired equivocation bft:x']);
		expect(incidents[0]).toMatchObject({
			labels: { group: 'bft:x' },
			message: expect.stringContaining('validator-3'),
			evidence: expect.stringContaining('seen at n0, n1, n2, n3'),
		});
		for (let minute = 0; minute < 7; minute += 1) run.after(60_000, nodes(2), { groups });
		expect(run.events().filter((event) => event.startsWith('resolved'))).toEqual([
			'resolved equivocation bft:x',
		]);
		// What an equivocation of another leaves behind is information, and degrades no witness.
		const { alerts } = run.after(5000, nodes(2), { groups });
		expect(
			alerts.filter(({ state }) => state === 'firing').map(({ severity }) => severity),
		).toEqual(alerts.filter(({ state }) => state === 'firing').map(() => 'info'));
	});
});
