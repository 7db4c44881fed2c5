import type { Identity } from '../../sections/identity/schema.ts';
import type { Resources } from '../../sections/resources/schema.ts';
import { toAmount, toCount, toInteger, toTime } from '../quantity.ts';
import { createRate } from '../rates.ts';
import type { Exposition } from './exposition.ts';
import { defined } from '../../domain/defined.ts';

/**
 * Families that the official client libraries name alike (prometheus.io, "Standard and runtime
 * collectors"), with those of Go, Node.js and Rust that say the same; the first that is there counts.
 */
const families = {
	cpuSeconds: ['process_cpu_seconds_total'],
	memoryResidentBytes: ['process_resident_memory_bytes'],
	memoryVirtualBytes: ['process_virtual_memory_bytes'],
	heapUsedBytes: ['go_memstats_heap_alloc_bytes', 'nodejs_heap_size_used_bytes'],
	heapTotalBytes: ['go_memstats_heap_sys_bytes', 'nodejs_heap_size_total_bytes'],
	threads: ['process_threads', 'process_num_threads', 'go_threads'],
	openFiles: ['process_open_fds'],
	openFilesLimit: ['process_max_fds'],
	startedAtSeconds: ['process_start_time_seconds'],
} as const;

export const processMetricNames: readonly string[] = Object.values(families).flat();

export interface ProcessReading {
	readonly resources: Resources | undefined;
	readonly identity: Pick<Identity, 'startedAt' | 'uptimeSeconds'>;
}

/** A process as it measures itself; keeps the CPU counter between readings. */
export function createProcessMeter(): (exposition: Exposition, atMs: number) => ProcessReading {
	const cpuRate = createRate();
	return (exposition, atMs) => {
		const of = (names: readonly string[]) =>
			names.map((name) => exposition.value(name)).find((value) => value !== undefined);
		const figures = defined({
			cpuRatio: cpuRate(toAmount(of(families.cpuSeconds)), atMs),
			memoryResidentBytes: toInteger(of(families.memoryResidentBytes)),
			memoryVirtualBytes: toInteger(of(families.memoryVirtualBytes)),
			heapUsedBytes: toInteger(of(families.heapUsedBytes)),
			heapTotalBytes: toInteger(of(families.heapTotalBytes)),
			threads: toCount(of(families.threads)),
			openFiles: toCount(of(families.openFiles)),
			openFilesLimit: toInteger(of(families.openFilesLimit)),
		});
		const startedAtMs = (of(families.startedAtSeconds) ?? 0) * 1000;
		const startedAt = toTime(startedAtMs);
		const isPast = startedAt !== undefined && startedAtMs <= atMs;
		return {
			resources: Object.keys(figures).length === 0 ? undefined : { source: 'node', ...figures },
			identity: defined({
				startedAt,
				uptimeSeconds: isPast ? Math.floor((atMs - startedAtMs) / 1000) : undefined,
			}),
		};
	};
}
