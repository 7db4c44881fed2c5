import fc from 'fast-check';
import { schemaId } from '../../source/sections/schema-id.ts';
import type { Issue } from '../../source/sections/health/schema.ts';
import type { NodeSnapshot, SnapshotDocument } from '../../source/sections/snapshot.ts';
import { createGroupAnalysis } from '../../source/analysis/groups.ts';
import { alertsOf } from '../../source/fleet/alerts.ts';
import { summarize } from '../../source/fleet/document.ts';

/** When the documents of these tests were taken: Unix milliseconds. */
export const takenAtMs = Date.parse('2026-01-02T03:04:05.000Z');

/** ISO text of so many seconds before the document was taken. */
export function ago(seconds: number): string {
	return new Date(takenAtMs - seconds * 1000).toISOString();
}

export type NodeOverrides = Partial<Omit<NodeSnapshot, 'target' | 'poll' | 'health'>> & {
	readonly target?: Partial<NodeSnapshot['target']>;
	readonly poll?: Partial<NodeSnapshot['poll']>;
	readonly health?: Partial<NodeSnapshot['health']>;
};

/** A healthy node that has no section but what is given. */
export function plainNode({ target, poll, health, ...sections }: NodeOverrides = {}): NodeSnapshot {
	return {
		target: { name: 'n1', kind: 'evm', url: 'http://127.0.0.1:8545', ...target },
		poll: {
			status: 'ok',
			at: ago(1),
			latencyMs: 12.3,
			failures: 0,
			lastGoodAt: ago(1),
			...poll,
		},
		...sections,
		health: { status: 'up', issues: [], ...health },
	};
}

/** The document of these nodes, its summary, groups and alerts made as the program makes them. */
export function documentOf(
	nodes: readonly NodeSnapshot[],
	overrides: Partial<SnapshotDocument> = {},
): SnapshotDocument {
	return {
		schema: schemaId,
		takenAt: new Date(takenAtMs).toISOString(),
		nodetop: { version: '0.1.0' },
		summary: summarize(nodes),
		nodes: [...nodes],
		groups: createGroupAnalysis().evaluate(nodes, takenAtMs),
		alerts: nodes.flatMap(alertsOf),
		...overrides,
	};
}

export function issue(overrides: Partial<Issue> = {}): Issue {
	return {
		code: 'peersNone',
		component: 'network',
		severity: 'warning',
		message: 'no peers',
		since: ago(192),
		nextStep: 'check the P2P port, the firewall and the boot nodes',
		...overrides,
	};
}

/** A QuDAG node with the numbers of its operations plan, section 7.1. */
export function qudagNode(overrides: NodeOverrides = {}): NodeSnapshot {
	return plainNode({
		identity: {
			nodeId: '7f3a9b2c-d1e4-4a6f-8c5d-2e1f0a9b8c7d',
			client: 'qudag',
			version: '0.1.0',
			networkId: 'qudag-testnet',
			startedAt: ago(225_120),
			uptimeSeconds: 225_120,
		},
		consensus: {
			status: 'active',
			round: 12_345,
			finalized: 98_765,
			pending: 123,
			lastFinalizedAt: ago(2),
			averageFinalityMs: 845,
			votingPower: 0.85,
		},
		dag: {
			vertices: 98_888,
			edges: 197_776,
			tips: 5,
			depth: 1234,
			branchingFactor: 2,
			growthPerSecond: 12.5,
			storageBytes: 1_200_000_000,
		},
		network: {
			peers: 42,
			inbound: 15,
			outbound: 27,
			bytesInPerSecond: 125_000,
			bytesOutPerSecond: 89_000,
			latencyMs: { avg: 23, p50: 21, p95: 48, p99: 61 },
		},
		resources: {
			source: 'node',
			cpuRatio: 0.125,
			memoryResidentBytes: 256_000_000,
			memoryTotalBytes: 8_000_000_000,
			databaseBytes: 1_200_000_000,
			diskTotalBytes: 100_000_000_000,
			diskAvailableBytes: 98_500_000_000,
			threads: 24,
			openFiles: 156,
			openFilesLimit: 1024,
		},
		...overrides,
		target: { name: 'validator', kind: 'qudag', url: 'http://127.0.0.1:8080', ...overrides.target },
	});
}

