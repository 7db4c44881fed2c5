import { afterEach, describe, expect, it } from 'vitest';
import { builtInMappings } from '../../../source/adapters/bft/mappings.ts';
import { metricMappingSchema } from '../../../source/sections/mapped-fields.ts';
import { closeServers, fixture, twice as pollTwice } from './watching.ts';

afterEach(closeServers);

const atMs = 1_760_000_125_000;

const twice = (first: string, second: string, mine?: readonly string[]) =>
	pollTwice(first, second, { atMs, mine });

it.each(Object.entries(builtInMappings))('%s has the form of mappings', (_name, mapping) => {
	expect(metricMappingSchema.safeParse(mapping).error).toBeUndefined();
});

const simplexText = (view: number, height: number, nullified: number) => `
# TYPE engine_voter_state_current_view gauge
engine_voter_state_current_view ${view}
engine_voter_state_tracked_views 12
engine_voter_state_timeouts_total{leader="v1",reason="LeaderTimeout"} 3
engine_voter_state_timeouts_total{leader="v2",reason="MissingProposal"} 4
engine_voter_state_nullifications_total{leader="v1"} 2
engine_voter_state_nullifications_total{leader="v2"} ${nullified}
engine_voter_notarization_latency_bucket{le="0.05"} 10
engine_voter_notarization_latency_bucket{le="0.1"} 100
engine_voter_notarization_latency_bucket{le="+Inf"} 100
engine_voter_notarization_latency_sum 6
engine_voter_notarization_latency_count 100
engine_voter_finalization_latency_bucket{le="0.1"} 50
engine_voter_finalization_latency_bucket{le="0.2"} 100
engine_voter_finalization_latency_bucket{le="+Inf"} 100
engine_voter_finalization_latency_sum 11
engine_voter_finalization_latency_count 100
engine_voter_outbound_messages_total{message="Notarize"} 90
engine_voter_outbound_messages_total{message="Finalize"} 88
engine_voter_outbound_messages_total{message="Nullify"} 5
engine_batcher_inbound_messages_total{message="Notarize",peer="v1"} 80
engine_batcher_inbound_messages_total{message="Notarize",peer="v2"} 85
engine_batcher_inbound_messages_total{message="Nullify",peer="v2"} 6
finalized_height ${height}
`;

describe('Simplex', () => {
	it('is read by views, notarizations, finalizations and nullifications', async () => {
		const [first, second] = await twice(simplexText(1000, 900, 4), simplexText(1020, 918, 5), [
			'v2',
		]);
		expect(first.consensus).toMatchObject({
			view: 1000,
			height: 900,
			timeouts: 7,
			viewChanges: 6,
			viewChangeReasons: { LeaderTimeout: 3, MissingProposal: 4 },
			votesByType: { Notarize: 165, Nullify: 6 },
			averageFinalityMs: 110,
		});
		expect(first.consensus?.latenciesMs?.['certify']?.avg).toBe(60);
		expect(first.consensus?.latenciesMs?.['commit']?.avg).toBe(110);
		expect(first.network?.messages).toEqual([
			{ type: 'Notarize', sent: 90, received: 165 },
			{ type: 'Finalize', sent: 88 },
			{ type: 'Nullify', sent: 5, received: 6 },
		]);
		expect(second.consensus?.status).toBe('active');
		expect(second.validators?.list).toEqual([
			{ validator: 'v1', mine: false, proposalsMissed: 2 },
			{ validator: 'v2', mine: true, proposalsMissed: 5 },
		]);
	});

	it.each([
		['engine_consensus', 'engine_marshal_finalized_height'],
		['consensus_engine_epoch_manager_simplex', 'consensus_engine_marshal_finalized_height'],
	])('is read with the words %s before its names', async (engine, height) => {
		const text = simplexText(50, 40, 1)
			.replaceAll(/^engine_/gm, `${engine}_`)
			.replace('finalized_height', height);
		const [{ consensus }] = await twice(text, text);
		expect(consensus).toMatchObject({ view: 50, height: 40, viewChanges: 3 });
	});
});

