import { expect, test } from 'vitest';
import type { DagNode } from '../../../devnet/dag/dag-node.ts';
import {
	comeToRest,
	consensusIn,
	finalIds,
	nodeOf,
	runningNodes,
	startNetwork,
	statusIn,
} from './helpers.ts';

const second = 1000;
const minute = 60 * second;

test('the same seed gives the same ids and figures, however time is cut; another seed others', () => {
	const run = (seed: number, stepMs: number) => {
		const network = startNetwork({ seed });
		for (let atMs = stepMs; atMs <= 30 * second; atMs += stepMs) network.advanceTo(atMs);
		return network.slots.map(({ name }) => statusIn(network, name));
	};
	const once = run(7, 30 * second);
	expect(run(7, 25)).toEqual(once);
	expect(once[0]?.recent_vertices.length).toBe(60);
	const other = run(8, 30 * second);
	expect(other[0]?.node_id).not.toBe(once[0]?.node_id);
	expect(other[0]?.recent_vertices).not.toEqual(once[0]?.recent_vertices);
});

test('at rest all nodes hold the same vertices for final, and all that were issued', () => {
	const network = startNetwork();
	network.advance(5 * minute);
	comeToRest(network);
	const [first, ...others] = runningNodes(network).map(finalIds);
	const issued = network.slots.reduce((sum, { node }) => sum + (node?.identity.issued ?? 0), 0);
	expect(issued).toBeGreaterThan(1500);
	expect(first?.length).toBe(issued);
	for (const ids of others) expect(ids).toEqual(first);
	expect(nodeOf(network, 'dag-1').dag.totals().pending).toBe(0);
});

test('a healthy network is always active for 10 minutes, and nobody loses a peer', () => {
	const network = startNetwork({ seed: 3 });
	for (let passed = 0; passed < 10 * 60; passed += 1) {
		network.advance(second);
		expect(consensusIn(network)).toEqual(['active', 'active', 'active', 'active']);
	}
	const status = statusIn(network, 'dag-1');
	expect(status.health).toBe('Healthy');
	expect(status.network_info.peer_count).toBe(3);
	expect(status.dag_stats.growth_rate).toBeGreaterThan(4);
	expect(status.dag_stats.growth_rate).toBeLessThan(8);
	const { secs = 99 } = status.consensus_state.average_finality_time ?? {};
	expect(secs).toBeLessThan(3);
	expect(secs).toBeGreaterThanOrEqual(1);
});

test('round trips are twice the latency of the link', () => {
	const network = startNetwork({ links: { jitterRatio: 0 } });
	network.advance(minute);
	for (const link of network.links.all) {
		expect(nodeOf(network, link.from).peers.get(link.to)?.roundTripMs).toBeCloseTo(
			2 * link.latencyMs,
			6,
		);
	}
	const jittered = startNetwork({ links: { jitterRatio: 0.1 } });
	jittered.advance(minute);
	for (const link of jittered.links.all) {
		const roundTripMs = nodeOf(jittered, link.from).peers.get(link.to)?.roundTripMs ?? 0;
		expect(roundTripMs).toBeGreaterThan(2 * link.latencyMs);
		expect(roundTripMs).toBeLessThanOrEqual(2.2 * link.latencyMs);
	}
});

test('counts as dropped what the links lose, and receives the rest', () => {
	const network = startNetwork({ links: { lossRatio: 0.1 } });
	network.advance(5 * minute);
	comeToRest(network);
	let sent = 0;
	let dropped = 0;
	let received = 0;
	for (const node of runningNodes(network)) {
		for (const counts of node.traffic.counts()) {
			sent += counts.sent;
			dropped += counts.dropped;
			received += counts.received;
		}
	}
	expect(sent).toBeGreaterThan(10_000);
	expect(dropped / sent).toBeGreaterThan(0.09);
	expect(dropped / sent).toBeLessThan(0.11);
	const underWay = sent - dropped - received;
	expect(underWay).toBeGreaterThanOrEqual(0);
	expect(underWay).toBeLessThan(10);
	const [first, ...others] = runningNodes(network).map(finalIds);
	for (const ids of others) expect(ids).toEqual(first);
});

