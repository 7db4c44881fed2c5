import * as z from 'zod';
import { amount, count, integer, text, time } from '../../domain/scalars.ts';

const vertexSchema = z.strictObject({
	id: text,
	parents: z.array(text),
	layer: count.optional(),
	author: text.optional(),
	sequence: integer
		.optional()
		.describe(
			'Sequence number of its author; two vertices with the same author and number conflict',
		),
	at: time.optional(),
	finalized: z.boolean().optional(),
});

export const dagSchema = z.strictObject({
	vertices: integer.optional(),
	edges: integer.optional(),
	tips: integer.optional(),
	depth: integer.optional(),
	branchingFactor: amount.optional(),
	growthPerSecond: amount.optional().describe('New vertices per second'),
	pending: integer.optional(),
	orphaned: integer.optional(),
	missing: integer.optional().describe('Vertices referred to but not received yet'),
	storageBytes: integer.optional(),
	recent: z.array(vertexSchema).optional().describe('Newest vertices, oldest first'),
});

export type Dag = z.infer<typeof dagSchema>;
export type Vertex = z.infer<typeof vertexSchema>;
