import { describe, expect, test } from 'vitest';
import { fleetColumns } from '../../screens/overview/fleet-columns.ts';
import { toCsv } from '../../source/export/csv.ts';
import { toCompactText } from '../../source/export/compact-text.ts';
import { toOverviewText } from '../../source/export/overview-text.ts';
import { heightOf, pendingOf, placeOf, placeText } from '../../source/sections/derived.ts';
import type { NodeSnapshot } from '../../source/sections/snapshot.ts';
import { documentOf, plainNode } from '../export/nodes.ts';

const hotstuff = plainNode({ consensus: { status: 'active', round: 900, height: 412 } });
const roundOnly = plainNode({ consensus: { round: 900 } });
const viewOnly = plainNode({ consensus: { view: 1412 } });
const chain = plainNode({ consensus: { height: 5, round: 900 }, chain: { head: { number: 77 } } });

function csvCell(node: NodeSnapshot, column: string): string | undefined {
	const [head = '', row = ''] = toCsv(documentOf([node])).split('\r\n');
	return row.split(',')[head.split(',').indexOf(column)];
}

function textCell(node: NodeSnapshot): string | undefined {
	const lines = toOverviewText(documentOf([node])).split('\n');
	const heading = lines.findIndex((line) => line.startsWith('HEALTH'));
	const end = (lines[heading]?.indexOf('HEIGHT') ?? 0) + 'HEIGHT'.length;
	return lines[heading + 1]?.slice(0, end).split(' ').at(-1);
}

describe('the height of a node', () => {
	test.each([
		['its height, though it counts rounds too', hotstuff, '412', '412'],
		["its head's number first", chain, '77', '77'],
		['a round, said to be one', roundOnly, '', 'r900'],
		['a view, said to be one', viewOnly, '', 'v1,412'],
	])('is %s: the same in CSV, text and on screen', (_, node, csv, shown) => {
		expect(csvCell(node, 'height')).toBe(csv);
		expect(textCell(node)).toBe(shown);
		const place = placeOf(node);
		expect(place && placeText(place)).toBe(shown);
		expect(String(heightOf(node) ?? '')).toBe(csv);
	});

	test('is in CSV beside the columns of round and view', () => {
		expect(csvCell(roundOnly, 'round')).toBe('900');
		expect(csvCell(viewOnly, 'view')).toBe('1412');
	});

	test('is what the compact status names', () => {
		expect(toCompactText(documentOf([hotstuff]))).toContain('Consensus: Active/412');
	});

	test('has one column in the table of nodes', () => {
		expect(fleetColumns.filter(({ id }) => id === 'height')).toHaveLength(1);
	});
});

test('what is pending is what consensus counts, then the DAG, then the pool of a chain', () => {
	const txPool = { pending: 3 };
	expect(pendingOf({ consensus: { pending: 1 }, dag: { pending: 2 }, chain: { txPool } })).toBe(1);
	expect(pendingOf({ dag: { pending: 2 }, chain: { txPool } })).toBe(2);
	expect(pendingOf({ chain: { txPool } })).toBe(3);
});
