import { toExposition } from '../exposition.ts';
import type { Family } from '../exposition.ts';
import type { Histogram } from '../histogram.ts';
import type { ResourceUsage } from '../process-meter.ts';
import { client } from './replica.ts';
import type { Replica } from './replica.ts';
import { networkId, viewChangesOf } from './status.ts';

type Value = number | undefined;
type LabelledValue = readonly [labels: Readonly<Record<string, string>>, value: Value];

export interface MetricsContext {
	/** Seconds of CPU that the replica has used. */
	readonly cpuSeconds: number;
	readonly resources: ResourceUsage;
}

/**
 * Prometheus text of one replica. Names begin with `hotstuff2_`; those that the plan of
 * sure2web3/hotstuff2 (its README) has are taken from there, with the unit added where one belongs to
 * them. Counters are of this life.
 */
export function toMetrics(replica: Replica, context: MetricsContext): string {
	return toExposition([
		...progress(replica),
		...agreement(replica),
		...faults(replica),
		...network(replica),
		...processFamilies(replica, context),
	]);
}

function progress({
	pacemaker,
	committee,
	tree,
	record,
	ledger,
	name,
	version,
}: Replica): Family[] {
	const leader = committee.leaderOf(pacemaker.view);
	const { lastCommitAtWallMs } = ledger;
	const info = { version, client, network: networkId, replica: name, node_id: record.nodeId };
	return [
		labelled('hotstuff2_build_info', 'gauge', 'What runs here, and in which network', [[info, 1]]),
		gauge('hotstuff2_current_view', 'View that the replica is in', pacemaker.view),
		labelled('hotstuff2_leader', 'gauge', '1 for the leader of the current view', [
			[{ replica: leader }, 1],
		]),
		gauge('hotstuff2_is_leader', '1 when this replica leads', leader === name ? 1 : 0),
		gauge('hotstuff2_validators', 'Members that may vote', committee.members.length),
		gauge('hotstuff2_quorum', 'Votes that make a certificate', committee.quorum),
		gauge(
			'hotstuff2_committed_height',
			'Height of the newest committed block',
			tree.committed.height,
		),
		gauge('hotstuff2_committed_view', 'View of the newest committed block', tree.committed.view),
		gauge('hotstuff2_locked_view', 'View of the highest certificate seen', record.lock.view),
		gauge(
			'hotstuff2_last_voted_view',
			'Newest view that it voted in, or gave up',
			record.lastVotedView,
		),
		gauge(
			'hotstuff2_last_commit_timestamp_seconds',
			'Unix time of the newest commit, by its own clock',
			lastCommitAtWallMs === undefined ? undefined : lastCommitAtWallMs / 1000,
		),
		gauge('hotstuff2_blocks_stored', 'Blocks held', tree.size),
	];
}

function agreement(replica: Replica): Family[] {
	const { counters, mempool } = replica;
	return [
		counter('hotstuff2_blocks_proposed', 'Blocks that it proposed', counters.proposals),
		counter('hotstuff2_proposals_received', 'Proposals of others', counters.proposalsReceived),
		counter('hotstuff2_blocks_committed', 'Blocks committed', counters.blocksCommitted),
		counter('hotstuff2_transactions_committed', 'In them', counters.transactionsCommitted),
		gauge('hotstuff2_mempool_transactions', 'Given to it and not committed yet', mempool.size),
		counter('hotstuff2_votes_sent', 'Votes', counters.votesSent),
		counter(
			'hotstuff2_votes_received',
			'Votes of others, as the next leader',
			counters.votesReceived,
		),
		counter(
			'hotstuff2_quorum_certificates',
			'Certificates that it formed from votes',
			counters.quorumCertificates,
		),
		counter(
			'hotstuff2_timeout_certificates',
			'Certificates that it formed from timeouts',
			counters.timeoutCertificates,
		),
		counter('hotstuff2_liveness_timeouts', 'Views that it gave up on', counters.timeouts),
		gauge(
			'hotstuff2_consecutive_timeouts',
			'Views in a row that ended by timeouts',
			counters.consecutiveTimeouts,
		),
		gauge('hotstuff2_view_timeout_seconds', 'Patience now', replica.pacemaker.patienceMs() / 1000),
		counter('hotstuff2_view_changes', 'Views left without a certificate', viewChangesOf(replica)),
		labelled(
			'hotstuff2_view_changes_by_reason',
			'counter',
			'noProposal: silent leader; noQuorum: too few votes; behind: followed the others',
			[...counters.viewChanges].map(([reason, count]) => [{ reason }, count]),
		),
		histogram(
			'hotstuff2_block_commit_time_seconds',
			'From the arrival of a block to its commit',
			counters.commitTime,
		),
		histogram('hotstuff2_block_interval_seconds', 'Between two commits', counters.blockTime),
		histogram('hotstuff2_view_duration_seconds', 'Time in a view', counters.viewDuration),
		histogram(
			'hotstuff2_view_change_duration_seconds',
			'From giving up on a view to the next',
			counters.viewChangeDuration,
		),
	];
}

