import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellWidth } from '../../source/domain/cell-width.ts';
import { toStatusText, toWatchText } from '../../source/export/status-text.ts';
import {
	ago,
	documentOf,
	downNode,
	evmNode,
	hostileDocuments,
	partialNode,
	plainNode,
	qudagNode,
	takenAtMs,
} from './nodes.ts';

const rule = '═'.repeat(65);

describe('toStatusText', () => {
	it('prints a QuDAG node as its operators know it', () => {
		const kindTitle = () => 'QuDAG node';
		expect(toStatusText(documentOf([qudagNode()]), { kindTitle })).toBe(`QuDAG Node Status
${rule}

Node Information:
  Address:      http://127.0.0.1:8080
  ID:           7f3a9b2c-d1e4-4a6f-8c5d-2e1f0a9b8c7d
  Client:       qudag
  Version:      0.1.0
  Network ID:   qudag-testnet
  Uptime:       2 days, 14:32:00
  Started:      2025-12-30 12:32:05 UTC
  Last Poll:    ok 1 s ago, 12 ms

Consensus State:
  Status:       Active
  Round:        12,345
  Finalized:    98,765 vertices
  Pending:      123 vertices
  Last Final:   2 s ago
  Voting Power: 0.85
  Avg Finality: 845 ms

DAG Statistics:
  Vertices:     98,888
  Edges:        197,776
  Tips:         5
  Depth:        1,234
  Branching:    2.00
  Growth Rate:  12.5 vertices/sec
  Storage:      1.2 GB

Network:
  Peers:        42 (15 in, 27 out)
  Bandwidth:    ↓ 125 kB/s  ↑ 89 kB/s
  Avg Latency:  23 ms
  Latency:      p50 21 ms, p95 48 ms, p99 61 ms
  Health:       ✓ Healthy

Resources:
  CPU:          12.5%
  Memory:       256 MB / 8 GB (3.2%)
  Disk:         1.5 GB / 100 GB (1.5%)
  Database:     1.2 GB
  Threads:      24
  FDs:          156 / 1024

Health:       ✓ Healthy
`);
	});

	it('says first of a failed node what went wrong, of when its numbers are, and what to do', () => {
		expect(toStatusText(documentOf([downNode()]))).toBe(`Evm Node Status
${rule}

Poll Failed:
  Error:        unreachable: connection refused
  Last Good:    2m 05s ago; the rest is of then
  Next Step:    check that the node runs and listens on port 9545
  Failures:     24 in a row

Node Information:
  Address:      http://127.0.0.1:9545
  Client:       anvil
  Version:      1.7.1
  Chain ID:     31337
  Uptime:       00:01:00
  Last Poll:    failed 1 s ago, 12 ms

Chain State:
  Head:         120
  Head Age:     2m 10s ago

Health:       ✗ Down
  ✗ poll: unreachable: connection refused (for 2m 00s)
    24 polls in a row failed
    → check that the node runs and listens on port 9545
`);
	});

	it('puts the gravest finding first, and breaks lines at the width', () => {
		const text = toStatusText(documentOf([partialNode()]), { width: 44 });
		expect(text.slice(text.lastIndexOf('Health:'))).toBe(`Health:       ⚠ Degraded
  ⚠ network: no peers (for 3m 12s)
    → check the P2P port, the firewall and
    the boot nodes
  · poll: no answer to txpool_status (for 3
  s)
    HTTP 500
`);
	});

	it('separates nodes, and tells a host’s resources from a node’s', () => {
		const host = plainNode({ resources: { source: 'host', memoryTotalBytes: 8e9 } });
		const text = toStatusText(documentOf([evmNode(), host]));
		expect(text).toContain('✓ Healthy\n\n\nEvm Node Status: n1\n');
		expect(text).toContain('\nResources (of the host):\n  Memory:       of 8 GB\n');
	});

	it('says how large the log is and how often the disk is read and written, where that is known', () => {
		const known = { logBytes: 3e8, diskReadsPerSecond: 12, diskWritesPerSecond: 3.46 };
		const text = toStatusText(documentOf([plainNode({ resources: { source: 'node', ...known } })]));
		expect(text).toContain(
			'\nResources:\n  Disk I/O:     12.0 reads/s, 3.5 writes/s\n  Logs:         300 MB\n',
		);
	});

	it('counts ages from the time told', () => {
		expect(toStatusText(documentOf([evmNode()]), { nowMs: takenAtMs + 60_000 })).toContain(
			'Head Age:     1m 04s ago',
		);
	});

	it('says that there are no nodes', () => {
		expect(toStatusText(documentOf([]))).toBe('No nodes.\n');
	});

	it('colours only when told, and says the same', () => {
		const document = documentOf([qudagNode(), downNode()]);
		const plain = toStatusText(document);
		const colored = toStatusText(document, { color: true });
		expect(plain).not.toContain('\u001B');
		expect(colored).toContain('\u001B[32m✓ Healthy\u001B[39m');
		expect(stripVTControlCharacters(colored)).toBe(plain);
	});

	it('is nothing but ASCII when told, whatever the strings hold', () => {
		fc.assert(
			fc.property(hostileDocuments, (document) => {
				expect(toStatusText(document, { ascii: true })).toMatch(/^[\n -~]*$/);
			}),
		);
		expect(toStatusText(documentOf([qudagNode()]), { ascii: true })).toContain(
			'Bandwidth:    in 125 kB/s  out 89 kB/s',
		);
	});

	it('stays within the width and prints no controls, whatever the strings hold', () => {
		fc.assert(
			fc.property(hostileDocuments, fc.integer({ min: 40, max: 120 }), (document, width) => {
				const lines = toStatusText(document, { width }).split('\n');
				for (const line of lines) {
					expect(line).not.toMatch(/[\0-\u001F\u007F-\u009F\u202A-\u202E]/);
					expect(cellWidth(line)).toBeLessThanOrEqual(width);
				}
			}),
		);
	});
});