test('without loss nothing is dropped or failed', () => {
	const network = startNetwork({ links: { lossRatio: 0 } });
	// A round of votes that begins before the peers are connected counts its queries as failed.
	network.advance(5 * second);
	const failed = () =>
		runningNodes(network).map(({ traffic }) => traffic.counts().map((c) => c.failed));
	const before = failed();
	network.advance(2 * minute);
	expect(failed()).toEqual(before);
	for (const node of runningNodes(network)) {
		for (const counts of node.traffic.counts()) expect(counts.dropped).toBe(0);
	}
});

test('two halves stop finality for want of a quorum, say so, and reconcile when healed', () => {
	const network = startNetwork();
	network.advance(minute);
	network.apply({ fault: 'partition', groups: [['dag-1', 'dag-2']] });
	network.advance(20 * second);
	const stopped = runningNodes(network).map(({ dag }) => dag.totals().finalized);
	network.advance(minute);
	expect(runningNodes(network).map(({ dag }) => dag.totals().finalized)).toEqual(stopped);
	expect(consensusIn(network)).toEqual(['stalled', 'stalled', 'stalled', 'stalled']);
	const status = statusIn(network, 'dag-1');
	expect(status.network_info.peers.map(({ id }) => id)).toEqual(['dag-2']);
	expect(status.health).toEqual({
		Unhealthy: [
			expect.stringMatching(/^nothing became final for \d+ s, \d+ vertices are pending$/),
			'2 of 3 peers lost: dag-3, dag-4',
		],
	});
	network.apply({ fault: 'heal' });
	network.advance(minute);
	expect(consensusIn(network)).toEqual(['active', 'active', 'active', 'active']);
	comeToRest(network);
	const [first, ...others] = runningNodes(network).map(finalIds);
	for (const ids of others) expect(ids).toEqual(first);
	expect(runningNodes(network).map(({ dag }) => dag.totals().discarded)).toEqual([0, 0, 0, 0]);
});

test('three of four go on without the fourth, which stalls, and takes part again when healed', () => {
	const network = startNetwork();
	network.advance(minute);
	network.apply({ fault: 'partition', groups: [['dag-4']] });
	network.advance(minute);
	expect(consensusIn(network)).toEqual(['active', 'active', 'active', 'stalled']);
	expect(statusIn(network, 'dag-4').network_info.network_health).toBe('Unhealthy');
	expect(statusIn(network, 'dag-1').health).toEqual({ Degraded: ['1 of 3 peers lost: dag-4'] });
	network.apply({ fault: 'heal' });
	network.advance(minute);
	comeToRest(network);
	const [first, ...others] = runningNodes(network).map(finalIds);
	for (const ids of others) expect(ids).toEqual(first);
});

test.each([1000, 2000, 4000])(
	'after a long absence, with %i vertices held, all agree on what was voted in and out',
	(maxFinalHeld) => {
		const network = startNetwork({ settings: { maxFinalHeld } });
		network.advance(5 * minute);
		network.apply({ fault: 'partition', groups: [['dag-1']] });
		network.advance(12 * minute);
		network.apply({ fault: 'heal' });
		network.advance(2 * minute);
		expect(consensusIn(network)).toEqual(['active', 'active', 'active', 'active']);
		comeToRest(network);
		const figures = runningNodes(network).map(({ dag }) => {
			const { vertices, edges, finalized, pending, depth } = dag.totals();
			return { vertices, edges, finalized, pending, depth };
		});
		expect(figures[0]?.pending).toBe(0);
		for (const other of figures) expect(other).toEqual(figures[0]);
	},
);

test('a stalled node keeps its finality where it was and still hears of vertices', () => {
	const network = startNetwork();
	network.advance(minute);
	network.apply({ fault: 'stall', node: 'dag-2' });
	network.advance(second);
	const before = nodeOf(network, 'dag-2').dag.totals();
	const issuedBefore = nodeOf(network, 'dag-2').identity.issued;
	network.advance(minute);
	const after = nodeOf(network, 'dag-2').dag.totals();
	expect(after.finalized).toBe(before.finalized);
	expect(after.vertices).toBeGreaterThan(before.vertices + 100);
	expect(nodeOf(network, 'dag-2').identity.issued).toBe(issuedBefore);
	expect(consensusIn(network)).toEqual(['active', 'stalled', 'active', 'active']);
	network.clear();
	network.advance(minute);
	expect(consensusIn(network)).toEqual(['active', 'active', 'active', 'active']);
	expect(nodeOf(network, 'dag-2').dag.totals().pending).toBeLessThan(30);
});

