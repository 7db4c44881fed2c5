import { createHash } from 'node:crypto';
import type { Hono } from 'hono';
import type { NodeSlot } from '../node-process.ts';
import type { Host } from '../part.ts';
import { toBech32 } from './bech32.ts';
import type { Block } from './block.ts';
import type { Replica } from './replica.ts';
import { networkId, stateOf } from './status.ts';

const digest = (text: string | Buffer) => createHash('sha256').update(text).digest();
const keyOf = (name: string) => digest(`key of ${name}`);
const addressBytes = (name: string) => digest(keyOf(name)).subarray(0, 20);
/** As CometBFT writes addresses. */
export const cometAddress = (name: string) => addressBytes(name).toString('hex').toUpperCase();
const emptyHash = digest('').toString('hex').toUpperCase();
const pageLimit = 100;
const never = '1970-01-01T00:00:00Z';

/**
 * The chain of a replica in the form of CometBFT's RPC and the Cosmos SDK's REST API, below `/cometbft`:
 * certificates are the commits, their voters the signatures.
 */
export function addCometRoutes(
	app: Hono,
	slot: NodeSlot<Replica>,
	{ host, nowMs }: { readonly host: Host; readonly nowMs: () => number },
): void {
	const answer = (
		path: string,
		make: (replica: Replica, height: number | undefined) => unknown,
	) => {
		app.get(`/cometbft/${path}`, (context) => {
			host.catchUp();
			if (!slot.node) return context.json({ error: 'the replica is down' }, 503);
			const height = Number(context.req.query('height') ?? Number.NaN);
			const made = make(slot.node, Number.isNaN(height) ? undefined : height);
			return made === undefined
				? context.json(
						{ jsonrpc: '2.0', id: -1, error: { code: -32_603, message: 'not held' } },
						500,
					)
				: context.json(made as object); // Each maker returns an object.
		});
	};
	const rpc = (path: string, make: (replica: Replica, height: number | undefined) => unknown) => {
		answer(path, (replica, height) => {
			const result = make(replica, height);
			return result === undefined ? undefined : { jsonrpc: '2.0', id: -1, result };
		});
	};
	rpc('status', (replica) => statusOf(replica, nowMs()));
	rpc('net_info', netInfoOf);
	rpc('consensus_state', roundStateOf);
	rpc('validators', validatorsOf);
	rpc('num_unconfirmed_txs', ({ mempool }) => ({
		n_txs: String(mempool.size),
		total: String(mempool.size),
		total_bytes: String(mempool.bytes),
	}));
	rpc('commit', commitOf);
	rpc('block', (replica, height = 0) => ({
		block: {
			evidence: { evidence: replica.validators.slashing.evidenceAt(height).map(evidenceOf) },
		},
	}));
	answer('cosmos/slashing/v1beta1/signing_infos', (replica) => ({
		info: replica.committee.members.map((name) => signingInfoOf(replica, name)),
	}));
	answer('cosmos/staking/v1beta1/validators', (replica) => ({
		validators: replica.committee.members.map((name) => ({
			operator_address: toBech32('devvaloper', addressBytes(name)),
			consensus_pubkey: {
				'@type': '/cosmos.crypto.ed25519.PubKey',
				key: keyOf(name).toString('base64'),
			},
			jailed: replica.validators.slashing.of(name).isJailed,
			status: 'BOND_STATUS_BONDED',
			description: { moniker: name },
		})),
	}));
	answer('cosmos/upgrade/v1beta1/current_plan', () => ({ plan: null }));
}

function statusOf(replica: Replica, atMs: number) {
	const { record, version, tree, name, committee } = replica;
	const { committed } = tree;
	return {
		node_info: { id: record.nodeId, network: networkId, version, moniker: name },
		sync_info: {
			latest_block_hash: committed.id.toUpperCase(),
			latest_block_height: String(committed.height),
			latest_block_time: new Date(committed.timestampMs).toISOString(),
			catching_up: stateOf(replica, atMs) === 'syncing',
		},
		validator_info: {
			address: cometAddress(name),
			voting_power: committee.members.includes(name) ? '1' : '0',
		},
	};
}

