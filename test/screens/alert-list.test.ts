import { describe, expect, it } from 'vitest';
import {
	alertKey,
	chosenIndex,
	countFiring,
	listAlerts,
	nextSection,
	visibleRows,
} from '../../screens/alerts/alert-list.ts';
import type { AlertList, ListRow } from '../../screens/alerts/alert-list.ts';
import type { Alert } from '../../source/domain/alert.ts';

function alert(name: string, overrides: Partial<Alert> = {}): Alert {
	return {
		fingerprint: name,
		node: name,
		rule: 'peers-none',
		state: 'firing',
		severity: 'warning',
		message: `${name}: has no peers`,
		since: '2026-01-01T00:00:00.000Z',
		...overrides,
	};
}

const names = (alerts: readonly Alert[]) => alerts.map(({ node }) => node);

describe('listAlerts', () => {
	it('has the gravest first, among equals the newest, then what is muted, pending and ended', () => {
		const list = listAlerts(
			[
				alert('ended-first', { state: 'resolved', resolvedAt: '2026-01-01T01:00:00.000Z' }),
				alert('pending', { state: 'pending', severity: 'critical' }),
				alert('old'),
				alert('muted', { muted: 'acknowledged', severity: 'critical' }),
				alert('ended-last', { state: 'resolved', resolvedAt: '2026-01-01T02:00:00.000Z' }),
				alert('new', { firedAt: '2026-01-01T00:05:00.000Z' }),
				alert('grave', { severity: 'critical' }),
				alert('slight', { severity: 'info', firedAt: '2026-01-01T09:00:00.000Z' }),
			],
			'',
		);
		expect(list.sections.map(({ name, alerts }) => [name, names(alerts)])).toEqual([
			['firing', ['grave', 'new', 'old', 'slight']],
			['muted', ['muted']],
			['pending', ['pending']],
			['ended', ['ended-last', 'ended-first']],
		]);
		expect(list.alerts).toHaveLength(8);
	});

	it('keeps equal alerts in one order, whatever order they come in', () => {
		const both = [alert('a'), alert('b')];
		expect(names(listAlerts(both.toReversed(), '').alerts)).toEqual(['a', 'b']);
	});

	it('filters by every word in whatever an alert says, and tells how many there are in all', () => {
		const all = [
			alert('alpha', { labels: { kind: 'evm' } }),
			alert('beta', { severity: 'critical', muted: 'silenced' }),
		];
		expect(names(listAlerts(all, 'EVM').alerts)).toEqual(['alpha']);
		expect(names(listAlerts(all, 'peers !critical').alerts)).toEqual(['alpha']);
		expect(names(listAlerts(all, 'silenced').alerts)).toEqual(['beta']);
		expect(listAlerts(all, 'nothing')).toMatchObject({ sections: [], alerts: [], total: 2 });
	});
});

/** A rule of its own for each name: nothing is grouped. */
const single = (name: string, overrides: Partial<Alert> = {}) =>
	alert(name, { rule: `rule-${name}`, ...overrides });

describe('the alerts of one rule', () => {
	const keysOf = (list: AlertList) =>
		list.items.map((item) => (item.kind === 'rule' ? item.alerts.length : item.alert.node));

	it('stand together below a head with their count, where the gravest of them would', () => {
		const list = listAlerts(
			[
				single('other'),
				alert('a'),
				alert('b', { severity: 'critical' }),
				alert('p', { state: 'pending' }),
			],
			'',
		);
		expect(keysOf(list)).toEqual([2, 'b', 'a', 'other', 'p']);
		expect(names(list.alerts)).toEqual(['b', 'a', 'other', 'p']);
	});

	it('are folded from six on, and the other way round where a key toggled them', () => {
		const six = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => alert(name));
		const folded = listAlerts(six, '');
		expect(keysOf(folded)).toEqual([6]);
		const key = folded.items[0]?.key ?? '';
		expect(keysOf(listAlerts(six, '', [key]))).toEqual([6, 'a', 'b', 'c', 'd', 'e', 'f']);
		expect(keysOf(listAlerts(six.slice(1), '', [key]))).toEqual([5]);
		// One that is folded away is selected at the head.
		expect(chosenIndex(folded, { key: alertKey(alert('d')), index: 0 })).toBe(0);
	});
});