test.each(['kept', 'empty'] as const)(
	'a crashed node comes back with its data %s and catches up',
	(data) => {
		const network = startNetwork({ settings: { maxFinalHeld: 1000 } });
		network.advance(10 * minute);
		const finalizedBefore = nodeOf(network, 'dag-3').dag.totals().finalized;
		network.apply({ fault: 'crash', node: 'dag-3' });
		expect(network.slots[2]?.node).toBeUndefined();
		network.advance(second);
		expect(statusIn(network, 'dag-1').network_info.peer_count).toBe(2);
		network.advance(minute);
		network.apply({ fault: 'restart', node: 'dag-3', data });
		const seen = new Set<string>();
		for (let step = 0; step < 300; step += 1) {
			network.advance(200);
			seen.add(statusIn(network, 'dag-3').consensus_state.status);
		}
		expect([...seen]).toEqual(['syncing', 'active']);
		const status = statusIn(network, 'dag-3');
		expect(status.consensus_state.status).toBe('active');
		expect(status.uptime).toBe(60);
		comeToRest(network);
		const totals = runningNodes(network).map(({ dag: view }) => view.totals().finalized);
		expect(totals[0]).toBeGreaterThan(finalizedBefore);
		expect(new Set(totals).size).toBe(1);
	},
);

test('no author gives one sequence number to two vertices, over restarts too', () => {
	const network = startNetwork();
	network.advance(30 * second);
	network.apply({ fault: 'restart', node: 'dag-1', data: 'empty' });
	network.advance(30 * second);
	comeToRest(network);
	const { vertices } = nodeOf(network, 'dag-2').dag.range(0, Number.MAX_SAFE_INTEGER);
	const numbers = vertices.map(({ author, sequence }) => `${author} ${sequence}`);
	expect(new Set(numbers).size).toBe(numbers.length);
});

test('a slow node has long round trips, and its finality takes longer than that of the others', () => {
	const network = startNetwork();
	network.apply({ fault: 'slow', node: 'dag-4', latencyMs: 400 });
	network.advance(3 * minute);
	const { roundTripMs = 0 } = nodeOf(network, 'dag-1').peers.get('dag-4') ?? {};
	expect(roundTripMs).toBeGreaterThan(800);
	expect(roundTripMs).toBeLessThan(1100);
	const { roundTripMs: others = 0 } = nodeOf(network, 'dag-1').peers.get('dag-2') ?? {};
	expect(others).toBeLessThan(300);
	const finality = (name: string) => nodeOf(network, name).finality.distribution()?.avg ?? 0;
	expect(finality('dag-4')).toBeGreaterThan(finality('dag-1') + 500);
	network.clear();
	network.advance(3 * minute);
	expect(finality('dag-4')).toBeLessThan(2500);
});

test('loss of a node’s messages is its own, and ends when cleared', () => {
	const network = startNetwork();
	network.apply({ fault: 'loss', node: 'dag-2', ratio: 1 });
	network.advance(30 * second);
	expect(nodeOf(network, 'dag-2').peers.connected()).toEqual([]);
	expect(
		nodeOf(network, 'dag-1')
			.peers.connected()
			.map(({ name }) => name),
	).toEqual(['dag-3', 'dag-4']);
	expect(network.faults()).toEqual([{ fault: 'loss', node: 'dag-2', ratio: 1 }]);
	network.clear();
	network.advance(10 * second);
	expect(nodeOf(network, 'dag-2').peers.connected().length).toBe(3);
	expect(network.faults()).toEqual([]);
});

