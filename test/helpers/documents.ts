import type { NodeSnapshot, SnapshotDocument } from '../../source/domain/snapshot.ts';
import { summarize } from '../../source/fleet/document.ts';

export const documentTime = '2026-01-01T12:00:00.000Z';

/** A healthy node that said nothing, with what a test adds. */
export function nodeSnapshot(
	sections: Partial<NodeSnapshot> & { readonly name?: string } = {},
): NodeSnapshot {
	const { name = 'n1', ...rest } = sections;
	return {
		target: { name, kind: 'evm', url: 'http://127.0.0.1:8545' },
		poll: { status: 'ok', at: documentTime, failures: 0, lastGoodAt: documentTime },
		health: { status: 'up', issues: [] },
		...rest,
	};
}

export function snapshotDocument(nodes: readonly NodeSnapshot[]): SnapshotDocument {
	return {
		schema: 'nodetop/1',
		takenAt: documentTime,
		nodetop: { version: '1.2.3' },
		summary: summarize(nodes),
		nodes: [...nodes],
		groups: [],
		alerts: [],
	};
}

export const qudagNode = nodeSnapshot({
	name: 'qudag-1',
	target: { name: 'qudag-1', kind: 'qudag', url: 'http://127.0.0.1:8080' },
	identity: {
		nodeId: '7f3a9b2c11aa22bb',
		client: 'qudag',
		version: '0.1.0',
		networkId: 'testnet',
		uptimeSeconds: 225_000,
	},
	consensus: {
		status: 'active',
		round: 12_345,
		finalized: 98_765,
		pending: 23,
		lastFinalizedAt: '2026-01-01T11:59:58.000Z',
		averageFinalityMs: 840,
	},
	dag: {
		vertices: 98_888,
		edges: 197_776,
		tips: 5,
		depth: 12_345,
		branchingFactor: 2,
		growthPerSecond: 4.25,
	},
	network: {
		peers: 42,
		inbound: 20,
		outbound: 22,
		bytesInPerSecond: 1_234_567,
		bytesOutPerSecond: 654_321,
		latencyMs: { avg: 25, p50: 23, p95: 60 },
	},
	resources: { source: 'node', cpuRatio: 0.125, memoryResidentBytes: 256_000_000, threads: 12 },
});

export const evmNode = nodeSnapshot({
	name: 'geth-1',
	target: { name: 'geth-1', kind: 'evm', url: 'http://127.0.0.1:8545' },
	poll: { status: 'ok', at: documentTime, latencyMs: 12.3, failures: 0, lastGoodAt: documentTime },
	identity: { client: 'Geth', version: '1.16.4', chainId: 1 },
	consensus: { status: 'active', height: 21_841_937, finalityLag: 71 },
	chain: {
		head: { number: 21_841_937, hash: '0xe573', at: '2026-01-01T11:59:57.000Z' },
		txPool: { pending: 141, queued: 12 },
	},
	network: { peers: 50 },
});

export const downNode = nodeSnapshot({
	name: 'lost',
	target: { name: 'lost', kind: 'evm', url: 'http://127.0.0.1:9' },
	poll: {
		status: 'failed',
		at: documentTime,
		failures: 3,
		lastGoodAt: '2026-01-01T11:59:00.000Z',
		error: { code: 'unreachable', message: 'connection refused', nextStep: 'start the node' },
	},
	health: {
		status: 'down',
		issues: [
			{
				code: 'pollFailed',
				component: 'poll',
				severity: 'critical',
				message: 'unreachable: connection refused',
				evidence: '3 polls in a row failed',
				since: '2026-01-01T11:59:03.000Z',
				nextStep: 'start the node',
			},
		],
	},
});
