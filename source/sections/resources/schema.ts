import * as z from 'zod';
import { amount, count, integer, ratio } from '../../domain/scalars.ts';

export const resourcesSchema = z.strictObject({
	source: z.enum(['node', 'host']).describe('Source of the figures: the node itself, or its host'),
	cpuRatio: ratio.optional().describe('1 means one core for a node, all cores for a host'),
	memoryResidentBytes: integer.optional(),
	memoryVirtualBytes: integer.optional(),
	memoryTotalBytes: integer.optional(),
	memoryAvailableBytes: integer.optional(),
	heapUsedBytes: integer.optional(),
	heapTotalBytes: integer.optional(),
	databaseBytes: integer.optional(),
	logBytes: integer.optional(),
	diskTotalBytes: integer.optional(),
	diskAvailableBytes: integer.optional(),
	diskReadsPerSecond: amount.optional(),
	diskWritesPerSecond: amount.optional(),
	threads: count.optional(),
	openFiles: count.optional(),
	openFilesLimit: integer.optional(),
});

export type Resources = z.infer<typeof resourcesSchema>;