test('what is held stays bounded over time, in health and in a standstill', () => {
	const network = startNetwork({ settings: { maxFinalHeld: 1000 } });
	network.advance(20 * minute);
	for (const { dag } of runningNodes(network)) {
		expect(dag.totals().vertices).toBeGreaterThan(5500);
		expect(dag.totals().held).toBeLessThan(1100);
		expect(dag.totals().storageBytes).toBeLessThan(1_000_000);
	}
	network.apply({ fault: 'partition', groups: [['dag-1', 'dag-2']] });
	network.advance(15 * minute);
	for (const { dag } of runningNodes(network)) {
		expect(dag.totals().pending).toBeLessThan(600);
		expect(dag.orphans().length).toBeLessThan(100);
	}
}, 60_000);

test('a network of 12 with few links each agrees as well', () => {
	const network = startNetwork({ nodeCount: 12 });
	const peers = runningNodes(network).map((node) => node.peers.all().length);
	expect(Math.min(...peers)).toBeGreaterThanOrEqual(2);
	expect(Math.max(...peers)).toBeLessThanOrEqual(9);
	network.advance(minute);
	expect(new Set(consensusIn(network))).toEqual(new Set(['active']));
	comeToRest(network);
	const [first, ...others] = runningNodes(network).map(finalIds);
	expect(first?.length).toBeGreaterThan(500);
	for (const ids of others) expect(ids).toEqual(first);
});

test('says of what it did not measure nothing at all', () => {
	const network = startNetwork();
	const status = statusIn(network, 'dag-1');
	expect(status.consensus_state).not.toHaveProperty('last_finalized_time');
	expect(status.consensus_state).not.toHaveProperty('average_finality_time');
	expect(status.network_info).not.toHaveProperty('latency');
	expect(status.network_info).not.toHaveProperty('average_latency');
	expect(status.resource_usage).not.toHaveProperty('thread_count');
	expect(status.health).toEqual({ Degraded: ['connecting to 3 of 3 peers'] });
});

test('a full disk takes nothing more in, is told, and the node catches up when it has room', () => {
	const network = startNetwork();
	network.advance(minute);
	const disk = () => statusIn(network, 'dag-4').resource_usage.disk_usage;
	expect(disk().total_space).toBe(64 * 1024 * 1024);
	expect(disk().available_space).toBe(48 * 1024 * 1024 - disk().database_size);
	network.apply({ fault: 'diskFull', node: 'dag-4', leftBytes: 20_000 });
	expect(disk().available_space).toBe(20_000);
	network.advance(minute);
	expect(disk().available_space).toBeLessThan(1500);
	expect(disk().available_space).toBeGreaterThanOrEqual(0);
	const status = statusIn(network, 'dag-4');
	expect(status.health).toEqual({
		Unhealthy: [expect.stringMatching(/^the disk is full: \d+ writes failed$/)],
	});
	const { vertices } = nodeOf(network, 'dag-4').dag.totals();
	const { failedWrites } = nodeOf(network, 'dag-4').disk;
	const { issued } = nodeOf(network, 'dag-4').identity;
	network.advance(minute);
	// A small vertex may still fit where a larger one did not.
	expect(nodeOf(network, 'dag-4').dag.totals().vertices - vertices).toBeLessThan(5);
	expect(nodeOf(network, 'dag-4').disk.failedWrites).toBeGreaterThan(failedWrites);
	expect(nodeOf(network, 'dag-4').identity.issued - issued).toBeLessThan(5);
	expect(nodeOf(network, 'dag-1').dag.totals().vertices).toBeGreaterThan(vertices + 200);
	network.apply({ fault: 'restart', node: 'dag-4', data: 'kept' });
	expect(disk().available_space).toBeLessThan(20_001);
	network.clear('dag-4');
	expect(network.faults()).toEqual([]);
	network.advance(2 * minute);
	expect(statusIn(network, 'dag-4').health).toBe('Healthy');
	comeToRest(network);
	const [first, ...others] = runningNodes(network).map(finalIds);
	for (const ids of others) expect(ids).toEqual(first);
});