describe('the selected item', () => {
	const list = listAlerts([single('a'), single('b'), single('c')], '');

	it('is found by its key wherever it stands', () => {
		expect(chosenIndex(list, { key: alertKey(single('c')), index: 0 })).toBe(2);
	});

	it('is the one in its place when it is gone, and none when there is none', () => {
		expect(chosenIndex(list, { key: 'gone', index: 1 })).toBe(1);
		expect(chosenIndex(list, { key: 'gone', index: 9 })).toBe(2);
		expect(chosenIndex(listAlerts([], ''), { key: undefined, index: 0 })).toBe(-1);
	});

	it('is let go when what a key did to it moves it to another section, and only then', () => {
		const key = alertKey(single('a'));
		const choice = { key, index: 0, actedIn: 'firing' } as const;
		expect(chosenIndex(list, choice)).toBe(0);
		const after = listAlerts(
			[single('a', { muted: 'acknowledged' }), single('b'), single('c')],
			'',
		);
		expect(chosenIndex(after, choice)).toBe(0);
		expect(names(after.alerts)[0]).toBe('b');
		// Nothing was done to it: it is followed.
		expect(chosenIndex(after, { key, index: 0 })).toBe(2);
	});

	it('is another one when the same alert fires anew', () => {
		const again = alert('a', { since: '2026-01-02T00:00:00.000Z' });
		expect(alertKey(again)).not.toBe(alertKey(alert('a')));
	});

	it('goes from section to section, and around', () => {
		const mixed = listAlerts(
			[
				single('a'),
				single('b'),
				single('p', { state: 'pending' }),
				single('e', { state: 'resolved' }),
			],
			'',
		);
		expect([0, 1, 2, 3].map((index) => nextSection(mixed, index))).toEqual([2, 2, 3, 0]);
	});
});

describe('visibleRows', () => {
	const many = listAlerts(
		[
			...Array.from({ length: 600 }, (_, n) => single(`f${String(n).padStart(3, '0')}`)),
			...Array.from({ length: 400 }, (_, n) =>
				single(`e${String(n).padStart(3, '0')}`, { state: 'resolved' }),
			),
		],
		'',
	);
	const drawn = (rows: readonly ListRow[], selected: number) =>
		rows.map((row) => {
			if ('section' in row) return `# ${row.section.name}`;
			const { item, index } = row;
			const name = item.kind === 'alert' ? item.alert.node : item.rule;
			return `${index === selected ? '>' : ''}${name}`;
		});

	it.each([
		[0, ['# firing', '>f000', 'f001', 'f002']],
		[300, ['f298', 'f299', '>f300', 'f301']],
		[599, ['f597', 'f598', '>f599', '# ended']],
		[600, ['f599', '# ended', '>e000', 'e001']],
		[999, ['e396', 'e397', 'e398', '>e399']],
	])('of a thousand around row %i', (selected, expected) => {
		expect(drawn(visibleRows(many, selected, 4), selected)).toEqual(expected);
	});

	it('always holds the selected one, at every height and place', () => {
		for (const height of [2, 3, 5, 20]) {
			for (let index = 0; index < 1000; index += 37) {
				const rows = visibleRows(many, index, height);
				expect(rows).toHaveLength(height);
				expect(rows.filter((row) => 'item' in row && row.index === index)).toHaveLength(1);
			}
		}
	});

	it('is everything when there is room', () => {
		const list = listAlerts([single('a'), single('e', { state: 'resolved' })], '');
		expect(drawn(visibleRows(list, 0, 20), 0)).toEqual(['# firing', '>a', '# ended', 'e']);
	});
});

describe('countFiring', () => {
	const muted = alert('m', { muted: 'acknowledged', severity: 'critical' });

	it('counts what is told by severity, not what is muted, pending or ended', () => {
		expect(
			countFiring([
				alert('a'),
				alert('b', { severity: 'critical' }),
				muted,
				alert('p', { state: 'pending' }),
				alert('e', { state: 'resolved' }),
			]),
		).toEqual({ counts: { info: 0, warning: 1, critical: 1 }, isQuiet: false });
	});

	it('is quiet when all are muted, and nothing when none fires', () => {
		expect(countFiring([muted])).toEqual({
			counts: { info: 0, warning: 0, critical: 1 },
			isQuiet: true,
		});
		expect(countFiring([alert('p', { state: 'pending' })])).toBeUndefined();
	});
});
