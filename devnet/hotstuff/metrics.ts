import { NodeMetrics, counter, gauge } from '../node-metrics.ts';
import type { Family, LabelledValue } from '../node-metrics.ts';
import type { Scrape } from './scrape.ts';
import { client } from './replica.ts';
import type { Replica } from './replica.ts';
import { connectionFamilies, ledgerFamilies, validatorFamilies } from './metric-families.ts';
import { networkId, viewChangesOf } from './status.ts';

/**
 * The metrics of a replica, but for the histograms in its counters. Names begin with `hotstuff2_`;
 * those that the plan of sure2web3/hotstuff2 (its README) has are taken from there, with the unit added
 * where one belongs to them. Counters begin at zero with each run of the replica.
 */
export function createReplicaMetrics(): NodeMetrics<Scrape> {
	return new NodeMetrics([
		...progress,
		...agreement,
		...faults,
		...network,
		...ledgerFamilies,
		...validatorFamilies,
		...connectionFamilies,
		...processFamilies,
	]);
}

const progress: readonly Family<Scrape>[] = [
	gauge(
		'hotstuff2_build_info',
		'What runs here, and in which network',
		({ replica: { version, name, record } }) => [
			[{ version, client, network: networkId, replica: name, node_id: record.nodeId }, 1],
		],
		['version', 'client', 'network', 'replica', 'node_id'],
	),
	gauge('hotstuff2_current_view', 'The present view', ({ replica }) => replica.pacemaker.view),
	gauge(
		'hotstuff2_leader',
		'1 for the leader of the present view',
		({ replica }) => [[{ replica: leaderOf(replica) }, 1]],
		['replica'],
	),
	gauge('hotstuff2_is_leader', '1 while this replica leads', ({ replica }) =>
		leaderOf(replica) === replica.name ? 1 : 0,
	),
	gauge(
		'hotstuff2_validators',
		'Members that may vote',
		({ replica }) => replica.committee.members.length,
	),
	gauge('hotstuff2_quorum', 'Votes of a certificate', ({ replica }) => replica.committee.quorum),
	gauge(
		'hotstuff2_committed_height',
		'Height of the newest committed block',
		({ replica }) => replica.tree.committed.height,
	),
	gauge(
		'hotstuff2_committed_view',
		'View of the newest committed block',
		({ replica }) => replica.tree.committed.view,
	),
	gauge(
		'hotstuff2_locked_view',
		'View of the highest certificate seen',
		({ replica }) => replica.record.lock.view,
	),
	gauge(
		'hotstuff2_last_voted_view',
		'Newest view in which it voted or timed out',
		({ replica }) => replica.record.lastVotedView,
	),
	gauge(
		'hotstuff2_last_commit_timestamp_seconds',
		'Unix time of the newest commit, by its own clock',
		({ replica: { ledger } }) =>
			ledger.lastCommitAtWallMs === undefined ? undefined : ledger.lastCommitAtWallMs / 1000,
	),
	gauge('hotstuff2_blocks_stored', 'Blocks held', ({ replica }) => replica.tree.size),
];

const viewChangeEnd = (end: 'from' | 'to', help: string): Family<Scrape> =>
	gauge(
		`hotstuff2_last_view_change_${end}`,
		help,
		({ replica: { counters } }) => {
			const last = counters.lastViewChange;
			return last && [[{ reason: last.reason }, last[end]]];
		},
		['reason'],
	);

const agreement: readonly Family<Scrape>[] = [
	counted('hotstuff2_blocks_proposed', 'Blocks that it proposed', 'proposals'),
	counted('hotstuff2_proposals_received', 'Proposals of others', 'proposalsReceived'),
	counted('hotstuff2_blocks_committed', 'Blocks committed', 'blocksCommitted'),
	counted(
		'hotstuff2_transactions_committed',
		'Transactions in committed blocks',
		'transactionsCommitted',
	),
	gauge(
		'hotstuff2_mempool_transactions',
		'Transactions received and not committed yet',
		({ replica }) => replica.mempool.size,
	),
	counted('hotstuff2_consensus_decisions', 'Commits of one or more blocks', 'decisions'),
	counted('hotstuff2_votes_sent', 'Votes', 'votesSent'),
	counted('hotstuff2_votes_received', 'Votes of others, as the next leader', 'votesReceived'),
	counted(
		'hotstuff2_quorum_certificates',
		'Certificates that it formed from votes',
		'quorumCertificates',
	),
	counted(
		'hotstuff2_timeout_certificates',
		'Certificates that it formed from timeouts',
		'timeoutCertificates',
	),
	counted('hotstuff2_liveness_timeouts', 'Views that timed out here', 'timeouts'),
	gauge(
		'hotstuff2_consecutive_timeouts',
		'Views in a row that ended by timeouts',
		({ replica }) => replica.counters.consecutiveTimeouts,
	),
	gauge(
		'hotstuff2_view_timeout_seconds',
		'The present timeout of a view',
		({ replica }) => replica.pacemaker.timeoutMs() / 1000,
	),
	counter('hotstuff2_view_changes', 'Views left without a certificate', ({ replica }) =>
		viewChangesOf(replica),
	),
	counter(
		'hotstuff2_view_changes_by_reason',
		'noProposal: silent leader; noQuorum: too few votes; behind: followed the others',
		({ replica }) =>
			[...replica.counters.viewChanges].map(([reason, count]): LabelledValue => [
				{ reason },
				count,
			]),
		['reason'],
	),
	viewChangeEnd('from', 'The view that was left last without a certificate'),
	viewChangeEnd('to', 'The view that followed it'),
];

