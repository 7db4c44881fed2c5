import { expect, it } from 'vitest';
import { createReportedFields } from '../../source/alerts/reported-fields.ts';
import { builtInRules } from '../../source/sections/findings.ts';
import { buildRuleSet } from '../../source/sections/rule-set.ts';
import { cpu, rules, simulate } from './helpers.ts';
import type { NodeSpec } from './helpers.ts';
import type { RuleEntry } from '../../source/domain/rule.ts';
import type { RuleSubject } from '../../source/alerts/subjects.ts';

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

/** What is said of nodes under rules that need these fields. */
function reportOf(fields: readonly string[], more: Partial<RuleEntry> = {}) {
	const entries = fields.map((field): [string, RuleEntry] => [
		field.replaceAll('.', '-').toLowerCase(),
		{ condition: { value: { field }, above: 1 }, message: 'm', ...more },
	]);
	const reported = createReportedFields(rules(Object.fromEntries(entries)).values());
	let polls = 0;
	const subject = (root: object, given: Partial<RuleSubject> = {}): RuleSubject => ({
		identity: { node: 'a' },
		key: 'a',
		labels: { node: 'a', kind: 'evm' },
		root,
		observations: undefined,
		freshness: String(polls),
		issues: [],
		isUnseen: false,
		...given,
	});
	return {
		reported,
		poll(root: object, given: Partial<RuleSubject> = {}) {
			polls += 1;
			reported.record(subject(root, given));
			return reported.observe(subject(root, given));
		},
	};
}
const times = (count: number, act: () => unknown) => {
	let last: unknown;
	for (let n = 0; n < count; n += 1) last = act();
	return last;
};

it('says which value is missing, or how many and the first five', () => {
	const one = reportOf(['network.peers']);
	one.poll({ network: { peers: 3 } });
	expect(times(3, () => one.poll({}))).toEqual({
		kind: 'bad',
		severity: 'warning',
		finding: { message: 'a value is no longer reported', evidence: 'network.peers' },
	});
	const names = [
		'peers',
		'inbound',
		'outbound',
		'queuedMessages',
		'deliveryRatio',
		'connectionsOpened',
	];
	const lost = (shown: readonly string[]) => {
		const many = reportOf(shown.map((name) => `network.${name}`));
		many.poll({ network: Object.fromEntries(shown.map((name) => [name, 1])) });
		return times(3, () => many.poll({ network: {} }));
	};
	const five =
		'network.peers, network.inbound, network.outbound, network.queuedMessages, network.deliveryRatio';
	expect(lost(names.slice(0, 5))).toMatchObject({
		finding: { message: '5 values are no longer reported', evidence: five },
	});
	expect(lost([...names, 'connectionsClosed'])).toMatchObject({
		finding: { message: '7 values are no longer reported', evidence: `${five}, +2 more` },
	});
});

it('a value that comes back is counted anew', () => {
	const { poll } = reportOf(['network.peers']);
	const network = { peers: 3 };
	poll({ network });
	expect(times(2, () => poll({}))).toEqual({ kind: 'good' });
	expect(poll({ network })).toEqual({ kind: 'good' });
	expect(times(2, () => poll({}))).toEqual({ kind: 'good' });
	expect(poll({})).toMatchObject({ kind: 'bad' });
	expect(poll({ network })).toEqual({ kind: 'good' });
});

it('only polls that answered count, each once', () => {
	const { poll, reported } = reportOf(['network.peers']);
	poll({ network: { peers: 3 } });
	expect(times(5, () => poll({}, { isUnseen: true }))).toEqual({ kind: 'noData' });
	expect(times(5, () => poll({}, { freshness: 'one poll' }))).toEqual({ kind: 'good' });
	poll({});
	poll({});
	expect(reported.missing('a')).toEqual(['network.peers']);
});

it('values that no rule of the node’s kind needs may go', () => {
	const lost = (...given: Parameters<typeof reportOf>) => {
		const { poll } = reportOf(...given);
		poll({ network: { peers: 3 }, poll: { latencyMs: 1 }, latencyMs: 1 });
		return times(9, () => poll({}));
	};
	expect(lost(['network.peers'], { kinds: ['bft'] })).toEqual({ kind: 'good' });
	expect(lost(['network.peers'], { kinds: ['bft', 'evm'] })).toMatchObject({ kind: 'bad' });
	expect(lost(['latencyMs'], { scope: 'peer' })).toEqual({ kind: 'good' });
	expect(lost(['poll.latencyMs'])).toEqual({ kind: 'good' });
});

it('values whose absence says something, or nothing, may go', () => {
	const lost = (condition: RuleEntry['condition']) => {
		const { poll } = reportOf(['network.peers'], { condition });
		poll({ network: { peers: 3, inbound: 1 } });
		return times(9, () => poll({}));
	};
	const value = { field: 'network.peers' };
	const needs = ['network.inbound'];
	expect(lost({ value, above: 1 })).toMatchObject({ kind: 'bad' });
	expect(lost({ value, above: 1, absentIsGood: true })).toEqual({ kind: 'good' });
	expect(lost({ value, above: 1, absentIsUsual: true })).toEqual({ kind: 'good' });
	expect(lost({ issue: 'x', needs })).toMatchObject({ kind: 'bad' });
	expect(lost({ issue: 'x', needs, absentIsUsual: true })).toEqual({ kind: 'good' });
	const where = [{ value, above: 1 }];
	expect(lost({ issue: 'x', where })).toMatchObject({
		finding: { evidence: 'network.peers' },
	});
});

it('what an alert said is missing is still missing after a restart, until the node reports it', () => {
	const { poll, reported } = reportOf(['network.peers']);
	reported.restore('a', ['network.peers']);
	expect(reported.missing('a')).toEqual(['network.peers']);
	expect(poll({})).toMatchObject({ kind: 'bad' });
	expect(poll({ network: { peers: 3 } })).toEqual({ kind: 'good' });
	reported.restore('a', ['network.peers']);
	expect(reported.missing('a')).toEqual([]);
});

it('a node that was removed has reported nothing when it comes back', () => {
	const { poll, reported } = reportOf(['network.peers']);
	poll({ network: { peers: 3 } });
	reported.forget(new Set(['a']));
	times(3, () => poll({}));
	expect(reported.missing('a')).toEqual(['network.peers']);
	reported.forget(new Set(['b']));
	expect(reported.missing('a')).toEqual([]);
	expect(times(9, () => poll({}))).toEqual({ kind: 'good' });
});

it('in a watch is forgotten with the node, and told by the built-in rule', () => {
	const run = simulate(buildRuleSet(builtInRules));
	const full: NodeSpec = { network: { peers: 9 } };
	const lost = () => run.events().filter((event) => event.startsWith('fired no-data'));
	run.after(5000, [full]);
	for (let polls = 0; polls < 60; polls += 1) run.after(5000, [{}]);
	expect(lost()).toEqual(['fired no-data a']);
	const other = simulate(buildRuleSet(builtInRules));
	other.after(5000, [full]);
	other.after(5000, []);
	for (let polls = 0; polls < 60; polls += 1) other.after(5000, [{}]);
	expect(other.events().filter((event) => event.startsWith('fired no-data'))).toEqual([]);
});
