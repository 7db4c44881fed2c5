import { describe, expect, it } from 'vitest';
import {
	alertText,
	clockText,
	entriesOf,
	labelWidth,
	noteOf,
	screenOf,
	subjectOf,
	whatOf,
} from '../../screens/alerts/alert-words.ts';
import type { Alert } from '../../source/domain/alert.ts';

const nowMs = Date.parse('2026-01-01T12:00:00Z');

function alert(overrides: Partial<Alert> = {}): Alert {
	return {
		fingerprint: '1',
		node: 'alpha',
		rule: 'poll-slow',
		state: 'firing',
		severity: 'warning',
		message: 'alpha: answers in 1.83 s',
		since: '2026-01-01T11:55:00.000Z',
		...overrides,
	};
}

const worded = (overrides: Partial<Alert>) =>
	Object.fromEntries(entriesOf(alert(overrides), nowMs, undefined));

describe('the words of an alert', () => {
	it('name what it is about, and do not say the name twice', () => {
		expect(subjectOf(alert())).toBe('alpha');
		expect(whatOf(alert())).toBe('answers in 1.83 s');
		const group = { ...alert({ group: 'evm:1', message: 'evm:1 is forked' }), node: undefined };
		const { node: _node, ...onGroup } = group;
		expect(subjectOf(onGroup)).toBe('evm:1');
		expect(whatOf(onGroup)).toBe('is forked');
		const { group: _group, ...onAll } = onGroup;
		expect(subjectOf(onAll)).toBe('all nodes');
		expect(whatOf(alert({ message: 'alphabet is another name' }))).toBe('alphabet is another name');
		expect(whatOf(alert({ message: 'alpha' }))).toBe('alpha');
	});

	it.each([
		[{}, ''],
		[{ muted: 'acknowledged', ackedBy: 'anna' }, 'acknowledged by anna'],
		[{ muted: 'acknowledged' }, 'acknowledged'],
		[{ muted: 'silenced', silencedUntil: '2026-01-01T14:30:00.000Z' }, 'silenced until 14:30 UTC'],
		[
			{ muted: 'silenced', silencedUntil: '2026-01-02T08:00:00.000Z' },
			'silenced until Fri 01-02 08:00 UTC',
		],
		[{ muted: 'maintenance' }, 'maintenance'],
		[{ muted: 'inhibited' }, 'explained by another alert'],
		[{ muted: 'inhibited', explainedBy: 'node-down' }, 'explained by node-down'],
		[{ muted: 'flapping' }, 'changes too often'],
		[{ isFlapping: true }, 'changes too often'],
		[{ isStale: true }, 'last known'],
		[{ state: 'pending', heldSeconds: 15, holdSeconds: 60 }, 'held 15 s of 1m 00s'],
		[
			{ state: 'pending', heldSeconds: 15, holdSeconds: 60, isStale: true },
			'held 15 s of 1m 00s, no data now',
		],
		[
			{ state: 'resolved', resolvedAt: '2026-01-01T11:59:10.000Z', reason: 'recovered' },
			'recovered after 4m 10s',
		],
	] as const)('tell why it is not told, and how it ended: %o', (overrides, expected) => {
		expect(noteOf(alert(overrides), nowMs)).toBe(expected);
	});

	it('have labels that stand apart from what is said', () => {
		const firing = worded({
			isStale: true,
			muted: 'silenced',
			value: 3,
			nextStep: 'look',
			labels: { peer: 'p' },
		});
		const ended = worded({ state: 'resolved', resolvedAt: '2026-01-01T11:59:10.000Z' });
		const labels = [...Object.keys(firing), ...Object.keys(ended)];
		expect(labels).toContain('Now');
		for (const label of labels) expect(label.length).toBeLessThan(labelWidth);
	});

	it('tell a value against its threshold, in its unit', () => {
		const entries = worded({ value: 1834.2, threshold: 1000, unit: 'ms', evidence: 'the same' });
		expect(entries['Value']).toBe('1.8 s, threshold 1 s');
		expect(entries).not.toHaveProperty('Evidence');
		expect(worded({ value: 0.5 })['Value']).toBe('0.5');
		// Bad from the first second on: when it began says the same.
		const sudden = { value: 47, threshold: 0, unit: 'seconds', evidence: '47s, threshold 0s' };
		expect(worded(sudden)).not.toHaveProperty('Value');
		expect(worded(sudden)).not.toHaveProperty('Evidence');
		expect(worded({ value: 'stalled', threshold: 'active', unit: 'made up' })['Value']).toBe(
			'stalled, threshold active',
		);
	});

	it('tell who acknowledged it before it became worse', () => {
		const acked = { ackedAt: '2026-01-01T11:50:00.000Z', ackedBy: 'ana' } as const;
		expect(worded({ ...acked, severity: 'critical', ackedSeverity: 'warning' })['Seen']).toBe(
			'acknowledged by ana when it was warning; it is sent again because it became worse',
		);
		const still = worded({ ...acked, muted: 'acknowledged', ackedSeverity: 'critical' });
		expect(still).not.toHaveProperty('Seen');
		expect(still['Muted']).toBe('acknowledged by ana');
	});

	it('tell a finding by its evidence, and what is absent not at all', () => {
		expect(worded({ evidence: 'refused' })).toMatchObject({ Evidence: 'refused' });
		expect(Object.keys(worded({ rule: 'my-own-rule' }))).toEqual([
			'What',
			'Show',
			'Since',
			'Replay',
		]);
	});

	it('say what a built-in rule’s alert means, and a built-in check’s', () => {
		expect(worded({ rule: 'peers-none' })['Means']).toMatch(/no peers/);
		expect(worded({ rule: 'network-stalled' })['Means']).toMatch(/whole network/);
	});

	it('tell the times, and the command as one can paste it', () => {
		expect(worded({ firedAt: '2026-01-01T11:56:00.000Z' })['Since']).toBe(
			'2026-01-01 11:55:00 UTC, 5m 00s ago, fired 11:56:00',
		);
		expect(worded({ state: 'pending' })['Since']).toMatch(/has not lasted long enough/);
		expect(
			worded({ state: 'resolved', resolvedAt: '2026-01-01T11:59:10.000Z', reason: 'rule removed' }),
		).toMatchObject({
			Ended: '11:59:10 after 4m 10s: rule removed; began 2026-01-01 11:55:00 UTC',
		});
		expect(worded({ node: "it's; ls" })['Show']).toBe(String.raw`nodetop diagnose 'it'\''s; ls'`);
	});

	it('are one text to paste, without what could move a cursor', () => {
		const target = { name: 'alpha', kind: 'evm', url: 'http://127.0.0.1:8545' };
		const text = alertText(
			alert({ nextStep: 'look\u001B[2J at it', labels: { node: 'alpha', group: 'evm:1' } }),
			nowMs,
			target,
		);
		expect(text.split('\n')).toEqual([
			'warning firing: poll-slow (alpha)',
			'What: answers in 1.83 s',
			'Means: The node, its machine or the network path is overloaded. All clients of the node wait this long.',
			'Do next: look at it',
			'Show: nodetop diagnose alpha',
			'Since: 2026-01-01 11:55:00 UTC, 5m 00s ago',
			'Replay: :at 2026-01-01 11:55:01, or nodetop replay --at 2026-01-01T11:55:01Z',
			'Node: alpha, evm at http://127.0.0.1:8545',
			'Labels: group=evm:1',
		]);
	});

	it('have the day where it is not today', () => {
		expect(clockText(Date.parse('2026-01-01T23:59:00Z'), nowMs)).toBe('23:59 UTC');
		expect(clockText(Date.parse('2026-01-02T00:00:00Z'), nowMs)).toBe('Fri 01-02 00:00 UTC');
	});
});

describe('screenOf', () => {
	it.each([
		[{ labels: { component: 'network' } }, 'network'],
		[{ labels: { component: 'group' } }, 'consensus'],
		[{ labels: { component: 'chain' } }, 'consensus'],
		[{ labels: { component: 'storage' } }, 'storage'],
		[{ rule: 'space-low', labels: { component: 'storage' } }, 'resources'],
		[{ rule: 'audit-score-low', labels: { component: 'storage' } }, 'storage'],
		[{ labels: { component: 'poll' } }, 'overview'],
		[{ rule: 'diskLow' }, 'resources'],
		[{ rule: 'my-own-rule' }, 'overview'],
	] as const)('of %o is %s', (overrides, expected) => {
		expect(screenOf(alert(overrides))).toBe(expected);
	});
});
