import { client } from './replica.ts';
import type { Replica } from './replica.ts';

export const networkId = 'nodetop-devnet-hotstuff';

export type ReplicaState = 'active' | 'syncing' | 'stalled';

const stalledAfterMs = 5000;

/** Stalled: nothing was committed for 5 s. Syncing: the same, but blocks of others are being fetched. */
export function stateOf(replica: Replica, nowMs: number): ReplicaState {
	const stillMs = nowMs - (replica.ledger.lastCommitAtMs ?? replica.startedAtMs);
	if (stillMs < stalledAfterMs) return 'active';
	return replica.fetcher.isFetching() ? 'syncing' : 'stalled';
}

/**
 * The figures of sure2web3/hotstuff2 (`src/metrics/mod.rs`), which gives them as JSON: times in
 * milliseconds, `timestamp` in Unix seconds. An average without measurements is absent.
 */
export function figuresOf(replica: Replica, wallNowMs: number) {
	const { counters, pacemaker, tree, traffic } = replica;
	const averageBlockMs = toMs(counters.blockTime.mean());
	const averageCommitMs = toMs(counters.commitTime.mean());
	const messages = traffic.counts();
	const total = (of: 'sent' | 'received' | 'failed') =>
		messages.reduce((sum, counts) => sum + counts[of], 0);
	return {
		blocks_proposed: counters.proposals,
		blocks_committed: counters.blocksCommitted,
		votes_sent: counters.votesSent,
		votes_received: counters.votesReceived,
		timeouts: counters.timeouts,
		view_changes: viewChangesOf(replica),
		...(averageBlockMs !== undefined && { avg_block_time: averageBlockMs }),
		...(averageCommitMs !== undefined && { avg_commit_latency: averageCommitMs }),
		current_height: tree.committed.height,
		current_round: pacemaker.view,
		safety_violations: counters.safetyViolations,
		consecutive_timeouts: counters.consecutiveTimeouts,
		max_consecutive_timeouts: counters.maxConsecutiveTimeouts,
		messages_sent: total('sent'),
		messages_received: total('received'),
		network_errors: total('failed'),
		blocks_stored: tree.size,
		storage_errors: 0,
		timestamp: Math.floor(wallNowMs / 1000),
	};
}

/** The replica's position in the protocol, with what it signed and its connected peers. */
export function consensusOf(replica: Replica, nowMs: number) {
	const { record, pacemaker, committee, tree, ledger, peers, detector } = replica;
	const { lastCommitAtWallMs } = ledger;
	const leader = committee.leaderOf(pacemaker.view);
	return {
		replica: replica.name,
		node_id: record.nodeId,
		client: `${client}/${replica.version}`,
		network: networkId,
		status: stateOf(replica, nowMs),
		view: pacemaker.view,
		leader,
		is_leader: leader === replica.name,
		quorum: committee.quorum,
		members: committee.members,
		committed: {
			height: tree.committed.height,
			view: tree.committed.view,
			hash: tree.committed.id,
			...(lastCommitAtWallMs !== undefined && { at: new Date(lastCommitAtWallMs).toISOString() }),
		},
		locked_view: record.lock.view,
		last_voted_view: record.lastVotedView,
		recent_commits: tree
			.ancestors(tree.committed.id, -1, recentCommits)
			.map(({ height, view, id, proposer, timestampMs }) => ({
				height,
				view,
				hash: id,
				proposer,
				at: new Date(timestampMs).toISOString(),
			})),
		equivocations: detector.equivocations,
		peers: peers.connected().map(({ name, about }) => ({ replica: name, ...about })),
	};
}

const recentCommits = 32;

export function viewChangesOf({ counters }: Replica): number {
	let sum = 0;
	for (const count of counters.viewChanges.values()) sum += count;
	return sum;
}

function toMs(seconds: number | undefined): number | undefined {
	return seconds === undefined ? undefined : Math.round(seconds * 1e6) / 1000;
}
