import * as z from 'zod';
import { cleanText } from '../../../domain/clean.ts';
import { PollError } from '../../../domain/errors.ts';
import type { Block, Chain } from '../../../sections/chain/schema.ts';
import type { Identity } from '../../../sections/identity/schema.ts';
import type { Peer } from '../../../sections/network/schema.ts';
import type { Reading } from '../../../sections/snapshot.ts';
import type { Round } from '../../inquiry.ts';
import { toCount, toTime } from '../../quantity.ts';
import { getJson } from '../../rest-client.ts';
import type { Answered } from '../../rest-client.ts';
import { defined, definedOrNone } from '../../../domain/defined.ts';

const optional = z.unknown().optional();
const commitSchema = z.object({ height: z.unknown(), hash: z.unknown(), at: optional });
const peerSchema = z.object({ nodeId: z.unknown(), client: optional, address: optional });

/**
 * `GET /api/v1/consensus/status`, which the README of sure2web3/hotstuff2 plans and nodetop's devnet
 * has. Every part may be missing, but one of those that tell commits must be there.
 */
const statusSchema = z
	.object({
		node_id: optional,
		network: optional,
		committed: optional,
		recent_commits: optional,
		peers: optional,
	})
	.refine(
		({ committed, recent_commits }) => committed !== undefined || recent_commits !== undefined,
	);
type Status = z.infer<typeof statusSchema>;

const maxCommits = 64;
const maxPeers = 1000;

/** What a replica says of its commits and of whom it hears. */
export interface ConsensusStatus {
	/** Committed blocks alone: what is only proposed may still be dropped. */
	readonly chain: Pick<Chain, 'finalized' | 'recent'> | undefined;
	readonly identity: Pick<Identity, 'nodeId' | 'networkId'> | undefined;
	/** Absent when it does not list them, or not whole. */
	readonly peers: readonly Peer[] | undefined;
}

/** Asks beside the metrics; `undefined` for a replica that does not offer it. Throws no `PollError`. */
export function askConsensusStatus(
	round: Round,
	metricsUrl: string,
	http: Parameters<typeof getJson>[1]['http'],
): Promise<ConsensusStatus | undefined> {
	const question = {
		base: baseOf(metricsUrl),
		path: 'api/v1/consensus/status',
		schema: statusSchema,
	};
	return round.also('consensus status', async (signal): Promise<Answered<ConsensusStatus>> => {
		try {
			const told = await getJson(question, { http, signal });
			return { ...told, value: readConsensusStatus(told.value) };
		} catch (error) {
			if (!(error instanceof PollError) || error.code !== 'badResponse') throw error;
			// A web page, say: the metrics are there, so nothing is broken, only not offered.
			throw new PollError('unsupported', 'no status of consensus answers there', { cause: error });
		}
	});
}

/** A replica's reading with its status: what the metrics tell is not told twice. */
export function withConsensusStatus(reading: Reading, status: ConsensusStatus): Reading {
	const { chain, identity, peers } = status;
	const listed = reading.network?.peerList ?? peers;
	const known = new Map(peers?.map((peer) => [peer.id, peer]));
	const peerList = listed?.map((peer) => ({ ...known.get(peer.id), ...peer }));
	return {
		...reading,
		...defined({
			chain: definedOrNone({ ...reading.chain, ...chain }),
			identity: definedOrNone({ ...identity, ...reading.identity }),
			network: definedOrNone({ ...reading.network, peerList }),
		}),
	};
}

function readConsensusStatus(status: Status): ConsensusStatus {
	const recent = readCommits(status.recent_commits);
	return {
		chain: definedOrNone({
			finalized: newestCommit(status.committed, recent),
			recent: recent && [...recent],
		}),
		identity: definedOrNone({
			nodeId: cleanText(status.node_id),
			networkId: cleanText(status.network),
		}),
		peers: readPeers(status.peers),
	};
}

/** Its `at` is when it was committed, and no block's own timestamp. */
function newestCommit(told: unknown, recent: readonly Block[] | undefined): Block | undefined {
	const committed = readCommit(told);
	const newest = recent?.at(-1);
	if (!committed || committed.hash === newest?.hash) return newest;
	const { at: _committedAt, ...block } = committed;
	return block;
}

/** Oldest first. Two hashes for one height are no chain: nothing of it is reported then. */
function readCommits(told: unknown): readonly Block[] | undefined {
	if (!Array.isArray(told)) return undefined;
	const byHeight = new Map<number, Block>();
	for (const entry of told) {
		const block = readCommit(entry);
		if (!block) continue;
		const height = Number(block.number);
		const other = byHeight.get(height)?.hash;
		if (other !== undefined && other !== block.hash) return undefined;
		byHeight.set(height, block);
	}
	if (byHeight.size === 0) return undefined;
	return [...byHeight]
		.sort(([a], [b]) => a - b)
		.map(([, block]) => block)
		.slice(-maxCommits);
}

function readCommit(told: unknown): Block | undefined {
	const parsed = commitSchema.safeParse(told);
	if (!parsed.success) return undefined;
	const number = toCount(parsed.data.height);
	const hash = cleanText(parsed.data.hash, 130);
	if (number === undefined || hash === undefined) return undefined;
	const { at } = parsed.data;
	return {
		number,
		hash,
		...defined({ at: typeof at === 'string' ? toTime(Date.parse(at)) : undefined }),
	};
}

function readPeers(told: unknown): readonly Peer[] | undefined {
	if (!Array.isArray(told) || told.length > maxPeers) return undefined;
	const peers = new Map<string, Peer>();
	for (const entry of told) {
		const parsed = peerSchema.safeParse(entry);
		const id = parsed.success ? cleanText(parsed.data.nodeId, 100) : undefined;
		if (!parsed.success || id === undefined) return undefined;
		const { client, address } = parsed.data;
		peers.set(id, { id, ...defined({ client: cleanText(client), address: cleanText(address) }) });
	}
	return [...peers.values()];
}

/** The address below which the API is: that of the metrics, without their own path. */
function baseOf(metricsUrl: string): string {
	const url = new URL(metricsUrl);
	url.pathname = url.pathname.replace(/\/metrics\/?$/, '') || '/';
	return url.href;
}
