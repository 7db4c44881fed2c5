import { describe, expect, it } from 'vitest';
import { createLook } from '../../components/look.ts';
import { alertColumns } from '../../screens/alerts/alert-columns.ts';
import { listAlerts } from '../../screens/alerts/alert-list.ts';
import type { FleetFrame } from '../../screens/frame.ts';

const look = createLook({ theme: 'dark', isAscii: false, colorDepth: 1 });

describe('the message of an alert in the list', () => {
	const [item] = listAlerts(
		[
			{
				node: 'alpha',
				rule: 'peers-few',
				state: 'firing',
				severity: 'warning',
				message: 'alpha: has 1 peer',
				muted: 'inhibited',
				explainedBy: 'node-down',
				since: '2026-01-01T11:55:00.000Z',
			},
		],
		'',
	).items;
	const textAt = (width: number) => {
		const column = alertColumns(width, []).find(({ id }) => id === 'what');
		const frame = { look, nowMs: Date.parse('2026-01-01T12:00:00Z') };
		return item && column?.cell(item, frame as FleetFrame, 40).text; // The column reads nothing else.
	};

	it.each([
		[60, '[explained] has 1 peer'],
		[80, '[explained] has 1 peer'],
		[120, '[explained] has 1 peer'],
		[200, '[explained by node-down] has 1 peer'],
	])('keeps its room at %d columns', (width, text) => {
		expect(textAt(width)).toBe(text);
	});
});

describe('the head of the alerts of one rule', () => {
	const alert = (node: string, message: string) => ({
		node,
		rule: 'peers-few',
		state: 'firing' as const,
		severity: 'warning' as const,
		message: `${node}: ${message}`,
		since: '2026-01-01T11:55:00.000Z',
	});
	const headOf = (alerts: readonly ReturnType<typeof alert>[]) => {
		const [item] = listAlerts(alerts, '').items;
		const column = alertColumns(120, []).find(({ id }) => id === 'what');
		const frame = { look, nowMs: Date.parse('2026-01-01T12:00:00Z') };
		return item && column?.cell(item, frame as FleetFrame, 40).text; // The column reads nothing else.
	};

	it('says what they have in common, and of which nodes', () => {
		const both = [alert('alpha', 'has 1 peer'), alert('beta', 'has 1 peer')];
		expect(headOf(both)).toBe('has 1 peer: alpha, beta');
	});

	it('says what the first does where their figures differ', () => {
		const three = [1, 2, 3].map((count) => alert(`n${count}`, `has ${count} peers`));
		expect(headOf(three)).toMatch(/^has \d peers, and 2 like it: n1, n2, n3$/);
	});
});
