import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { heatGrid } from '../../components/charts/heat-grid.ts';
import { factCards } from '../../components/fact-cards.ts';
import { factLines } from '../../components/fact-lines.ts';
import { createLook } from '../../components/look.ts';

const look = createLook({ theme: 'dark', isAscii: true, colorDepth: 8 });

describe('factCards', () => {
	const groups = [
		{
			title: 'Consensus',
			facts: [
				{ label: 'Status', value: 'active', priority: 1 },
				{ label: 'Votes', value: '12', priority: 2 },
			],
		},
		{ title: 'Network', facts: [{ label: 'Latency p99', value: '40 ms', priority: 3 }] },
	] as const;
	const drawn = (width: number, height: number) =>
		factCards(look, groups, width, height).map((text) => stripVTControlCharacters(text).trimEnd());

	it('puts each group under its title', () => {
		expect(drawn(40, 9)).toEqual([
			'Consensus',
			'Status       active',
			'Votes        12',
			'',
			'Network',
			'Latency p99  40 ms',
		]);
	});

	it('flows into columns, whole groups at a time', () => {
		expect(drawn(60, 4)).toEqual([
			'Consensus                      Network',
			'Status  active                 Latency p99  40 ms',
			'Votes   12',
		]);
	});

	it('leaves out details first, then secondary facts, then titles', () => {
		expect(drawn(40, 4)).toEqual(['Consensus', 'Status  active', 'Votes   12']);
		expect(drawn(40, 2)).toEqual(['Consensus', 'Status  active']);
		expect(drawn(40, 1)).toEqual(['Status  active']);
	});

	it('shows the details of those groups for which there is room all the same', () => {
		const more = [
			...groups,
			{
				title: 'Poll',
				facts: [1, 2, 3, 4].map((each) => ({
					label: `l${each}`,
					value: 'v',
					priority: 3 as const,
				})),
			},
		];
		const lines = factCards(look, more, 40, 7).map((text) =>
			stripVTControlCharacters(text).trimEnd(),
		);
		expect(lines).toEqual([
			'Consensus',
			'Status       active',
			'Votes        12',
			'',
			'Network',
			'Latency p99  40 ms',
		]);
	});

	it('puts a value below a label that would be cut beside it', () => {
		const column = [
			{
				title: 'Consensus',
				facts: [
					{ label: 'Leader', value: 'hotstuff-4' },
					{ label: 'Safety violations', value: '0' },
				],
			},
		];
		const lines = factCards(look, column, 27, 9).map((text) =>
			stripVTControlCharacters(text).trimEnd(),
		);
		expect(lines).toEqual(['Consensus', 'Leader           hotstuff-4', 'Safety violations', '  0']);
	});

	it('aligns the values with the labels that show, not with those without room', () => {
		const facts = ['Address', 'View', 'Safety violations'].map((label) => ({ label, value: 'v' }));
		const lines = factLines(look, facts, 24, 2);
		expect(lines.map((text) => stripVTControlCharacters(text).trimEnd())).toEqual([
			'Address  v',
			'View     v',
		]);
	});

	it('puts a value below its label where the longest label of its column leaves it no room', () => {
		const column = [
			{ title: 'Target', facts: [{ label: 'Address', value: 'http://127.0.0.1:80' }] },
			{ title: 'Probes', facts: [{ label: 'Probed address', value: '127.0.0.1' }] },
		];
		const lines = factCards(look, column, 34, 9).map((text) =>
			stripVTControlCharacters(text).trimEnd(),
		);
		expect(lines.slice(0, 3)).toEqual(['Target', 'Address', '  http://127.0.0.1:80']);
	});

	it('weighs: primary strong, details dim', () => {
		const [, status = '', , , , latency = ''] = factCards(look, groups, 40, 9);
		expect(status).toContain(look.paint('strong', 'active'));
		expect(latency).toContain(look.paint('label', '40 ms'));
	});
});

describe('heatGrid', () => {
	it('has a cell for each, or the worst of as many as must share one', () => {
		const levels = ['ok', 'critical', 'ok', 'warning', 'ok'] as const;
		const plain = (width: number, height: number) =>
			heatGrid(look, levels, width, height).map(stripVTControlCharacters);
		expect(plain(3, 2)).toEqual(['_X_', 'o_ ']);
		expect(plain(3, 1)).toEqual(['Xo_']);
		expect(plain(1, 1)).toEqual(['X']);
	});
});
