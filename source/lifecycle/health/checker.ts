import { statfs } from 'node:fs/promises';
import {
	clientVersion,
	diskCheck,
	networkName,
	noSyncMemory,
	peerCountCheck,
	rpcCheck,
	syncStatusCheck,
} from './checks.ts';
import type { SyncMemory } from './checks.ts';
import { compositeHealth } from './report.ts';
import type { Checks, HealthReport } from './report.ts';
import { createRpc } from './rpc.ts';

export interface CheckerOptions {
	/** Absent where the node offers no HTTP API. */
	readonly url: string | undefined;
	readonly timeoutMs: number;
	readonly minPeers: number;
	/** The disk of this directory is looked at. */
	readonly dataDirectory: string | undefined;
}

/** Checks one node again and again; remembers how its sync moves. */
export class HealthChecker {
	readonly #options: CheckerOptions;
	#sync: SyncMemory = noSyncMemory;
	/** As the node reports them; they do not change while it runs. */
	version: string | undefined;
	network: string | undefined;

	constructor(options: CheckerOptions) {
		this.#options = options;
	}

	async check(pid: number | undefined, nowMs: number): Promise<HealthReport> {
		const running =
			pid === undefined ? { healthy: false, message: 'it does not run' } : { healthy: true, pid };
		const [node, disk] = await Promise.all([
			pid === undefined ? {} : this.#askNode(nowMs),
			this.#disk(),
		]);
		return compositeHealth({ process: running, ...node, ...disk }, nowMs);
	}

	async #askNode(nowMs: number): Promise<Omit<Checks, 'process'>> {
		const { url, timeoutMs, minPeers } = this.#options;
		if (url === undefined) return {};
		const ask = createRpc(url, timeoutMs);
		const syncing = await ask('eth_syncing');
		const endpoint = rpcCheck(syncing, url);
		if (!endpoint.healthy) return { rpc_endpoint: endpoint };
		const [head, peers] = await Promise.all([ask('eth_blockNumber'), ask('net_peerCount')]);
		if (this.version === undefined) this.version = clientVersion(await ask('web3_clientVersion'));
		if (this.network === undefined) this.network = networkName(await ask('net_version'));
		const { check, memory } = syncStatusCheck(syncing, head, this.#sync, nowMs);
		this.#sync = memory;
		return {
			rpc_endpoint: endpoint,
			peer_count: peerCountCheck(peers, minPeers),
			sync_status: check,
		};
	}

	async #disk(): Promise<Pick<Checks, 'disk'>> {
		const { dataDirectory } = this.#options;
		if (dataDirectory === undefined) return {};
		try {
			const { bavail, bsize } = await statfs(dataDirectory);
			return { disk: diskCheck(bavail * bsize, dataDirectory) };
		} catch {
			// Not there yet: a node makes it at its first start.
			return {};
		}
	}
}
