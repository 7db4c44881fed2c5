import { describe, expect, it } from 'vitest';
import { chooseSubjects, collectSubjects } from '../../source/alerts/subjects.ts';
import type { EvaluationInput } from '../../source/alerts/subjects.ts';
import type { RuleScope } from '../../source/domain/rule.ts';
import type { NodeSnapshot } from '../../source/sections/snapshot.ts';
import { nothingObserved } from '../helpers/judge-once.ts';
import { cpuRule, group, node, rules, startMs } from './helpers.ts';

const atIso = new Date(startMs).toISOString();

function collect(nodes: readonly NodeSnapshot[], more: Partial<EvaluationInput> = {}) {
	return collectSubjects({ nodes, groups: [], observed: nothingObserved, ...more }, atIso);
}
const one = (
	scope: RuleScope,
	nodes: readonly NodeSnapshot[],
	more: Partial<EvaluationInput> = {},
) => {
	const [first, second] = collect(nodes, more).inScope(scope);
	if (!first || second) throw new Error('not one subject');
	return first;
};

describe('what a rule is evaluated for', () => {
	it('is a node with its network, its tags and the issues of its own', () => {
		const issues = [{ code: 'peersFew' }];
		const a = node({ name: 'a', tags: ['eu', 'ssd'], issues }, startMs);
		expect(one('node', [a], { groups: [group('agreed', ['a'])] })).toMatchObject({
			identity: { node: 'a' },
			key: 'a',
			labels: { node: 'a', kind: 'evm', group: 'evm:1', tags: 'eu,ssd' },
			freshness: atIso,
			issues,
			isUnseen: false,
		});
	});

	it.each([
		['ok', false],
		['partial', false],
		['failed', true],
		['pending', true],
	] as const)('is a node that is %s: unseen is %s', (pollStatus, isUnseen) => {
		expect(one('node', [node({ pollStatus }, startMs)]).isUnseen).toBe(isUnseen);
	});

	it('has no time of a poll before the first', () => {
		const { poll, ...rest } = node({ pollStatus: 'pending' }, startMs);
		const { at: _at, ...unpolled } = poll;
		expect(one('node', [{ ...rest, poll: unpolled }]).freshness).toBe('');
	});

	it('is each peer of a node by its id, without the issues of the node', () => {
		const issues = [{ code: 'peersFew' }];
		const peerList = [{ id: 'p', latencyMs: 7 }, { id: 'q' }];
		const a = node({ name: 'a', issues, network: { peerList } }, startMs);
		const peers = collect([a, node({ name: 'b' }, startMs)]).inScope('peer');
		expect(peers.map(({ key }) => key)).toEqual(['a\np', 'a\nq']);
		expect(peers[0]).toMatchObject({
			identity: { node: 'a', peer: 'p' },
			labels: { node: 'a', kind: 'evm', peer: 'p' },
			root: { id: 'p', latencyMs: 7, node: a },
			issues: [],
		});
	});

	it('is each satellite of a storage node, without the issues of the node', () => {
		const satellites = [{ satellite: 's1', auditScore: 1 }];
		const issues = [{ code: 'peersFew' }];
		const a = node({ name: 'a', kind: 'storj', issues, reputation: { satellites } }, startMs);
		expect(one('satellite', [a])).toMatchObject({
			identity: { node: 'a', satellite: 's1' },
			key: 'a\ns1',
			labels: { node: 'a', kind: 'storj', satellite: 's1' },
			issues: [],
		});
	});

	it('is a network by its name, as fresh as the evaluation', () => {
		expect(one('group', [], { groups: [group('agreed')] })).toMatchObject({
			identity: { group: 'evm:1' },
			key: 'evm:1',
			labels: { group: 'evm:1', kind: 'evm' },
			freshness: atIso,
			issues: [],
		});
	});

	it('is the fleet, with the number of nodes of each health', () => {
		const healths = ['up', 'up', 'up', 'degraded', 'degraded', 'down', 'unknown'] as const;
		const nodes = healths.map((status, index): NodeSnapshot => {
			const made = node({ name: `n${index}` }, startMs);
			return { ...made, health: { ...made.health, status } };
		});
		expect(one('fleet', nodes)).toMatchObject({
			identity: {},
			key: '',
			labels: {},
			root: { nodes: 7, up: 3, degraded: 2, down: 1, unknown: 1 },
			freshness: atIso,
			issues: [],
			isUnseen: false,
		});
	});

	it('is made once for all rules', () => {
		const subjects = collect([node({}, startMs)]);
		expect(subjects.inScope('node')).toBe(subjects.inScope('node'));
	});
});

describe('a rule chooses', () => {
	const nodes = [
		node({ name: 'a', kind: 'evm' }, startMs),
		node({ name: 'b', kind: 'bft' }, startMs),
		node({ name: 'ab', kind: 'bft' }, startMs),
	];
	it.each([
		['everything', {}, ['a', 'b', 'ab']],
		['by kind', { kinds: ['bft'] }, ['b', 'ab']],
		['by labels', { match: { node: 'a*' } }, ['a', 'ab']],
		['by both', { kinds: ['bft'], match: { node: 'a*' } }, ['ab']],
	])('%s', (_, choice, expected) => {
		const rule = rules({ cpu: cpuRule(choice) }).get('cpu');
		if (!rule) throw new Error('the rule is not there');
		expect(chooseSubjects(rule, collect(nodes)).map(({ key }) => key)).toEqual(expected);
	});
});
