import { layOut } from '../links.ts';
import type { LinkSettings } from '../links.ts';
import { createNetwork, knownTo } from '../network.ts';
import type { Network } from '../network.ts';
import { createGenesis } from './block.ts';
import { createBlockTree } from './block-tree.ts';
import { createCommittee } from './committee.ts';
import { createReplica } from './replica.ts';
import type { Replica } from './replica.ts';
import type { ReplicaSettings, VotingRecord } from './settings.ts';

export interface HotstuffNetworkOptions {
	readonly seed: number;
	/** What the virtual zero is in Unix ms. */
	readonly epochMs: number;
	readonly version: string;
	/** 4 unless told; n of them bear ⌊(n − 1) / 3⌋ faulty ones. */
	readonly replicaCount?: number;
	readonly links?: Partial<LinkSettings>;
	readonly settings?: Partial<ReplicaSettings>;
}

export type HotstuffNetwork = Network<Replica>;

const defaultLinks: LinkSettings = { latencyMs: [10, 50], jitterRatio: 0.1, lossRatio: 0.001 };
/** Δ is above what a link takes at most; the patience is above a view's pace and its round trips. */
const defaultSettings: ReplicaSettings = {
	timeoutMs: 1000,
	deltaMs: 150,
	leastBlockMs: 400,
	transactionsPerSecond: 2,
};
/** More than any committee of the devnet has: all are linked to all. */
const peersWanted = 64;

export function createHotstuffNetwork(options: HotstuffNetworkOptions): HotstuffNetwork {
	const { replicaCount = 4, epochMs, version } = options;
	const seed = `nodetop-devnet-hotstuff/${options.seed}`;
	const names = Array.from({ length: replicaCount }, (_, index) => `hotstuff-${index + 1}`);
	const pairs = layOut(names, peersWanted, seed);
	const genesis = createGenesis(seed, epochMs);
	const committee = createCommittee(names, genesis.id);
	const settings = { ...defaultSettings, ...options.settings };
	return createNetwork({
		name: 'hotstuff',
		ownFaults: ['equivocation'],
		seed,
		epochMs,
		names,
		pairs,
		links: { ...defaultLinks, ...options.links },
		keep: (nodeId): VotingRecord => ({
			nodeId,
			view: 1,
			entry: undefined,
			lastVotedView: 0,
			lastProposedView: 0,
			lock: { view: 0, blockId: genesis.id, voters: [] },
		}),
		emptyData: () => createBlockTree(genesis),
		create: (world, { kept, data, address }) =>
			createReplica({
				world,
				committee,
				settings,
				record: kept,
				tree: data,
				version,
				known: knownTo(world.name, pairs),
				address,
			}),
	});
}
