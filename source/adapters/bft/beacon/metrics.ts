import { cleanText } from '../../../domain/clean.ts';
import { PollError } from '../../../domain/errors.ts';
import type { Identity } from '../../../sections/identity/schema.ts';
import type { Resources } from '../../../sections/resources/schema.ts';
import type { Http } from '../../http.ts';
import { parsePrometheusTextInSlices } from '../../prometheus-text.ts';
import type { Sample } from '../../prometheus-text.ts';
import { toCount, toInteger, toTime } from '../../quantity.ts';
import { createRate } from '../../rates.ts';
import { atPath } from '../../rest-client.ts';
import type { Answered } from '../../rest-client.ts';
import { defined, definedOrNone } from '../../../domain/defined.ts';

export interface BeaconMetrics {
	readonly peers: number | undefined;
	readonly validators: number | undefined;
	/** Peers by client, where the node counts them; those it counts none of are left out. */
	readonly clients: Readonly<Record<string, number>> | undefined;
	readonly started: Pick<Identity, 'startedAt' | 'uptimeSeconds'>;
	readonly resources: Resources | undefined;
}

/**
 * Names of ethereum/beacon-metrics and of Prometheus' process collector, which most clients follow;
 * after them those of single clients: Prysm's peers and validators by state, Teku's peers, Lighthouse's
 * validators, the heaps of Go and of Java. Peers by client are Lodestar's.
 */
const names = {
	peers: 'libp2p_peers',
	validators: 'beacon_current_active_validators',
	clients: 'lodestar_peers_by_client_count',
	cpu: 'process_cpu_seconds_total',
	resident: 'process_resident_memory_bytes',
	virtual: 'process_virtual_memory_bytes',
	heapUsed: 'nodejs_heap_size_used_bytes',
	heapTotal: 'nodejs_heap_size_total_bytes',
	openFiles: 'process_open_fds',
	openFilesLimit: 'process_max_fds',
	startedAt: 'process_start_time_seconds',
} as const;
/** Where a client has another name: that, and the label that says which series is meant. */
const otherNames = {
	peers: [['p2p_peer_count', { state: 'Connected' }], ['beacon_peer_count']],
	validators: [
		['beacon_head_state_active_validators_total'],
		['validator_count', { state: 'Active' }],
	],
	heapUsed: [['go_memstats_heap_inuse_bytes'], ['jvm_memory_used_bytes', { area: 'heap' }]],
	heapTotal: [['go_memstats_heap_sys_bytes'], ['jvm_memory_committed_bytes', { area: 'heap' }]],
} as const;
type OtherName = readonly [name: string, labels?: Readonly<Record<string, string>>];
const wanted: ReadonlySet<string> = new Set([
	...Object.values(names),
	...Object.values(otherNames).flatMap((others) => others.map(([name]) => name)),
]);
const maxBodyBytes = 16 * 1024 * 1024;

/** Reads the metrics that the target names; keeps the CPU counter between reads. */
export function createMetricsReader(
	metricsUrl: string,
): (http: Http, signal: AbortSignal, now: () => number) => Promise<Answered<BeaconMetrics>> {
	const cpuRate = createRate();
	return async (http, signal, now) => {
		const reply = await http.request({
			url: atPath(metricsUrl, '/metrics'),
			signal,
			accept: 'text/plain;version=0.0.4',
			maxBodyBytes,
		});
		const { samples } = await parsePrometheusTextInSlices(reply.body, {
			signal,
			wants: (name) => wanted.has(name),
		});
		const of = (key: keyof typeof names) => valueOf(samples, key);
		if (samples.length === 0) {
			throw new PollError('unsupported', 'what answers there has none of a beacon node’s metrics');
		}
		const clients = samples
			.filter(({ name, value }) => name === names.clients && value > 0)
			.flatMap(({ labels, value }) => {
				const count = toCount(value);
				const client = cleanText(labels['client'], 40);
				return client === undefined || count === undefined ? [] : [[client, count] as const];
			});
		const startedAt = toTime((of('startedAt') ?? Number.NaN) * 1000);
		const value: BeaconMetrics = {
			peers: toCount(of('peers')),
			validators: toCount(of('validators')),
			clients: clients.length === 0 ? undefined : Object.fromEntries(clients),
			started: defined({
				startedAt,
				uptimeSeconds:
					startedAt === undefined
						? undefined
						: Math.max(0, Math.round((now() - Date.parse(startedAt)) / 1000)),
			}),
			resources: readResources(of, cpuRate(of('cpu'), now())),
		};
		return { ...reply, value };
	};
}

function valueOf(samples: readonly Sample[], key: keyof typeof names): number | undefined {
	const own = samples.find((sample) => sample.name === names[key]);
	if (own) return own.value;
	const others: Readonly<Partial<Record<keyof typeof names, readonly OtherName[]>>> = otherNames;
	for (const [name, labels = {}] of others[key] ?? []) {
		const fitting = samples.filter(
			(sample) =>
				sample.name === name &&
				Object.entries(labels).every(([label, text]) => sample.labels[label] === text),
		);
		// Java's heap has several parts.
		if (fitting.length > 0) return fitting.reduce((sum, { value }) => sum + value, 0);
	}
	return undefined;
}

function readResources(
	of: (key: keyof typeof names) => number | undefined,
	cpuRatio: number | undefined,
): Resources | undefined {
	const figures = definedOrNone({
		cpuRatio,
		memoryResidentBytes: toInteger(of('resident')),
		memoryVirtualBytes: toInteger(of('virtual')),
		heapUsedBytes: toInteger(of('heapUsed')),
		heapTotalBytes: toInteger(of('heapTotal')),
		openFiles: toCount(of('openFiles')),
		openFilesLimit: toInteger(of('openFilesLimit')),
	});
	return figures && { source: 'node', ...figures };
}
