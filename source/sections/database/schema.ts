import * as z from 'zod';
import { integer, ratio } from '../../domain/scalars.ts';
import { distributionSchema } from '../distribution.ts';

/** The store of a node. Its size on disk is `resources.databaseBytes`. */
export const databaseSchema = z.strictObject({
	reads: integer.optional(),
	writes: integer.optional(),
	deletes: integer.optional(),
	batches: integer.optional(),
	errors: integer.optional().describe('Operations that failed'),
	readMs: distributionSchema.optional(),
	writeMs: distributionSchema.optional(),
	deleteMs: distributionSchema.optional(),
	batchMs: distributionSchema.optional(),
	cacheHits: integer.optional(),
	cacheMisses: integer.optional(),
	cacheHitRatio: ratio.optional().describe('Share of the reads of the last minute'),
	cacheBytes: integer.optional(),
	logicalBytes: integer.optional().describe('Live data, without what compaction will free'),
	growthBytesPerSecond: z.number().optional().describe('Growth on disk; negative if it shrinks'),
	compactions: integer.optional(),
	compactionMs: distributionSchema.optional(),
});

export type Database = z.infer<typeof databaseSchema>;
