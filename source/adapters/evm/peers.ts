import * as z from 'zod';
import { cleanText } from '../../domain/clean.ts';
import type { Integer } from '../../domain/scalars.ts';
import type { Network, Peer } from '../../sections/network/schema.ts';
import { toCount, toInteger } from '../quantity.ts';
import { parseClientVersion } from './client-version.ts';
import { isBelow } from './wire.ts';

const maxPeers = 500;

/** The `eth` protocol of a peer: the text `handshake` until it is negotiated. */
const ethSchema = z
	.object({ version: z.unknown().optional(), latestBlock: z.unknown().optional() })
	.optional()
	.catch(undefined);

const peerSchema = z.object({
	id: z.unknown().optional(),
	enode: z.unknown().optional(),
	name: z.unknown().optional(),
	network: z
		.object({
			remoteAddress: z.unknown().optional(),
			inbound: z.boolean().optional().catch(undefined),
		})
		.optional()
		.catch(undefined),
	protocols: z.object({ eth: ethSchema }).optional().catch(undefined),
});
type WirePeer = z.infer<typeof peerSchema>;

export interface WirePeers {
	readonly count: number;
	readonly network: Omit<Network, 'peers'>;
	/** The newest block that more than one peer claims; of a single peer, what it claims. */
	readonly bestHead: Integer | undefined;
}

/**
 * `admin_peers` of geth and those who follow it (besu, reth, erigon, go-wemix). Old versions give a
 * `difficulty` past 2^53 instead of the head block, which is not read. `undefined` for no list.
 */
export function readPeers(value: unknown): WirePeers | undefined {
	if (!Array.isArray(value)) return undefined;
	const wire = value.slice(0, maxPeers).flatMap((item: unknown) => {
		const parsed = peerSchema.safeParse(item);
		return parsed.success ? [parsed.data] : [];
	});
	const peerList = wire.flatMap((peer) => toPeer(peer) ?? []);
	const directions = wire.map(({ network }) => network?.inbound);
	const isComplete = wire.length === value.length && !directions.includes(undefined);
	return {
		count: value.length,
		bestHead: secondHighest(wire.map(({ protocols }) => toInteger(protocols?.eth?.latestBlock))),
		network: {
			...(isComplete && {
				inbound: directions.filter((inbound) => inbound === true).length,
				outbound: directions.filter((inbound) => inbound === false).length,
			}),
			...spread('clients', wire.map(clientOf)),
			...spread('protocolVersions', wire.map(protocolVersionOf)),
			peerList,
		},
	};
}

function toPeer(peer: WirePeer): Peer | undefined {
	const id = cleanText(peer.id) ?? publicKeyOf(peer.enode);
	if (id === undefined) return undefined;
	const address = cleanText(peer.network?.remoteAddress);
	const inbound = peer.network?.inbound;
	const name = typeof peer.name === 'string' ? parseClientVersion(peer.name) : {};
	return {
		id,
		...(address !== undefined && { address }),
		...(inbound !== undefined && { direction: inbound ? 'inbound' : 'outbound' }),
		...name,
	};
}

function publicKeyOf(enode: unknown): string | undefined {
	return typeof enode === 'string' ? /^enode:\/\/([\da-f]{1,128})@/i.exec(enode)?.[1] : undefined;
}

function clientOf({ name }: WirePeer): string | undefined {
	return typeof name === 'string' ? parseClientVersion(name).client : undefined;
}

function protocolVersionOf({ protocols }: WirePeer): string | undefined {
	const version = toCount(protocols?.eth?.version);
	return version === undefined ? undefined : `eth/${version}`;
}

/** How many peers have each value; absent when none says any. */
function spread<Field extends 'clients' | 'protocolVersions'>(
	field: Field,
	values: readonly (string | undefined)[],
): Partial<Record<Field, Record<string, number>>> {
	const counts = new Map<string, number>();
	for (const value of values) {
		if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
	}
	if (counts.size === 0) return {};
	// A computed key widens to string; the object has this one field.
	return { [field]: Object.fromEntries(counts) } as Partial<Record<Field, Record<string, number>>>;
}

/** One peer alone may lie about its head, or follow a fork; two rarely do so together. */
function secondHighest(heads: readonly (Integer | undefined)[]): Integer | undefined {
	const sorted = heads
		.filter((head) => head !== undefined)
		.sort((a, b) => (isBelow(a, b) ? 1 : isBelow(b, a) ? -1 : 0));
	return sorted[1] ?? sorted[0];
}
