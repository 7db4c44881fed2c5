import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { documentSchema } from '../../source/domain/snapshot.ts';
import { toCsv } from '../../source/export/csv.ts';
import { toJson, toNdjson } from '../../source/export/json.ts';
import {
	downNode,
	evmNode,
	nodeSnapshot,
	qudagNode,
	snapshotDocument,
} from '../helpers/documents.ts';

const document = snapshotDocument([evmNode, qudagNode, downNode]);

/** A reader of RFC 4180, of its own. */
function parseCsv(text: string): string[][] {
	const rows: string[][] = [];
	let row: string[] = [];
	for (const [, quoted, plain, end] of text.matchAll(
		/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g,
	)) {
		row.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'));
		if (end === '\r\n') {
			rows.push(row);
			row = [];
		}
	}
	return rows;
}

describe('toJson', () => {
	it('reads back as the same valid document', () => {
		const text = toJson(document);
		expect(documentSchema.parse(JSON.parse(text))).toEqual(document);
		expect(text.endsWith('}\n')).toBe(true);
	});
});

describe('toNdjson', () => {
	it('is one whole object a node', () => {
		const lines = toNdjson(document).trimEnd().split('\n');
		expect(lines).toHaveLength(3);
		expect(JSON.parse(lines[0] ?? '')).toEqual({
			schema: 'nodetop/1',
			takenAt: document.takenAt,
			...evmNode,
		});
	});
});

describe('toCsv', () => {
	it('has a row a node under its heading, empty where nothing was said', () => {
		const [head = [], first = [], , third = []] = parseCsv(toCsv(document));
		const cell = (row: readonly string[], name: string) => row[head.indexOf(name)];
		expect(head.slice(0, 5)).toEqual(['name', 'kind', 'url', 'group', 'health']);
		expect(cell(first, 'height')).toBe('21841937');
		expect(cell(first, 'latencyMs')).toBe('12.3');
		expect(cell(first, 'vertices')).toBe('');
		expect(cell(third, 'errorCode')).toBe('unreachable');
	});

	it.each(['=1+1', '+1', '-1', '@SUM(A1)'])('lets no spreadsheet run %s', (name) => {
		const node = nodeSnapshot({ target: { name, kind: 'evm', url: 'http://n' } });
		expect(parseCsv(toCsv(snapshotDocument([node])))[1]?.[0]).toBe(`'${name}`);
	});

	it('reads back whatever the text', () => {
		fc.assert(
			fc.property(fc.string(), (group) => {
				const node = nodeSnapshot({ target: { name: 'n', kind: 'evm', url: 'http://n', group } });
				const cell = parseCsv(toCsv(snapshotDocument([node])))[1]?.[3];
				expect(cell).toBe(/^[=+\-@\t\r]/.test(group) ? `'${group}` : group);
			}),
		);
	});
});
