import fc from 'fast-check';
import { levelOf } from '../../source/sections/health/severity.ts';
import { describe, expect, it } from 'vitest';
import { toCompactText } from '../../source/export/compact-text.ts';
import {
	documentOf,
	downNode,
	evmNode,
	hostileDocuments,
	partialNode,
	plainNode,
	qudagNode,
} from './nodes.ts';

describe('toCompactText', () => {
	it('is the line that operators of QuDAG know', () => {
		expect(toCompactText(documentOf([qudagNode()]))).toBe(
			'Node: 7f3a9b2c | v0.1.0 | Up: 2d 14h | Consensus: Active/12345 | DAG: 98888v/5t | Net: 42p/23ms | CPU: 12.5% | Mem: 256MB | ✓ Healthy\n',
		);
	});

	it('names several nodes, leaves out what they did not say, and no old numbers of a failed one', () => {
		const pending = plainNode({
			target: { name: 'new' },
			poll: { status: 'pending' },
			health: { status: 'unknown' },
		});
		const nodes = [qudagNode(), evmNode(), downNode(), partialNode(), pending];
		expect(toCompactText(documentOf(nodes)).split('\n')).toEqual([
			'Node: validator 7f3a9b2c | v0.1.0 | Up: 2d 14h | Consensus: Active/12345 | DAG: 98888v/5t | Net: 42p/23ms | CPU: 12.5% | Mem: 256MB | ✓ Healthy',
			'Node: geth | Geth v1.14.8 | Consensus: Active | Chain: #1234567/4 s ago | Net: 8p | ✓ Healthy',
			'Node: anvil | Last good: 2m 05s ago | ✗ Down: unreachable: connection refused',
			'Node: partial | Nethermind | Consensus: Syncing | Chain: #900 | Net: 0p | ⚠ Degraded: no peers',
			'Node: new | ? Unknown: not polled yet',
			'',
		]);
	});

	it.each([
		['12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp', 'EyoppNCU'],
		['0x1f2a93bc00112233', '1f2a93bc'],
		['n1', 'n1'],
		['0x', '0x'],
	])('shortens the id %s to %s', (nodeId, expected) => {
		expect(toCompactText(documentOf([plainNode({ identity: { nodeId } })]))).toBe(
			`Node: ${expected} | ✓ Healthy\n`,
		);
	});

	it('says that a node never answered', () => {
		const node = downNode();
		const { lastGoodAt: _lastGoodAt, ...poll } = node.poll;
		expect(toCompactText(documentOf([{ ...node, poll }]))).toContain('| Last good: never |');
	});

	it('is one line a node whose value cannot pass for another field, whatever the strings hold', () => {
		fc.assert(
			fc.property(hostileDocuments, (document) => {
				const lines = toCompactText(document, { ascii: true }).split('\n');
				expect(lines.pop()).toBe('');
				expect(lines).toHaveLength(document.nodes.length);
				for (const [index, line] of lines.entries()) {
					expect(line).toMatch(/^Node: [ -~]*$/);
					const health = document.nodes[index]?.health ?? { status: 'unknown', issues: [] };
					const word = { up: 'H', degraded: 'D', down: 'D', unknown: 'U' }[health.status];
					const mark = { ok: '+', warning: '!', critical: 'x', unknown: '?' }[levelOf(health)];
					expect(line.split(' | ').at(-1)?.slice(0, 3)).toBe(`${mark} ${word}`);
				}
			}),
		);
	});
});
