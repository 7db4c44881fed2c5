import type { ScreenName } from '../source/keys/screen-names.ts';

/** One line of the plan. What has no field, name, screen or test says why. */
export interface PlanRow {
	/** Document of the plan: 000 node operations, 001 network operations, 003 HotStuff-2 metrics. */
	readonly plan: '000' | '001' | '003';
	/** As the plan names it. */
	readonly line: string;
	readonly field?: string;
	/** Of several series of one list, the one that is meant. */
	readonly metric?: string;
	readonly screen?: ScreenName;
	/** The file whose test asserts the field's value. */
	readonly test?: string;
	readonly because?: string;
}

const counted = 'test/devnet/hotstuff/metrics-plan.test.ts';
const reckoned = 'test/adapters/performance.test.ts';
const dag = 'test/adapters/qudag/node-status.test.ts';

function rows(
	plan: PlanRow['plan'],
	test: string,
	lines: Readonly<Record<string, readonly [field: string, screen: ScreenName, test?: string]>>,
): PlanRow[] {
	return Object.entries(lines).map(([line, [field, screen, own = test]]) => ({
		plan,
		line,
		field,
		screen,
		test: own,
	}));
}

const consensus = rows('003', counted, {
	current_view: ['consensus.view', 'consensus'],
	blocks_proposed: ['consensus.proposals', 'consensus'],
	blocks_committed: ['consensus.finalized', 'consensus'],
	block_proposal_time: ['consensus.latenciesMs', 'consensus'],
	block_commit_time: ['consensus.latenciesMs', 'consensus'],
	vote_processing_time: ['consensus.latenciesMs', 'consensus'],
	votes_sent: ['consensus.votes', 'consensus'],
	votes_received: ['consensus.votesReceived', 'consensus'],
	'votes by type': ['consensus.votesByType', 'consensus'],
	'votes by validator': ['validators.list', 'consensus'],
	view_changes: ['consensus.viewChanges', 'consensus'],
	'view_changes, from': ['consensus.lastViewChange.from', 'consensus'],
	'view_changes, to': ['consensus.lastViewChange.to', 'consensus'],
	'view_changes, reason': ['consensus.viewChangeReasons', 'consensus'],
	view_change_duration: ['consensus.latenciesMs', 'consensus'],
	liveness_timeouts: ['consensus.timeouts', 'consensus'],
	'timeouts in a row': ['consensus.viewsInRowTimedOut', 'consensus'],
	safety_violations: ['consensus.safetyViolations', 'consensus'],
	'safety_violations by type': ['consensus.safetyViolationsBy', 'consensus'],
	byzantine_behavior_detected: ['consensus.byzantine', 'consensus'],
	'byzantine_behavior_detected by type': ['consensus.byzantineByType', 'consensus'],
	'equivocations by proposer': ['consensus.equivocationsBy', 'consensus'],
	'quorum certificates formed': ['consensus.quorumCertificates', 'consensus'],
	'timeout certificates formed': ['consensus.timeoutCertificates', 'consensus'],
	'QC formation time': ['consensus.latenciesMs', 'consensus'],
	'validator power, votes, missed, proposals, last seen': ['validators.list', 'consensus'],
});

const performance = rows('003', counted, {
	transaction_throughput: ['performance.transactionsPerSecond', 'consensus', reckoned],
	block_throughput: ['performance.blocksPerSecond', 'consensus', reckoned],
	consensus_throughput: ['performance.decisionsPerSecond', 'consensus', reckoned],
	'transactions committed': ['performance.transactions', 'consensus'],
	'consensus decisions': ['performance.decisions', 'consensus'],
	transaction_confirmation_latency: ['performance.confirmationMs', 'consensus'],
	block_finalization_latency: ['performance.finalizationMs', 'consensus'],
	end_to_end_latency: ['performance.endToEndMs', 'consensus'],
	'transaction sizes': ['performance.transactionBytes', 'consensus'],
	consensus_efficiency: ['performance.consensusEfficiencyRatio', 'consensus', reckoned],
	network_efficiency: ['performance.networkEfficiencyRatio', 'consensus', reckoned],
	storage_efficiency: ['performance.storageEfficiencyRatio', 'consensus', reckoned],
	cpu_usage: ['resources.cpuRatio', 'resources', 'test/adapters/bft/real-programs.test.ts'],
	memory_usage: ['resources.memoryResidentBytes', 'resources', 'test/adapters/host/host.test.ts'],
	disk_usage: ['resources.diskAvailableBytes', 'resources', 'test/adapters/host/host.test.ts'],
	bandwidth_usage: ['network.bytesInPerSecond', 'network', 'test/adapters/bft/mapping.test.ts'],
});

