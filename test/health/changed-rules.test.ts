import { describe, expect, it } from 'vitest';
import type { RuleEntry } from '../../source/domain/rule.ts';
import { createJudge } from '../../source/health/judge.ts';
import type { JudgedSubjects } from '../../source/health/judge.ts';
import type { JudgeInput } from '../../source/health/observations-of.ts';
import type { UnjudgedNode } from '../../source/sections/finding.ts';
import { builtInRules } from '../../source/sections/findings.ts';
import type { Group } from '../../source/sections/group/schema.ts';
import type { HealthReport } from '../../source/sections/health/schema.ts';
import { buildRuleSet } from '../../source/sections/rule-set.ts';
import type { NodeSnapshot } from '../../source/sections/snapshot.ts';

const startMs = Date.UTC(2026, 0, 1, 12);
const well: HealthReport = { status: 'up', issues: [] };
type Changes = Readonly<Record<string, Partial<RuleEntry>>>;

const node = (
	sections: Partial<UnjudgedNode> = {},
	poll: Partial<UnjudgedNode['poll']> = {},
): UnjudgedNode => ({
	target: { name: 'n', kind: 'evm', url: 'http://n' },
	poll: { status: 'ok', failures: 0, at: new Date(startMs).toISOString(), ...poll },
	...sections,
});
const failed = { status: 'failed', failures: 2, error: { code: 'timeout', message: 'm' } } as const;

/** The built-in rules with a profile's changes to them. */
function changed(changes: Changes) {
	const entries = Object.entries(changes).map(([name, change]): [string, RuleEntry] => [
		name,
		{ ...builtInRules[name], ...change },
	]);
	return buildRuleSet(builtInRules, Object.fromEntries(entries));
}

/** A judge under changed rules, of a node that is polled every ten seconds. */
function judging(changes: Changes = {}) {
	const judge = createJudge(changed(changes));
	let nowMs = startMs;
	return {
		judge,
		/** What is wrong with the node. */
		poll(sections: Partial<UnjudgedNode>, more: Partial<JudgeInput> = {}, poll = {}) {
			nowMs += 10_000;
			const polled = node(sections, { at: new Date(nowMs).toISOString(), ...poll });
			const report = judge.judgeNode({ memory: {}, node: polled, nowMs, ...more }, undefined);
			return report.issues.map(({ code }) => code);
		},
		observed(code: string, subjects: Partial<JudgedSubjects> = {}) {
			const nodes: NodeSnapshot[] = [{ ...node(), health: well }];
			return judge
				.observe({ nodes, groups: [], ...subjects }, nowMs)
				.node('n')
				?.get(code)?.kind;
		},
	};
}

const group = (state: Group['state'], more: Partial<Group> = {}): Group => ({
	name: 'evm:1',
	kind: 'evm',
	nodes: ['n', 'm'],
	state,
	since: new Date(startMs).toISOString(),
	message: `they are ${state}`,
	members: [],
	...more,
});

describe('one’s own validators', () => {
	const list = [{ validator: 'v', mine: true, jailed: true, tombstoned: true, active: false }];
	const validators = { list };
	const about = (codes: readonly string[]) => codes.filter((code) => code.startsWith('own'));

	it('have the finding that explains the others', () => {
		expect(about(judging().poll({ validators }))).toEqual(['ownValidatorTombstoned']);
		const jailed = { list: [{ validator: 'v', mine: true, jailed: true, active: false }] };
		expect(about(judging().poll({ validators: jailed }))).toEqual(['ownValidatorJailed']);
	});

	it('are not judged by what a node showed before it stopped to answer', () => {
		expect(judging().poll({ validators }, {}, failed)).toEqual(['nodeDown']);
	});

	it('are judged for the kinds, and by the labels, that the profile says', () => {
		const under = (change: Partial<RuleEntry>) =>
			about(judging({ 'own-validator-tombstoned': change }).poll({ validators }));
		expect(under({ kinds: ['bft', 'evm'] })).toContain('ownValidatorTombstoned');
		expect(under({ kinds: ['bft'] })).not.toContain('ownValidatorTombstoned');
		expect(under({ match: { validator: 'v', node: 'n' } })).toContain('ownValidatorTombstoned');
		expect(under({ match: { validator: 'w' } })).not.toContain('ownValidatorTombstoned');
	});

	it('are not judged where every rule about them is off', () => {
		const off = Object.keys(builtInRules)
			.filter((name) => builtInRules[name]?.scope === 'validator')
			.map((name): [string, Partial<RuleEntry>] => [name, { kinds: ['bft'] }]);
		const { judge, poll } = judging(Object.fromEntries(off));
		expect(about(poll({ validators }))).toEqual([]);
		const nodes = [{ ...node(), health: well }];
		expect(judge.observe({ nodes, groups: [] }, startMs).entry('validator', 'n', 'v')).toBe(
			undefined,
		);
	});
});

