import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvColumns, toCsv } from '../../source/export/csv.ts';
import {
	documentOf,
	downNode,
	evmNode,
	hostileDocuments,
	issue,
	plainNode,
	qudagNode,
} from './nodes.ts';

/** A reader of RFC 4180 that throws where the text does not follow it. */
function parseCsv(text: string): string[][] {
	const field = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n)/y;
	const rows: string[][] = [];
	let row: string[] = [];
	while (field.lastIndex < text.length) {
		const [, raw = '', end] = field.exec(text) ?? [];
		if (end === undefined) throw new Error(`not CSV at ${field.lastIndex}: ${text}`);
		row.push(raw.startsWith('"') ? raw.slice(1, -1).replaceAll('""', '"') : raw);
		if (end === ',') continue;
		rows.push(row);
		row = [];
	}
	if (row.length > 0) throw new Error('the last line has no end');
	return rows;
}

function records(text: string): Record<string, string>[] {
	const [head = [], ...rows] = parseCsv(text);
	return rows.map((row) => Object.fromEntries(head.map((name, index) => [name, row[index] ?? ''])));
}

describe('the columns', () => {
	it('are these, in this order', () => {
		expect(csvColumns.join(',')).toBe(
			'name,kind,url,group,health,pollStatus,errorCode,latencyMs,client,version,chainId,networkId,' +
				'consensusStatus,height,round,view,headHash,headAt,finalized,pending,lastFinalizedAt,' +
				'averageFinalityMs,vertices,tips,growthPerSecond,peers,inbound,outbound,bytesInPerSecond,' +
				'bytesOutPerSecond,peerLatencyMs,cpuRatio,memoryResidentBytes,diskAvailableBytes,threads,' +
				'openFiles,uptimeSeconds,issues,worstIssue,lastGoodAt,takenAt',
		);
	});

	it('come without rows when there are no nodes', () => {
		expect(toCsv(documentOf([]))).toBe(`${csvColumns.join(',')}\r\n`);
	});
});

describe('toCsv', () => {
	it('puts every value under its name', () => {
		const [qudag, evm, down] = records(toCsv(documentOf([qudagNode(), evmNode(), downNode()])));
		expect(qudag).toMatchObject({
			name: 'validator',
			kind: 'qudag',
			health: 'up',
			pollStatus: 'ok',
			latencyMs: '12.3',
			networkId: 'qudag-testnet',
			consensusStatus: 'active',
			round: '12345',
			finalized: '98765',
			pending: '123',
			vertices: '98888',
			tips: '5',
			peers: '42',
			bytesInPerSecond: '125000',
			peerLatencyMs: '21',
			cpuRatio: '0.125',
			memoryResidentBytes: '256000000',
			takenAt: '2026-01-02T03:04:05.000Z',
		});
		expect(evm).toMatchObject({ height: '1234567', finalized: '1234500', chainId: '31337' });
		expect(down).toMatchObject({
			errorCode: 'unreachable',
			issues: '1',
			worstIssue: 'unreachable: connection refused',
		});
	});

	it('leaves a cell empty for what was not said, and writes a zero that was', () => {
		const [silent, zero] = records(
			toCsv(documentOf([plainNode(), plainNode({ network: { peers: 0 } })])),
		);
		expect(silent).toMatchObject({ peers: '', height: '', errorCode: '', worstIssue: '' });
		expect(silent?.['issues']).toBe('0');
		expect(zero?.['peers']).toBe('0');
	});

	it('names the gravest issue, not the first', () => {
		const issues = [issue(), issue({ severity: 'critical', message: 'stalled' })];
		const [record] = records(toCsv(documentOf([plainNode({ health: { issues } })])));
		expect(record?.['worstIssue']).toBe('stalled');
	});

	it.each([
		['=1+1', "'=1+1"],
		['+1', "'+1"],
		['-1', "'-1"],
		['@SUM(A1)', "'@SUM(A1)"],
		['\t=1', "' =1"],
		['\r=1', "' =1"],
		['＝1', "'＝1"],
		['say "a", b', 'say "a", b'],
		['a-b', 'a-b'],
		['a\r\nb', 'a b'],
	])('writes the group %j as %j', (group, expected) => {
		const [record] = records(toCsv(documentOf([plainNode({ target: { group } })])));
		expect(record?.['group']).toBe(expected);
	});

	it('reads back row for row without controls or formulas, whatever the strings hold', () => {
		fc.assert(
			fc.property(hostileDocuments, (document) => {
				const text = toCsv(document);
				expect(text.replaceAll('\r\n', '')).not.toMatch(/[\0-\u001F\u007F-\u009F\u202A-\u202E]/);
				const rows = parseCsv(text);
				expect(rows).toHaveLength(document.nodes.length + 1);
				for (const row of rows) {
					expect(row).toHaveLength(csvColumns.length);
					for (const cell of row) expect(cell).not.toMatch(/^[=+\-@]/);
				}
			}),
		);
	});
});