const network = rows('003', counted, {
	'messages_sent, messages_received by type': ['network.messages', 'network'],
	'messages processed, failed by type': ['network.messages', 'network'],
	message_processing_time: ['network.processingMs', 'network'],
	'message sizes': ['network.messageBytes', 'network'],
	message_propagation_time: ['network.propagationMs', 'network'],
	message_queue_size: ['network.queuedMessages', 'network'],
	message_delivery_rate: ['network.deliveryRatio', 'network', reckoned],
	'messages per second': ['network.messagesPerSecond', 'network', reckoned],
	active_peers: ['network.peers', 'network'],
	connections: ['network.connectionsOpened', 'network'],
	'connections by type': ['network.connectionsBy', 'network'],
	disconnections: ['network.connectionsClosed', 'network'],
	'disconnections by reason': ['network.disconnectionsBy', 'network'],
	connection_failures: ['network.connectionsFailed', 'network'],
	'connection_failures by error': ['network.connectionFailuresBy', 'network'],
	connection_duration: ['network.connectionSeconds', 'network'],
	peer_latency: ['network.latencyMs', 'network'],
});

const ledger = rows('003', counted, {
	storage_reads: ['database.reads', 'resources'],
	storage_writes: ['database.writes', 'resources'],
	storage_deletes: ['database.deletes', 'resources'],
	'storage batches': ['database.batches', 'resources'],
	read_latency: ['database.readMs', 'resources'],
	write_latency: ['database.writeMs', 'resources'],
	delete_latency: ['database.deleteMs', 'resources'],
	batch_latency: ['database.batchMs', 'resources'],
	storage_errors: ['database.errors', 'resources'],
	cache_hits: ['database.cacheHits', 'resources'],
	cache_misses: ['database.cacheMisses', 'resources'],
	cache_size: ['database.cacheBytes', 'resources'],
	'cache hit ratio': ['database.cacheHitRatio', 'resources', reckoned],
	storage_size: ['resources.databaseBytes', 'resources'],
	'live data': ['database.logicalBytes', 'resources'],
	'storage growth': ['database.growthBytesPerSecond', 'resources', reckoned],
	compactions: ['database.compactions', 'resources'],
	'compaction time': ['database.compactionMs', 'resources'],
	state_size: ['state.sizeBytes', 'resources'],
	account_count: ['state.accounts', 'resources'],
	contract_count: ['state.contracts', 'resources'],
	state_transitions: ['state.transitions', 'resources'],
	state_transition_time: ['state.transitionMs', 'resources'],
	state_queries: ['state.queries', 'resources'],
	state_query_time: ['state.queryMs', 'resources'],
	state_snapshots: ['state.snapshots', 'resources'],
	snapshot_time: ['state.snapshotMs', 'resources'],
	transaction_validations: ['state.validations', 'resources'],
	validation_failures: ['state.validationFailures', 'resources'],
	'validation_failures by reason': ['state.validationFailuresBy', 'resources'],
	validation_time: ['state.validationMs', 'resources'],
	mempool_size: ['chain.txPool.pending', 'consensus'],
	'mempool bytes': ['mempool.bytes', 'consensus'],
	'mempool age': ['mempool.oldestSeconds', 'consensus'],
	'mempool received': ['mempool.received', 'consensus'],
	'mempool evictions': ['mempool.evicted', 'consensus'],
	'mempool rejected': ['mempool.rejected', 'consensus'],
	'mempool expired': ['mempool.expired', 'consensus'],
});