function netInfoOf({ peers }: Replica) {
	const connected = peers.connected();
	return {
		listening: true,
		n_peers: String(connected.length),
		peers: connected.map(({ name, about, direction }) => ({
			node_info: { id: about?.nodeId, moniker: name, version: about?.client },
			is_outbound: direction === 'outbound',
			remote_ip: about?.address ?? '',
		})),
	};
}

/** One vote a view: it stands for both of CometBFT's. */
function roundStateOf({ committee, pacemaker, tree, counters, record, votes: collector }: Replica) {
	const voters = collector.votersOf(record.lock.view, record.lock.blockId);
	const votes = committee.members.map((name) =>
		voters.includes(name) ? `Vote{${name}}` : 'nil-Vote',
	);
	const round = counters.consecutiveTimeouts;
	return {
		round_state: {
			'height/round/step': `${tree.committed.height + 1}/${round}/1`,
			height_vote_set: [{ round, prevotes: votes, precommits: votes }],
			proposer: { address: cometAddress(committee.leaderOf(pacemaker.view)), index: 0 },
		},
	};
}

function validatorsOf({ committee, tree }: Replica) {
	const all = committee.members.map((name) => ({
		address: cometAddress(name),
		pub_key: { type: 'tendermint/PubKeyEd25519', value: keyOf(name).toString('base64') },
		voting_power: '1',
		proposer_priority: '0',
	}));
	return {
		block_height: String(tree.committed.height),
		validators: all.slice(0, pageLimit),
		count: String(Math.min(pageLimit, all.length)),
		total: String(all.length),
	};
}

/** The commit of a block is in the certificate of the next one; of the newest, what is known of it. */
function commitOf(replica: Replica, asked: number | undefined) {
	const { tree, committee, record } = replica;
	const { slashing } = replica.validators;
	const height = asked ?? tree.committed.height;
	const block = tree.get(tree.committedAt(height) ?? '');
	if (!block) return undefined;
	const child = childOf(replica, block);
	const { voters } = child?.justify ?? record.lock;
	const hasEvidence = slashing.evidenceAt(height).length > 0;
	return {
		signed_header: {
			header: {
				height: String(height),
				time: new Date(block.timestampMs).toISOString(),
				proposer_address: cometAddress(block.proposer),
				evidence_hash: hasEvidence ? block.id.toUpperCase() : emptyHash,
			},
			commit: {
				height: String(height),
				round: 0,
				block_id: { hash: block.id.toUpperCase() },
				signatures: committee.members.map((name) =>
					voters.includes(name)
						? { block_id_flag: 2, validator_address: cometAddress(name) }
						: { block_id_flag: 1, validator_address: '' },
				),
			},
		},
		canonical: child !== undefined,
	};
}

/** The block that a commit of `block` came with: a committed one, else the certified one above it. */
function childOf({ tree, record }: Replica, block: Block): Block | undefined {
	const committed = tree.get(tree.committedAt(block.height + 1) ?? '');
	if (committed) return committed;
	const locked = tree.get(record.lock.blockId);
	return locked?.parent === block.id ? locked : undefined;
}

function signingInfoOf({ validators: { slashing } }: Replica, name: string) {
	const { jailedUntilMs, isTombstoned } = slashing.of(name);
	return {
		address: toBech32('devvalcons', addressBytes(name)),
		start_height: '0',
		index_offset: '0',
		jailed_until: jailedUntilMs === undefined ? never : new Date(jailedUntilMs).toISOString(),
		tombstoned: isTombstoned,
		missed_blocks_counter: String(slashing.missedIn(name)),
	};
}

function evidenceOf(name: string) {
	const vote = { validator_address: cometAddress(name) };
	return { type: 'tendermint/DuplicateVoteEvidence', value: { vote_a: vote, vote_b: vote } };
}
