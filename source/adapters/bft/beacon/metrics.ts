import { cleanText } from '../../../domain/clean.ts';
import { PollError } from '../../../domain/errors.ts';
import type { Identity } from '../../../sections/identity/schema.ts';
import type { Resources } from '../../../sections/resources/schema.ts';
import type { Http } from '../../http.ts';
import { parsePrometheusTextInSlices } from '../../prometheus-text.ts';
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
 * peers by client are Lodestar's.
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
const wanted: ReadonlySet<string> = new Set(Object.values(names));
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
		const of = (name: string) => samples.find((sample) => sample.name === name)?.value;
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
		const startedAt = toTime((of(names.startedAt) ?? Number.NaN) * 1000);
		const value: BeaconMetrics = {
			peers: toCount(of(names.peers)),
			validators: toCount(of(names.validators)),
			clients: clients.length === 0 ? undefined : Object.fromEntries(clients),
			started: defined({
				startedAt,
				uptimeSeconds:
					startedAt === undefined
						? undefined
						: Math.max(0, Math.round((now() - Date.parse(startedAt)) / 1000)),
			}),
			resources: readResources(of, cpuRate(of(names.cpu), now())),
		};
		return { ...reply, value };
	};
}

function readResources(
	of: (name: string) => number | undefined,
	cpuRatio: number | undefined,
): Resources | undefined {
	const figures = definedOrNone({
		cpuRatio,
		memoryResidentBytes: toInteger(of(names.resident)),
		memoryVirtualBytes: toInteger(of(names.virtual)),
		heapUsedBytes: toInteger(of(names.heapUsed)),
		heapTotalBytes: toInteger(of(names.heapTotal)),
		openFiles: toCount(of(names.openFiles)),
		openFilesLimit: toInteger(of(names.openFilesLimit)),
	});
	return figures && { source: 'node', ...figures };
}
