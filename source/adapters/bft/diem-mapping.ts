import type { KnownMapping } from '../../sections/mapped-fields.ts';

/** Aptos and its ancestors differ in the first word (diem/diem pull 1663). */
export function diemFamily(title: string, prefix: string): KnownMapping {
	const name = (rest: string) => [`${prefix}_${rest}`];
	const connections = name('connections');
	const power = { metrics: name('all_validators_voting_power') };
	const messages = (way: string) => ({
		metrics: name(`consensus_${way}_msgs_count`),
		label: 'type',
	});
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
			// Stays 0 where votes go to the next leader only.
			'consensus.votes': {
				metrics: name('consensus_proposal_vote_broadcasted'),
				zeroIsAbsent: true,
			},
			'consensus.votesReceived': { metrics: name('consensus_proposal_vote_added') },
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
			...peersBy(connections),
		},
		// Both ids are the first eight digits of an account; only the validators' network tells.
		texts: { 'identity.nodeId': { metrics: connections, label: 'peer_id' } },
		peerList: {
			metrics: name('network_peer_connected'),
			match: { network_id: 'Validator' },
			label: 'remote_peer_id',
		},
		validators: { label: 'peer_id', facts: { power } },
		messages: { sent: messages('sent'), received: messages('received') },
		latencies: {
			commit: { metrics: name('consensus_block_tracing'), match: { stage: 'committed' } },
		},
	};
}

function peersBy(metrics: string[]) {
	return {
		'network.peers': { metrics },
		'network.inbound': { metrics, match: { direction: 'inbound' } },
		'network.outbound': { metrics, match: { direction: 'outbound' } },
	};
}
