import type { LinkSettings } from '../links.ts';
import { createNetwork } from '../network.ts';
import type { Network, NetworkBasics } from '../network.ts';
import { planTopology } from '../topology.ts';
import { Dag } from './dag.ts';
import { DagNode } from './dag-node.ts';
import type { NodeSettings } from './node-context.ts';
import { createGenesis } from './vertex.ts';

export interface DagNetworkOptions extends NetworkBasics<NodeSettings> {
	/** 4 to 64. */
	readonly nodeCount: number;
}

export type DagNetwork = Network<DagNode>;

const defaultLinks: LinkSettings = { latencyMs: [20, 120], jitterRatio: 0.1, lossRatio: 0.001 };
const peersWanted = 8;
const maxSampleSize = 10;
/** Vertices that the whole network issues in a second, when it is larger than a handful of nodes. */
const networkVerticesPerSecond = 16;

export function createDagNetwork(options: DagNetworkOptions): DagNetwork {
	const { nodeCount, epochMs, version } = options;
	const seed = `nodetop-devnet/${options.seed}`;
	const genesis = createGenesis(seed, epochMs);
	const names = Array.from({ length: nodeCount }, (_, index) => `dag-${index + 1}`);
	const settings = settingsFor(options);
	return createNetwork({
		name: 'dag',
		ownFaults: ['diskFull', 'equivocation'],
		seed,
		epochMs,
		names,
		topology: planTopology(names, peersWanted, seed),
		links: { ...defaultLinks, ...options.links },
		createIdentity: (nodeId) => ({ nodeId, issued: 0 }),
		createData: () => new Dag(genesis),
		createNode: (world, identity, dag) =>
			new DagNode({
				context: { ...world, settings },
				identity,
				dag,
				version,
				halfOf: (name) => (names.indexOf(name) % 2 === 0 ? 0 : 1),
			}),
	});
}

/** Two thirds of the sample are a quorum: 2 of 3 peers among four nodes. */
function settingsFor({ nodeCount, settings }: DagNetworkOptions): NodeSettings {
	const sampleSize = Math.min(nodeCount - 1, peersWanted, maxSampleSize);
	return {
		verticesPerSecond: Math.min(1.5, networkVerticesPerSecond / nodeCount),
		sampleSize,
		quorum: Math.ceil((sampleSize * 2) / 3),
		roundsToFinal: 3,
		roundMs: 400,
		queryTimeoutMs: 2000,
		maxFinalHeld: Math.max(1000, Math.min(4000, Math.floor(32_000 / nodeCount))),
		...settings,
	};
}
