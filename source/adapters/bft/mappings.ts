import type { KnownMapping } from '../../sections/mapped-fields.ts';
import { comet } from './comet-mapping.ts';
import { hotstuff2 } from './hotstuff/mapping.ts';
import { simplex } from './simplex-mapping.ts';

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
			'network.peers': { metrics: ['consensus_libp2p_num_connected_peers'] },
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
			'consensus.epoch': { metrics: ['consensus_compliance_current_epoch_counter'] },
			// Guarantees, receipts and seals are no transactions.
			'chain.txPool.pending': {
				metrics: ['storage_mempool_entries_total'],
				match: { resource: 'transaction' },
			},
		},
		latencies: { busy: { metrics: ['consensus_hotstuff_busy_duration_seconds'] } },
	},
	monad: {
		title: 'Monad',
		detect: ['monad_state_consensus_events_commit_block'],
		fields: {
			'consensus.finalized': {
				metrics: ['monad_state_consensus_events_commit_block'],
				kind: 'counter',
			},
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
			'identity.version': { metrics: ['monad_total_uptime_us'], label: 'service_version' },
			'identity.networkId': { metrics: ['monad_total_uptime_us'], label: 'network' },
		},
	},
	mysticeti: {
		title: 'Sui or IOTA validator (Mysticeti)',
		detect: ['consensus_threshold_clock_round', 'consensus_last_commit_index'],
		fields: {
			'consensus.round': { metrics: ['consensus_threshold_clock_round'] },
			'consensus.committedView': {
				metrics: [
					'consensus_last_committed_leader_round',
					'consensus_last_finalized_leader_round',
					'consensus_last_decided_leader_round',
				],
			},
			'consensus.height': { metrics: ['consensus_last_commit_index'] },
			'consensus.proposals': { metrics: ['consensus_proposed_blocks'] },
			'consensus.timeouts': { metrics: ['consensus_leader_timeout_total'] },
			'consensus.averageFinalityMs': { metrics: ['consensus_block_commit_latency'] },
			'dag.vertices': { metrics: ['consensus_dag_state_recent_blocks'] },
			'dag.depth': { metrics: ['consensus_threshold_clock_round'] },
			'dag.branchingFactor': { metrics: ['consensus_proposed_block_ancestors'] },
			'dag.growthPerSecond': { metrics: ['consensus_accepted_blocks'] },
			'dag.pending': { metrics: ['consensus_block_manager_suspended_blocks'] },
			'dag.missing': { metrics: ['consensus_block_manager_missing_blocks'] },
			'network.peers': { metrics: ['consensus_subscribed_to', 'consensus_subscribed_peers'] },
			'identity.uptimeSeconds': { metrics: ['uptime'] },
		},
		texts: suiTexts(),
		peerList: {
			metrics: ['consensus_subscribed_to', 'consensus_subscribed_peers'],
			label: 'authority',
		},
		validators: {
			label: 'authority',
			facts: {
				votes: { metrics: ['consensus_verified_blocks'] },
				proposals: { metrics: ['consensus_committed_leaders_total'] },
			},
		},
		latencies: {
			commit: { metrics: ['consensus_block_commit_latency'] },
			quorum: { metrics: ['consensus_quorum_receive_latency'] },
		},
	},
	// The consensus families are a validator's only: a full node follows checkpoints.
	checkpoints: {
		title: 'Sui or IOTA full node',
		detect: ['highest_synced_checkpoint', 'last_executed_checkpoint'],
		fields: {
			'consensus.height': { metrics: ['last_executed_checkpoint'] },
			'chain.highestKnown': { metrics: ['highest_synced_checkpoint'] },
			'identity.uptimeSeconds': { metrics: ['uptime'] },
		},
		texts: suiTexts(),
	},
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

/** Aptos and its ancestors differ in the first word (diem/diem pull 1663). */
function diemFamily(title: string, prefix: string): KnownMapping {
	const name = (rest: string) => [`${prefix}_${rest}`];
	const connections = name('connections');
	return {
		title,
		detect: name('consensus_current_round'),
		fields: {
			'consensus.view': { metrics: name('consensus_current_round') },
			'consensus.committedView': { metrics: name('consensus_last_committed_round') },
			'consensus.height': { metrics: name('consensus_last_committed_version') },
			'consensus.finalized': {
				metrics: name('consensus_committed_blocks_count'),
				kind: 'counter',
			},
			'consensus.proposals': { metrics: name('consensus_proposals_count') },
			'consensus.quorumCertificates': { metrics: name('consensus_qc_rounds_count') },
			'consensus.viewChanges': { metrics: name('consensus_timeout_rounds_count') },
			'consensus.timeouts': { metrics: name('consensus_timeout_count') },
			'performance.transactions': { metrics: name('consensus_committed_txns_count') },
			'state.validationFailures': {
				metrics: name('consensus_committed_txns_count'),
				match: { state: 'failed' },
			},
			'consensus.epoch': { metrics: name('consensus_epoch') },
			'consensus.validators': { metrics: name('consensus_current_epoch_validators') },
			'consensus.averageFinalityMs': {
				metrics: name('consensus_block_tracing'),
				match: { stage: 'committed' },
			},
			'chain.txPool.pending': {
				metrics: name('core_mempool_index_size'),
				match: { index: 'system_ttl' },
			},
			'network.peers': { metrics: connections },
			'network.inbound': { metrics: connections, match: { direction: 'inbound' } },
			'network.outbound': { metrics: connections, match: { direction: 'outbound' } },
		},
		// Both ids are the first eight digits of an account; only the validators' network tells.
		texts: { 'identity.nodeId': { metrics: connections, label: 'peer_id' } },
		peerList: {
			metrics: name('network_peer_connected'),
			match: { network_id: 'Validator' },
			label: 'remote_peer_id',
		},
		latencies: {
			commit: { metrics: name('consensus_block_tracing'), match: { stage: 'committed' } },
		},
	};
}

/** `uptime` of mysten-metrics carries what the node is. */
function suiTexts(): NonNullable<KnownMapping['texts']> {
	return {
		'identity.version': { metrics: ['uptime'], label: 'version' },
		'identity.networkId': { metrics: ['uptime'], label: 'chain_identifier' },
	};
}