const cometText = (namespace: string, height: number, txs: number) =>
	`
consensus_height{chain_id="cosmoshub-4"} ${height}
consensus_validators{chain_id="cosmoshub-4"} 180
consensus_rounds{chain_id="cosmoshub-4"} 1
consensus_total_txs{chain_id="cosmoshub-4"} ${txs}
consensus_validator_power{chain_id="cosmoshub-4",validator_address="ABCD"} 77
consensus_validator_missed_blocks{chain_id="cosmoshub-4",validator_address="ABCD"} 12
consensus_step_duration_seconds_bucket{step="Propose",le="1"} 10
consensus_step_duration_seconds_bucket{step="Propose",le="+Inf"} 10
consensus_step_duration_seconds_sum{step="Propose"} 5
consensus_step_duration_seconds_count{step="Propose"} 10
consensus_step_duration_seconds_bucket{step="Prevote",le="1"} 10
consensus_step_duration_seconds_bucket{step="Prevote",le="+Inf"} 10
consensus_step_duration_seconds_sum{step="Prevote"} 1
consensus_step_duration_seconds_count{step="Prevote"} 10
blocksync_syncing{chain_id="cosmoshub-4"} 0
mempool_size{chain_id="cosmoshub-4"} 31
mempool_size_bytes{chain_id="cosmoshub-4"} 9000
mempool_failed_txs{chain_id="cosmoshub-4"} 8
mempool_evicted_txs{chain_id="cosmoshub-4"} 2
p2p_peers{chain_id="cosmoshub-4"} 40
p2p_peer_receive_bytes_total{peer_id="a",chID="0x20"} ${height * 1000}
p2p_peer_receive_bytes_total{peer_id="b",chID="0x20"} ${height * 500}
state_block_processing_time_bucket{le="10"} 0
state_block_processing_time_bucket{le="50"} 100
state_block_processing_time_bucket{le="+Inf"} 100
state_block_processing_time_sum 3000
state_block_processing_time_count 100
`.replaceAll(/^(?=\w)/gm, `${namespace}_`);

it.each(['cometbft', 'tendermint'])('the metrics of %s', async (namespace) => {
	const [first, second] = await twice(
		cometText(namespace, 100, 5000),
		cometText(namespace, 102, 5250),
		['abcd'],
	);
	expect(first).toMatchObject({
		identity: { networkId: 'cosmoshub-4' },
		consensus: { height: 100, finalized: 100, validators: 180, viewsInRowTimedOut: 1 },
		chain: { txPool: { pending: 31 } },
		mempool: { bytes: 9000, evicted: 2, rejected: 8 },
		network: { peers: 40 },
		validators: { list: [{ validator: 'ABCD', mine: true, power: 77, missed: 12 }] },
	});
	// Milliseconds, although Prometheus advises seconds.
	expect(first.state?.transitionMs?.avg).toBe(30);
	expect(first.consensus?.latenciesMs?.['propose']?.avg).toBe(500);
	expect(second.performance).toMatchObject({ transactionsPerSecond: 25, blocksPerSecond: 0.2 });
	expect(second.network?.bytesInPerSecond).toBe(300);
});

const flowSizes = (direction: string, type: string, count: number) =>
	['1024', '102400', '1.048576e+06', '+Inf', 'sum', 'count']
		.map((part) => {
			const labels = `message="${type}",protocol="pubsub",topic="consensus-committee"`;
			const name = `network_gossip_${direction}_message_size_bytes`;
			if (part === 'sum') return `${name}_sum{${labels}} ${250 * count}`;
			if (part === 'count') return `${name}_count{${labels}} ${count}`;
			return `${name}_bucket{${labels},le="${part}"} ${count}`;
		})
		.join('\n');

