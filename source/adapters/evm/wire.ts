import * as z from 'zod';
import { cleanText } from '../../domain/clean.ts';
import type { Block, Chain } from '../../sections/chain/schema.ts';
import type { Integer } from '../../domain/scalars.ts';
import { toCount, toInteger, toTime } from '../quantity.ts';

const maxHashCells = 80;

/** A block, with its time also in Unix milliseconds to reckon with. */
export interface WireBlock {
	readonly block: Block;
	readonly atMs: number | undefined;
	readonly parentHash?: string | undefined;
	/** How many transactions it has, where it tells. */
	readonly transactions?: number | undefined;
	/** Made in a slot of a beacon chain, which is never left out for want of transactions. */
	readonly isOfSlot?: boolean;
	/** Its time is none, though it is not the genesis block, whose time is often 0. */
	readonly isMisdated?: boolean;
}

const blockSchema = z.object({
	number: z.unknown().optional(),
	hash: z.unknown().optional(),
	timestamp: z.unknown().optional(),
	parentHash: z.unknown().optional(),
	transactions: z.unknown().optional(),
	parentBeaconBlockRoot: z.unknown().optional(),
	withdrawalsRoot: z.unknown().optional(),
});

/** `eth_getBlockByNumber`: hex quantities, the timestamp in Unix seconds. `null`: no such block. */
export function readBlock(value: unknown): WireBlock | undefined {
	const parsed = blockSchema.safeParse(value);
	const number = parsed.success ? toInteger(parsed.data.number) : undefined;
	if (!parsed.success || number === undefined) return undefined;
	const seconds = toCount(parsed.data.timestamp);
	const at = toTime(seconds === undefined ? undefined : seconds * 1000);
	const hash = cleanText(parsed.data.hash, maxHashCells);
	const { transactions, parentBeaconBlockRoot, withdrawalsRoot } = parsed.data;
	return {
		block: { number, ...(hash !== undefined && { hash }), ...(at !== undefined && { at }) },
		atMs: at === undefined ? undefined : Date.parse(at),
		isMisdated: seconds !== undefined && at === undefined && number !== 0,
		parentHash: cleanText(parsed.data.parentHash, maxHashCells),
		transactions: Array.isArray(transactions) ? transactions.length : undefined,
		isOfSlot: typeof parentBeaconBlockRoot === 'string' || typeof withdrawalsRoot === 'string',
	};
}

/** What `eth_syncing` said; `undefined` fields where it said nothing of them. */
export interface WireSyncing {
	readonly flag: boolean;
	readonly current?: Integer;
	readonly highest?: Integer;
	readonly stages?: NonNullable<Chain['syncStages']>;
}

const maxStages = 40;
const notStages = new Set(['startingBlock', 'currentBlock', 'highestBlock']);
const erigonStage = z.object({ stage_name: z.string(), block_number: z.unknown().optional() });

/**
 * `eth_syncing`: `false`, or an object of hex quantities whose fields differ by client and version;
 * erigon adds a list of stages. A `highestBlock` of 0 says that the node has heard of none yet.
 */
export function readSyncing(value: unknown): WireSyncing | undefined {
	if (typeof value === 'boolean') return { flag: value };
	if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
	const fields: [string, unknown][] = Object.entries(value);
	const of = (name: string) => toInteger(fields.find(([key]) => key === name)?.[1]);
	const current = of('currentBlock');
	const highest = of('highestBlock');
	const stages = fields
		.flatMap(([name, inner]) => (Array.isArray(inner) ? inner.flatMap(readStage) : [[name, inner]]))
		.flatMap(([name, inner]): [string, Integer][] => {
			const amount = toInteger(inner);
			const key = cleanText(name, 64);
			if (amount === undefined || key === undefined || notStages.has(key)) return [];
			return [[key, amount]];
		})
		.slice(0, maxStages);
	return {
		flag: true,
		...(current !== undefined && { current }),
		...(highest !== undefined && highest !== 0 && { highest }),
		...(stages.length > 0 && { stages: Object.fromEntries(stages) }),
	};
}

function readStage(item: unknown): [string, unknown][] {
	const stage = erigonStage.safeParse(item);
	return stage.success ? [[stage.data.stage_name, stage.data.block_number]] : [];
}

const txPoolSchema = z.object({ pending: z.unknown().optional(), queued: z.unknown().optional() });

/** `txpool_status`: hex quantities; a bare number with some clients. */
export function readTxPool(value: unknown): Chain['txPool'] {
	const parsed = txPoolSchema.safeParse(value);
	if (!parsed.success) return undefined;
	const pending = toInteger(parsed.data.pending);
	const queued = toInteger(parsed.data.queued);
	if (pending === undefined && queued === undefined) return undefined;
	return { ...(pending !== undefined && { pending }), ...(queued !== undefined && { queued }) };
}

/** `net_version`: a decimal string; Ganache's is the time of its start. */
export function readNetworkId(value: unknown): Integer | string | undefined {
	return toInteger(value) ?? cleanText(value);
}

const nodeInfoSchema = z.object({ id: z.string() });

/** The `id` of `admin_nodeInfo`: the hash of the node's public key; ethereumjs gives the key. */
export function readNodeId(value: unknown): string | undefined {
	const parsed = nodeInfoSchema.safeParse(value);
	return parsed.success ? cleanText(parsed.data.id) : undefined;
}

/** Exact also past 2^53; `undefined` when it would be negative. */
export function difference(from: Integer, subtract: Integer): Integer | undefined {
	return toInteger(BigInt(from) - BigInt(subtract));
}

export function isBelow(a: Integer, b: Integer): boolean {
	return BigInt(a) < BigInt(b);
}
