import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellWidth } from '../../source/domain/cell-width.ts';
import { toOverviewText } from '../../source/export/overview-text.ts';
import { toStatusText } from '../../source/export/status-text.ts';
import {
	ago,
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
✓ up        validator  qudag    r12,345     2 s     42    12 ms  qudag 0.1.0
✓ up        geth       evm    1,234,567     4 s      8    12 ms  Geth 1.14.8
✗ down      anvil      evm          120  2m 10s      —    12 ms  anvil 1.7.1  unreachable: connecti…
⚠ degraded  partial    evm          900       —      0    12 ms  Nethermind   no peers

? evm:31337 unknown: 1 of 2 nodes answers: nothing to compare [geth, anvil]

✗ anvil: unreachable: connection refused (for 2m 00s)
  24 polls in a row failed
  → check that the node runs and listens on port 9545
⚠ partial: no peers (for 3m 12s)
  → check the P2P port, the firewall and the boot nodes
· partial: no answer to txpool_status (for 3 s)
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

	it('says in a line a network what its nodes show together, and whose fault it is', () => {
		const chained = (name: string, hash: string) =>
			plainNode({
				target: { name, url: `http://${name}.test` },
				identity: { nodeId: name, chainId: 5, genesisHash: '0xgenesis' },
				chain: { finalized: { number: 9, hash }, head: { number: 9, hash, at: ago(1) } },
			});
		const agreed = documentOf([chained('a', '0xaa'), chained('b', '0xaa'), plainNode()]);
		expect(toOverviewText(agreed)).toContain(
			'\n\n✓ evm:5 agreed: 2 nodes agree at 9 0xaa [a, b]\n',
		);
		const forked = documentOf([chained('a', '0xaa'), chained('b', '0xbb')], {
			witness: {
				verdict: 'us',
				at: ago(1),
				since: ago(9),
				message: '2 nodes on 2 hosts stopped answering together',
				evidence: ['this machine has no default route'],
				failing: ['a', 'b'],
			},
		});
		expect(toOverviewText(forked)).toContain(`
✗ own connection lost: 2 nodes on 2 hosts stopped answering together
  this machine has no default route
✗ evm:5 forked: 2 chains since block 8 or before: a | b [a, b]
`);
		expect(toStatusText(forked)).toMatch(/\n\nNetworks\n═+\n✗ own connection lost: .*\n/);
		expect(toStatusText(documentOf([plainNode()]))).not.toContain('Networks');
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