test('a skewed clock moves what the node tells of time, and nothing else', () => {
	const network = startNetwork();
	network.advance(minute);
	network.apply({ fault: 'clockSkew', node: 'dag-2', offsetMs: -45_000 });
	network.advance(30 * second);
	const ageOf = (name: string) => {
		const { last_finalized_time: at } = statusIn(network, name).consensus_state;
		return network.wallNowMs() - Date.parse(at ?? '');
	};
	expect(ageOf('dag-1')).toBeLessThan(5 * second);
	expect(ageOf('dag-2')).toBeGreaterThanOrEqual(45 * second);
	expect(ageOf('dag-2')).toBeLessThan(50 * second);
	expect(consensusIn(network)).toEqual(['active', 'active', 'active', 'active']);
	network.clear();
	network.advance(10 * second);
	expect(ageOf('dag-2')).toBeLessThan(5 * second);
});

test('each side of a partition counts its peers rightly within 5 s, and after healing too', () => {
	const network = startNetwork();
	network.advance(minute);
	const peersOf = () =>
		runningNodes(network).map(({ peers }) => peers.connected().map(({ name }) => name));
	network.apply({
		fault: 'partition',
		groups: [
			['dag-1', 'dag-2'],
			['dag-3', 'dag-4'],
		],
	});
	network.advance(5 * second);
	expect(peersOf()).toEqual([['dag-2'], ['dag-1'], ['dag-4'], ['dag-3']]);
	network.apply({ fault: 'heal' });
	network.advance(5 * second);
	expect(peersOf().map((names) => names.length)).toEqual([3, 3, 3, 3]);
});

/** Numbers that two of these nodes hold different vertices of for final. */
function conflicts(nodes: readonly DagNode[]): string[] {
	const finals = nodes.map((node) => {
		const { vertices } = node.dag.range(0, Number.MAX_SAFE_INTEGER);
		const held = vertices.filter(({ id }) => node.dag.get(id)?.isFinal === true);
		return new Map(held.map(({ id, author, sequence }) => [`${author} ${sequence}`, id]));
	});
	const keys = new Set(finals.flatMap((final) => [...final.keys()]));
	return [...keys].filter((key) => {
		const ids = new Set(finals.flatMap((final) => final.get(key) ?? []));
		return ids.size > 1;
	});
}

test.each([
	[4, ['dag-4'], 1],
	[4, ['dag-1'], 2],
	[7, ['dag-2', 'dag-5'], 3],
])('of %i nodes, %j that give numbers twice fork nothing (seed %i)', (nodeCount, dealers, seed) => {
	const network = startNetwork({ nodeCount, seed });
	network.advance(20 * second);
	for (const node of dealers) network.apply({ fault: 'equivocation', node });
	network.advance(minute);
	network.apply({ fault: 'partition', groups: [['dag-1', 'dag-2', 'dag-3']] });
	network.advance(20 * second);
	network.apply({ fault: 'heal' });
	network.advance(minute);
	const honest = runningNodes(network).filter(({ name }) => !dealers.includes(name));
	expect(conflicts(honest)).toEqual([]);
	expect(honest.some(({ dag }) => dag.totals().discarded > 10)).toBe(true);
	// What is final goes on growing, and is told in the node's own words.
	const before = honest.map(({ dag }) => dag.totals().finalized);
	network.advance(10 * second);
	for (const [index, { name, dag }] of honest.entries()) {
		expect(dag.totals().finalized).toBeGreaterThan((before[index] ?? 0) + 10);
		expect(JSON.stringify(statusIn(network, name).health)).toContain('one number twice by dag-');
	}
});

test.each([1, 2, 3])('two of four that do fork what is final (seed %i)', (seed) => {
	const network = startNetwork({ seed });
	network.advance(20 * second);
	for (const node of ['dag-3', 'dag-4']) network.apply({ fault: 'equivocation', node });
	network.advance(20 * second);
	const honest = [nodeOf(network, 'dag-1'), nodeOf(network, 'dag-2')];
	const found = conflicts(honest);
	expect(found.length).toBeGreaterThan(3);
	expect(found.every((key) => /^dag-[34] /.test(key))).toBe(true);
	network.advance(minute);
	expect(conflicts(honest).length).toBeGreaterThanOrEqual(found.length);
});