describe('networks and all nodes together', () => {
	const seen = (code: string, given: Group, changes: Changes = {}) =>
		createJudge(changed(changes))
			.observe({ nodes: [], groups: [given] }, startMs)
			.group('evm:1')
			?.get(code);

	it('are judged for the kinds, and by the labels, that the profile says', () => {
		const under = (change: Partial<RuleEntry>) =>
			seen('networkForked', group('forked'), { 'network-forked': change })?.kind;
		expect(under({})).toBe('bad');
		expect(under({ kinds: ['evm'] })).toBe('bad');
		expect(under({ kinds: ['bft'] })).toBeUndefined();
		expect(under({ match: { group: 'evm:*', kind: 'evm' } })).toBe('bad');
		expect(under({ match: { group: 'bft:*' } })).toBeUndefined();
		expect(under({ kinds: ['evm'], match: { group: 'bft:*' } })).toBeUndefined();
	});

	it('have the finding that explains the others', () => {
		const parted = group('partitioned', { sides: [['n'], ['m']] });
		expect(seen('networkPartitioned', parted)?.kind).toBe('bad');
		expect(seen('networkForked', parted)).toBeUndefined();
		expect(seen('networkForked', group('agreed'))?.kind).toBe('good');
	});

	it('tell of nodetop’s own connection and of its own state', () => {
		const fleet = (subjects: Partial<JudgedSubjects>) =>
			createJudge().observe({ nodes: [], groups: [], ...subjects }, startMs).fleet;
		const ownState = { message: 'the disk is full' };
		expect(fleet({ ownState }).get('ownState')).toMatchObject({
			kind: 'bad',
			severity: 'critical',
			finding: { message: 'the disk is full' },
		});
		expect(fleet({}).get('ownState')).toEqual({ kind: 'good' });
		expect(fleet({ ownState }).get('nodeDown')).toBeUndefined();
	});
});

describe('a node that another nodetop judged', () => {
	const observed = (status: NodeSnapshot['poll']['status']) => {
		const issue = {
			code: 'peersNone',
			component: 'network',
			severity: 'warning',
			message: 'm',
			since: new Date(startMs).toISOString(),
		} as const;
		const far: NodeSnapshot = {
			...node({}, { status }),
			health: { status: 'degraded', issues: [issue] },
		};
		return createJudge()
			.observe({ nodes: [far], groups: [] }, startMs)
			.node('n');
	};

	it.each([
		['ok', 'good'],
		['partial', 'good'],
		['failed', 'noData'],
		['pending', 'noData'],
	] as const)('and that is %s has its issues, and of others %s', (status, kind) => {
		expect(observed(status)?.get('peersNone')).toMatchObject({ kind: 'bad', severity: 'warning' });
		expect(observed(status)?.get('nodeDown')).toEqual({ kind });
	});
});

