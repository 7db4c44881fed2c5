import type { LinkSettings } from '../links.ts';
import { createNetwork } from '../network.ts';
import type { Network, NetworkBasics } from '../network.ts';
import { planTopology } from '../topology.ts';
import { createGenesis } from './block.ts';
import { BlockTree } from './block-tree.ts';
import { createCommittee } from './committee.ts';
import { Replica } from './replica.ts';
import type { ReplicaSettings, VotingRecord } from './settings.ts';
import { createDisk } from './store.ts';

export interface HotstuffNetworkOptions extends NetworkBasics<ReplicaSettings> {
	/** n, 4 by default; ⌊(n − 1) / 3⌋ of them may be faulty. */
	readonly replicaCount?: number;
}

export type HotstuffNetwork = Network<Replica>;

const defaultLinks: LinkSettings = { latencyMs: [10, 50], jitterRatio: 0.1, lossRatio: 0.001 };
/** Δ is above the slowest link; the timeout is above a view's pace and its round trips. */
const defaultSettings: ReplicaSettings = {
	timeoutMs: 1000,
	deltaMs: 150,
	leastBlockMs: 400,
	transactionsPerSecond: 2,
};
/** Above the size of any committee of the devnet: all are linked to all. */
const peersWanted = 64;

export function createHotstuffNetwork(options: HotstuffNetworkOptions): HotstuffNetwork {
	const { replicaCount = 4, epochMs, version } = options;
	const seed = `nodetop-devnet-hotstuff/${options.seed}`;
	const names = Array.from({ length: replicaCount }, (_, index) => `hotstuff-${index + 1}`);
	const genesis = createGenesis(seed, epochMs);
	const committee = createCommittee(names, genesis.id);
	const settings = { ...defaultSettings, ...options.settings };
	return createNetwork({
		name: 'hotstuff',
		ownFaults: [
			'equivocation',
			'doubleVote',
			'invalidMessage',
			'slowDisk',
			'cacheThrash',
			'flood',
			'churn',
		],
		seed,
		epochMs,
		names,
		topology: planTopology(names, peersWanted, seed),
		links: { ...defaultLinks, ...options.links },
		createIdentity: (nodeId): VotingRecord => ({
			nodeId,
			view: 1,
			entry: undefined,
			lastVotedView: 0,
			lastProposedView: 0,
			lock: { view: 0, blockId: genesis.id, voters: [] },
		}),
		createData: () => ({ tree: new BlockTree(genesis), disk: createDisk() }),
		createNode: (world, record, { tree, disk }) =>
			new Replica({ world, committee, settings, record, tree, disk, version }),
	});
}
