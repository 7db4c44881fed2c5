import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { factLines } from '../../components/fact-lines.ts';
import { createLook } from '../../components/look.ts';
import { placeColumns, tableLines } from '../../components/table.ts';
import type { Column } from '../../components/table.ts';
import { trendLines } from '../../components/trend-lines.ts';
import { vertexLayers } from '../../components/vertex-layers.ts';

const look = createLook({ theme: 'dark', isAscii: false, colorDepth: 8 });
const ascii = createLook({ theme: 'dark', isAscii: true, colorDepth: 1 });

describe('tableLines', () => {
	interface Row {
		readonly name: string;
		readonly size: number;
	}
	const columns: readonly Column<Row, undefined>[] = [
		{
			id: 'name',
			title: 'NAME',
			width: 6,
			isFlex: true,
			priority: 0,
			cell: ({ name }) => ({ text: name }),
		},
		{
			id: 'size',
			title: 'SIZE',
			width: 5,
			align: 'right',
			priority: 1,
			cell: ({ size }) => ({ text: String(size), tone: 'good' }),
		},
		{ id: 'extra', title: 'EXTRA', width: 10, priority: 2, cell: () => ({ text: 'x' }) },
	];

	it('drops the columns that give way first', () => {
		const ids = (width: number) => placeColumns(columns, width).map(({ column }) => column.id);
		expect(ids(24)).toEqual(['name', 'size', 'extra']);
		expect(ids(23)).toEqual(['name', 'size']);
		expect(ids(11)).toEqual(['name']);
		expect(ids(3)).toEqual(['name']);
	});

	it('keeps only the first ranks where a column needs the room to be read', () => {
		const ranked = (id: string, width: number, priority: number, more: object = {}) => ({
			id,
			title: id,
			width,
			priority,
			cell: () => ({ text: '' }),
			...more,
		});
		const needing = (neededWidth: number) => [
			ranked('name', 10, 0),
			ranked('place', 8, 2),
			ranked('peers', 6, 3),
			ranked('why', 10, 1, { isFlex: true, neededWidth }),
		];
		const shown = (neededWidth: number, width: number) =>
			placeColumns(needing(neededWidth), width).map(({ column, width: own }) => [column.id, own]);
		expect(shown(0, 40)).toEqual([
			['name', 10],
			['place', 8],
			['peers', 6],
			['why', 13],
		]);
		expect(shown(14, 40)).toEqual([
			['name', 10],
			['place', 8],
			['why', 20],
		]);
		expect(shown(90, 40)).toEqual(shown(14, 40));
	});

	it('shares what is left among those that may grow, as far as each wants', () => {
		const column = (id: string, more: object) => ({
			id,
			title: id,
			width: 4,
			priority: 0,
			cell: () => ({ text: '' }),
			...more,
		});
		const widths = (total: number) =>
			placeColumns(
				[
					column('fixed', {}),
					column('little', { isFlex: true, mostWidth: 6 }),
					column('much', { isFlex: true, mostWidth: 20 }),
					column('all', { isFlex: true }),
				],
				total,
			).map(({ width }) => width);
		expect(widths(19)).toEqual([4, 4, 4, 4]);
		expect(widths(23)).toEqual([4, 5, 5, 5]);
		expect(widths(33)).toEqual([4, 6, 10, 10]);
		expect(widths(63)).toEqual([4, 6, 20, 30]);
	});

	it('leaves out lesser columns for one that would be cramped, before others grow, and never the greater', () => {
		const column = (id: string, priority: number, more: object = {}) => ({
			id,
			title: id,
			width: 10,
			priority,
			cell: () => ({ text: '' }),
			...more,
		});
		const placed = (total: number) =>
			placeColumns(
				[
					column('name', 0, { isFlex: true }),
					column('greater', 5),
					column('lesser', 6),
					column('least', 9),
					column('text', 1, { isFlex: true, comfortWidth: 30 }),
				],
				total,
			).map(({ column: { id }, width }) => `${id} ${width}`);
		expect(placed(74)).toEqual(['name 10', 'greater 10', 'lesser 10', 'least 10', 'text 30']);
		expect(placed(73)).toEqual(['name 15', 'greater 10', 'lesser 10', 'text 35']);
		expect(placed(62)).toEqual(['name 15', 'greater 10', 'text 35']);
		expect(placed(40)).toEqual(['name 10', 'greater 10', 'text 18']);
	});

	it('draws heading and rows in exactly the width, with the cursor on the selected one', () => {
		const rows = [
			{ name: 'alpha', size: 7 },
			{ name: 'beta', size: 12 },
		];
		const lines = tableLines(ascii, { columns, rows, frame: undefined, width: 20, selected: 1 });
		expect(lines.map(stripVTControlCharacters)).toEqual([
			'  NAME          SIZE',
			'  alpha            7',
			'> beta            12',
		]);
	});

	it('parts words from the numbers before them', () => {
		const rows = [{ name: 'alpha', size: 12345 }];
		const lines = tableLines(ascii, { columns, rows, frame: undefined, width: 30, selected: -1 });
		expect(lines.map(stripVTControlCharacters)).toEqual([
			'  NAME        SIZE  EXTRA     ',
			'  alpha      12345  x         ',
		]);
	});

	it('marks the column that is sorted by', () => {
		const sort = { column: 'size', isDescending: true };
		const [head] = tableLines(look, {
			columns,
			rows: [],
			frame: undefined,
			width: 20,
			selected: -1,
			sort,
		});
		expect(stripVTControlCharacters(head ?? '')).toContain('SIZE▾');
	});
});

