import { cleanText } from '../../domain/clean.ts';
import { formatBytes, formatCount, formatMs } from '../../domain/format.ts';
import type { Checks } from './report.ts';
import type { RpcReply } from './rpc.ts';

/** Reads `eth_syncing` as a sign that the node answers; any answer at all will do. */
export function rpcCheck(reply: RpcReply, url: string): NonNullable<Checks['rpc_endpoint']> {
	if (reply.is === 'failed') return { healthy: false, message: `${url}: ${reply.message}` };
	return { healthy: true, latency_ms: Math.round(reply.latencyMs * 10) / 10 };
}

export function peerCountCheck(
	reply: RpcReply,
	minPeers: number,
): NonNullable<Checks['peer_count']> {
	if (reply.is !== 'result')
		return {
			healthy: true,
			min_required: minPeers,
			message: `the node does not report its peers: ${reply.message}`,
		};
	const peers = toNumber(reply.result);
	if (peers === undefined)
		return { healthy: true, min_required: minPeers, message: 'its peer count is no number' };
	const few =
		peers < minPeers ? { message: `too few peers: ${peers} of at least ${minPeers}` } : {};
	return { healthy: peers >= minPeers, peers, min_required: minPeers, ...few };
}

/** What earlier checks saw of a sync. */
export interface SyncMemory {
	readonly syncingSinceMs: number | undefined;
	readonly block: number | undefined;
	readonly movedAtMs: number;
}

export const noSyncMemory: SyncMemory = {
	syncingSinceMs: undefined,
	block: undefined,
	movedAtMs: 0,
};

const stuckAfterMs = 300_000;
const longAfterMs = 86_400_000;

export interface SyncJudgement {
	readonly check: NonNullable<Checks['sync_status']>;
	readonly memory: SyncMemory;
}

/**
 * Judges `eth_syncing` and `eth_blockNumber`. A sync whose block has not moved for five minutes is stuck, and
 * unhealthy. One that takes longer than a day but moves is healthy, with a message that says how long. Pure.
 */
export function syncStatusCheck(
	syncing: RpcReply,
	head: RpcReply,
	memory: SyncMemory,
	nowMs: number,
): SyncJudgement {
	if (syncing.is !== 'result' || syncing.result === false) return synced(syncing, head, nowMs);
	const { current, highest, stages } = readSyncing(syncing.result);
	const block = current ?? toNumber(head.is === 'result' ? head.result : undefined);
	// During a snap sync the block stands still while accounts and storage are loaded.
	const measure = (block ?? 0) + stages;
	const hasMoved = memory.syncingSinceMs === undefined || measure !== memory.block;
	const next: SyncMemory = {
		syncingSinceMs: memory.syncingSinceMs ?? nowMs,
		block: measure,
		movedAtMs: hasMoved ? nowMs : memory.movedAtMs,
	};
	const stillMs = nowMs - next.movedAtMs;
	const lastsMs = nowMs - (next.syncingSinceMs ?? nowMs);
	const isStuck = stillMs >= stuckAfterMs;
	return {
		memory: next,
		check: {
			healthy: !isStuck,
			syncing: true,
			...(block !== undefined && { current_block: block }),
			...(highest !== undefined && { highest_block: highest }),
			...syncWords({ isStuck, stillMs, lastsMs, block }),
		},
	};
}

function syncWords(seen: {
	readonly isStuck: boolean;
	readonly stillMs: number;
	readonly lastsMs: number;
	readonly block: number | undefined;
}): { readonly message?: string } {
	const { isStuck, stillMs, lastsMs, block } = seen;
	if (isStuck) {
		const where = block === undefined ? '' : ` at block ${formatCount(block)}`;
		return { message: `its sync is stuck${where} for ${formatMs(stillMs)}` };
	}
	if (lastsMs < longAfterMs) return {};
	return { message: `syncing for ${formatMs(lastsMs)}, still moving` };
}

function synced(syncing: RpcReply, head: RpcReply, nowMs: number): SyncJudgement {
	const block = head.is === 'result' ? toNumber(head.result) : undefined;
	const said =
		syncing.is === 'result'
			? {}
			: { message: `it does not say whether it syncs: ${syncing.message}` };
	return {
		memory: { syncingSinceMs: undefined, block: undefined, movedAtMs: nowMs },
		check: {
			healthy: true,
			syncing: false,
			...(block !== undefined && { current_block: block, highest_block: block }),
			...said,
		},
	};
}

function readSyncing(result: unknown): {
	readonly current: number | undefined;
	readonly highest: number | undefined;
	readonly stages: number;
} {
	if (typeof result !== 'object' || result === null)
		return { current: undefined, highest: undefined, stages: 0 };
	const entries = Object.entries(result).slice(0, 64);
	const field = (name: string) => toNumber(entries.find(([key]) => key === name)?.[1]);
	const isStage = (key: string) => /^(?:synced|healed|txIndexFinished)/.test(key);
	const stages = entries.reduce(
		(sum, [key, value]) => sum + (isStage(key) ? (toNumber(value) ?? 0) : 0),
		0,
	);
	const highest = field('highestBlock');
	// 0 means that it does not know yet.
	return { current: field('currentBlock'), highest: highest === 0 ? undefined : highest, stages };
}

const leastFreeBytes = 1_000_000_000;

export function diskCheck(
	available: number | undefined,
	directory: string,
): NonNullable<Checks['disk']> {
	if (available === undefined)
		return { healthy: true, message: `${directory}: its free space is not known` };
	const isLow = available < leastFreeBytes;
	const message = `only ${formatBytes(available)} are free on the disk of ${directory}`;
	return { healthy: !isLow, available_bytes: available, ...(isLow && { message }) };
}

const networkNames: Readonly<Record<string, string>> = {
	1: 'mainnet',
	1111: 'wemix mainnet',
	1112: 'wemix testnet',
	17000: 'holesky',
	560048: 'hoodi',
	11155111: 'sepolia',
};

/** `net_version` in words where it is a known network. */
export function networkName(reply: RpcReply): string | undefined {
	if (reply.is !== 'result') return undefined;
	const id = typeof reply.result === 'number' ? String(reply.result) : cleanText(reply.result, 40);
	return id === undefined ? undefined : (networkNames[id] ?? id);
}

export function clientVersion(reply: RpcReply): string | undefined {
	return reply.is === 'result' ? cleanText(reply.result, 120) : undefined;
}

/** A number, decimal text or hexadecimal text of at most 15 digits. */
export function toNumber(value: unknown): number | undefined {
	if (typeof value === 'number')
		return Number.isSafeInteger(value) && value >= 0 ? value : undefined;
	if (typeof value !== 'string' || !/^(?:0x[\da-fA-F]{1,16}|\d{1,16})$/.test(value))
		return undefined;
	const number = Number(value);
	return Number.isSafeInteger(number) ? number : undefined;
}
