import { defined } from '../../domain/defined.ts';
import { PollError } from '../../domain/errors.ts';
import type { Endpoint } from '../../sections/poll/schema.ts';
import type { Network } from '../../sections/network/schema.ts';
import type { Resources } from '../../sections/resources/schema.ts';
import { parsePrometheusText } from '../prometheus-text.ts';
import { toCount, toInteger } from '../quantity.ts';
import { createPerformanceMeter } from '../performance.ts';
import { createRate } from '../rates.ts';
import { dialErrors, ledgerMetrics, readConnections, readLedger } from './geth-ledger.ts';
import type { LedgerSections, Quantiles } from './geth-ledger.ts';
import type { Http } from '../http.ts';
import type { Round } from '../inquiry.ts';

export interface Scrape {
	readonly endpoint: Endpoint;
	readonly network?: Network;
	readonly resources?: Resources;
	readonly ledger?: LedgerSections;
}

export interface GethMetrics {
	/** Never rejects: without metrics a node is poorer, not dead. */
	read(http: Http, secondary: Round['secondary'], now: () => number): Promise<Scrape>;
}

/** Where geth serves them (`--metrics --metrics.port 6060`), for an address without a path. */
const defaultPath = '/debug/metrics/prometheus';
const name = 'metrics';
const maxBodyBytes = 16 * 1024 * 1024;

const wanted: ReadonlySet<string> = new Set([
	...ledgerMetrics,
	'p2p_ingress',
	'p2p_egress',
	'p2p_peers',
	'p2p_peers_inbound',
	'p2p_peers_outbound',
	'system_cpu_procload',
	'system_cpu_threads',
	'system_memory_used',
	'system_memory_held',
	'eth_db_chaindata_disk_size',
]);

/**
 * Metrics of geth 1.10 and later, and of what was made from it, such as go-wemix. Names and units
 * from go-ethereum's `metrics`, `p2p` and `ethdb` packages.
 */
export function createGethMetrics(metricsUrl: string): GethMetrics {
	const rateIn = createRate();
	const rateOut = createRate();
	const reckon = createPerformanceMeter(false);
	return {
		async read(http, secondary, now) {
			try {
				const reply = await http.request({
					url: addressOf(metricsUrl),
					signal: secondary.signal,
					accept: 'text/plain;version=0.0.4',
					maxBodyBytes,
				});
				const { values, quantiles } = readValues(reply.body);
				const { latencyMs } = reply;
				if (values.size === 0) {
					const message = 'what answers there has none of geth’s metrics';
					return { endpoint: { name, status: 'unavailable', latencyMs, message } };
				}
				const atMs = now();
				const bytesInPerSecond = rateIn(values.get('p2p_ingress'), atMs);
				const bytesOutPerSecond = rateOut(values.get('p2p_egress'), atMs);
				const resources = toResources(values);
				const ledger = readLedger(values, quantiles);
				const { database } = reckon({ ...ledger, ...(resources && { resources }) }, atMs);
				return {
					endpoint: { name, status: 'ok', latencyMs },
					network: {
						...toNetwork(values),
						...readConnections(values),
						bytesInPerSecond,
						bytesOutPerSecond,
					},
					ledger: defined({ ...ledger, database }),
					...(resources && { resources }),
				};
			} catch (error) {
				if (!(error instanceof PollError)) throw error;
				return { endpoint: secondary.endpoint(name, error, 'failed') };
			}
		},
	};
}

function addressOf(metricsUrl: string): string {
	const url = URL.parse(metricsUrl);
	if (!url) throw new PollError('unsupported', `metricsUrl is not a URL`);
	return url.pathname === '/' && url.search === '' ? new URL(defaultPath, url).href : metricsUrl;
}

/** Geth's gauges without labels, the first of each name; and the quantiles of its summaries. */
function readValues(body: string): {
	readonly values: ReadonlyMap<string, number>;
	readonly quantiles: Quantiles;
} {
	const values = new Map<string, number>();
	const quantiles = new Map<string, Map<number, number>>();
	const isWanted = (metric: string) => wanted.has(metric) || metric.startsWith(dialErrors);
	const text = parsePrometheusText(body, { wants: isWanted });
	for (const { name: metric, labels, value } of text.samples) {
		if (!Number.isFinite(value) || value < 0) continue;
		const { quantile } = labels;
		if (quantile === undefined) {
			if (!values.has(metric)) values.set(metric, value);
			continue;
		}
		const known = quantiles.get(metric) ?? new Map<number, number>();
		// `0.5` and `0.50` are one.
		quantiles.set(metric, known.set(Number(quantile), value));
	}
	return { values, quantiles };
}

function toNetwork(values: ReadonlyMap<string, number>): Network {
	const peers = toCount(values.get('p2p_peers'));
	const inbound = toCount(values.get('p2p_peers_inbound'));
	const outbound = toCount(values.get('p2p_peers_outbound'));
	return {
		...(peers !== undefined && { peers }),
		...(inbound !== undefined && { inbound }),
		...(outbound !== undefined && { outbound }),
	};
}

/**
 * `system_cpu_procload` is whole percent of one core. `system_memory_held` is what Go's runtime holds
 * of the system and `_used` what of it is in use: Go's heap, not the resident size. They are 0 until
 * the first measurement, 3 s after the start. Disk is counted in bytes, which no field here holds.
 */
function toResources(values: ReadonlyMap<string, number>): Resources | undefined {
	const cpuPercent = values.get('system_cpu_procload');
	const heapTotalBytes = positive(values.get('system_memory_held'));
	const heapUsedBytes = positive(values.get('system_memory_used'));
	const databaseBytes = positive(values.get('eth_db_chaindata_disk_size'));
	const threads = toCount(positive(values.get('system_cpu_threads')));
	const figures = {
		...(cpuPercent !== undefined && { cpuRatio: cpuPercent / 100 }),
		...(heapTotalBytes !== undefined && { heapTotalBytes }),
		...(heapUsedBytes !== undefined && { heapUsedBytes }),
		...(databaseBytes !== undefined && { databaseBytes }),
		...(threads !== undefined && { threads }),
	};
	return Object.keys(figures).length === 0 ? undefined : { source: 'node', ...figures };
}

function positive(value: number | undefined) {
	return value === 0 ? undefined : toInteger(value);
}
