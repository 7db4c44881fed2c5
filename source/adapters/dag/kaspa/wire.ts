import * as z from 'zod';
import { cleanText } from '../../../domain/clean.ts';
import type { Network, Peer } from '../../../sections/network/schema.ts';
import type { Resources } from '../../../sections/resources/schema.ts';
import { distributionOf } from '../../distribution.ts';
import { toAmount, toCount, toInteger } from '../../quantity.ts';
import { defined, definedOrNone } from '../../../domain/defined.ts';
import { tally } from '../../tally.ts';

/** Shapes of rusty-kaspa 1.0. A 64-bit number comes as text from clients made from the gRPC. */
const integer = z.unknown().optional().transform(toInteger);
const count = z.unknown().optional().transform(toCount);
const amount = z.unknown().optional().transform(toAmount);
const neededInteger = integer.pipe(z.union([z.number(), z.string()]));

export const dagInfoSchema = z.object({
	network: z.string(),
	blockCount: neededInteger,
	tipHashes: z.array(z.string()).max(100_000),
	/** Milliseconds: the median of the newest blocks' own times, some minutes behind them. */
	pastMedianTime: amount,
	virtualDaaScore: neededInteger,
});

export const serverInfoSchema = z.object({
	serverVersion: z.string(),
	networkId: z.unknown().optional(),
	isSynced: z.boolean(),
});

export const infoSchema = z.object({
	p2pId: z.unknown().optional(),
	mempoolSize: integer,
	isSynced: z.boolean().optional().catch(undefined),
});

export const blueScoreSchema = z.object({ blueScore: neededInteger });

/** In snake_case, unlike everything else. */
export const peersSchema = z.object({
	peerInfo: z
		.array(
			z.object({
				id: z.string(),
				address: z.unknown().optional(),
				last_ping_duration: amount,
				is_outbound: z.boolean().optional().catch(undefined),
				user_agent: z.unknown().optional(),
				advertised_protocol_version: count,
				time_connected: amount,
				is_ibd_peer: z.boolean().optional().catch(undefined),
			}),
		)
		.max(10_000),
});
type KaspaPeers = z.infer<typeof peersSchema>['peerInfo'];

const section = <T extends z.ZodRawShape>(shape: T) => z.object(shape).nullish().catch(undefined);

export const metricsSchema = z.object({
	/** Unix ms of the node's own clock. */
	serverTime: amount,
	processMetrics: section({
		residentSetSize: integer,
		virtualMemorySize: integer,
		cpuUsage: amount,
		fdNum: count,
	}),
	connectionMetrics: section({ activePeers: count }),
	bandwidthMetrics: section({ p2pBytesTx: count, p2pBytesRx: count }),
	consensusMetrics: section({
		nodeHeadersProcessedCount: count,
		nodeDependenciesProcessedCount: count,
	}),
});
export type KaspaMetrics = z.infer<typeof metricsSchema>;

export const metricsRequest = {
	processMetrics: true,
	connectionMetrics: true,
	bandwidthMetrics: true,
	consensusMetrics: true,
	storageMetrics: false,
	customMetrics: false,
} as const;

const maxPeers = 500;

export function readNetwork(peers: KaspaPeers): Network {
	const outbound = peers.filter((peer) => peer.is_outbound === true).length;
	const inbound = peers.filter((peer) => peer.is_outbound === false).length;
	return {
		peers: peers.length,
		...(outbound + inbound === peers.length && { inbound, outbound }),
		...defined({
			latencyMs: distributionOf(peers.flatMap((peer) => peer.last_ping_duration ?? [])),
			clients: tally(peers.map((peer) => readUserAgent(peer.user_agent).client)),
			protocolVersions: tally(
				peers.map(({ advertised_protocol_version: version }) => version?.toString()),
			),
		}),
		peerList: peers.slice(0, maxPeers).flatMap(toPeer),
	};
}

function toPeer(peer: KaspaPeers[number]): Peer[] {
	const id = cleanText(peer.id, 80);
	if (id === undefined) return [];
	const { is_outbound: isOutbound, time_connected: connectedMs } = peer;
	const direction = isOutbound === true ? ('outbound' as const) : ('inbound' as const);
	return [
		{
			id,
			...defined({
				address: cleanText(peer.address),
				direction: isOutbound === undefined ? undefined : direction,
				latencyMs: peer.last_ping_duration,
				...readUserAgent(peer.user_agent),
				connectedSeconds: connectedMs === undefined ? undefined : connectedMs / 1000,
			}),
		},
	];
}

/** `/kaspad:1.0.1/`, `/kaspad:1.0.1/kaspad:1.0.1(comment)/`: the first part counts. */
export function readUserAgent(text: unknown): {
	readonly client: string | undefined;
	readonly version: string | undefined;
} {
	const [, client, version] = /^\/?([^:/]+):([^/(]+)/.exec(cleanText(text, 128) ?? '') ?? [];
	return { client, version };
}

/** `cpuUsage` counts cores: 1.74 is one core and three quarters. Disk is in bytes, which has no field. */
export function readResources({ processMetrics }: KaspaMetrics): Resources | undefined {
	const figures = definedOrNone({
		cpuRatio: processMetrics?.cpuUsage,
		memoryResidentBytes: processMetrics?.residentSetSize,
		memoryVirtualBytes: processMetrics?.virtualMemorySize,
		openFiles: processMetrics?.fdNum,
	});
	return figures && { source: 'node', ...figures };
}

/** Parents a block, in the mean of all headers processed since the start. */
export function readBranching({ consensusMetrics }: KaspaMetrics): number | undefined {
	const { nodeHeadersProcessedCount: headers, nodeDependenciesProcessedCount: edges } =
		consensusMetrics ?? {};
	if (headers === undefined || edges === undefined || headers === 0) return undefined;
	return edges / headers;
}
