import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellWidth } from '../../source/domain/cell-width.ts';
import { toOverviewText } from '../../source/export/overview-text.ts';
import { toCompactText, toStatusText, toWatchText } from '../../source/export/status-text.ts';
import {
	documentTime,
	downNode,
	evmNode,
	nodeSnapshot,
	qudagNode,
	snapshotDocument,
} from '../helpers/documents.ts';

const nowMs = Date.parse(documentTime);
const options = { color: false, nowMs };

describe('toCompactText', () => {
	it('is the one line that operators of QuDAG know', () => {
		expect(toCompactText(snapshotDocument([qudagNode]), options)).toBe(
			'Node: 7f3a9b2c | v0.1.0 | Up: 2d 14h | Consensus: Active/12345 | DAG: 98888v/5t | Net: 42p/23ms | CPU: 12.5% | Mem: 256MB | ✓ Healthy\n',
		);
	});

	it('names the nodes of a fleet, and leaves out what they did not say', () => {
		expect(
			toCompactText(snapshotDocument([evmNode, downNode, nodeSnapshot()]), {
				...options,
				ascii: true,
			}),
		).toBe(
			[
				'Node: geth-1 | v1.16.4 | Consensus: Active | Chain: #21841937/3s ago | Net: 50p | + Healthy',
				'Node: lost | unreachable | x Down',
				'Node: n1 | + Healthy',
				'',
			].join('\n'),
		);
	});
});

describe('toStatusText', () => {
	it('has the sections in their order, labels aligned, thousands parted', () => {
		const lines = toStatusText(snapshotDocument([qudagNode]), options).split('\n');
		expect(lines.filter((line) => /^[A-Z]/.test(line))).toEqual([
			'Node Information',
			'Consensus State',
			'DAG Statistics',
			'Network',
			'Resources',
			'Health',
		]);
		expect(lines).toContain('  Finalized:         98,765');
		expect(lines).toContain('  Bandwidth:         ↓ 1.23 MB/s  ↑ 654 kB/s');
		expect(lines).toContain('  Peers:             42 (20 inbound, 22 outbound)');
		expect(lines).toContain('  Last Finalized:    2s ago');
		expect(lines).toContain('  ✓ Healthy');
	});

	it('says of a failed node what, since when, how old the figures are and what to do', () => {
		const text = toStatusText(snapshotDocument([downNode]), { ...options, ascii: true });
		expect(text).toContain(
			[
				'Health',
				'  x Down',
				'  the figures above are 1m 00s old',
				'  - critical: unreachable: connection refused (for 57s)',
				'    3 polls in a row failed',
				'    -> start the node',
			].join('\n'),
		);
		expect(text).toMatch(/^[\n -~]*$/);
	});

	it('colours only when asked', () => {
		const colored = toStatusText(snapshotDocument([downNode]), { ...options, color: true });
		expect(colored).toContain('\u001B[');
		expect(toStatusText(snapshotDocument([downNode]), options)).not.toContain('\u001B');
	});
});

describe('toWatchText', () => {
	it('marks the lines that changed, and not the ages', () => {
		const before = snapshotDocument([qudagNode]);
		const after = snapshotDocument([
			{ ...qudagNode, consensus: { ...qudagNode.consensus, round: 12_346 } },
		]);
		const marked = toWatchText(before, after, options)
			.split('\n')
			.filter((line) => line.startsWith('*'));
		expect(marked).toEqual(['* Round:             12,346']);
	});
});

describe('toOverviewText', () => {
	it('counts, lists the nodes, then says what is wrong', () => {
		expect(toOverviewText(snapshotDocument([evmNode, qudagNode, downNode]), options)).toBe(
			[
				'3 nodes: 2 up, 1 down',
				'',
				'HEALTH     NODE     KIND       HEIGHT  AGE  PEERS  LATENCY  VERSION',
				'✓ Healthy  geth-1   evm    21,841,937   3s     50    12 ms  Geth 1.16.4',
				'✓ Healthy  qudag-1  qudag      12,345   2s     42        —  qudag 0.1.0',
				'✗ Down     lost     evm             —    —      —        —  —',
				'',
				'lost: critical: unreachable: connection refused',
				'  3 polls in a row failed',
				'  → start the node',
				'',
			].join('\n'),
		);
	});

	it('is never wider than asked', () => {
		fc.assert(
			fc.property(
				fc.string({ unit: 'grapheme' }),
				fc.integer({ min: 40, max: 120 }),
				(name, width) => {
					const node = nodeSnapshot({
						target: { name: name || 'n', kind: 'evm', url: 'http://n' },
					});
					const text = toOverviewText(snapshotDocument([node, downNode]), { ...options, width });
					for (const line of text.split('\n')) expect(cellWidth(line)).toBeLessThanOrEqual(width);
				},
			),
		);
	});
});
