import { describe, expect, it } from 'vitest';
import { joinSubjects } from '../../source/alerts/shared-subject.ts';
import { createSlots } from '../../source/alerts/slots.ts';
import type { RuleSubject } from '../../source/alerts/subjects.ts';
import type { Observation } from '../../source/domain/observe.ts';
import type { Rule } from '../../source/domain/rule.ts';
import type { NodeSnapshot } from '../../source/sections/snapshot.ts';
import { cpuRule, node, rules, startMs } from './helpers.ts';

const plain = rules({ cpu: cpuRule() }).get('cpu');
if (!plain) throw new Error('the rule is not there');
const perHost: Rule = { ...plain, onePer: 'host' };
const perGroup: Rule = { ...plain, onePer: 'group' };

function subject(
	name: string,
	{ labels, identity, ...more }: Partial<RuleSubject> = {},
	observation?: Observation,
): RuleSubject {
	return {
		identity: { node: name, ...identity },
		key: name,
		labels: { node: name, kind: 'evm', group: 'evm:1', ...labels },
		root: {},
		observations: observation && new Map([['x', observation]]),
		freshness: '',
		issues: [],
		isUnseen: false,
		...more,
	};
}

/** Nodes that show the state of their machine. */
const onHosts = (...names: readonly string[]): ReadonlyMap<string, NodeSnapshot> =>
	new Map(names.map((name) => [name, node({ name, resources: { source: 'host' } }, startMs)]));
const bad = (severity: 'info' | 'warning' | 'critical', evidence?: string): Observation => ({
	kind: 'bad',
	severity,
	finding: { message: `${severity} here`, ...(evidence !== undefined && { evidence }) },
});

describe('nodes of one host', () => {
	it('are one subject, named by the machine of their site or by this one', () => {
		const subjects = ['a', 'b', 'site/c', 'site/d', 'site/deep/e', 'site/deep/f'].map((name) =>
			subject(name),
		);
		const joined = joinSubjects(perHost, subjects, onHosts(...subjects.map(({ key }) => key)));
		expect(joined.map(({ identity, key, labels }) => ({ identity, key, labels }))).toEqual(
			['this machine', 'site', 'site/deep'].map((host) => ({
				identity: { host },
				key: `host ${host} `,
				labels: { host },
			})),
		);
		expect(joined[0]?.root).toEqual({ members: subjects.slice(0, 2) });
		expect(joined[0]?.issues).toEqual([]);
	});

	it('stay by themselves where one is alone, shows its own process only, or is not known', () => {
		const [a, b, c] = [subject('a'), subject('b'), subject('c')];
		expect(joinSubjects(perHost, [a], onHosts('a'))).toEqual([a]);
		expect(joinSubjects(perHost, [a, b], onHosts('a'))).toEqual([a, b]);
		const ofProcess = new Map(onHosts('a', 'b'));
		ofProcess.set('c', node({ name: 'c', resources: { source: 'node' } }, startMs));
		const joined = joinSubjects(perHost, [a, b, c], ofProcess);
		expect(joined.map(({ key }) => key)).toEqual(['host this machine ', 'c']);
		expect(joinSubjects(plain, [a, b], onHosts('a', 'b'))).toEqual([a, b]);
	});

	it('are one for a scheduled check, which looks at this machine whatever the nodes show', () => {
		const ofCheck: Rule = { ...perHost, condition: { check: 'resources.disk' } };
		const nodes = new Map(['a', 'b'].map((name) => [name, node({ name }, startMs)]));
		expect(joinSubjects(ofCheck, [subject('a'), subject('b')], nodes)).toHaveLength(1);
	});
});

