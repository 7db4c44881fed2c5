import type { KnownMapping } from '../../sections/mapped-fields.ts';

/**
 * Simplex (https://eprint.iacr.org/2023/463) as commonware's `consensus::simplex` names its metrics: a view
 * ends by a notarization or by a nullification, and a block is final once a quorum sent a finalize.
 * Programs put their own words before the names.
 */
export function simplex(title: string, engine: string, heights: readonly string[]): KnownMapping {
	const voter = (rest: string) => [`${engine}_voter_${rest}`];
	const state = (rest: string) => voter(`state_${rest}`);
	const inbound = { metrics: [`${engine}_batcher_inbound_messages_total`], label: 'message' };
	return {
		title,
		detect: state('current_view'),
		fields: {
			'consensus.view': { metrics: state('current_view') },
			'consensus.height': { metrics: [...heights] },
			'consensus.timeouts': { metrics: state('timeouts_total') },
			'consensus.viewChanges': { metrics: state('nullifications_total') },
			'consensus.averageFinalityMs': { metrics: voter('finalization_latency') },
			'network.bytesInPerSecond': { metrics: ['runtime_inbound_bandwidth_total'] },
			'network.bytesOutPerSecond': { metrics: ['runtime_outbound_bandwidth_total'] },
		},
		latencies: {
			certify: { metrics: voter('notarization_latency') },
			commit: { metrics: voter('finalization_latency') },
			verify: { metrics: [`${engine}_batcher_verify_latency`] },
		},
		distributions: { 'performance.finalizationMs': { metrics: voter('finalization_latency') } },
		splits: {
			'consensus.viewChangeReasons': { metrics: state('timeouts_total'), label: 'reason' },
			'consensus.votesByType': inbound,
		},
		messages: {
			sent: { metrics: voter('outbound_messages_total'), label: 'message' },
			received: inbound,
		},
		validators: {
			label: 'leader',
			facts: { proposalsMissed: { metrics: state('nullifications_total') } },
		},
	};
}
