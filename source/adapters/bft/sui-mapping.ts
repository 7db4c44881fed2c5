import type { KnownMapping } from '../../sections/mapped-fields.ts';

const checkpointEpoch = { metrics: ['checkpoint_exec_epoch'] };

/** A validator, whose consensus is Mysticeti or, at IOTA, its successor Starfish. */
export const mysticeti = {
	title: 'Sui or IOTA validator',
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
		'consensus.epoch': checkpointEpoch,
		'dag.vertices': {
			metrics: ['consensus_dag_state_recent_blocks', 'consensus_dag_state_recent_headers'],
		},
		'dag.depth': { metrics: ['consensus_threshold_clock_round'] },
		'dag.branchingFactor': { metrics: ['consensus_proposed_block_ancestors'] },
		'dag.growthPerSecond': {
			metrics: ['consensus_accepted_blocks', 'consensus_accepted_block_headers'],
		},
		// Starfish holds back headers; its blocks that wait are counted apart, and are part of them.
		'dag.pending': {
			metrics: [
				'consensus_block_manager_suspended_block_headers',
				'consensus_block_manager_suspended_blocks',
			],
		},
		'dag.missing': {
			metrics: [
				'consensus_block_manager_missing_blocks',
				'consensus_block_manager_missing_block_headers',
			],
		},
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
			// Starfish names who made two blocks of one round, and who made none.
			byzantine: { metrics: ['consensus_equivocations_by_authority'] },
			proposalsMissed: { metrics: ['consensus_missing_proposals_by_authority'] },
		},
	},
	latencies: {
		commit: { metrics: ['consensus_block_commit_latency'] },
		quorum: { metrics: ['consensus_quorum_receive_latency'] },
	},
} as const satisfies KnownMapping;

/** The consensus families are a validator's only: a full node follows checkpoints. */
export const checkpoints = {
	title: 'Sui or IOTA full node',
	detect: ['highest_synced_checkpoint', 'last_executed_checkpoint'],
	fields: {
		'consensus.height': { metrics: ['last_executed_checkpoint'] },
		'consensus.lastFinalizedAt': {
			metrics: ['last_executed_checkpoint_timestamp_ms'],
			unit: 'ms',
		},
		'consensus.epoch': checkpointEpoch,
		// What its peers have, before it what the node itself fetched.
		'chain.highestKnown': { metrics: ['highest_known_checkpoint', 'highest_synced_checkpoint'] },
		'identity.uptimeSeconds': { metrics: ['uptime'] },
	},
	texts: suiTexts(),
} as const satisfies KnownMapping;

/** `uptime` of mysten-metrics carries what the node is. */
function suiTexts(): NonNullable<KnownMapping['texts']> {
	return {
		'identity.version': { metrics: ['uptime'], label: 'version' },
		'identity.networkId': { metrics: ['uptime'], label: 'chain_identifier' },
	};
}
