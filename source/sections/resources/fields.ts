import { formatBytes, formatCount, formatRatio } from '../../domain/format.ts';
import { traits } from '../../domain/metric-mapping.ts';
import { formatNumber } from '../../domain/units.ts';
import type { FieldContext, FieldPath, Fields, JoinedLine } from '../field.ts';
import { joinParts, partOfWhole } from '../parts.ts';
import type { Resources } from './schema.ts';

export const fields = {
	cpuRatio: {
		label: 'CPU',
		unit: 'ratio',
		priority: 1,
		series: true,
		trend: { rank: 48, fromZero: true, isFilled: true },
		csv: ['cpuRatio', 32],
		mapped: traits.amount,
		metric: 'nodetop_resources_cpu_ratio',
	},
	memoryResidentBytes: {
		label: 'Resident',
		unit: 'bytes',
		priority: 1,
		series: 'Resident memory',
		trend: { rank: 65 },
		csv: ['memoryResidentBytes', 33],
		metric: 'nodetop_resources_memory_resident_bytes',
	},
	memoryTotalBytes: {
		label: 'Memory total',
		unit: 'bytes',
		priority: 3,
		metric: 'nodetop_resources_memory_bytes',
	},
	memoryAvailableBytes: {
		label: 'Available',
		unit: 'bytes',
		priority: 2,
		metric: 'nodetop_resources_memory_available_bytes',
	},
	memoryVirtualBytes: {
		label: 'Virtual',
		unit: 'bytes',
		priority: 2,
		metric: 'nodetop_resources_memory_virtual_bytes',
	},
	heapUsedBytes: {
		label: 'Heap used',
		unit: 'bytes',
		priority: 2,
		metric: 'nodetop_resources_heap_used_bytes',
	},
	heapTotalBytes: {
		label: 'Heap total',
		unit: 'bytes',
		priority: 2,
		metric: 'nodetop_resources_heap_bytes',
	},
	diskAvailableBytes: {
		label: 'Disk free',
		unit: 'bytes',
		priority: 1,
		csv: ['diskAvailableBytes', 34],
		trend: { rank: 85 },
		metric: 'nodetop_resources_disk_available_bytes',
	},
	diskTotalBytes: {
		label: 'Disk total',
		unit: 'bytes',
		priority: 3,
		metric: 'nodetop_resources_disk_bytes',
	},
	diskReadsPerSecond: {
		label: 'Reads',
		unit: 'perSecond',
		precision: 1,
		priority: 2,
		metric: 'nodetop_resources_disk_reads_per_second',
	},
	diskWritesPerSecond: {
		label: 'Writes',
		unit: 'perSecond',
		precision: 1,
		priority: 2,
		metric: 'nodetop_resources_disk_writes_per_second',
	},
	databaseBytes: {
		label: 'Database',
		unit: 'bytes',
		priority: 2,
		mapped: traits.total,
		metric: 'nodetop_resources_database_bytes',
	},
	logBytes: {
		label: 'Logs',
		unit: 'bytes',
		priority: 2,
		mapped: traits.total,
		metric: 'nodetop_resources_log_bytes',
	},
	threads: {
		label: 'Threads',
		unit: 'count',
		priority: 2,
		csv: ['threads', 35],
		metric: 'nodetop_resources_threads',
	},
	openFiles: {
		label: 'Open files',
		unit: 'count',
		priority: 2,
		csv: ['openFiles', 36],
		metric: 'nodetop_resources_open_files',
	},
	openFilesLimit: {
		label: 'Open files limit',
		unit: 'count',
		priority: 3,
		metric: 'nodetop_resources_open_files_limit',
	},
} as const satisfies Fields<Resources>;

/** Whether the figures are the whole machine's, which stand in for a node's own. */
export function areOfMachine({ source }: Pick<Resources, 'source'>, kind: string): boolean {
	return source === 'host' && kind !== 'host';
}

const labelOfMachine =
	(own: string, ofMachine: string) =>
	(resources: Resources, { kind }: FieldContext): string =>
		areOfMachine(resources, kind) ? ofMachine : own;

export const joined = [
	{
		form: 'short',
		label: 'CPU',
		fields: ['cpuRatio'],
		labelFor: labelOfMachine('CPU', 'Machine CPU'),
		text: ({ cpuRatio }) => (cpuRatio === undefined ? undefined : formatRatio(cpuRatio)),
	},
	{
		form: 'short',
		label: 'Resident',
		fields: ['memoryResidentBytes'],
		labelFor: labelOfMachine('Resident', 'Machine memory'),
		text: ({ memoryResidentBytes: bytes }) =>
			bytes === undefined ? undefined : formatBytes(bytes),
	},
	{
		form: 'full',
		label: 'Memory',
		fields: ['memoryResidentBytes', 'memoryTotalBytes'],
		text: ({ memoryResidentBytes, memoryTotalBytes }) =>
			partOfWhole(memoryResidentBytes, memoryTotalBytes),
	},
	{
		form: 'full',
		label: 'Heap',
		fields: ['heapUsedBytes', 'heapTotalBytes'],
		text: ({ heapUsedBytes, heapTotalBytes }) => partOfWhole(heapUsedBytes, heapTotalBytes),
	},
	{
		form: 'full',
		label: 'Disk',
		fields: ['diskAvailableBytes', 'diskTotalBytes'],
		text: diskUse,
	},
	{
		form: 'full',
		label: 'Disk I/O',
		fields: ['diskReadsPerSecond', 'diskWritesPerSecond'],
		text: ({ diskReadsPerSecond, diskWritesPerSecond }) =>
			joinParts(', ', [
				[diskReadsPerSecond, (rate) => `${rate.toFixed(1)} reads/s`],
				[diskWritesPerSecond, (rate) => `${rate.toFixed(1)} writes/s`],
			]),
	},
	{
		form: 'full',
		label: 'FDs',
		fields: ['openFiles', 'openFilesLimit'],
		text: ({ openFiles, openFilesLimit }) =>
			joinParts(' / ', [
				[openFiles, String],
				[openFilesLimit, String],
			]),
	},
	{
		form: 'short',
		label: 'Open files',
		fields: ['openFiles', 'openFilesLimit'],
		text: ({ openFiles, openFilesLimit }) =>
			joinParts(' of ', [
				[openFiles, formatCount],
				[openFilesLimit, (limit) => formatNumber('count', limit)],
			]),
	},
] as const satisfies readonly JoinedLine<Resources, FieldPath<Resources>>[];

function diskUse({ diskAvailableBytes: free, diskTotalBytes: total }: Resources) {
	if (free === undefined) return total === undefined ? undefined : `of ${formatBytes(total)}`;
	if (total === undefined) return `${formatBytes(free)} available`;
	return partOfWhole(Math.max(0, Number(total) - Number(free)), total);
}
