import type { Connection } from './connection.ts';
import type { MetricMappings } from './metric-mapping.ts';
import type { Secret } from './secret.ts';

/** What a storage node is paid for. */
export type PricedUse = 'storage' | 'egress' | 'repair' | 'audit';

/** A node to watch, as the configuration settled it. Frozen after load. */
export interface Target extends Connection {
	readonly name: string;
	/** Absent until a probe found it. */
	readonly kind: string | undefined;
	/** Where the node answers; may hold credentials: print only `shownUrl`, or `maskUrl(url)`. */
	readonly url: string;
	/** The address as it may be shown: references unexpanded, credentials masked. */
	readonly shownUrl?: string | undefined;
	/** Other addresses of the same node, asked in this order while the first does not answer. */
	readonly fallbacks?: readonly { readonly url: string; readonly shownUrl: string }[] | undefined;
	/** How a command line names it where the name alone does not do: a spec, credentials masked. */
	readonly commandName?: string | undefined;
	/** Where its Prometheus metrics are, when they are elsewhere. */
	readonly metricsUrl?: string | undefined;
	/** A storage node's log: an absolute path, or `tcp://HOST:PORT` of a program that forwards it. */
	readonly log?: string | undefined;
	/** What its owner states it is paid, in US dollars per TB (and month, for storage). */
	readonly prices?: Readonly<Partial<Record<PricedUse, number | undefined>>> | undefined;
	/** Where the REST API of its chain is, when it is elsewhere. */
	readonly apiUrl?: string | undefined;
	readonly group?: string | undefined;
	readonly tags?: readonly string[] | undefined;
	/** Bearer token, or the RPC token of a framed QuDAG connection. */
	readonly token?: Secret | undefined;
	readonly headers?: Readonly<Record<string, Secret>> | undefined;
	/** What came into its addresses and headers by reference: not to be shown, wherever it comes back. */
	readonly secretParts?: readonly Secret[] | undefined;
	/** The user's own, beside those built in; for kinds that read Prometheus text. */
	readonly mappings?: MetricMappings | undefined;
	/** Accept any TLS certificate. Shown in red. */
	readonly insecure?: boolean | undefined;
	/** What its connection carries each way, as its owner states it. */
	readonly capacityBytesPerSecond?: number | undefined;
	/** The node has too few peers below this number; default 3. */
	readonly minPeers?: number | undefined;
	/** Whether its chain makes blocks without transactions; learnt from its blocks if not configured. */
	readonly emptyBlocks?: boolean | undefined;
	/** Where it keeps its data, on this machine: its health checks look at the disk below. */
	readonly dataDirectory?: string | undefined;
	/** Its owner asks for 4 KiB to be written, synced and removed there at each health check. */
	readonly testWrites?: boolean | undefined;
	/** Validators that are one's own, by id, address or index. */
	readonly mine?: readonly string[] | undefined;
	readonly intervalMs: number;
	readonly timeoutMs: number;
}
