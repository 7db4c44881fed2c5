import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { cometbft } from '../../../source/adapters/cometbft/adapter.ts';
import { bech32ToHex } from '../../../source/adapters/cometbft/bech32.ts';
import { createHttp } from '../../../source/adapters/http.ts';
import type { Target } from '../../../source/domain/target.ts';
import { readingSchema } from '../../../source/sections/snapshot.ts';
import { startServer } from '../../helpers/http-server.ts';
import type { TestServer } from '../../helpers/http-server.ts';
import { contextFor, targetFor } from '../../helpers/targets.ts';
import { toBech32 } from '../../../devnet/hotstuff/bech32.ts';

const emptyHash = createHash('sha256').digest('hex').toUpperCase();
const blockAtMs = (height: number) => Date.UTC(2026, 0, 1) + height * 6000;
const blockTime = (height: number) =>
	new Date(blockAtMs(height)).toISOString().replace('Z', '123456Z');

const validators = ['alpha', 'beta', 'gamma', 'delta'].map((moniker, index) => {
	const key = createHash('sha256').update(moniker).digest();
	const bytes = createHash('sha256').update(key).digest().subarray(0, 20);
	const address = bytes.toString('hex').toUpperCase();
	return { moniker, key: key.toString('base64'), address, power: 10 + index, bytes };
});
type Named = (typeof validators)[number];

/** A chain as its RPC tells it: what a test changes, and who signed which height. */
interface Chain {
	height: number;
	round: number;
	catchingUp: boolean;
	/** By height. */
	absent: Map<number, readonly string[]>;
	jailed: readonly string[];
	tombstoned: readonly string[];
	doubleVotedAt: Map<number, string>;
	plan: { readonly name: string; readonly height: string } | null;
	hasRest: boolean;
}

const servers: TestServer[] = [];
afterEach(async () => {
	await Promise.all(servers.splice(0).map((server) => server.close()));
});

function chainOf(changes: Partial<Chain> = {}): Chain {
	return {
		height: 100,
		round: 0,
		catchingUp: false,
		absent: new Map(),
		jailed: [],
		tombstoned: [],
		doubleVotedAt: new Map(),
		plan: null,
		hasRest: true,
		...changes,
	};
}

/** In the form of CometBFT 0.38 and of the Cosmos SDK 0.50. */
function bodyOf(chain: Chain, path: string): unknown {
	const url = new URL(path, 'http://node');
	const rest = chain.hasRest ? restOf(chain, url) : undefined;
	if (rest !== undefined) return rest;
	const result = resultOf(chain, url);
	return result && { jsonrpc: '2.0', id: -1, result };
}

function resultOf(chain: Chain, url: URL): unknown {
	const { height } = chain;
	const asked = Number(url.searchParams.get('height') ?? height);
	switch (url.pathname) {
		case '/status':
			return {
				node_info: {
					protocol_version: { p2p: '8', block: '11', app: '0' },
					id: '5576458aef205977e18fd50b274e9b5d9014525a',
					listen_addr: 'tcp://0.0.0.0:26656',
					network: 'cosmoshub-4',
					version: '0.38.11',
					moniker: 'our-node',
				},
				sync_info: {
					latest_block_hash: 'AB'.repeat(32),
					latest_block_height: String(height),
					latest_block_time: blockTime(height),
					catching_up: chain.catchingUp,
				},
				validator_info: { address: validators[0]?.address, voting_power: '10' },
			};
		case '/net_info':
			return {
				listening: true,
				n_peers: '2',
				peers: [true, false].map((isOutbound, index) => ({
					node_info: { id: `peer${index}`, moniker: `peer-${index}`, version: '0.38.10' },
					is_outbound: isOutbound,
					connection_status: {
						Duration: '168901057956119',
						SendMonitor: { CurRate: '1000', AvgRate: '9' },
						RecvMonitor: { CurRate: '2500', AvgRate: '9' },
					},
					remote_ip: '192.0.2.7',
				})),
			};
		case '/consensus_state':
			return {
				round_state: {
					'height/round/step': `${height + 1}/${chain.round}/4`,
					height_vote_set: [
						{
							round: chain.round,
							prevotes: ['Vote{0:AA}', 'Vote{1:BB}', 'nil-Vote', 'Vote{3:DD}'],
							precommits: ['Vote{0:AA}', 'nil-Vote', 'nil-Vote', 'nil-Vote'],
						},
					],
					proposer: { address: validators[1]?.address, index: 1 },
				},
			};
		case '/validators':
			return {
				block_height: String(height),
				validators: inSet(chain).map(({ address, key, power }) => ({
					address,
					pub_key: { type: 'tendermint/PubKeyEd25519', value: key },
					voting_power: String(power),
					proposer_priority: '-5',
				})),
				count: String(inSet(chain).length),
				total: String(inSet(chain).length),
			};
		case '/num_unconfirmed_txs':
			return { n_txs: '3', total: '31', total_bytes: '9000', txs: null };
		case '/commit':
			return commitOf(chain, asked);
		case '/block':
			return blockOf(chain, asked);
		default:
			return undefined;
	}
}