const faults: readonly Family<Scrape>[] = [
	counter(
		'hotstuff2_safety_violations',
		'Committed blocks that contradict one another',
		({ replica: { counters } }) => [[{ type: 'conflictingCommit' }, counters.safetyViolations]],
		['type'],
	),
	counter(
		'hotstuff2_equivocations_detected',
		'Views in which a leader proposed two blocks',
		({ replica }) => replica.detector.equivocations,
	),
	counter(
		'hotstuff2_equivocations_by_proposer',
		'The same, by leader',
		({ replica: { committee, detector } }) =>
			committee.members.map((proposer) => [{ proposer }, detector.equivocationsOf(proposer)]),
		['proposer'],
	),
	counter(
		'hotstuff2_byzantine_behavior_detected',
		'What no honest replica does, by kind and by who did it',
		({ replica: { validators } }) =>
			validators
				.all()
				.flatMap(([validator, { byzantine }]) =>
					[...byzantine].map(([type, count]): LabelledValue => [{ type, validator }, count]),
				),
		['type', 'validator'],
	),
];

const network: readonly Family<Scrape>[] = [
	gauge(
		'hotstuff2_active_peers',
		'Connected replicas',
		({ replica }) => replica.peers.connected().length,
	),
	gauge(
		'hotstuff2_peer_connected',
		'1 for a connected replica',
		({ replica }) =>
			replica.peers
				.all()
				.map(({ name, about, isConnected }): LabelledValue => [
					{ peer: name, node_id: about?.nodeId ?? '' },
					isConnected ? 1 : 0,
				]),
		['peer', 'node_id'],
	),
	...(['sent', 'received', 'dropped', 'failed'] as const).map((outcome) =>
		counter<Scrape>(
			`hotstuff2_messages_${outcome}`,
			`Messages ${outcome}, by type`,
			({ replica }) =>
				replica.traffic
					.counts()
					.map((counts): LabelledValue => [{ type: counts.type }, counts[outcome]]),
			['type'],
		),
	),
	counter(
		'hotstuff2_bytes_sent',
		'Bytes of messages sent',
		({ replica }) => replica.traffic.totals().bytesSent,
	),
	counter(
		'hotstuff2_bytes_received',
		'Bytes of messages received',
		({ replica }) => replica.traffic.totals().bytesReceived,
	),
];

/** As the official client libraries name them. Memory and files are those of the whole devnet. */
const processFamilies: readonly Family<Scrape>[] = [
	counter('process_cpu_seconds_total', 'CPU time of this replica', ({ cpuSeconds }) => cpuSeconds),
	gauge(
		'process_start_time_seconds',
		'Unix time of its start',
		({ replica }) => replica.startedAtWallMs / 1000,
	),
	gauge(
		'process_resident_memory_bytes',
		'Resident memory of the devnet process',
		({ resources }) => resources.memory_usage.resident,
	),
	gauge(
		'process_virtual_memory_bytes',
		'Virtual memory of the devnet process',
		({ resources }) => resources.memory_usage.virtual_memory,
	),
	gauge(
		'process_open_fds',
		'Open file descriptors of the devnet process',
		({ resources }) => resources.open_file_descriptors,
	),
];

function leaderOf({ committee, pacemaker }: Replica): string {
	return committee.leaderOf(pacemaker.view);
}

type CountName = {
	[Key in keyof Replica['counters']]: Replica['counters'][Key] extends number ? Key : never;
}[keyof Replica['counters']];

function counted(name: string, help: string, key: CountName): Family<Scrape> {
	return counter(name, help, ({ replica }) => replica.counters[key]);
}
