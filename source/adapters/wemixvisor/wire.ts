import * as z from 'zod';
import { clean } from '../../domain/clean.ts';
import type { Process } from '../../sections/process/schema.ts';
import type { Resources } from '../../sections/resources/schema.ts';
import { toAmount, toCount, toInteger } from '../quantity.ts';
import { defined, definedOrNone } from '../../domain/defined.ts';

const feature = z.object({ enabled: z.boolean() });

/**
 * `GET /api/v1/status` of wemixvisor 0.8 (internal/api/server.go). Its `status` is "running" while the
 * API runs, whatever the node does, and its `uptime` is the time of day in Unix seconds: neither is read.
 */
export const statusSchema = z.object({
	status: z.string(),
	version: z.string().transform((text) => clean(text, 40).replace(/^v/i, '')),
	governance: feature,
	metrics: feature,
});

/**
 * `GET /api/v1/metrics` (internal/metrics/types.go). The shipped program fills `system` alone. Of
 * `application` only the process is read: its figures of the node are never filled, and read 0.
 */
export const metricsSchema = z.object({
	system: z
		.object({
			cpu_usage: z.unknown().optional(),
			memory_total: z.unknown().optional(),
			memory_available: z.unknown().optional(),
			disk_total: z.unknown().optional(),
			disk_available: z.unknown().optional(),
		})
		.nullish()
		.catch(undefined),
	application: z
		.object({
			process_status: z.unknown().optional(),
			process_pid: z.unknown().optional(),
			process_restarts: z.unknown().optional(),
		})
		.nullish()
		.catch(undefined),
});
type WireMetrics = z.infer<typeof metricsSchema>;

/** Of the machine, not of the node. Percentages; a total of 0 was not measured. */
export function readResources({ system }: WireMetrics): Resources | undefined {
	if (!system) return undefined;
	const cpuPercent = toAmount(system.cpu_usage);
	const memory = measured(system.memory_total, system.memory_available);
	const disk = measured(system.disk_total, system.disk_available);
	const figures = definedOrNone({
		cpuRatio: cpuPercent === undefined ? undefined : cpuPercent / 100,
		memoryTotalBytes: memory?.total,
		memoryAvailableBytes: memory?.available,
		diskTotalBytes: disk?.total,
		diskAvailableBytes: disk?.available,
	});
	return figures && { source: 'host', ...figures };
}

function measured(total: unknown, available: unknown) {
	const bytes = toInteger(total);
	if (bytes === undefined || bytes === 0) return undefined;
	return { total: bytes, available: toInteger(available) };
}

/** Its own words for the states of a node process (internal/node), in ours. */
const states: ReadonlyMap<unknown, Process['state']> = new Map([
	['stopped', 'stopped'],
	['starting', 'starting'],
	['running', 'running'],
	['stopping', 'stopping'],
	['upgrading', 'upgrading'],
	['error', 'error'],
	['crashed', 'crashed'],
]);

export function readProcess({ application }: WireMetrics): Process | undefined {
	const word = application?.process_status;
	const state = typeof word === 'string' ? states.get(word.toLowerCase()) : undefined;
	if (!application || !state) return undefined;
	const pid = toCount(application.process_pid);
	return {
		state,
		...defined({
			pid: pid === 0 ? undefined : pid,
			restarts: toCount(application.process_restarts),
		}),
	};
}
