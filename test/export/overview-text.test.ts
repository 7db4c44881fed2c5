import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellWidth } from '../../source/domain/cell-width.ts';
import { toOverviewText } from '../../source/export/overview-text.ts';
import {
	documentOf,
	downNode,
	evmNode,
	hostileDocuments,
	partialNode,
	plainNode,
	qudagNode,
} from './nodes.ts';

const fleet = documentOf([qudagNode(), evmNode(), downNode(), partialNode()]);

describe('toOverviewText', () => {
	it('counts, lists the nodes, then says what is wrong and what to do', () => {
		expect(toOverviewText(fleet)).toBe(`4 nodes: 2 up, 1 degraded, 1 down

HEALTH      NODE       KIND      HEIGHT     AGE  PEERS  LATENCY  VERSION      TROUBLE
✓ up        validator  qudag     12,345      2s     42    12 ms  qudag 0.1.0
✓ up        geth       evm    1,234,567      4s      8    12 ms  Geth 1.14.8
✗ down      anvil      evm          120  2m 10s      —    12 ms  anvil 1.7.1  unreachable: connecti…
⚠ degraded  partial    evm          900       —      0    12 ms  Nethermind   no peers

✗ anvil: unreachable: connection refused (for 2m 00s)
  24 polls in a row failed
  → check that the node runs and listens on port 9545
⚠ partial: no peers (for 3m 12s)
  → check the P2P port, the firewall and the boot nodes
· partial: no answer to txpool_status (for 3s)
  HTTP 500
`);
	});

	it('leaves out columns that are told below before those that are not', () => {
		const head = (width: number) => /^HEALTH.*/m.exec(toOverviewText(fleet, { width }))?.[0];
		expect(head(60)).toBe('HEALTH      NODE          HEIGHT     AGE  PEERS  LATENCY');
		expect(head(40)).toBe('HEALTH      NODE          HEIGHT  PEERS');
		expect(head(20)).toBe('HEALTH      NODE');
	});

	it('shows no column that no node fills, and no trouble where there is none', () => {
		expect(toOverviewText(documentOf([plainNode()]))).toBe(
			'1 node: 1 up\n\nHEALTH  NODE  KIND  LATENCY\n✓ up    n1    evm     12 ms\n',
		);
	});

	it('says that a node was not polled yet, and what to do where nothing is configured', () => {
		const waiting = plainNode({ poll: { status: 'pending' }, health: { status: 'unknown' } });
		const document = documentOf([waiting]);
		const summary = { ...document.summary, hint: 'add a node: nodetop add URL' };
		const lines = toOverviewText({ ...document, summary }).split('\n');
		expect(lines[3]).toMatch(/^\? waiting {2}n1/);
		expect(lines.slice(-3)).toEqual(['', 'add a node: nodetop add URL', '']);
	});

	it('prints a line without nodes', () => {
		expect(toOverviewText(documentOf([]))).toBe('0 nodes\n');
	});

	it('colours only when told, and says the same', () => {
		const colored = toOverviewText(fleet, { color: true });
		expect(colored).toContain('\u001B[33m1 degraded\u001B[39m');
		expect(stripVTControlCharacters(colored)).toBe(toOverviewText(fleet));
		expect(toOverviewText(fleet)).not.toContain('\u001B');
	});

	it('is nothing but ASCII when told', () => {
		const name = 'nœud-é';
		const text = toOverviewText(documentOf([downNode({ target: { name } })]), { ascii: true });
		expect(text).toMatch(/^[\n -~]*$/);
		expect(text).toContain('x down  n?ud-e');
		expect(text).toContain('  -> check that');
	});

	it('stays within the width and prints no controls, whatever the strings hold', () => {
		fc.assert(
			fc.property(
				hostileDocuments,
				fc.integer({ min: 22, max: 140 }),
				fc.boolean(),
				(document, width, ascii) => {
					const lines = toOverviewText(document, { width, ascii }).split('\n');
					for (const line of lines) {
						expect(line).not.toMatch(/[\0-\u001F\u007F-\u009F\u202A-\u202E]/);
						expect(cellWidth(line)).toBeLessThanOrEqual(width);
					}
				},
			),
		);
	});
});
