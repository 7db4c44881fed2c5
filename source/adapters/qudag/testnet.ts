import * as z from 'zod';
import type { Consensus } from '../../sections/consensus/schema.ts';
import type { Identity } from '../../sections/identity/schema.ts';
import type { Network } from '../../sections/network/schema.ts';
import type { Reading } from '../../sections/snapshot.ts';
import {
	count,
	flag,
	identifier,
	integer,
	list,
	measured,
	present,
	requiredText,
	seconds,
	text,
} from './fields.ts';
import { toSelfReport } from './states.ts';
import type { TrafficRates } from './traffic-rates.ts';

/**
 * The testnet node's HTTP (qudag-testnet/configs/qudag-mcp-node-v3.rs, 2025). Byte counters are
 * totals since the start, `uptime_seconds` and `/health`'s `timestamp` the uptime in seconds.
 * `peer_count` is never updated there and stays 0, and so do byte counters that nobody feeds.
 */
const statusSchema = z.object({
	node: z.object({
		id: text,
		version: text,
		network_id: identifier,
		uptime_seconds: seconds,
	}),
	p2p: z
		.object({
			peer_count: count,
			connected_peers: list(requiredText, 1000),
			bytes_sent: count,
			bytes_received: count,
		})
		.optional(),
	dag: z.object({ height: integer, synced: flag }).optional(),
});

const healthSchema = z.object({
	status: z.string(),
	timestamp: seconds,
	version: text,
	details: z.object({
		node_id: text,
		network_id: identifier,
		synced: flag,
		peers: count,
		height: integer,
		bytes_sent: count,
		bytes_received: count,
	}),
});

/** `/health` of the variant in qudag-testnet/src/main_testnet.rs. */
const shortHealthSchema = z.object({
	status: z.string(),
	version: text,
	network: requiredText.pipe(z.string().regex(/^qudag/i)),
});

const noPeersNote = 'peers are not shown: the testnet node never updates its peer count';
const simulatedNote = 'the testnet node simulates its blocks: the height is not that of a network';

/** Reads `/api/v1/status` of the testnet node; `undefined` when the body is not that. */
export function readTestnetStatus(
	body: unknown,
	rates: TrafficRates,
	atMs: number,
): Reading | undefined {
	const parsed = statusSchema.safeParse(body);
	if (!parsed.success || !(parsed.data.p2p || parsed.data.dag)) return undefined;
	const { node, p2p, dag } = parsed.data;
	return {
		identity: readIdentity(node.id, node.version, node.network_id, node.uptime_seconds),
		consensus: readConsensus(dag?.height, dag?.synced),
		...readNetwork(p2p?.peer_count, p2p?.connected_peers, {
			...rates.read(measured(p2p?.bytes_received), measured(p2p?.bytes_sent), atMs),
		}),
	};
}

/** Reads `/health` of either testnet node; `undefined` when the body is not that. */
export function readTestnetHealth(
	body: unknown,
	rates: TrafficRates,
	atMs: number,
): Reading | undefined {
	const parsed = healthSchema.safeParse(body);
	if (!parsed.success) return readShortHealth(body);
	const { details } = parsed.data;
	if (details.node_id === undefined && details.network_id === undefined) return undefined;
	return {
		identity: readIdentity(
			details.node_id,
			parsed.data.version,
			details.network_id,
			parsed.data.timestamp,
		),
		consensus: readConsensus(details.height, details.synced),
		...readNetwork(details.peers, undefined, {
			...rates.read(measured(details.bytes_received), measured(details.bytes_sent), atMs),
		}),
		selfReport: toVerdict(parsed.data.status),
	};
}

/** The verdict in a `/health` body. `syncing` is none: consensus says it already. */
export function readTestnetVerdict(body: unknown): Reading['selfReport'] {
	const parsed = healthSchema.pick({ status: true }).safeParse(body);
	return parsed.success ? toVerdict(parsed.data.status) : undefined;
}

function toVerdict(status: string): Reading['selfReport'] {
	return status === 'syncing' ? undefined : toSelfReport(status);
}

function readShortHealth(body: unknown): Reading | undefined {
	const parsed = shortHealthSchema.safeParse(body);
	if (!parsed.success) return undefined;
	return {
		identity: readIdentity(undefined, parsed.data.version, parsed.data.network, undefined),
		selfReport: toVerdict(parsed.data.status),
	};
}

function readIdentity(
	nodeId: string | undefined,
	version: string | undefined,
	networkId: string | number | undefined,
	uptimeSeconds: number | undefined,
): Identity | undefined {
	return present<Identity>({
		nodeId,
		client: 'qudag',
		version: version?.replace(/^v(?=\d)/i, ''),
		networkId,
		uptimeSeconds,
	});
}

function readConsensus(
	height: Consensus['height'],
	isSynced: boolean | undefined,
): Consensus | undefined {
	const status = isSynced === undefined ? undefined : isSynced ? 'active' : 'syncing';
	return present<Consensus>({ status, height });
}

function readNetwork(
	peers: number | undefined,
	ids: readonly string[] | undefined,
	traffic: Partial<Network>,
): Pick<Reading, 'network' | 'notes'> {
	const isCounted = peers !== undefined && peers > 0;
	const network = present<Network>({
		...traffic,
		peers: isCounted ? peers : undefined,
		peerList: ids && ids.length > 0 ? ids.map((id) => ({ id })) : undefined,
	});
	return { network, notes: isCounted ? [simulatedNote] : [noPeersNote, simulatedNote] };
}
