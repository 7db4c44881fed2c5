import { describe, expect, it } from 'vitest';
import {
	alertKey,
	chosenIndex,
	countFiring,
	listAlerts,
	nextSection,
	visibleRows,
} from '../../screens/alerts/alert-list.ts';
import type { ListRow } from '../../screens/alerts/alert-list.ts';
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
		expect(listAlerts(all, 'nothing')).toEqual({ sections: [], alerts: [], total: 2 });
	});
});

describe('the selected alert', () => {
	const list = listAlerts([alert('a'), alert('b'), alert('c')], '');

	it('is found by its key wherever it stands', () => {
		expect(chosenIndex(list, { key: alertKey(alert('c')), index: 0 })).toBe(2);
	});

	it('is the one in its place when it is gone, and none when there is none', () => {
		expect(chosenIndex(list, { key: 'gone', index: 1 })).toBe(1);
		expect(chosenIndex(list, { key: 'gone', index: 9 })).toBe(2);
		expect(chosenIndex(listAlerts([], ''), { key: undefined, index: 0 })).toBe(-1);
	});

	it('is another one when the same alert fires anew', () => {
		const again = alert('a', { since: '2026-01-02T00:00:00.000Z' });
		expect(alertKey(again)).not.toBe(alertKey(alert('a')));
	});

	it('goes from section to section, and around', () => {
		const mixed = listAlerts(
			[alert('a'), alert('b'), alert('p', { state: 'pending' }), alert('e', { state: 'resolved' })],
			'',
		);
		expect([0, 1, 2, 3].map((index) => nextSection(mixed, index))).toEqual([2, 2, 3, 0]);
	});
});

describe('visibleRows', () => {
	const many = listAlerts(
		[
			...Array.from({ length: 600 }, (_, n) => alert(`f${String(n).padStart(3, '0')}`)),
			...Array.from({ length: 400 }, (_, n) =>
				alert(`e${String(n).padStart(3, '0')}`, { state: 'resolved' }),
			),
		],
		'',
	);
	const drawn = (rows: readonly ListRow[]) =>
		rows.map((row) =>
			'section' in row ? `# ${row.section.name}` : `${row.isSelected ? '>' : ''}${row.alert.node}`,
		);

	it.each([
		[0, ['# firing', '>f000', 'f001', 'f002']],
		[300, ['f298', 'f299', '>f300', 'f301']],
		[599, ['f597', 'f598', '>f599', '# ended']],
		[600, ['f599', '# ended', '>e000', 'e001']],
		[999, ['e396', 'e397', 'e398', '>e399']],
	])('of a thousand around row %i', (selected, expected) => {
		expect(drawn(visibleRows(many, selected, 4))).toEqual(expected);
	});

	it('always holds the selected one, at every height and place', () => {
		for (const height of [2, 3, 5, 20]) {
			for (let index = 0; index < 1000; index += 37) {
				const rows = visibleRows(many, index, height);
				expect(rows).toHaveLength(height);
				expect(rows.filter((row) => 'alert' in row && row.isSelected)).toHaveLength(1);
			}
		}
	});

	it('is everything when there is room', () => {
		const list = listAlerts([alert('a'), alert('e', { state: 'resolved' })], '');
		expect(drawn(visibleRows(list, 0, 20))).toEqual(['# firing', '>a', '# ended', 'e']);
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
