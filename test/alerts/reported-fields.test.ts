import { expect, it } from 'vitest';
import { createReportedFields } from '../../source/alerts/reported-fields.ts';
import { builtInRules } from '../../source/sections/findings.ts';
import { buildRuleSet } from '../../source/sections/rule-set.ts';
import { cpu, rules, simulate } from './helpers.ts';
import type { NodeSpec } from './helpers.ts';

const builtIn = [...buildRuleSet(builtInRules).values()];
const answered = {
	poll: { status: 'ok', latencyMs: 3 },
	clock: { offsetMs: 5 },
	network: { peers: 3 },
};

function observedAfter(...roots: readonly object[]) {
	return observedOf(roots.map((root) => ({ root })));
}

function observedOf(polls: readonly { readonly root: object; readonly isCutShort?: boolean }[]) {
	const fields = createReportedFields(builtIn);
	const subjects = polls.map(({ root, isCutShort }, poll) => ({
		identity: { node: 'a' },
		key: 'a',
		labels: { node: 'a', kind: 'evm' },
		root,
		observations: undefined,
		freshness: String(poll),
		issues: [],
		isUnseen: false,
		isCutShort,
	}));
	for (const subject of subjects) fields.record(subject);
	const [last] = subjects.slice(-1);
	return { missing: fields.missing('a'), kind: last && fields.observe(last).kind };
}

it('a value that was given and is absent from three polls in a row is missing', () => {
	const { network: _network, ...less } = answered;
	expect(observedAfter(answered, less, less)).toEqual({ missing: [], kind: 'good' });
	const { missing, kind } = observedAfter(answered, less, less, less);
	expect(missing).toContain('network.peers');
	expect(kind).toBe('bad');
});

it('what nodetop could not measure, because it was late itself, is no value that the node keeps back', () => {
	const { poll: _poll, clock: _clock, ...late } = answered;
	const busy = { ...late, poll: { status: 'ok' } };
	expect(observedAfter(answered, busy, busy, busy)).toEqual({ missing: [], kind: 'good' });
});

it('a poll that nodetop cut short itself is not counted', () => {
	const { network: _network, ...less } = answered;
	const cut = { root: less, isCutShort: true };
	expect(observedOf([{ root: answered }, cut, cut, cut, cut])).toEqual({
		missing: [],
		kind: 'good',
	});
	const seen = [{ root: answered }, { root: less }, cut, { root: less }, cut];
	expect(observedOf(seen).missing).toEqual([]);
	expect(observedOf([...seen, { root: less }]).missing).toContain('network.peers');
});

it('in a watch neither ends an alert of a user’s rule nor begins one about missing values', () => {
	const ended = rules({
		slow: {
			condition: {
				value: { field: 'resources.cpuRatio' },
				above: 0.8,
				absentIsGood: true,
			},
			forMs: 0,
			keepFiringForMs: 0,
			message: 'm',
		},
		peers: { condition: { value: { field: 'network.peers' }, below: 1 }, forMs: 0, message: 'm' },
		'no-data': { condition: { noData: true }, message: 'm', forMs: 0 },
	});
	const run = simulate(ended);
	const network = { peers: 3 };
	const cut: NodeSpec = {
		pollStatus: 'partial',
		endpoints: [{ name: 'x', status: 'unmeasured' }],
	};
	run.after(1000, [cpu(0.9, { network })]);
	expect(run.events()).toEqual(['fired slow a']);
	for (let polls = 0; polls < 5; polls += 1) run.after(1000, [cut]);
	expect(run.events()).toEqual([]);
	for (let polls = 0; polls < 3; polls += 1) run.after(1000, [{}]);
	expect(run.events()).toEqual(['resolved slow a', 'fired no-data a']);
});
