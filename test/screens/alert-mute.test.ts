import { describe, expect, it } from 'vitest';
import {
	countSilenced,
	draftSilence,
	editDraft,
	labelsOffered,
	matchOf,
	muteTimes,
} from '../../screens/alerts/alert-mute.ts';
import type { DraftEdit } from '../../screens/alerts/alert-mute.ts';
import type { Alert } from '../../source/domain/alert.ts';

function alert(rule: string, labels: Record<string, string>, state: Alert['state'] = 'firing') {
	const since = '2026-01-01T00:00:00.000Z';
	return { rule, labels, state, since, severity: 'warning', message: '' } as const satisfies Alert;
}

const onNode = alert('peers-none', { node: 'a', group: 'evm:1', kind: 'evm' });

describe('muteTimes', () => {
	it('end as they say', () => {
		const nowMs = Date.parse('2026-01-01T12:00:00Z');
		const [quarter, hour, four] = muteTimes.map(({ end }) => (end(nowMs) - nowMs) / 60_000);
		expect([quarter, hour, four]).toEqual([15, 60, 240]);
	});

	it.each([new Date(2026, 2, 28, 23, 59), new Date(2026, 9, 24, 0, 1), new Date(2026, 11, 31, 8)])(
		'the last is at nine by the calendar of this machine, on the day after %s',
		(now) => {
			const end = new Date(muteTimes.at(-1)?.end(now.getTime()) ?? 0);
			const tomorrow = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, 9);
			expect(end).toEqual(tomorrow);
		},
	);
});

describe('a silence from an alert', () => {
	it('is at first of its rule on its node, or on its group', () => {
		expect(matchOf(onNode, draftSilence(onNode))).toEqual({ rule: 'peers-none', node: 'a' });
		const onGroup = alert('network-forked', { group: 'evm:1', kind: 'evm' });
		expect(matchOf(onGroup, draftSilence(onGroup))).toEqual({
			rule: 'network-forked',
			group: 'evm:1',
		});
		const onAll = alert('own-connection-lost', {});
		expect(matchOf(onAll, draftSilence(onAll))).toEqual({ rule: 'own-connection-lost' });
	});

	it('offers rule, node and group, of those that there are', () => {
		expect(labelsOffered(onNode)).toEqual([
			['rule', 'peers-none'],
			['node', 'a'],
			['group', 'evm:1'],
		]);
	});

	const edited = (...edits: readonly DraftEdit[]) =>
		edits.reduce((draft, edit) => editDraft(onNode, draft, edit), draftSilence(onNode));
	const down: DraftEdit = { type: 'move', by: 1 };
	const change: DraftEdit = { type: 'change', by: 1 };

	it('takes labels in and out', () => {
		expect(matchOf(onNode, edited(change, down, change, down, change))).toEqual({ group: 'evm:1' });
	});

	it('is none while nothing is chosen', () => {
		expect(matchOf(onNode, edited(change, down, change))).toBeUndefined();
	});

	it('has its time in the last row, within what is offered', () => {
		const last: DraftEdit = { type: 'move', by: 9 };
		expect(edited(last).row).toBe(3);
		expect(edited(last, change).time).toBe(2);
		expect(edited(last, change, change, change, change).time).toBe(muteTimes.length - 1);
		expect(edited(last, { type: 'change', by: -5 }).time).toBe(0);
	});

	it('counts what fires or may, as the engine matches', () => {
		const all = [
			onNode,
			alert('peers-none', { node: 'b', group: 'evm:1' }),
			alert('head-old', { node: 'a', group: 'evm:1' }, 'pending'),
			alert('peers-none', { node: 'a', group: 'evm:1' }, 'resolved'),
			alert('own-connection-lost', {}),
		];
		expect(countSilenced(all, { rule: 'peers-none', node: 'a' })).toBe(1);
		expect(countSilenced(all, { rule: 'peers-none' })).toBe(2);
		expect(countSilenced(all, { group: 'evm:1' })).toBe(3);
		expect(countSilenced(all, { node: 'c' })).toBe(0);
	});
});
