import type { Identity } from '../../sections/identity/schema.ts';
import type { Network } from '../../sections/network/schema.ts';
import type { Resources } from '../../sections/resources/schema.ts';
import { cleanText } from '../../domain/clean.ts';
import type { Sample } from '../prometheus-text.ts';
import { toAmount, toCount, toInteger, toTime } from '../quantity.ts';
import { createRate } from '../rates.ts';
import { labelOf } from '../series.ts';
import type { Exposition } from './exposition.ts';
import { defined, definedOrNone } from '../../domain/defined.ts';

const names = {
	cpu: 'node_cpu_seconds_total',
	memoryTotal: 'node_memory_MemTotal_bytes',
	memoryAvailable: 'node_memory_MemAvailable_bytes',
	diskTotal: 'node_filesystem_size_bytes',
	diskAvailable: 'node_filesystem_avail_bytes',
	diskReads: 'node_disk_reads_completed_total',
	diskWrites: 'node_disk_writes_completed_total',
	openFiles: 'node_filefd_allocated',
	openFilesLimit: 'node_filefd_maximum',
	bytesIn: 'node_network_receive_bytes_total',
	bytesOut: 'node_network_transmit_bytes_total',
	bootTime: 'node_boot_time_seconds',
	system: 'node_uname_info',
} as const;

export const hostMetricNames: readonly string[] = Object.values(names);

const rootOnly = { mountpoint: '/' };

export interface HostReading {
	readonly resources: Resources;
	readonly network: Network | undefined;
	readonly identity: Identity;
}

/**
 * A machine as node_exporter 1.x tells of it; `undefined` for an exposition of anything else. The CPU
 * is busy when it is neither idle nor waiting for a disk; the disk is the file system at `/`; traffic
 * leaves out the loopback interface.
 */
export function createHostMeter(): (
	exposition: Exposition,
	atMs: number,
) => HostReading | undefined {
	const busyRate = createRate();
	const rates = {
		reads: createRate(),
		writes: createRate(),
		bytesIn: createRate(),
		bytesOut: createRate(),
	};
	return (exposition, atMs) => {
		if (!exposition.has(names.memoryTotal) && !exposition.has(names.cpu)) return undefined;
		const all = (name: string) => exposition.series({ metrics: [name] });
		const cpu = all(names.cpu);
		const cores = new Set(cpu.map(({ labels }) => labelOf(labels, 'cpu'))).size;
		const busyPerSecond = busyRate(sumOf(cpu.filter(isBusy)), atMs);
		const isOutside = ({ labels }: Sample) => labelOf(labels, 'device') !== 'lo';
		const root = (name: string) =>
			exposition.series({ metrics: [name], match: rootOnly })[0]?.value;
		const limit = exposition.value(names.openFilesLimit);
		return {
			resources: {
				source: 'host',
				...defined({
					cpuRatio: busyPerSecond === undefined ? undefined : busyPerSecond / cores,
					memoryTotalBytes: toInteger(exposition.value(names.memoryTotal)),
					memoryAvailableBytes: toInteger(exposition.value(names.memoryAvailable)),
					diskTotalBytes: toInteger(root(names.diskTotal)),
					diskAvailableBytes: toInteger(root(names.diskAvailable)),
					diskReadsPerSecond: rates.reads(sumOf(all(names.diskReads)), atMs),
					diskWritesPerSecond: rates.writes(sumOf(all(names.diskWrites)), atMs),
					openFiles: toCount(exposition.value(names.openFiles)),
					// Linux says 2^63-1 where there is no limit.
					openFilesLimit: toInteger(limit),
				}),
			},
			network: definedOrNone({
				bytesInPerSecond: rates.bytesIn(sumOf(all(names.bytesIn).filter(isOutside)), atMs),
				bytesOutPerSecond: rates.bytesOut(sumOf(all(names.bytesOut).filter(isOutside)), atMs),
			}),
			identity: readIdentity(exposition, atMs),
		};
	};
}

function readIdentity(exposition: Exposition, atMs: number): Identity {
	const [system] = exposition.series({ metrics: [names.system] });
	const bootMs = (exposition.value(names.bootTime) ?? 0) * 1000;
	const startedAt = toTime(bootMs);
	const isPast = startedAt !== undefined && bootMs <= atMs;
	return defined({
		nodeId: cleanText(labelOf(system?.labels ?? {}, 'nodename')),
		startedAt,
		uptimeSeconds: isPast ? Math.floor((atMs - bootMs) / 1000) : undefined,
	});
}

function isBusy({ labels }: Sample): boolean {
	const mode = labelOf(labels, 'mode');
	return mode !== 'idle' && mode !== 'iowait';
}

function sumOf(samples: readonly Sample[]): number | undefined {
	if (samples.length === 0) return undefined;
	return toAmount(samples.reduce((sum, { value }) => sum + value, 0));
}