const flowSeconds = (name: string, sum: number, count: number) => `
# TYPE consensus_hotstuff_${name} histogram
consensus_hotstuff_${name}_bucket{chain="flow-mainnet",le="0.02"} 0
consensus_hotstuff_${name}_bucket{chain="flow-mainnet",le="0.05"} ${count}
consensus_hotstuff_${name}_bucket{chain="flow-mainnet",le="+Inf"} ${count}
consensus_hotstuff_${name}_sum{chain="flow-mainnet"} ${sum}
consensus_hotstuff_${name}_count{chain="flow-mainnet"} ${count}
`;

/** A consensus node, as onflow/flow-go's module/metrics writes it. */
const flowText = (votes: number) => `${fixture('hotstuff/flow.prom.txt')}
general_node_info{key="commit",value="5d05fcbf"} 0
general_node_info{key="spork_id",value="mainnet26"} 0
general_node_info{key="version",value="v0.33.14"} 0
network_queue_inbound_connection_count 30
network_queue_outbound_connection_count 22
network_queue_message_queue_size{priority="1"} 2
network_queue_message_queue_size{priority="10"} 3
${flowSizes('inbound', 'BlockVote', votes)}
${flowSizes('inbound', 'TimeoutObject', 7)}
${flowSizes('outbound', 'BlockVote', 400)}
${flowSeconds('vote_processing_seconds', 20, 2000)}
${flowSeconds('payload_production_seconds', 4, 100)}
`;

describe('what the plan asks of the systems that are known', () => {
	it('Aptos: transactions, by the second after two polls', async () => {
		const text = fixture('hotstuff/aptos.prom.txt');
		const later = text.replace('{state="success"} 88123311', '{state="success"} 88125311');
		const [first, second] = await twice(text, later);
		expect(first.performance).toEqual({ transactions: 88_124_511 });
		expect(first.state).toEqual({ validationFailures: 1200 });
		expect(second.performance?.transactionsPerSecond).toBe(200);
	});

	it('Flow: votes, connections, messages by type and their bytes by the second', async () => {
		const [first, second] = await twice(flowText(1000), flowText(1600));
		expect(first).toMatchObject({
			// Its info metric is 0, as no value was ever set.
			identity: { version: '0.33.14', networkId: 'mainnet26' },
			consensus: { view: 880_012, votesReceived: 2000 },
			network: {
				peers: 52,
				inbound: 30,
				outbound: 22,
				queuedMessages: 5,
				messages: [
					{ type: 'BlockVote', sent: 400, received: 1000 },
					{ type: 'TimeoutObject', received: 7 },
				],
			},
		});
		expect(first.consensus?.latenciesMs).toMatchObject({
			propose: { avg: 40 },
			voteProcessing: { avg: 10 },
		});
		// 600 messages of 250 bytes in ten seconds; those before the first poll are no present rate.
		expect(second.network?.bytesInPerSecond).toBe(15_000);
		expect(second.network?.messageBytes).toMatchObject({ avg: 250, n: 600 });
		expect(second.network?.messages?.[0]?.bytes?.n).toBe(600);
	});

	it('Monad: votes sent and received apart', async () => {
		const [{ consensus }] = await twice(fixture('hotstuff/monad.prom.txt'), '');
		expect(consensus).toMatchObject({
			votes: 4_412_400,
			votesReceived: 221_000,
			timeoutCertificates: 4,
		});
	});

	it('Espresso: bytes of the mempool', async () => {
		const [{ mempool }] = await twice(fixture('hotstuff/espresso.prom.txt'), '');
		expect(mempool).toEqual({ bytes: 40_960 });
	});

	it('Avalanche: blocks accepted by the second, and those rejected', async () => {
		const text = fixture('hotstuff/avalanche.prom.txt');
		const [first, second] = await twice(text, text.replace('412331', '412341'));
		expect(first.consensus?.failed).toBe(12);
		expect(second.performance?.blocksPerSecond).toBe(1);
	});
});
