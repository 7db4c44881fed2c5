import { expect, test } from 'vitest';
import { toPlanJson } from '../../source/export/plan-json.ts';
import { documentOf, downNode, evmNode, qudagNode } from './nodes.ts';

test('one line a node, in the shape of the plan', () => {
	const [qudag, evm, down] = toPlanJson(documentOf([qudagNode(), evmNode(), downNode()]))
		.trimEnd()
		.split('\n')
		.map((line): unknown => JSON.parse(line));
	expect(qudag).toEqual({
		timestamp: '2026-01-02T03:04:05.000Z',
		node: 'validator',
		metrics: {
			consensus: {
				status: 'active',
				round: 12_345,
				finalized_vertices: 98_765,
				pending_vertices: 123,
				average_finality_time: 0.845,
				voting_power: 0.85,
			},
			dag: {
				total_vertices: 98_888,
				total_edges: 197_776,
				tip_count: 5,
				depth: 1234,
				branching_factor: 2,
				growth_rate: 12.5,
				storage_size: 1_200_000_000,
			},
			network: {
				peer_count: 42,
				inbound_connections: 15,
				outbound_connections: 27,
				bandwidth_in: 125_000,
				bandwidth_out: 89_000,
				average_latency: 23,
			},
			process: {
				cpu_usage: 12.5,
				memory_resident: 256_000_000,
				thread_count: 24,
				open_fds: 156,
			},
		},
	});
	// What a node does not have is absent.
	expect(evm).toMatchObject({
		metrics: { consensus: { round: 1_234_567 }, network: { peer_count: 8 } },
	});
	expect(evm).not.toHaveProperty('metrics.dag');
	expect(down).toEqual({ timestamp: '2026-01-02T03:04:05.000Z', node: 'anvil', metrics: {} });
});