describe('a rule that the profile changed', () => {
	const peers = { field: 'network.peers' };
	const network = { peers: 0 };

	it('compares what the profile says, and leaves health alone where it sees no values', () => {
		expect(judging().poll({ network })).toContain('peersNone');
		const none = { condition: { value: peers, below: 0 } };
		expect(judging({ 'peers-none': none }).poll({ network })).not.toContain('peersNone');
		const missing = { condition: { noData: true as const } };
		expect(judging({ 'peers-none': missing }).poll({ network })).not.toContain('peersNone');
		const same = { condition: { issue: 'peersNone', needs: ['network.peers'] } };
		expect(judging({ 'peers-none': same }).poll({ network })).toContain('peersNone');
	});

	it('is followed from the next poll on, also where others were switched off', () => {
		const { judge, poll, observed } = judging();
		expect(poll({ network })).toContain('peersNone');
		judge.reload(changed({ 'node-down': { enabled: false } }));
		expect(poll({ network })).toContain('peersNone');
		expect(observed('peersNone')).toBe('bad');
		judge.reload(changed({ 'peers-none': { enabled: false } }));
		expect(poll({ network })).not.toContain('peersNone');
		judge.reload(changed({ 'peers-none': { match: { node: 'other' } } }));
		expect(poll({ network })).not.toContain('peersNone');
		judge.reload(changed({}));
		expect(poll({ network })).toContain('peersNone');
	});

	it('sees the absence of a value as good where it says so', () => {
		const condition = { value: { field: 'resources.cpuRatio' }, above: 0.5 };
		const under = (change: RuleEntry['condition']) => {
			const { poll, observed } = judging({ 'peers-none': { condition: change } });
			poll({});
			return observed('peersNone');
		};
		expect(under({ ...condition, absentIsGood: true })).toBe('good');
		expect(under(condition)).toBeUndefined();
	});

	it('takes the first of several fields that the node reports', () => {
		const either = { field: 'resources.cpuRatio|network.peers' };
		const condition = { value: either, below: 1 };
		expect(judging({ 'peers-none': { condition } }).poll({ network })).toContain('peersNone');
	});

	it('counts over its time from the start, though the value that it compares comes later', () => {
		const condition = (extra: object) => ({
			value: { field: 'resources.cpuRatio' },
			above: 0.5,
			...extra,
		});
		const opened = { increase: 'network.connectionsOpened', overMs: 60_000 };
		const late = (extra: object) => {
			const { poll } = judging({ 'peers-none': { condition: condition(extra) } });
			const at = (connectionsOpened: number) => ({ network: { peers: 3, connectionsOpened } });
			for (let n = 0; n < 9; n += 1) poll(at(n));
			return poll({ ...at(9), resources: { source: 'node', cpuRatio: 0.9 } });
		};
		expect(late({})).toContain('peersNone');
		expect(late({ where: [{ value: opened, above: 3 }] })).toContain('peersNone');
		expect(late({ where: [{ value: opened, above: 30 }] })).not.toContain('peersNone');
	});

	it('of a network leaves what its nodes show of it', () => {
		const condition = { value: { field: 'state' }, oneOf: ['forked'] };
		const members = [{ node: 'n', position: 'forked' as const }];
		const { poll } = judging({ 'network-forked': { condition } });
		expect(poll({}, { group: group('forked', { members }) })).toContain('networkForked');
	});

	it('divides by what it counted from the start, though the value itself comes later', () => {
		const condition = {
			value: {
				increase: 'chain.reorgs.count',
				overMs: 60_000,
				per: 'network.connectionsOpened',
			},
			above: 0,
		};
		const { poll } = judging({ 'peers-none': { condition } });
		const at = (connectionsOpened: number) => ({ network: { peers: 3, connectionsOpened } });
		for (let n = 0; n < 9; n += 1) expect(poll(at(n))).not.toContain('peersNone');
		const reorgs = (count: number) => ({ chain: { reorgs: { count, deepest: 1 } } });
		for (let n = 0; n < 7; n += 1) poll({ ...at(9 + n), ...reorgs(n) });
		expect(poll({ ...at(17), ...reorgs(8) })).toContain('peersNone');
	});
});
