import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toInflux } from '../../source/export/influx.ts';
import { parseLines } from '../helpers/line-protocol.ts';
import { documentOf, downNode, evmNode, hostileDocuments, qudagNode, takenAtMs } from './nodes.ts';

describe('line protocol', () => {
	it('has one line for each section of a node, with all its numbers', () => {
		const lines = parseLines(toInflux(documentOf([qudagNode({ target: { group: 'a b' } })])));
		const network = lines.find(({ measurement }) => measurement === 'nodetop_network');
		expect(network).toEqual({
			measurement: 'nodetop_network',
			tags: { node: 'validator', kind: 'qudag', group: String.raw`a\ b` },
			fields: {
				peers: '42',
				inbound_peers: '15',
				outbound_peers: '27',
				in_bytes_per_second: '125000',
				out_bytes_per_second: '89000',
				latency_average_seconds: '0.023',
				latency_p50_seconds: '0.021',
				latency_p95_seconds: '0.048',
				latency_p99_seconds: '0.061',
			},
			time: `${takenAtMs}000000`,
		});
		const node = lines.find(({ measurement }) => measurement === 'nodetop_node');
		expect(node?.fields).toMatchObject({ version: '"0.1.0"', pending: '123' });
	});

	it('writes a state as text and leaves out what is old', () => {
		const lines = parseLines(toInflux(documentOf([evmNode(), downNode()])));
		const of = (measurement: string, node: string) =>
			lines.find((line) => line.measurement === measurement && line.tags['node'] === node);
		expect(of('nodetop_health', 'anvil')?.fields).toEqual({ status: '"down"' });
		expect(of('nodetop_poll', 'anvil')?.fields).toMatchObject({ error: '"unreachable"' });
		expect(of('nodetop_chain', 'geth')).toBeDefined();
		expect(of('nodetop_chain', 'anvil')).toBeUndefined();
	});

	it('takes the prefix of the metrics', () => {
		const text = toInflux(documentOf([evmNode()]), { prefix: 'mynet' });
		for (const { measurement } of parseLines(text)) expect(measurement).toMatch(/^mynet(_|$)/);
	});

	it('escapes what a node says of itself: no newline, no empty tag, no open backslash', () => {
		const name = 'a,b=c d\\';
		const lines = parseLines(toInflux(documentOf([evmNode({ target: { name, group: '' } })])));
		// The first lines are about nodetop itself.
		const line = lines.find(({ tags }) => 'node' in tags);
		expect(line?.tags).toEqual({ node: String.raw`a\,b\=c\ d`, kind: 'evm' });
		fc.assert(
			fc.property(hostileDocuments, (document) => {
				const text = toInflux(document);
				for (const { tags, fields } of parseLines(text)) {
					expect(Object.values(tags)).not.toContain('');
					expect(Object.keys(fields).length).toBeGreaterThan(0);
				}
			}),
			{ numRuns: 60 },
		);
	});
});
