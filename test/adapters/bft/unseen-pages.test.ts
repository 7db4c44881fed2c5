import { afterEach, describe, expect, it } from 'vitest';
import { closeServers, exposing, watch, twice as pollTwice } from './watching.ts';

/**
 * Pages in the form in which programs of today write them, each with what a real one surprised with: names
 * that replaced others, stamps of time, counters that are called gauges, lines that are indented.
 */
afterEach(closeServers);

const atMs = 1_764_171_940_000;

const twice = (first: string, second: string, mine?: readonly string[]) =>
	pollTwice(first, second, { atMs, mine });

const grown = (text: string, from: string, to: string) => {
	expect(text).toContain(from);
	return text.replace(from, to);
};

const cometOne = `
cometbft_consensus_height{chain_id="demo-1"} 5001
cometbft_consensus_latest_block_height{chain_id="demo-1"} 5000
cometbft_consensus_rounds{chain_id="demo-1"} 0
cometbft_consensus_validators{chain_id="demo-1"} 4
cometbft_consensus_total_txs{chain_id="demo-1"} 33
cometbft_consensus_byzantine_validators{chain_id="demo-1"} 0
cometbft_consensus_duplicate_vote{chain_id="demo-1"} 1.004934e+06
cometbft_consensus_late_votes{chain_id="demo-1",vote_type="precommit"} 651092
cometbft_consensus_proposal_create_count{chain_id="demo-1"} 1250
cometbft_consensus_chain_size_bytes{chain_id="demo-1"} 5.1811062e+07
cometbft_consensus_validator_power{chain_id="demo-1",validator_address="77AA"} 1000
cometbft_consensus_validator_last_signed_height{chain_id="demo-1",validator_address="77AA"} 5000
cometbft_blocksync_syncing{chain_id="demo-1"} 0
cometbft_mempool_lane_size{chain_id="demo-1",lane="default"} 7
cometbft_mempool_size{chain_id="demo-1"} 7
cometbft_mempool_size_bytes{chain_id="demo-1"} 2100
cometbft_mempool_tx_life_span_sum{chain_id="demo-1",lane="default"} -3.043712772162076e+20
cometbft_mempool_tx_life_span_count{chain_id="demo-1",lane="default"} 33
cometbft_p2p_message_receive_bytes_total{chain_id="demo-1",message_type="v1_BlockPart"} 2.02611885e+08
cometbft_p2p_message_receive_bytes_total{chain_id="demo-1",message_type="v1_Vote"} 2.94991268e+08
cometbft_p2p_message_send_bytes_total{chain_id="demo-1",message_type="v1_Vote"} 3.28227467e+08
cometbft_p2p_peers{chain_id="demo-1"} 5
begin_blocker{module="mint",quantile="0.5"} 0.28
`;

describe('CometBFT 1.0', () => {
	it('is at the block that is final, and counts its bytes by type of message', async () => {
		const later = grown(cometOne, '2.02611885e+08', '2.02612885e+08');
		const [first, second] = await twice(cometOne, grown(later, '3.28227467e+08', '3.28229467e+08'));
		expect(first).toMatchObject({
			identity: { networkId: 'demo-1' },
			consensus: { height: 5000, finalized: 5000, proposals: 1250, validators: 4 },
			chain: { txPool: { pending: 7 } },
			mempool: { bytes: 2100 },
			network: { peers: 5 },
			validators: { list: [{ validator: '77AA', power: 1000 }] },
		});
		// Votes that came twice are gossip, and nobody’s crime.
		expect(first.consensus).not.toHaveProperty('byzantineBehaviors');
		expect(first.network).not.toHaveProperty('bytesInPerSecond');
		expect(second.network).toMatchObject({ bytesInPerSecond: 100, bytesOutPerSecond: 200 });
	});
});

const labels = 'job="val",network="testnet",service_version="0.14.5"';
const monad = `
# HELP monad_execution_ledger_block_num
# TYPE monad_execution_ledger_block_num gauge
monad_execution_ledger_block_num{${labels}} 3.9794841e+07 1764171940000
monad_execution_ledger_num_commits{job="val"} 838110 1764171940000
monad_execution_ledger_num_tx_commits{job="val"} 9000000 1764171940000
monad_state_consensus_events_commit_block{job="val"} 838117 1764171940000
monad_state_vote_delay_ready_after_timer_start_p99_ms{job="val"} 412 1764171940000
monad_statesync_last_target{job="val"} 39000000 1764171940000
monad_peer_disc_num_peers{job="val"} 217 1764171940000
monad_bft_txpool_pool_drop_fee_too_low{job="val"} 52133 1764171940000
`;