const inSet = ({ jailed }: Chain): Named[] =>
	validators.filter(({ moniker }) => !jailed.includes(moniker));

function commitOf(chain: Chain, height: number) {
	const absent = chain.absent.get(height) ?? [];
	const hasEvidence = chain.doubleVotedAt.has(height);
	return {
		signed_header: {
			header: {
				height: String(height),
				time: blockTime(height),
				proposer_address: validators[height % 4]?.address,
				evidence_hash: hasEvidence ? 'CD'.repeat(32) : emptyHash,
			},
			commit: {
				height: String(height),
				round: 0,
				block_id: { hash: 'AB'.repeat(32) },
				signatures: inSet(chain).map(({ moniker, address }) =>
					absent.includes(moniker)
						? { block_id_flag: 1, validator_address: '', timestamp: '0001-01-01T00:00:00Z' }
						: { block_id_flag: 2, validator_address: address, timestamp: blockTime(height) },
				),
			},
		},
		canonical: true,
	};
}

function blockOf(chain: Chain, height: number) {
	const culprit = validators.find(({ moniker }) => moniker === chain.doubleVotedAt.get(height));
	const vote = { type: 1, height: String(height), validator_address: culprit?.address };
	const evidence = culprit
		? [{ type: 'tendermint/DuplicateVoteEvidence', value: { vote_a: vote, vote_b: vote } }]
		: [];
	return { block: { evidence: { evidence } } };
}

function restOf(chain: Chain, { pathname }: URL): unknown {
	if (pathname === '/cosmos/slashing/v1beta1/signing_infos') {
		return {
			info: validators.map(({ moniker, bytes }) => ({
				address: toBech32('cosmosvalcons', bytes),
				start_height: '0',
				index_offset: '7',
				jailed_until: chain.jailed.includes(moniker)
					? '2026-01-01T01:00:00Z'
					: '1970-01-01T00:00:00Z',
				tombstoned: chain.tombstoned.includes(moniker),
				missed_blocks_counter: '4',
			})),
		};
	}
	if (pathname === '/cosmos/staking/v1beta1/validators') {
		return {
			validators: validators.map(({ moniker, key, bytes }) => ({
				operator_address: toBech32('cosmosvaloper', bytes),
				consensus_pubkey: { '@type': '/cosmos.crypto.ed25519.PubKey', key },
				jailed: chain.jailed.includes(moniker),
				status: chain.jailed.includes(moniker) ? 'BOND_STATUS_UNBONDING' : 'BOND_STATUS_BONDED',
				description: { moniker },
			})),
		};
	}
	return pathname === '/cosmos/upgrade/v1beta1/current_plan' ? { plan: chain.plan } : undefined;
}