describe('toWatchText', () => {
	const before = documentOf([qudagNode(), evmNode()]);
	const marked = (text: string): string[] =>
		text.split('\n').filter((line) => line.startsWith('* '));

	it('marks what changed, a new value and the verdict included', () => {
		const after = documentOf([
			qudagNode({
				consensus: { status: 'stalled', round: 12_346, timeouts: 1 },
				health: { status: 'degraded' },
			}),
			evmNode(),
		]);
		expect(marked(toWatchText(before, after))).toEqual([
			'* Status:       Stalled',
			'* Round:        12,346',
			'* Timeouts:     1',
			'* Health:       ⚠ Degraded',
		]);
	});

	it('marks no age or uptime that only grew', () => {
		const uptimeSeconds = 225_121;
		const after = documentOf([
			qudagNode({ identity: { ...qudagNode().identity, uptimeSeconds } }),
			evmNode(),
		]);
		expect(marked(toWatchText(before, after, { nowMs: takenAtMs + 5000 }))).toEqual([]);
	});

	it('marks an age whose time moved, though it reads the same', () => {
		const later = documentOf([evmNode({ chain: { head: { number: 1_234_567, at: ago(4.2) } } })]);
		const earlier = documentOf([evmNode({ chain: { head: { number: 1_234_567, at: ago(4) } } })]);
		expect(marked(toWatchText(earlier, later))).toEqual(['* Head Age:     4 s ago']);
	});

	it('does not mark a node that is new', () => {
		expect(marked(toWatchText(documentOf([evmNode()]), before))).toEqual([]);
	});

	it('reverses with colours and leaves the lines in their place', () => {
		const after = documentOf([qudagNode({ consensus: { status: 'stalled' } }), evmNode()]);
		const text = toWatchText(before, after, { color: true });
		expect(text).toContain('  Status:       \u001B[7mStalled\u001B[27m\n');
		expect(marked(stripVTControlCharacters(text))).toEqual([]);
	});

	it('is the plain text when nothing changed', () => {
		expect(toWatchText(before, before)).toBe(toStatusText(before));
	});
});