describe('Monad behind an OpenTelemetry collector', () => {
	it('has a height, a version and transactions by the second', async () => {
		const [first, second] = await twice(monad, grown(monad, '9000000 ', '9025000 '));
		expect(first).toMatchObject({
			identity: { version: '0.14.5', networkId: 'testnet' },
			consensus: { height: 39_794_841, finalized: 838_117, finalizedSinceStart: true },
			performance: { transactions: 9_000_000 },
			network: { peers: 217 },
		});
		// A target of a sync that is over is no height of the network.
		expect(first.chain ?? {}).not.toHaveProperty('highestKnown');
		expect(second.performance?.transactionsPerSecond).toBe(2500);
	});
});

const espresso = `
        # HELP consensus_version version
        # TYPE consensus_version gauge
        consensus_version{desc="db0900d",rev="db0900dc7b",timestamp="2025-11-21T14:40:40.000000000-05:00"} 1
        consensus_node{key="BLS_VER_KEY~wid"} 1
        consensus_node_identity_general{company_name="A",name="n1",node_type="espresso-sequencer 0.1.0"} 1
        # TYPE consensus_current_view gauge
        consensus_current_view 6805202
        consensus_last_decided_time 1764171936
        consensus_last_decided_view 6805199
        consensus_last_synced_block_height 6140656
        consensus_last_voted_view 6805201
        consensus_l1_head 9711696
        consensus_libp2p_num_connected_peers 97
        consensus_libp2p_num_failed_messages 4098
`;

describe('an Espresso node', () => {
	it('tells its key, its build and when it decided last, in seconds', async () => {
		const [first] = await twice(espresso, espresso);
		expect(first).toEqual(
			expect.objectContaining({
				identity: { nodeId: 'BLS_VER_KEY~wid', version: 'db0900d' },
				consensus: {
					status: 'active',
					view: 6_805_202,
					height: 6_140_656,
					finalityLag: 3,
					finalityUnit: 'views',
					lastFinalizedAt: '2025-11-26T15:45:36.000Z',
				},
				network: { peers: 97 },
			}),
		);
	});
});

const starfish = `
consensus_threshold_clock_round 88120
consensus_last_commit_index 90311
consensus_last_committed_leader_round 88117
consensus_proposed_blocks{force="false"} 88000
consensus_proposed_blocks{force="true"} 12
consensus_dag_state_recent_headers 4120
consensus_accepted_block_headers{source="own"} 1000
consensus_accepted_block_headers{source="others"} 3000
consensus_block_manager_suspended_block_headers 6
consensus_block_manager_suspended_blocks 2
consensus_block_manager_missing_block_headers 3
consensus_missing_block_headers_total 5512
consensus_verified_blocks{authority="a"} 500
consensus_verified_blocks{authority="b"} 480
consensus_equivocations_by_authority{authority="a",source="persisted"} 0
consensus_equivocations_by_authority{authority="b",source="persisted"} 1
consensus_equivocations_by_authority{authority="b",source="in_memory"} 1
consensus_missing_proposals_by_authority{authority="b",source="persisted"} 17
consensus_subscribed_to{authority="a"} 1
consensus_subscribed_to{authority="b"} 1
consensus_uptime_bucket{le="0.1"} 0
checkpoint_exec_epoch 412
uptime{chain_identifier="6364aad5",process="validator",version="1.12.0"} 86400
`;

describe('an IOTA validator with Starfish', () => {
	it('is read by its headers, and names who made two blocks of a round', async () => {
		const [first, second] = await twice(
			starfish,
			grown(starfish, '{source="others"} 3000', '{source="others"} 3200'),
			['b'],
		);
		expect(first).toMatchObject({
			identity: { version: '1.12.0', networkId: '6364aad5', uptimeSeconds: 86_400 },
			consensus: { round: 88_120, height: 90_311, finalityLag: 3, proposals: 88_012, epoch: 412 },
			// Missing now, not since the start.
			dag: { vertices: 4120, pending: 6, missing: 3 },
			validators: {
				list: [
					{ validator: 'a', mine: false, votes: 500, byzantine: 0 },
					{ validator: 'b', mine: true, votes: 480, byzantine: 2, proposalsMissed: 17 },
				],
			},
		});
		expect(first.dag).not.toHaveProperty('growthPerSecond');
		expect(second.dag?.growthPerSecond).toBe(20);
	});
});

const suiFullNode = `
highest_known_checkpoint 3618906
highest_synced_checkpoint 3618901
highest_verified_checkpoint 3618901
last_executed_checkpoint 3618899
last_executed_checkpoint_timestamp_ms 1764171939000
checkpoint_exec_epoch 957
checkpoint_exec_sync_tps 120
uptime{chain_identifier="35834a8a",process="fullnode",version="1.61.0"} 3600
`;

