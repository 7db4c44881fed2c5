import type { KnownMapping } from '../../sections/mapped-fields.ts';
import { comet } from './comet-mapping.ts';
import { diemFamily } from './diem-mapping.ts';
import { hotstuff2 } from './hotstuff/mapping.ts';
import { simplex } from './simplex-mapping.ts';
import { checkpoints, mysticeti } from './sui-mapping.ts';

/** Newer nodes put what they are on each of their metrics, some collectors on the first only. */
const monadLabelled = [
	'monad_total_uptime_us',
	'monad_node_info',
	'monad_execution_ledger_block_num',
];

/**
 * Names as the systems' sources have them (EspressoSystems/HotShot, aptos-labs/aptos-core, diem/diem,
 * onflow/flow-go, category-labs/monad-bft, MystenLabs/sui and narwhal, iotaledger/iota and hornet,
 * ava-labs/avalanchego, ruvnet/QuDAG, etcd-io/etcd, and the plan in sure2web3/hotstuff2's README). Of several
 * candidates the newer comes first: iotaledger/iota renamed a round in pull 12076, sui its
 * subscriptions in pull 19395. Counters are of the node's present life.
 */
export const builtInMappings = {
	espresso: {
		title: 'Espresso (HotShot)',
		detect: ['consensus_current_view', 'consensus_last_decided_view'],
		paths: ['/v1/status/metrics', '/status/metrics'],
		fields: {
			'consensus.view': { metrics: ['consensus_current_view'] },
			'consensus.committedView': { metrics: ['consensus_last_decided_view'] },
			'consensus.height': { metrics: ['consensus_last_synced_block_height'] },
			'consensus.lastFinalizedAt': { metrics: ['consensus_last_decided_time'] },
			'consensus.finalityLag': { metrics: ['consensus_number_of_views_since_last_decide'] },
			'consensus.timeouts': { metrics: ['consensus_number_of_timeouts'] },
			'mempool.bytes': { metrics: ['consensus_outstanding_transactions_memory_size'] },
			'chain.txPool.pending': { metrics: ['consensus_outstanding_transactions'] },
			'network.peers': {
				metrics: ['consensus_libp2p_num_connected_peers', 'consensus_connected_peers'],
			},
		},
		texts: {
			'identity.nodeId': { metrics: ['consensus_node'], label: 'key' },
			'identity.version': { metrics: ['consensus_version'], label: 'desc' },
		},
		latencies: { view: { metrics: ['consensus_view_duration_as_leader'] } },
	},
	aptos: diemFamily('Aptos', 'aptos'),
	diem: diemFamily('Diem', 'diem'),
	libra: diemFamily('Libra', 'libra'),
	flow: {
		title: 'Flow',
		detect: ['consensus_hotstuff_cur_view'],
		fields: {
			// Collection nodes run several instances, distinguished by the label chain: the furthest counts.
			'consensus.view': { metrics: ['consensus_hotstuff_cur_view'] },
			'consensus.height': { metrics: ['consensus_compliance_finalized_height'] },
			'consensus.finalized': {
				metrics: ['consensus_compliance_finalized_blocks_total'],
				kind: 'counter',
			},
			'consensus.viewChanges': { metrics: ['consensus_hotstuff_skips_total'] },
			'consensus.timeouts': { metrics: ['consensus_hotstuff_timeouts_total'] },
			'consensus.votesReceived': { metrics: ['consensus_hotstuff_vote_processing_seconds_count'] },
			'consensus.epoch': { metrics: ['consensus_compliance_current_epoch_counter'] },
			// Guarantees, receipts and seals are no transactions.
			'chain.txPool.pending': {
				metrics: ['storage_mempool_entries_total'],
				match: { resource: 'transaction' },
			},
			'network.inbound': { metrics: ['network_queue_inbound_connection_count'] },
			'network.outbound': { metrics: ['network_queue_outbound_connection_count'] },
			'network.queuedMessages': { metrics: ['network_queue_message_queue_size'] },
			'network.bytesInPerSecond': { metrics: [`${flowMessages('inbound')}_sum`] },
			'network.bytesOutPerSecond': { metrics: [`${flowMessages('outbound')}_sum`] },
		},
		texts: {
			'identity.version': {
				metrics: ['general_node_info'],
				match: { key: 'version' },
				label: 'value',
				atZero: true,
			},
			'identity.networkId': {
				metrics: ['general_node_info'],
				match: { key: 'spork_id' },
				label: 'value',
				atZero: true,
			},
		},
		latencies: {
			propose: { metrics: ['consensus_hotstuff_payload_production_seconds'] },
			voteProcessing: { metrics: ['consensus_hotstuff_vote_processing_seconds'] },
			busy: { metrics: ['consensus_hotstuff_busy_duration_seconds'] },
		},
		distributions: { 'network.messageBytes': { metrics: [flowMessages('inbound')] } },
		messages: {
			sent: { metrics: [`${flowMessages('outbound')}_count`], label: 'message' },
			received: { metrics: [`${flowMessages('inbound')}_count`], label: 'message' },
		},
		messageMeasures: { bytes: { metrics: [flowMessages('inbound')], label: 'message' } },
	},
	monad: {
		title: 'Monad',
		detect: ['monad_state_consensus_events_commit_block'],
		fields: {
			'consensus.finalized': {
				metrics: ['monad_state_consensus_events_commit_block'],
				kind: 'counter',
			},
			'consensus.height': { metrics: ['monad_execution_ledger_block_num'] },
			'performance.transactions': { metrics: ['monad_execution_ledger_num_tx_commits'] },
			'consensus.proposals': { metrics: ['monad_state_consensus_events_creating_proposal'] },
			'consensus.votes': { metrics: ['monad_state_consensus_events_created_vote'] },
			'consensus.votesReceived': { metrics: ['monad_state_consensus_events_vote_received'] },
			'consensus.timeoutCertificates': { metrics: ['monad_state_consensus_events_created_tc'] },
			'consensus.quorumCertificates': {
				metrics: ['monad_state_consensus_events_enter_new_round_qc'],
			},
			'consensus.viewChanges': { metrics: ['monad_state_consensus_events_enter_new_round_tc'] },
			'consensus.timeouts': { metrics: ['monad_state_consensus_events_local_timeout'] },
			'consensus.isSyncing': { metrics: ['monad_statesync_syncing'] },
			'chain.txPool.pending': { metrics: ['monad_bft_txpool_pool_tracked_txs'] },
			'network.peers': { metrics: ['monad_peer_disc_num_peers'] },
			'identity.uptimeSeconds': { metrics: ['monad_total_uptime_us'], unit: 'us' },
		},
		texts: {
			'identity.version': { metrics: monadLabelled, label: 'service_version' },
			'identity.networkId': { metrics: monadLabelled, label: 'network' },
		},
	},
	mysticeti,
	checkpoints,
	narwhal: {
		title: 'Narwhal primary',
		detect: ['narwhal_primary_current_round'],
		fields: {
			'consensus.round': { metrics: ['narwhal_primary_current_round'] },
			'consensus.committedView': { metrics: ['narwhal_primary_last_committed_round'] },
			'consensus.proposals': {
				metrics: ['narwhal_primary_headers_processed'],
				match: { source: 'own' },
			},
			'consensus.quorumCertificates': { metrics: ['narwhal_primary_certificates_processed'] },
			'dag.depth': { metrics: ['narwhal_primary_consensus_dag_rounds'] },
			'dag.storageBytes': { metrics: ['narwhal_primary_dag_size_bytes'] },
			// Stays 0 unless external consensus is on.
			'dag.vertices': {
				metrics: ['narwhal_primary_external_consensus_dag_vertices_elements'],
				zeroIsAbsent: true,
			},
		},
		texts: {
			'identity.nodeId': { metrics: ['narwhal_primary_current_round'], label: 'node_name' },
		},
	},
	hotstuff2,
	cometbft: comet('CometBFT', 'cometbft'),
	tendermint: comet('Tendermint', 'tendermint'),
	simplex: simplex('Simplex', 'engine', ['finalized_height']),
	simplexAlto: simplex('Simplex (Alto)', 'engine_consensus', ['engine_marshal_finalized_height']),
	simplexTempo: simplex('Simplex (Tempo)', 'consensus_engine_epoch_manager_simplex', [
		'consensus_engine_marshal_finalized_height',
	]),
	etcd: {
		title: 'etcd',
		detect: ['etcd_server_has_leader'],
		fields: {
			'consensus.hasLeader': { metrics: ['etcd_server_has_leader'] },
			'consensus.isLeader': { metrics: ['etcd_server_is_leader'] },
			'consensus.height': { metrics: ['etcd_server_proposals_committed_total'] },
			'consensus.finalized': { metrics: ['etcd_server_proposals_committed_total'] },
			'consensus.applied': { metrics: ['etcd_server_proposals_applied_total'] },
			'consensus.pending': { metrics: ['etcd_server_proposals_pending'] },
			'consensus.failed': { metrics: ['etcd_server_proposals_failed_total'] },
			'consensus.viewChanges': { metrics: ['etcd_server_leader_changes_seen_total'] },
			'network.peers': { metrics: ['etcd_network_active_peers'] },
			'network.bytesInPerSecond': { metrics: ['etcd_network_peer_received_bytes_total'] },
			'network.bytesOutPerSecond': { metrics: ['etcd_network_peer_sent_bytes_total'] },
			'database.reads': { metrics: ['etcd_mvcc_range_total', 'etcd_debugging_mvcc_range_total'] },
			'database.writes': { metrics: ['etcd_mvcc_put_total', 'etcd_debugging_mvcc_put_total'] },
			'database.deletes': {
				metrics: ['etcd_mvcc_delete_total', 'etcd_debugging_mvcc_delete_total'],
			},
			'database.batches': { metrics: ['etcd_mvcc_txn_total', 'etcd_debugging_mvcc_txn_total'] },
			'database.logicalBytes': { metrics: ['etcd_mvcc_db_total_size_in_use_in_bytes'] },
			'resources.databaseBytes': {
				metrics: ['etcd_mvcc_db_total_size_in_bytes', 'etcd_debugging_mvcc_db_total_size_in_bytes'],
			},
		},
		distributions: {
			'database.writeMs': { metrics: ['etcd_disk_wal_fsync_duration_seconds'] },
			'database.batchMs': { metrics: ['etcd_disk_backend_commit_duration_seconds'] },
			'database.compactionMs': {
				metrics: ['etcd_debugging_mvcc_db_compaction_total_duration_milliseconds'],
				unit: 'ms',
			},
		},
		texts: {
			'identity.nodeId': { metrics: ['etcd_server_id'], label: 'server_id' },
			'identity.version': { metrics: ['etcd_server_version'], label: 'server_version' },
		},
		latencies: {
			diskSync: { metrics: ['etcd_disk_wal_fsync_duration_seconds'] },
			commit: { metrics: ['etcd_disk_backend_commit_duration_seconds'] },
			roundTrip: { metrics: ['etcd_network_peer_round_trip_time_seconds'] },
		},
		peerLatency: { metrics: ['etcd_network_peer_round_trip_time_seconds'] },
		peerList: { metrics: ['etcd_network_active_peers'], label: 'Remote' },
	},
	hornet: {
		title: 'IOTA Hornet',
		detect: ['iota_node_milestones'],
		fields: {
			'consensus.isHealthy': { metrics: ['iota_node_health'] },
			'consensus.height': { metrics: ['iota_node_milestones'], match: { type: 'latest' } },
			'consensus.finalized': { metrics: ['iota_node_milestones'], match: { type: 'confirmed' } },
			'dag.tips': { metrics: ['iota_node_tips'] },
			'dag.growthPerSecond': { metrics: ['iota_node_blocks_per_second'], kind: 'gauge' },
		},
		texts: {
			'identity.client': { metrics: ['iota_node_app_info'], label: 'name' },
			'identity.version': { metrics: ['iota_node_app_info'], label: 'version' },
		},
	},
	avalanche: {
		title: 'Avalanche',
		// No path: the node itself, which tells more, is of the kind dag.
		detect: ['avalanche_snowman_last_accepted_height'],
		fields: {
			'consensus.height': {
				metrics: ['avalanche_snowman_last_accepted_height'],
				match: { chain: 'C' },
			},
			'consensus.lastFinalizedAt': { metrics: ['avalanche_snowman_last_accepted_timestamp'] },
			'consensus.pending': { metrics: ['avalanche_snowman_blks_processing'] },
			'consensus.failed': {
				metrics: ['avalanche_snowman_blks_rejected_count'],
				match: { chain: 'C' },
			},
			'performance.blocksPerSecond': {
				metrics: ['avalanche_snowman_blks_accepted_count'],
				match: { chain: 'C' },
			},
			'network.peers': { metrics: ['avalanche_network_peers'] },
		},
	},
	// The names of QuDAG's node operations plan, as the devnet and `nodetop serve` have them.
	qudag: {
		title: 'QuDAG',
		detect: ['consensus_round_counter', 'dag_tip_gauge'],
		fields: {
			'consensus.round': { metrics: ['consensus_round_counter'] },
			'consensus.finalized': { metrics: ['consensus_finalized_vertices'] },
			'consensus.pending': { metrics: ['dag_vertex_counter'], match: { type: 'pending' } },
			'consensus.averageFinalityMs': { metrics: ['consensus_finality_time_histogram'] },
			'consensus.votingPower': { metrics: ['consensus_voting_power_gauge'] },
			'dag.vertices': { metrics: ['dag_vertex_counter'] },
			'dag.edges': { metrics: ['dag_edge_counter'] },
			'dag.tips': { metrics: ['dag_tip_gauge'] },
			'dag.depth': { metrics: ['dag_depth_gauge'] },
			'dag.growthPerSecond': { metrics: ['dag_growth_rate_gauge'], kind: 'gauge' },
			'network.peers': { metrics: ['network_peer_gauge'] },
			'network.bytesInPerSecond': { metrics: ['network_bytes_received_counter'] },
			'network.bytesOutPerSecond': { metrics: ['network_bytes_sent_counter'] },
		},
		peerLatency: { metrics: ['network_latency_histogram'] },
		messages: {
			sent: { metrics: ['network_messages_sent_counter'], label: 'type' },
			received: { metrics: ['network_messages_received_counter'], label: 'type' },
		},
	},
	qudagTestnet: {
		title: 'QuDAG testnet',
		detect: ['qudag_block_height', 'qudag_is_synced'],
		// Its HTTP API tells more; its count of peers and bytes are never fed there, and stay 0.
		fields: {
			'consensus.height': { metrics: ['qudag_block_height'] },
			'consensus.isHealthy': { metrics: ['qudag_is_synced'] },
			'identity.uptimeSeconds': { metrics: ['qudag_uptime_seconds'] },
		},
	},
} as const satisfies Readonly<Record<string, KnownMapping>>;

/** A histogram of sizes: its sum is the bytes, its count the messages. */
function flowMessages(direction: 'inbound' | 'outbound'): string {
	return `network_gossip_${direction}_message_size_bytes`;
}
