import * as z from 'zod';
import { cleanText } from '../../../domain/clean.ts';
import type { Identity } from '../../../sections/identity/schema.ts';
import type { Network, Peer } from '../../../sections/network/schema.ts';
import { toAmount, toCount } from '../../quantity.ts';
import { defined } from '../../../domain/defined.ts';
import { tally } from '../../tally.ts';

/**
 * Shapes of the Ethereum Beacon APIs (ethereum/beacon-APIs v2 and v3), as recorded from Lodestar
 * 1.5.1; whole numbers are written as text, but not by every client.
 */
const neededCount = z.unknown().optional().transform(toCount).pipe(z.number());
const isSet = z.boolean().optional().catch(undefined);

function inData<T extends z.ZodType>(data: T) {
	return z.object({ data });
}

export const syncingSchema = inData(
	z.object({
		head_slot: neededCount,
		sync_distance: neededCount,
		is_syncing: z.boolean(),
		is_optimistic: isSet,
		el_offline: isSet,
	}),
);

export const headerSchema = inData(
	z.object({
		root: z.string(),
		header: z.object({
			message: z.object({
				slot: neededCount,
				proposer_index: z.unknown().optional(),
			}),
		}),
	}),
);

const checkpoint = z.object({ epoch: neededCount, root: z.string() });
export const finalitySchema = inData(
	z.object({ current_justified: checkpoint, finalized: checkpoint }),
);

export const versionSchema = inData(z.object({ version: z.string() }));
export const identitySchema = inData(z.object({ peer_id: z.string() }));
export const genesisSchema = inData(
	z.object({ genesis_time: neededCount, genesis_validators_root: z.string() }),
);
export const specSchema = inData(z.record(z.string(), z.unknown()));
export const peerCountSchema = inData(z.object({ connected: neededCount }));
export const peersSchema = inData(
	z
		.array(
			z.object({
				peer_id: z.string(),
				last_seen_p2p_address: z.unknown().optional(),
				direction: z.unknown().optional(),
				state: z.unknown().optional(),
				agent: z.unknown().optional(),
			}),
		)
		.max(100_000),
);

/** How a chain counts time; from the node's own specification, for networks differ. */
export interface ChainTiming {
	readonly genesisAtMs: number | undefined;
	readonly slotMs: number | undefined;
	readonly slotsPerEpoch: number | undefined;
}

export function readTiming(
	spec: Readonly<Record<string, unknown>> | undefined,
	genesisSeconds: number | undefined,
): ChainTiming {
	const slotSeconds = positive(toAmount(spec?.['SECONDS_PER_SLOT']));
	const fromSeconds = slotSeconds === undefined ? undefined : slotSeconds * 1000;
	return {
		genesisAtMs: genesisSeconds === undefined ? undefined : genesisSeconds * 1000,
		slotMs: positive(toAmount(spec?.['SLOT_DURATION_MS'])) ?? fromSeconds,
		slotsPerEpoch: positive(toCount(spec?.['SLOTS_PER_EPOCH'])),
	};
}

/** The chain id is that of the execution layer, which is the one that people know. */
export function readIdentity(
	version: string | undefined,
	spec: Readonly<Record<string, unknown>> | undefined,
	genesisRoot: string | undefined,
	peerId: string | undefined,
): Identity {
	return defined({
		nodeId: cleanText(peerId, 80),
		...readVersion(version),
		userAgent: cleanText(version, 128),
		chainId: toCount(spec?.['DEPOSIT_CHAIN_ID']),
		networkId: cleanText(spec?.['CONFIG_NAME'], 64),
		genesisHash: cleanText(genesisRoot, 80),
	});
}

/** `Lodestar/v1.5.1/2115aa7`, `Prysm/v4.0.0 (linux amd64)`, `teku/v23.3.1/linux-x86_64/…`. */
export function readVersion(text: unknown): {
	readonly client: string | undefined;
	readonly version: string | undefined;
} {
	const [client = '', rest = ''] = (cleanText(text, 128) ?? '').split('/', 2);
	const version = /^v?(\d\S*)/i.exec(rest)?.[1];
	return { client: client === '' ? undefined : client, version };
}

const maxPeers = 500;

/** Not every client heeds `?state=connected`: some list all whom they ever met. */
export function isConnected({ state }: { readonly state?: unknown }): boolean {
	return state === undefined || state === 'connected';
}

/** Directions are counted only when the list holds every connected peer with its direction. */
export function readNetwork(
	all: z.infer<typeof peersSchema>['data'] | undefined,
	count: number | undefined,
): Network | undefined {
	if (!all) return count === undefined ? undefined : { peers: count };
	const connected = all.filter(isConnected);
	const inbound = connected.filter(({ direction }) => direction === 'inbound').length;
	const outbound = connected.filter(({ direction }) => direction === 'outbound').length;
	const isWhole = inbound + outbound === (count ?? connected.length);
	return {
		peers: count ?? connected.length,
		...(isWhole && { inbound, outbound }),
		...defined({ clients: tally(connected.map(({ agent }) => readVersion(agent).client)) }),
		peerList: connected.slice(0, maxPeers).flatMap((peer): Peer[] => {
			const id = cleanText(peer.peer_id, 80);
			if (id === undefined) return [];
			const { client, version } = readVersion(peer.agent);
			const address = cleanText(peer.last_seen_p2p_address);
			return [
				{ id, ...defined({ address, direction: readDirection(peer.direction), client, version }) },
			];
		}),
	};
}

function readDirection(value: unknown): Peer['direction'] {
	return value === 'inbound' || value === 'outbound' ? value : undefined;
}

function positive(value: number | undefined): number | undefined {
	return value === 0 ? undefined : value;
}