function faults({ counters, watchman }: Replica): Family[] {
	return [
		counter(
			'hotstuff2_safety_violations',
			'Committed blocks that contradict one another',
			counters.safetyViolations,
		),
		counter(
			'hotstuff2_equivocations_detected',
			'Views in which a leader proposed two blocks',
			watchman.equivocations,
		),
		labelled(
			'hotstuff2_byzantine_behavior_detected',
			'counter',
			'What no honest replica does, by kind',
			[
				[{ type: 'equivocation' }, watchman.equivocations],
				[{ type: 'doubleVote' }, watchman.doubleVotes],
				[{ type: 'invalidMessage' }, counters.invalidMessages],
			],
		),
	];
}

function network({ peers, traffic }: Replica): Family[] {
	const counts = traffic.counts();
	const byType = (outcome: 'sent' | 'received' | 'dropped' | 'failed') =>
		labelled(
			`hotstuff2_messages_${outcome}`,
			'counter',
			`Messages ${outcome}, by type`,
			counts.map((count): LabelledValue => [{ type: count.type }, count[outcome]]),
		);
	const { bytesSent, bytesReceived } = traffic.totals();
	return [
		gauge('hotstuff2_active_peers', 'Connected replicas', peers.connected().length),
		labelled(
			'hotstuff2_peer_connected',
			'gauge',
			'1 for a replica that it hears',
			peers
				.all()
				.map(({ name, about, isConnected }): LabelledValue => [
					{ peer: name, node_id: about?.nodeId ?? '' },
					isConnected ? 1 : 0,
				]),
		),
		{
			name: 'hotstuff2_peer_latency_seconds',
			help: 'Round trips to each replica',
			samples: {
				type: 'histogram',
				values: peers.all().map(({ name, roundTrips }) => ({
					labels: { peer: name },
					histogram: roundTrips,
				})),
			},
		},
		byType('sent'),
		byType('received'),
		byType('dropped'),
		byType('failed'),
		counter('hotstuff2_bytes_sent', 'Bytes of messages sent', bytesSent),
		counter('hotstuff2_bytes_received', 'Bytes of messages received', bytesReceived),
	];
}

/** As the official client libraries name them. Memory and files are the whole devnet's. */
function processFamilies(replica: Replica, { cpuSeconds, resources }: MetricsContext): Family[] {
	const { memory_usage: memory, open_file_descriptors: openFiles } = resources;
	return [
		counter('process_cpu_seconds_total', 'CPU time of this replica', cpuSeconds),
		gauge('process_start_time_seconds', 'Unix time of its start', replica.startedAtWallMs / 1000),
		gauge('process_resident_memory_bytes', 'Memory of the process of the devnet', memory.resident),
		gauge('process_virtual_memory_bytes', 'Of the same', memory.virtual_memory),
		gauge('process_open_fds', 'Of the same', openFiles),
	];
}

function gauge(name: string, help: string, value: Value): Family {
	return { name, help, samples: { type: 'gauge', values: [{ value }] } };
}

function counter(name: string, help: string, value: Value): Family {
	return { name, help, samples: { type: 'counter', values: [{ value }] } };
}

function labelled(
	name: string,
	type: 'counter' | 'gauge',
	help: string,
	values: readonly LabelledValue[],
): Family {
	const samples = values.map(([labels, value]) => ({ labels, value }));
	return { name, help, samples: { type, values: samples } };
}

function histogram(name: string, help: string, values: Histogram): Family {
	return { name, help, samples: { type: 'histogram', values: [{ histogram: values }] } };
}