describe('a Sui full node', () => {
	it('is behind what its peers have, and its last checkpoint has a time in milliseconds', async () => {
		const [first] = await twice(suiFullNode, suiFullNode);
		expect(first.consensus).toEqual({
			status: 'active',
			height: 3_618_899,
			epoch: 957,
			lastFinalizedAt: '2025-11-26T15:45:39.000Z',
		});
		expect(first.chain).toEqual({ highestKnown: 3_618_906 });
	});
});

const aptos = `
aptos_consensus_current_round 1234
aptos_consensus_last_committed_round 1230
aptos_consensus_epoch 42
aptos_consensus_timeout_count 3
aptos_consensus_proposals_count 567
aptos_consensus_proposal_vote_added 9100
aptos_consensus_proposal_vote_broadcasted 0
aptos_consensus_current_round_voted_power{peer_id="0xabc",hash_index="1"} 1
aptos_consensus_last_voted_round{peer_id="0xabc"} 1233
aptos_all_validators_voting_power{peer_id="0xabc"} 5000000
aptos_all_validators_voting_power{peer_id="0xdef"} 2000000
aptos_consensus_received_msgs_count{type="ProposalMsg"} 1200
aptos_consensus_received_msgs_count{type="VoteMsg"} 9100
aptos_consensus_sent_msgs_count{type="ProposalMsg"} 567
aptos_consensus_round_timeout_s 1
`;

describe('an Aptos validator', () => {
	it('has power by validator and messages by type; votes that it sends to one leader are not 0', async () => {
		const [first] = await twice(aptos, aptos, ['0xdef']);
		expect(first.consensus).toMatchObject({ view: 1234, finalityLag: 4, votesReceived: 9100 });
		expect(first.consensus).not.toHaveProperty('votes');
		expect(first.validators?.list).toEqual([
			{ validator: '0xabc', mine: false, power: 5_000_000 },
			{ validator: '0xdef', mine: true, power: 2_000_000 },
		]);
		expect(first.network?.messages).toEqual([
			{ type: 'ProposalMsg', sent: 567, received: 1200 },
			{ type: 'VoteMsg', received: 9100 },
		]);
	});
});

/** The first lines of pages that no mapping reads: what they are is said, and where to ask instead. */
const others: readonly (readonly [name: string, page: string, seems: RegExp, next: RegExp])[] = [
	[
		'geth',
		'# TYPE chain_head_block gauge\nchain_head_block 18500000\ntxpool_pending 125\nsystem_cpu_procload 71\n',
		/Ethereum client \(geth\)/,
		/kind evm/,
	],
	[
		'Nethermind',
		'# TYPE nethermind_blocks gauge\nnethermind_blocks{Network="Mainnet",SyncType="Snap",Version="1.29.1+dfea5240"} 22000000\n',
		/Ethereum client/,
		/kind evm/,
	],
	[
		'Besu',
		'# TYPE besu_blockchain_difficulty_total gauge\nbesu_blockchain_difficulty_total 1.0\nethereum_blockchain_height 22000000.0\nethereum_peer_count 25.0\n',
		/Ethereum client/,
		/kind evm/,
	],
	[
		'Reth',
		'# TYPE reth_sync_checkpoint gauge\nreth_sync_checkpoint{stage="Headers"} 22000000\nreth_network_connected_peers 42\n',
		/Ethereum client/,
		/kind evm/,
	],
	[
		'Prysm',
		'prysm_version{commit="51eb",version="v6.0.0"} 1\nvalidator_count{state="Active"} 1000000\nbeacon_head_slot 256552\n',
		/beacon node/,
		/Beacon API/,
	],
	[
		'Lighthouse',
		'beacon_head_state_active_validators_total 1000000\nbeacon_finalized_epoch 5000\nlibp2p_peers 71\n',
		/beacon node/,
		/Beacon API/,
	],
	[
		'Teku',
		'beacon_peer_count 74.0\nbeacon_head_slot 1.2E7\njvm_memory_pool_used_bytes{pool="G1 Eden Space"} 2.6E8\n',
		/beacon node/,
		/Beacon API/,
	],
	[
		'a Substrate node',
		'# TYPE substrate_block_height gauge\nsubstrate_block_height{status="best"} 140434\n',
		/Substrate/,
		/mappings/,
	],
	['a program of nobody', 'my_app_requests_total 5\n', /fit no known consensus/, /mappings/],
];

describe('a page that no mapping reads', () => {
	it.each(others)('of %s is said to be that, and no number of it is shown', async (...row) => {
		const [, page, seems, next] = row;
		const node = await watch(exposing(() => page));
		const reading = await node.poll(atMs);
		expect(reading.unrecognised?.seems).toMatch(seems);
		expect(reading.unrecognised?.nextStep).toMatch(next);
		for (const section of ['consensus', 'chain', 'dag', 'network', 'mempool', 'performance']) {
			expect(reading).not.toHaveProperty(section);
		}
	});
});
