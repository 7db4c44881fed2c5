import { layOut } from '../links.ts';
import type { LinkSettings } from '../links.ts';
import { createNetwork, knownTo } from '../network.ts';
import type { Network } from '../network.ts';
import { createDag } from './dag.ts';
import { createDagNode } from './dag-node.ts';
import type { DagNode } from './dag-node.ts';
import type { NodeSettings } from './node-context.ts';
import { createGenesis } from './vertex.ts';

export interface DagNetworkOptions {
	/** 4 to 64. */
	readonly nodeCount: number;
	readonly seed: number;
	/** What the virtual zero is in Unix ms. */
	readonly epochMs: number;
	readonly version: string;
	readonly links?: Partial<LinkSettings>;
	readonly settings?: Partial<NodeSettings>;
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
	const pairs = layOut(names, peersWanted, seed);
	const settings = settingsFor(options);
	return createNetwork({
		name: 'dag',
		ownFaults: ['diskFull', 'equivocation'],
		seed,
		epochMs,
		names,
		pairs,
		links: { ...defaultLinks, ...options.links },
		keep: (nodeId) => ({ nodeId, issued: 0 }),
		emptyData: () => createDag(genesis),
		create: (world, { kept, data, address }) =>
			createDagNode({
				context: { ...world, settings },
				identity: kept,
				dag: data,
				version,
				known: knownTo(world.name, pairs),
				halfOf: (name) => (names.indexOf(name) % 2 === 0 ? 0 : 1),
				address,
			}),
	});
}

/** Two thirds of the sample is a quorum: 2 of 3 peers among four nodes. */
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