/** An EVM node whose chain advances. */
export function evmNode(overrides: NodeOverrides = {}): NodeSnapshot {
	return plainNode({
		identity: { client: 'Geth', version: '1.14.8', chainId: 31_337 },
		consensus: { status: 'active' },
		chain: {
			head: { number: 1_234_567, hash: `0x${'ab'.repeat(32)}`, at: ago(4) },
			finalized: { number: 1_234_500 },
			syncing: false,
			blockIntervalMs: 12_000,
			txPool: { pending: 12, queued: 3 },
		},
		network: { peers: 8 },
		...overrides,
		target: { name: 'geth', kind: 'evm', ...overrides.target },
	});
}

/** An EVM node that cannot be reached for two minutes; what it said before is kept. */
export function downNode(overrides: NodeOverrides = {}): NodeSnapshot {
	return plainNode({
		identity: { client: 'anvil', version: '1.7.1', chainId: 31_337, uptimeSeconds: 60 },
		chain: { head: { number: 120, at: ago(130) } },
		...overrides,
		target: { name: 'anvil', kind: 'evm', url: 'http://127.0.0.1:9545', ...overrides.target },
		poll: {
			status: 'failed',
			failures: 24,
			lastGoodAt: ago(125),
			error: {
				code: 'unreachable',
				message: 'connection refused',
				nextStep: 'check that the node runs and listens on port 9545',
			},
			...overrides.poll,
		},
		health: {
			status: 'down',
			issues: [
				issue({
					code: 'nodeDown',
					component: 'poll',
					severity: 'critical',
					message: 'unreachable: connection refused',
					evidence: '24 polls in a row failed',
					since: ago(120),
					nextStep: 'check that the node runs and listens on port 9545',
				}),
			],
			...overrides.health,
		},
	});
}

/** A node that answers its main question but not all others, and has no peers. */
export function partialNode(overrides: NodeOverrides = {}): NodeSnapshot {
	return plainNode({
		identity: { client: 'Nethermind' },
		consensus: { status: 'syncing' },
		chain: { head: { number: 900 }, highestKnown: 1000, syncing: true },
		network: { peers: 0 },
		...overrides,
		target: { name: 'partial', kind: 'evm', url: 'http://127.0.0.1:8546', ...overrides.target },
		poll: {
			status: 'partial',
			endpoints: [
				{ name: 'eth_getBlockByNumber', status: 'ok', latencyMs: 3 },
				{ name: 'txpool_status', status: 'failed', message: 'HTTP 500' },
			],
			...overrides.poll,
		},
		health: {
			status: 'degraded',
			issues: [
				issue({
					code: 'endpointFailed',
					component: 'poll',
					severity: 'info',
					message: 'no answer to txpool_status',
					evidence: 'HTTP 500',
					since: ago(3),
					nextStep: undefined,
				}),
				issue(),
			],
			...overrides.health,
		},
	});
}

const hostileText = fc.oneof(
	fc.string({ unit: 'binary', maxLength: 60 }),
	fc.string({ unit: 'grapheme', maxLength: 60 }),
	fc.constantFrom(
		'\u001B]52;c;aGk=\u0007x',
		'\u001B[2J\u001B[31m',
		'\u009B31m',
		'a\r\nb\tc',
		'\u202Eevil',
		'=HYPERLINK("http://x")',
		'wide 中文 🧪 text',
		'a | ✓ Healthy',
		'x'.repeat(300),
	),
);

/** Documents whose foreign strings passed no adapter: what the formats must stand by themselves. */
export const hostileDocuments: fc.Arbitrary<SnapshotDocument> = fc
	.array(
		fc.record({
			name: hostileText,
			text: hostileText,
			number: fc.oneof(fc.nat(), fc.bigInt({ min: 0n, max: 10n ** 77n }).map(String)),
			make: fc.constantFrom(qudagNode, evmNode, downNode, partialNode, plainNode),
			isSpoken: fc.boolean(),
		}),
		{ maxLength: 4 },
	)
	.map((parts) =>
		documentOf(
			parts.map(({ name, text, number, make, isSpoken }) =>
				isSpoken
					? make({
							target: { name, group: text },
							identity: { nodeId: text, client: text, version: text, networkId: text },
							chain: { head: { number, hash: text, at: ago(4) } },
							health: { issues: [issue({ message: text, evidence: text, nextStep: text })] },
							notes: [text, text],
						})
					: make({ target: { name } }),
			),
		),
	);