describe('factLines', () => {
	const facts = ['a', 'b', 'c', 'd'].map((label) => ({ label, value: label.toUpperCase() }));

	it('keeps one column while it is high enough', () => {
		expect(
			factLines(ascii, facts, 20, 4).map((each) => stripVTControlCharacters(each).trim()),
		).toEqual(['a  A', 'b  B', 'c  C', 'd  D']);
	});

	it('flows into a second column when it is not', () => {
		const lines = factLines(ascii, facts, 60, 2).map(stripVTControlCharacters);
		expect(lines).toHaveLength(2);
		expect(lines[0]).toMatch(/^a {2}A +c {2}C +$/);
		expect(lines[0]).toHaveLength(60);
	});

	it('gives a line of its own to what a column would cut', () => {
		const address = { label: 'at', value: 'http://127.0.0.1:34047/with/a/path' };
		const network = { label: 'of', value: 'a-network-with-a-long-name' };
		const drawn = (height: number) =>
			factLines(ascii, [address, ...facts, network], 60, height).map((each) =>
				stripVTControlCharacters(each).trim().replaceAll(/ {2,}/g, ' '),
			);
		expect(drawn(4)).toEqual([
			'at http://127.0.0.1:34047/with/a/path',
			'a A c C',
			'b B d D',
			'of a-network-with-a-long-name',
		]);
		expect(drawn(6)).toHaveLength(6);
	});
});

describe('trendLines', () => {
	it('draws label, value and movement in exactly the width', () => {
		const nowMs = 10_000;
		const data = { times: [8000, 9000, 10_000], values: [1, 2, 3] };
		const lines = trendLines(look, [{ label: 'Peers', value: '3', data }], {
			width: 40,
			nowMs,
			windowMs: 60_000,
		});
		expect(lines.map(stripVTControlCharacters)).toEqual([
			'Peers             3               ⡠⠔⠒⠉  ',
		]);
	});
});

describe('vertexLayers', () => {
	const vertices = [
		{ id: 'g', parents: [], layer: 0, finalized: true },
		{ id: 'a', parents: ['g'], layer: 1, finalized: true },
		{ id: 'b', parents: ['g'], layer: 1 },
		{ id: 'c', parents: ['a', 'b'], layer: 2 },
	];

	it('draws layers from left to right, final, pending and tip apart', () => {
		expect(vertexLayers(ascii, vertices, 16, 5).map(stripVTControlCharacters)).toEqual([
			'   # - # -/*    ',
			'    \\  o        ',
			'   0            ',
		]);
	});

	it('finds layers by itself where the node tells none', () => {
		const untold = vertices.map(({ layer: _layer, ...vertex }) => vertex);
		expect(vertexLayers(ascii, untold, 16, 5)).toEqual(vertexLayers(ascii, vertices, 16, 5));
	});

	it('keeps the newest layers when there is no room for all', () => {
		const chain = Array.from({ length: 50 }, (_, index) => ({
			id: String(index),
			parents: index === 0 ? [] : [String(index - 1)],
			layer: index,
		}));
		const lines = vertexLayers(ascii, chain, 40, 4).map(stripVTControlCharacters);
		expect(lines[0]?.match(/[o*]/g)).toHaveLength(10);
		expect(lines[0]?.trimEnd().endsWith('*')).toBe(true);
	});
});
