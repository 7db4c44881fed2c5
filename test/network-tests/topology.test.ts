import { describe, expect, it } from 'vitest';
import type { NodeSnapshot } from '../../source/sections/snapshot.ts';
import type { Peer } from '../../source/sections/network/schema.ts';
import { fastestRoute, joinTopology, splits } from '../../source/network-tests/peers/topology.ts';

function node(name: string, peerList: Peer[] | undefined, nodeId?: string): NodeSnapshot {
	return {
		target: { name, kind: 'qudag', url: `http://10.0.0.${name.slice(1)}:80` },
		poll: { status: 'ok', failures: 0 },
		...(nodeId !== undefined && { identity: { nodeId } }),
		network: { ...(peerList && { peerList }) },
		health: { status: 'up', issues: [] },
	};
}

describe('topology', () => {
	const joined = joinTopology([
		node('n1', [
			{ id: 'AA02', direction: 'outbound', latencyMs: 10 },
			{ id: 'unknown', address: '10.0.0.3:80', latencyMs: 80 },
			{ id: 'stranger', address: '203.0.113.1:30303' },
		]),
		node('n2', [{ id: 'n3', latencyMs: 20 }], '0xaa02'),
		node('n3', undefined),
		node('n4', []),
	]);

	it('knows a watched node by its id, its address or its name', () => {
		expect(joined.links.map(({ from, to, rttMs }) => [from, to, rttMs])).toEqual([
			['n1', 'n2', 10],
			['n1', 'n3', 80],
			['n2', 'n3', 20],
		]);
		expect(joined.nodes.map(({ listed, outside }) => [listed, outside])).toEqual([
			[3, 1],
			[1, 0],
			[undefined, 0],
			[0, 0],
		]);
	});

	it('finds the fastest way, over links of either side', () => {
		const names = (from: string, to: string) =>
			fastestRoute(joined, from, to)?.map((link) => link.to);
		expect(names('n1', 'n3')).toEqual(['n2', 'n3']);
		expect(names('n3', 'n1')).toEqual(['n2', 'n1']);
		expect(names('n1', 'n1')).toEqual([]);
		expect(names('n1', 'n4')).toBeUndefined();
	});

	it('tells a split among nodes of one network that list peers, and only there', () => {
		const names = splits(joined).map((groups) => groups.map((group) => [...group].toSorted()));
		expect(names).toEqual([[['n1', 'n2', 'n3'], ['n4']]]);
		expect(splits(joinTopology([node('n1', [{ id: 'n2' }]), node('n2', [])]))).toEqual([]);
		expect(splits(joinTopology([node('n1', undefined), node('n2', undefined)]))).toEqual([]);
	});
});
