import { describe, expect, it } from 'vitest';
import { componentChecks } from '../../source/health/scheduled/registry.ts';
import { builtInRules } from '../../source/sections/findings.ts';
import type { Group } from '../../source/sections/group/schema.ts';
import type { ComponentHealth } from '../../source/sections/health/component-health.ts';
import { buildRuleSet } from '../../source/sections/rule-set.ts';
import type { NodeSpec } from './helpers.ts';
import { group, simulate, startMs } from './helpers.ts';

const all = buildRuleSet(builtInRules);

/** One scheduled check that found something, or nothing, at a time. */
function checked(name: string, issue: string | undefined, atMs: number): ComponentHealth[] {
	const check = componentChecks.find((each) => `${each.component}.${each.name}` === name);
	if (!check) throw new Error(`no check ${name}`);
	const status = issue === undefined ? 'up' : 'degraded';
	return [
		{
			component: check.component,
			status,
			checks: [
				{
					name: check.name,
					status,
					message: 'as in this test',
					...(issue !== undefined && { severity: 'critical', issue }),
					values: [],
					lastCheckAt: new Date(atMs).toISOString(),
					durationMs: 1,
				},
			],
		},
	];
}

/** Polls every 5 s; each look says when the last check ran and what it found. */
function play(
	name: string,
	issue: string,
	looks: readonly { readonly checkAt: number; readonly isBad: boolean; readonly spec?: NodeSpec }[],
	groups: readonly Group[] = [],
) {
	const run = simulate(all);
	for (const { checkAt, isBad, spec = {} } of looks) {
		const components = checked(name, isBad ? issue : undefined, startMs + checkAt * 1000);
		run.after(5000, [{ ...spec, components }], { groups: [...groups] });
	}
	return run.events().filter((event) => !/node-down|process-troubled/.test(event));
}
const repeat = <Value>(times: number, value: Value): Value[] =>
	Array.from({ length: times }, () => value);

describe('a finding of a scheduled check', () => {
	const failed: NodeSpec = { pollStatus: 'failed' };

	it('must be there at two checks before it alerts, however often the node is polled in between', () => {
		// The hold time of participation-low is 45 s; the polls between two checks prove nothing new.
		const once = repeat(30, { checkAt: 5, isBad: true });
		expect(play('consensus.participation', 'participationLow', once)).toEqual([
			'pending participation-low a',
		]);
		const twice = [...once, ...repeat(3, { checkAt: 155, isBad: true })];
		expect(play('consensus.participation', 'participationLow', twice)).toEqual([
			'pending participation-low a',
			'fired participation-low a',
		]);
	});

	it('is seen while polls fail, where the check looks at the machine and not at the answers', () => {
		const looks = [
			...repeat(6, { checkAt: 5, isBad: true, spec: failed }),
			...repeat(2, { checkAt: 35, isBad: true, spec: failed }),
		];
		expect(play('process.listening', 'notListening', looks)).toEqual([
			'pending not-listening a',
			'fired not-listening a',
		]);
	});

	it('ends with the first good poll that contradicts it, and begins no alert after it', () => {
		const looks = [
			...repeat(6, { checkAt: 5, isBad: true, spec: failed }),
			...repeat(2, { checkAt: 35, isBad: true, spec: failed }),
			{ checkAt: 35, isBad: true },
			...repeat(30, { checkAt: 35, isBad: true }),
		];
		expect(play('process.listening', 'notListening', looks)).toEqual([
			'pending not-listening a',
			'fired not-listening a',
			'resolved not-listening a',
		]);
		// A slow node: it was seen as not listening once, answers again, and is not checked for a while.
		const slow = [
			...repeat(2, { checkAt: 5, isBad: true, spec: failed }),
			...repeat(30, { checkAt: 5, isBad: true }),
		];
		expect(play('process.listening', 'notListening', slow)).toEqual([
			'pending not-listening a',
			'dropped not-listening a',
		]);
	});

	it.each<[string, string, NodeSpec, Group | undefined]>([
		['process.running', 'processTroubled', {}, undefined],
		['network.peers', 'peersFew', { network: { peers: 8 } }, undefined],
		['dag.consistency', 'verticesMissing', { dag: { missing: 0 } }, undefined],
		[
			'consensus.stalledRounds',
			'roundsStalled',
			{
				consensus: {
					status: 'active',
					lastFinalizedAt: new Date(startMs + 3_000_000).toISOString(),
				},
			},
			undefined,
		],
		[
			'consensus.participation',
			'participationLow',
			{ consensus: { status: 'active', validators: 2 } },
			group('agreed'),
		],
	])('%s ends %s', (name, code, well, network) => {
		const rule = code.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
		const groups = network ? [network] : [];
		const looks = [
			...repeat(2, { checkAt: 5, isBad: true, spec: {} }),
			...repeat(5, { checkAt: 9, isBad: true, spec: well }),
		];
		const run = simulate(all);
		const seen: string[][] = [];
		for (const { checkAt, isBad, spec } of looks) {
			const components = checked(name, isBad ? code : undefined, startMs + checkAt * 1000);
			const { alerts } = run.after(5000, [{ ...spec, components }], { groups });
			seen.push(alerts.filter(({ state }) => state !== 'resolved').map((alert) => alert.rule));
		}
		// Any answer contradicts that its process does not run.
		expect(seen[1]?.includes(rule)).toBe(code !== 'processTroubled');
		expect(seen.at(-1)).not.toContain(rule);
	});
});