async function watch(chain: Chain, overrides: Partial<Target> = {}) {
	const server = await startServer(({ path }, response) => {
		const body = bodyOf(chain, path);
		response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' });
		response.end(body === undefined ? '404 page not found' : JSON.stringify(body));
	});
	servers.push(server);
	const target = targetFor(server.url, { kind: 'cometbft', ...overrides });
	const http = createHttp(target);
	const source = cometbft.open(target);
	return {
		server,
		target,
		http,
		poll: async () =>
			readingSchema.parse(
				await source.poll(contextFor(target, { http, now: () => blockAtMs(chain.height) + 1000 })),
			),
	};
}

describe('a CometBFT node', () => {
	it('is read whole', async () => {
		const chain = chainOf({ round: 1, plan: { name: 'v20', height: '900' } });
		const { poll, target, http } = await watch(chain);
		expect(await cometbft.probe(target, contextFor(target, { http }))).toEqual({
			found: 'CometBFT 0.38.11 of cosmoshub-4 at height 100',
			confidence: 'certain',
		});
		const reading = await poll();
		const time = '2026-01-01T00:10:00.000Z';
		expect(reading.identity).toEqual({
			client: 'CometBFT',
			nodeId: '5576458aef205977e18fd50b274e9b5d9014525a',
			version: '0.38.11',
			networkId: 'cosmoshub-4',
		});
		expect(reading.consensus).toMatchObject({
			height: 100,
			finalized: 100,
			lastFinalizedAt: time,
			leader: 'beta',
			isLeader: false,
			validators: 4,
			votingPower: Math.round((10 / 46) * 1e6) / 1e6,
			viewsInRowTimedOut: 1,
			byzantine: 0,
		});
		expect(reading.chain).toEqual({
			head: { number: 100, hash: 'AB'.repeat(32), at: time },
			finalized: { number: 100, hash: 'AB'.repeat(32), at: time },
			syncing: false,
			upgradeHeight: 900,
			upgradeName: 'v20',
			txPool: { pending: 31 },
		});
		expect(reading.mempool).toEqual({ bytes: 9000 });
		expect(reading.network).toMatchObject({
			peers: 2,
			inbound: 1,
			outbound: 1,
			bytesInPerSecond: 5000,
			bytesOutPerSecond: 2000,
		});
		expect(reading.network?.peerList?.[0]).toMatchObject({
			id: 'peer0',
			direction: 'outbound',
			connectedSeconds: 168_901.058,
		});
		expect(
			reading.validators?.list.map((each) => [each.name, each.prevoted, each.precommitted]),
		).toEqual([
			['alpha', true, true],
			['beta', true, false],
			['gamma', false, false],
			['delta', true, false],
		]);
		expect(reading.validators?.list[0]).toMatchObject({
			validator: validators[0]?.address,
			power: 10,
			active: true,
			jailed: false,
			tombstoned: false,
			votes: 1,
			missed: 0,
		});
	});

	it('counts who signed each block, also of heights between two polls', async () => {
		const chain = chainOf({
			absent: new Map([
				[102, ['gamma']],
				[103, ['gamma', 'beta']],
				[105, ['gamma']],
			]),
		});
		const { poll } = await watch(chain);
		await poll();
		chain.height = 103;
		const rows = (await poll()).validators?.list ?? [];
		const figures = (list: typeof rows) =>
			list.map(({ name, votes, missed, missedInRow }) => [name, votes, missed, missedInRow]);
		expect(figures(rows)).toEqual([
			['alpha', 4, 0, 0],
			['beta', 3, 1, 1],
			['gamma', 2, 2, 2],
			['delta', 4, 0, 0],
		]);
		chain.height = 105;
		const after = (await poll()).validators?.list ?? [];
		expect(figures(after)[2]).toEqual(['gamma', 3, 3, 1]);
		expect(after[2]?.score).toBeCloseTo(2 / 5, 3);
	});

	it('does not take for missed what it did not see', async () => {
		const chain = chainOf({
			absent: new Map([
				[100, ['gamma']],
				[500, ['gamma']],
			]),
		});
		const { poll } = await watch(chain);
		await poll();
		chain.height = 500;
		const gamma = (await poll()).validators?.list[2];
		expect([gamma?.votes, gamma?.missed, gamma?.missedInRow]).toEqual([0, 2, 1]);
	});

	it('names its own by address, operator, moniker or consensus address', async () => {
		const [, beta] = validators;
		const names = [
			beta?.address.toLowerCase() ?? '',
			`0x${beta?.address}`,
			'BETA',
			toBech32('cosmosvaloper', beta?.bytes ?? new Uint8Array()),
			toBech32('cosmosvalcons', beta?.bytes ?? new Uint8Array()),
		];
		for (const name of names) {
			const { poll } = await watch(chainOf(), { mine: [name] });
			const own = (await poll()).validators?.list.filter(({ mine }) => mine);
			expect(own?.map((each) => `${name}: ${each.name}`)).toEqual([`${name}: beta`]);
		}
	});

	it('keeps one’s own that left the set, with the reason', async () => {
		const chain = chainOf({ jailed: ['beta'], tombstoned: ['beta'] });
		const { poll } = await watch(chain, { mine: ['beta'] });
		const own = (await poll()).validators?.list.find(({ mine }) => mine);
		expect(own).toMatchObject({
			name: 'beta',
			active: false,
			jailed: true,
			tombstoned: true,
			jailedUntil: '2026-01-01T01:00:00.000Z',
		});
		expect(own).not.toHaveProperty('missedInRow');
	});

	it('finds a double vote in the evidence of a block, and asks for no block without one', async () => {
		const chain = chainOf({ doubleVotedAt: new Map([[102, 'delta']]) });
		const { poll, server } = await watch(chain, { mine: ['delta'] });
		await poll();
		chain.height = 103;
		const { consensus, validators: table } = await poll();
		expect(consensus).toMatchObject({ byzantine: 1, byzantineByType: { doubleVote: 1 } });
		expect(table?.list.find(({ name }) => name === 'delta')).toMatchObject({
			byzantine: 1,
			byzantineBy: { doubleVote: 1 },
		});
		const blocks = server.requests.filter(({ path }) => path.startsWith('/block?'));
		expect(blocks.map(({ path }) => path)).toEqual(['/block?height=102']);
	});

	it('is read without a REST API: then nobody is known by name or as jailed', async () => {
		const { poll } = await watch(chainOf({ hasRest: false }));
		const { validators: table, endpoints } = await poll();
		expect(table?.list).toHaveLength(4);
		expect(table?.list[0]).not.toHaveProperty('jailed');
		expect(endpoints?.find(({ name }) => name === 'signing infos')?.status).toBe('unavailable');
	});

	it('that catches up is syncing', async () => {
		const { poll } = await watch(chainOf({ catchingUp: true }));
		expect((await poll()).consensus?.status).toBe('syncing');
	});
});

describe('bech32', () => {
	it('reads the addresses of BIP 173', () => {
		expect(bech32ToHex('A12UEL5L')).toBe('');
		expect(bech32ToHex('abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw')).toBe(
			'00443214C74254B635CF84653A56D7C675BE77DF',
		);
	});

	it.each(['', '1', 'cosmos1', 'A12UEL5X', 'pzry9x0s0muk', 'x1b4n0q5v', `a1${'q'.repeat(200)}`])(
		'refuses %j',
		(text) => {
			expect(bech32ToHex(text)).toBeUndefined();
		},
	);

	it('reads what it wrote', () => {
		const bytes = createHash('sha256').update('x').digest().subarray(0, 20);
		expect(bech32ToHex(toBech32('cosmosvalcons', bytes))).toBe(bytes.toString('hex').toUpperCase());
	});
});
