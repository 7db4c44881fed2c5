import * as z from 'zod';
import { cleanText } from '../../domain/clean.ts';
import type { Network, Peer } from '../../sections/network/schema.ts';
import { toCount, toTime } from '../quantity.ts';
import { defined } from '../../domain/defined.ts';
import { tally } from '../tally.ts';

/** Shapes of avalanchego 1.11 to 1.13; its APIs write integers as text. */
export const versionSchema = z.object({ version: z.string() });
export const nodeIdSchema = z.object({ nodeID: z.string() });
export const networkIdSchema = z.object({ networkID: z.unknown() });
export const bootstrappedSchema = z.object({ isBootstrapped: z.boolean() });
export const uptimeSchema = z.object({
	rewardingStakePercentage: z.unknown().optional(),
	weightedAveragePercentage: z.unknown().optional(),
});

export const peersSchema = z.object({
	numPeers: z.unknown().optional().transform(toCount),
	peers: z
		.array(
			z.object({
				nodeID: z.string(),
				ip: z.unknown().optional(),
				version: z.unknown().optional(),
				lastReceived: z.unknown().optional(),
				benched: z.array(z.unknown()).optional().catch(undefined),
			}),
		)
		.max(100_000),
});
type AvalanchePeers = z.infer<typeof peersSchema>;

const checkSchema = z.object({
	message: z.unknown().optional(),
	error: z.unknown().optional(),
	contiguousFailures: z.unknown().optional(),
});
/** The same body under 200 and 503. */
export const healthSchema = z.object({
	checks: z.record(z.string(), checkSchema),
	healthy: z.boolean(),
});
export type AvalancheHealth = z.infer<typeof healthSchema>;

const chainMessageSchema = z.object({
	engine: z.object({
		consensus: z.object({
			lastAcceptedHeight: z.unknown().optional().transform(toCount),
			lastAcceptedID: z.unknown(),
			longestProcessingBlock: z.unknown(),
			processingBlocks: z.unknown().optional().transform(toCount),
		}),
	}),
});

export interface ChainHealth {
	readonly name: string;
	readonly height: number;
	readonly hash: string | undefined;
	readonly processing: number | undefined;
	readonly longestProcessingMs: number | undefined;
}

/** The primary network's chains; the C-chain, which most people mean, before the others. */
export const chainNames = ['C', 'P', 'X'] as const;

/** Of the chains whose health check tells it, in the order of `chainNames`. */
export function readChains({ checks }: AvalancheHealth): ChainHealth[] {
	return chainNames.flatMap((name) => {
		const parsed = chainMessageSchema.safeParse(checks[name]?.message);
		const consensus = parsed.success ? parsed.data.engine.consensus : undefined;
		const height = consensus?.lastAcceptedHeight;
		if (!consensus || height === undefined) return [];
		return [
			{
				name,
				height,
				hash: cleanText(consensus.lastAcceptedID, 80),
				processing: consensus.processingBlocks,
				longestProcessingMs: readGoDuration(consensus.longestProcessingBlock),
			},
		];
	});
}

/** The chains that are not bootstrapped; `undefined` when the check is not there. */
export function unbootstrapped({ checks }: AvalancheHealth): readonly string[] | undefined {
	const message = checks['bootstrapped']?.message;
	if (!Array.isArray(message)) return undefined;
	return message.flatMap((name: unknown) => cleanText(name, 64) ?? []);
}

const networkMessage = z.object({ connectedPeers: z.unknown().optional().transform(toCount) });
const diskMessage = z.object({ availableDiskBytes: z.unknown().optional().transform(toCount) });

export function connectedPeers({ checks }: AvalancheHealth): number | undefined {
	const parsed = networkMessage.safeParse(checks['network']?.message);
	return parsed.success ? parsed.data.connectedPeers : undefined;
}

export function availableDiskBytes({ checks }: AvalancheHealth): number | undefined {
	const parsed = diskMessage.safeParse(checks['diskspace']?.message);
	return parsed.success ? parsed.data.availableDiskBytes : undefined;
}

const maxReasons = 8;

/** The checks that fail, each with its error. */
export function failingChecks({ checks }: AvalancheHealth): string[] {
	return Object.entries(checks)
		.filter(([, { error }]) => error !== undefined && error !== null)
		.slice(0, maxReasons)
		.map(([name, { error }]) => {
			const why = cleanText(error, 160);
			const check = cleanText(name, 64) ?? 'a check without a name';
			return why === undefined ? check : `${check}: ${why}`;
		});
}

const maxPeers = 500;

/** What is said of direction would be a guess: `ip` and `publicIP` only differ for some inbound ones. */
export function readPeers({ numPeers, peers }: AvalanchePeers): Network {
	const shown = peers.slice(0, maxPeers);
	return {
		peers: numPeers ?? peers.length,
		...defined({
			clients: tally(
				peers.map(({ version }) => cleanText(version, 64)?.split('/')[0] ?? undefined),
			),
		}),
		peerList: shown.flatMap((peer): Peer[] => {
			const id = cleanText(peer.nodeID, 80);
			if (id === undefined) return [];
			const { client, version } = readVersion(peer.version);
			const lastSeenAt = toTime(Date.parse(cleanText(peer.lastReceived, 64) ?? ''));
			return [{ id, ...defined({ address: cleanText(peer.ip), client, version, lastSeenAt }) }];
		}),
	};
}

export function benchedPeers({ peers }: AvalanchePeers): number {
	return peers.filter(({ benched }) => (benched ?? []).length > 0).length;
}

/** `avalanchego/1.13.5`. */
export function readVersion(text: unknown): {
	readonly client: string | undefined;
	readonly version: string | undefined;
} {
	const [client, version] = (cleanText(text, 64) ?? '').split('/', 2);
	return { client: client === '' ? undefined : client, version };
}

const goUnitsMs: Readonly<Record<string, number>> = {
	ns: 1e-6,
	us: 1e-3,
	µs: 1e-3,
	ms: 1,
	s: 1000,
	m: 60_000,
	h: 3_600_000,
};

/** A duration as Go prints it: `0s`, `31ms`, `1m2.5s`. In milliseconds. */
export function readGoDuration(text: unknown): number | undefined {
	if (typeof text !== 'string' || !/^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/.test(text))
		return undefined;
	const parts = text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g);
	let total = 0;
	for (const [, number, unit = ''] of parts) total += Number(number) * (goUnitsMs[unit] ?? 0);
	return total;
}
