import { expect, it } from 'vitest';
import { ruleEntrySchema } from '../../source/domain/rule.ts';
import { builtInRules } from '../../source/sections/findings.ts';
import { limitsIn } from '../../source/sections/limits.ts';
import { buildRuleSet } from '../../source/sections/rule-set.ts';

const rule = (entry: object) =>
	ruleEntrySchema.parse({ message: 'm', severity: 'warning', forMs: 0, ...entry });
const limitsOf = (own: Record<string, object>) =>
	limitsIn(
		buildRuleSet(
			{},
			Object.fromEntries(Object.entries(own).map(([name, entry]) => [name, rule(entry)])),
		),
	);

it('are the thresholds of rules about a field or its mean, by severity', () => {
	const limits = limitsOf({
		slow: { condition: { value: { field: 'poll.latencyMs' }, above: 800 } },
		busy: {
			severity: undefined,
			condition: {
				value: { average: 'resources.cpuRatio', overMs: 60_000 },
				above: { warning: 0.8, critical: 0.95 },
			},
		},
	});
	expect(limits('poll.latencyMs', 'evm')).toEqual([{ value: 800, severity: 'warning' }]);
	expect(limits('resources.cpuRatio', 'evm')).toEqual([
		{ value: 0.8, severity: 'warning' },
		{ value: 0.95, severity: 'critical' },
	]);
	expect(limits('network.peers', 'evm')).toEqual([]);
});

it('are not those of other kinds, of shares, of growth, or that hold at times only', () => {
	const value = { field: 'network.peers' };
	const limits = limitsOf({
		kind: { kinds: ['bft'], condition: { value, below: 3 } },
		share: { condition: { value: { ...value, per: 'network.inbound' }, below: 4 } },
		growth: { condition: { value: { increase: 'network.peers', overMs: 60_000 }, above: 5 } },
		gated: {
			condition: { value, below: 6, where: [{ value: { field: 'poll.latencyMs' }, above: 1 }] },
		},
		matched: { match: { node: 'a*' }, condition: { value, below: 7 } },
	});
	expect(limits('network.peers', 'evm')).toEqual([]);
	expect(limits('network.peers', 'bft')).toEqual([{ value: 3, severity: 'warning' }]);
});

it('of the built-in rules are there', () => {
	const limits = limitsIn(buildRuleSet(builtInRules));
	expect(limits('consensus.averageFinalityMs', 'qudag')).toEqual([
		{ value: 30_000, severity: 'warning' },
	]);
});
