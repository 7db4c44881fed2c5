import { expect, it } from 'vitest';
import { createExpositionReader } from '../../../source/adapters/bft/exposition.ts';
import { mappingsInForce, wantedBy } from '../../../source/adapters/bft/detection.ts';
import { createMetricsReader } from '../../../source/adapters/bft/metrics-reader.ts';
import { parsePrometheusText } from '../../../source/adapters/prometheus-text.ts';

const peers = 1000;

/** A replica among a thousand: everything that has a series for each of them. */
function scrape(round: number): string {
	const lines = ['hotstuff2_current_view 100', `hotstuff2_blocks_committed ${round * 10}`];
	for (let index = 0; index < peers; index += 1) {
		const name = `v${index}`;
		lines.push(
			`hotstuff2_peer_connected{peer="${name}",node_id="id-${name}"} 1`,
			`hotstuff2_validator_votes{validator="${name}"} ${round * 10}`,
			`hotstuff2_validator_votes_missed{validator="${name}"} ${index === 7 ? round * 5 : 0}`,
			`hotstuff2_byzantine_behavior_detected{type="doubleVote",validator="${name}"} ${index === 9 ? 3 : 0}`,
			`hotstuff2_peer_latency_seconds_count{peer="${name}"} ${round}`,
			`hotstuff2_peer_latency_seconds_sum{peer="${name}"} ${round * 0.05}`,
			`hotstuff2_peer_latency_seconds_bucket{peer="${name}",le="0.1"} ${round}`,
			`hotstuff2_peer_latency_seconds_bucket{peer="${name}",le="+Inf"} ${round}`,
		);
	}
	return `${lines.join('\n')}\n`;
}

it('reads a network of a thousand exactly: every peer, every validator, whoever misses or votes twice', () => {
	const mappings = mappingsInForce();
	const wants = wantedBy(mappings);
	const read = createMetricsReader(mappings, ['v7']);
	const at = (round: number) =>
		read(createExpositionReader()(parsePrometheusText(scrape(round), { wants })), round * 10_000)
			.sections;
	at(1);
	const { network, validators, consensus } = at(2);
	expect(network?.peerList).toHaveLength(peers);
	expect(network?.latencyMs).toMatchObject({ avg: 50, n: peers });
	expect(validators?.list).toHaveLength(peers);
	expect(validators?.list.filter(({ mine }) => mine)).toEqual([
		expect.objectContaining({ validator: 'v7', votes: 20, missed: 10, score: 0.6667 }),
	]);
	expect(validators?.list.filter(({ score }) => score !== 1)).toHaveLength(1);
	expect(consensus).toMatchObject({ byzantine: 3, byzantineByType: { doubleVote: 3 } });
	const culprits = validators?.list.filter(({ byzantine = 0 }) => Number(byzantine) > 0);
	expect(culprits?.map(({ validator }) => validator)).toEqual(['v9']);
});