describe('nodes of one network', () => {
	const join = (...subjects: readonly RuleSubject[]) => joinSubjects(perGroup, subjects, new Map());

	it('are one subject with the labels that all of them have', () => {
		const [joined] = join(
			subject('a', { labels: { zone: 'x', rack: '1' } }),
			subject('b', { labels: { zone: 'x', rack: '2' } }),
		);
		expect(joined).toMatchObject({ identity: { group: 'evm:1' }, key: 'group evm:1 ' });
		expect(joined?.labels).toEqual({ group: 'evm:1', kind: 'evm', zone: 'x' });
	});

	it('are one for each validator that they report', () => {
		const of = (name: string, validator: string) =>
			subject(name, { identity: { validator }, labels: { validator } });
		const joined = join(of('a', 'v'), of('b', 'v'), of('a', 'w'), of('b', 'w'), of('c', 'x'));
		expect(joined.map(({ identity }) => identity)).toEqual([
			{ group: 'evm:1', validator: 'v' },
			{ group: 'evm:1', validator: 'w' },
			{ node: 'c', validator: 'x' },
		]);
		expect(joined[0]?.key).toBe('group evm:1 v');
		expect(joined[0]?.labels).toMatchObject({ validator: 'v' });
	});

	it('that name none stay by themselves', () => {
		const [a, b] = ['a', 'b'].map((name) => {
			const { labels, ...rest } = subject(name);
			const { group: _group, ...others } = labels;
			return { ...rest, labels: others };
		});
		if (!a || !b) throw new Error('no subjects');
		expect(join(a, b)).toEqual([a, b]);
	});

	it('are as fresh as the newest of them, and unseen where none of them was seen', () => {
		const [joined] = join(
			subject('a', { freshness: '2', isUnseen: true }),
			subject('b', { freshness: '3' }),
			subject('c', { freshness: '1' }),
		);
		expect(joined).toMatchObject({ freshness: '3', isUnseen: false });
		const [gone] = join(subject('a', { isUnseen: true }), subject('b', { isUnseen: true }));
		expect(gone?.isUnseen).toBe(true);
	});

	it('show the worst that was seen, and at which nodes', () => {
		const [joined] = join(
			subject('a', {}, { kind: 'good' }),
			subject('b', {}, bad('warning', 'at 90 %')),
			subject('c', {}, bad('critical', 'at 99 %')),
			subject('d'),
		);
		expect(joined?.observations?.get('x')).toEqual({
			kind: 'bad',
			severity: 'critical',
			finding: { message: 'critical here', evidence: 'at 99 %; seen at b, c' },
		});
		const [silent] = join(subject('a', {}, bad('info')), subject('b', {}, { kind: 'between' }));
		expect(silent?.observations?.get('x')).toMatchObject({ finding: { evidence: 'seen at a' } });
		expect(silent?.observations?.get('other')).toBeUndefined();
	});

	it('are good only if none is bad or between', () => {
		const kind = (...kinds: readonly ('good' | 'between' | 'noData')[]) =>
			join(
				...kinds.map((each, index) => subject(`n${index}`, {}, { kind: each })),
			)[0]?.observations?.get('x')?.kind;
		expect(kind('good', 'between', 'good')).toBe('between');
		expect(kind('noData', 'good')).toBe('good');
		expect(kind('noData', 'noData')).toBeUndefined();
	});

	it('of a rule without a finding of its own show what was seen as it is', () => {
		const seen: Observation = { kind: 'bad', severity: 'warning', value: 7 };
		const [joined] = join(subject('a', {}, seen), subject('b', {}, { kind: 'good' }));
		expect(joined?.observations?.get('x')).toEqual(seen);
	});
});

describe('what is remembered of a subject', () => {
	it('lasts as long as each evaluation asks for it, and then begins anew', () => {
		const slots = createSlots();
		const a = subject('a');
		slots.begin();
		const slot = slots.take('cpu', a);
		expect(slot).toMatchObject({ freshness: '', settled: undefined, samples: undefined });
		slot.settled = 'seen';
		slots.begin();
		expect(slots.find('cpu', 'a')).toBe(slot);
		expect(slots.take('cpu', a)).toBe(slot);
		expect(slots.find('cpu', 'b')).toBeUndefined();
		expect(slots.find('disk', 'a')).toBeUndefined();
		slots.begin();
		slots.begin();
		expect(slots.find('cpu', 'a')).toBeUndefined();
		const again = slots.take('cpu', a);
		expect(again).not.toBe(slot);
		expect(again).toMatchObject({ settled: undefined, fingerprint: slot.fingerprint });
	});

	it('stays of those that are there when the forgotten ones are swept out', () => {
		const slots = createSlots();
		const [here, gone] = [subject('here'), subject('gone')];
		slots.begin();
		slots.take('cpu', gone);
		const slot = slots.take('cpu', here);
		for (let evaluation = 0; evaluation < 250; evaluation += 1) {
			slots.begin();
			expect(slots.take('cpu', here)).toBe(slot);
		}
		expect(slots.find('cpu', 'gone')).toBeUndefined();
	});
});
