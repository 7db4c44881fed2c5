import type { KnownMapping } from '../../sections/mapped-fields.ts';

/**
 * CometBFT by its own metrics (`internal/consensus/metrics.go`, `p2p`, `mempool`, `state` and `store`); the
 * namespace is `cometbft`, before v0.38 `tendermint`. Its RPC, of the kind `cometbft`, tells more.
 */
export function comet(title: string, namespace: string): KnownMapping {
	const name = (rest: string) => [`${namespace}_${rest}`];
	const address = 'validator_address';
	// Version 1 counts bytes by type of message, those before it by peer as well.
	const bytes = (way: string) => ({
		metrics: [...name(`p2p_peer_${way}_bytes_total`), ...name(`p2p_message_${way}_bytes_total`)],
	});
	// `height` is the one that is voted on, `latest_block_height` the one that is final.
	const committed = [...name('consensus_latest_block_height'), ...name('consensus_height')];
	return {
		title,
		detect: name('consensus_height'),
		fields: {
			'consensus.height': { metrics: committed },
			'consensus.finalized': { metrics: committed },
			'consensus.proposals': { metrics: name('consensus_proposal_create_count') },
			'consensus.viewsInRowTimedOut': { metrics: name('consensus_rounds') },
			'consensus.validators': { metrics: name('consensus_validators') },
			'consensus.isSyncing': {
				metrics: [
					...name('blocksync_syncing'),
					...name('consensus_block_syncing'),
					...name('consensus_fast_syncing'),
				],
			},
			'performance.transactions': { metrics: name('consensus_total_txs') },
			'chain.txPool.pending': { metrics: name('mempool_size') },
			'mempool.bytes': { metrics: name('mempool_size_bytes') },
			'mempool.evicted': {
				metrics: [...name('mempool_evicted_txs'), ...name('mempool_evicted_txs_total')],
			},
			'mempool.rejected': {
				metrics: [...name('mempool_rejected_txs'), ...name('mempool_failed_txs')],
			},
			'state.validationFailures': { metrics: name('mempool_failed_txs') },
			'network.peers': { metrics: name('p2p_peers') },
			'network.bytesInPerSecond': bytes('receive'),
			'network.bytesOutPerSecond': bytes('send'),
		},
		texts: { 'identity.networkId': { metrics: name('consensus_height'), label: 'chain_id' } },
		latencies: stepLatencies(name),
		distributions: {
			'performance.transactionBytes': { metrics: name('mempool_tx_size_bytes') },
			// In milliseconds, whatever Prometheus advises.
			'state.transitionMs': { metrics: name('state_block_processing_time'), unit: 'ms' },
			'database.readMs': { metrics: name('store_block_access_duration_seconds') },
		},
		validators: {
			label: address,
			facts: {
				power: { metrics: name('consensus_validator_power') },
				missed: { metrics: name('consensus_validator_missed_blocks') },
			},
		},
	};
}

function stepLatencies(name: (rest: string) => string[]): NonNullable<KnownMapping['latencies']> {
	return {
		propose: { metrics: name('consensus_step_duration_seconds'), match: { step: 'Propose' } },
		vote: { metrics: name('consensus_step_duration_seconds'), match: { step: 'Prevote' } },
		certify: { metrics: name('consensus_step_duration_seconds'), match: { step: 'Precommit' } },
		round: { metrics: name('consensus_round_duration_seconds') },
		block: { metrics: name('consensus_block_interval_seconds') },
	};
}