const others = rows('000', dag, {
	consensus_round_counter: ['consensus.round', 'consensus'],
	consensus_finalized_vertices: ['consensus.finalized', 'consensus'],
	consensus_finality_time: ['consensus.averageFinalityMs', 'consensus'],
	consensus_voting_power: ['consensus.votingPower', 'consensus'],
	dag_vertex_counter: ['dag.vertices', 'dag'],
	dag_edge_counter: ['dag.edges', 'dag'],
	dag_tip_gauge: ['dag.tips', 'dag'],
	dag_depth_gauge: ['dag.depth', 'dag'],
	dag_growth_rate_gauge: ['dag.growthPerSecond', 'dag'],
	network_peer_gauge: ['network.peers', 'network'],
	process_cpu_usage_gauge: ['resources.cpuRatio', 'resources'],
	process_memory_resident_gauge: ['resources.memoryResidentBytes', 'resources'],
	process_thread_count_gauge: ['resources.threads', 'resources'],
	process_open_fds_gauge: ['resources.openFiles', 'resources'],
});

const operations: readonly PlanRow[] = [
	...rows('001', 'test/adapters/evm/peers.test.ts', {
		'peers, inbound, outbound': ['network.inbound', 'network'],
		'peer list with address, direction and client': ['network.peerList', 'network'],
	}),
	{
		plan: '003',
		line: 'network_partitions with affected peers',
		screen: 'overview',
		test: 'test/app/hotstuff-group.test.ts',
		because: 'no field: a partition is found by comparing the nodes of a group (docs/groups.md)',
	},
	{
		plan: '003',
		line: 'bandwidth_utilization',
		screen: 'network',
		test: 'test/network-tests/network-stats.test.ts',
		because: 'no field: the share of `capacityBytesPerSecond`, which the operator states',
	},
	{
		plan: '001',
		line: 'per-peer min, avg, p50, p95, p99, max latency',
		screen: 'network',
		test: 'test/network-tests/network-stats.test.ts',
		because: 'no field: reckoned from `network.peerList[].latencyMs` over the last polls',
	},
];

/** The culprit of each Byzantine act. */
const culprits: PlanRow = {
	plan: '003',
	line: 'byzantine_behavior_detected by validator',
	field: 'validators.list',
	metric: 'nodetop_validator_byzantine_total',
	screen: 'consensus',
	test: counted,
};

/** Series of lists and records, by the field that they are of. */
export const listNames: Readonly<Record<string, string>> = {
	'consensus.latenciesMs': 'nodetop_consensus_phase_latency_seconds',
	'consensus.votesByType': 'nodetop_consensus_votes_by_type_total',
	'consensus.viewChangeReasons': 'nodetop_consensus_view_changes_by_reason_total',
	'consensus.safetyViolationsBy': 'nodetop_consensus_safety_violations_by_type_total',
	'consensus.byzantineByType': 'nodetop_consensus_byzantine_behavior_by_type_total',
	'consensus.equivocationsBy': 'nodetop_consensus_equivocations_by_signer_total',
	'validators.list': 'nodetop_validator_votes_total',
	'network.messages': 'nodetop_network_messages_total',
	'network.connectionsBy': 'nodetop_network_connections_by_type_total',
	'network.disconnectionsBy': 'nodetop_network_disconnections_by_reason_total',
	'network.connectionFailuresBy': 'nodetop_network_connection_failures_by_error_total',
	'network.peerList': 'nodetop_network_peer_latency_seconds',
	'state.validationFailuresBy': 'nodetop_state_validation_failures_by_reason_total',
};

/** Every metric line of the plan. */
export const metricsPlan: readonly PlanRow[] = [
	...consensus,
	culprits,
	...performance,
	...network,
	...ledger,
	...others,
	...operations,
];

/** Thresholds of the plan's `AlertConfig`, and the rule that each is. */
export const alertConfig: Readonly<Record<string, string>> = {
	max_block_time: 'block-time',
	max_view_change_frequency: 'view-changes',
	min_transaction_throughput: 'transaction-throughput-low',
	max_peer_disconnection_rate: 'disconnections-high',
	max_message_loss_rate: 'message-loss',
	max_network_latency: 'peer-latency-high',
	max_cpu_usage: 'cpu-busy',
	max_memory_usage: 'memory-low',
	max_disk_usage: 'disk-low',
	max_byzantine_behavior_rate: 'byzantine-behavior',
	max_safety_violations: 'safety-violated',
	max_liveness_timeouts: 'view-timeouts',
};
