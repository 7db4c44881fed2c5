import * as z from 'zod';
import { amount, count, integer, text, time } from '../../domain/scalars.ts';

const emptyBlocks = ['made', 'notMade', 'unknown'] as const;

const blockSchema = z.strictObject({
	number: integer,
	hash: text.optional(),
	at: time.optional().describe("The block's own timestamp"),
	parentHash: text.optional().describe('Hash of the parent of the head, if the node reports it'),
});

const reorgsSchema = z.strictObject({
	count: count.describe('Number of reorganisations since nodetop started'),
	lastDepth: count.optional().describe('Blocks that the newest one replaced'),
	lastDepthIsAtLeast: z
		.boolean()
		.optional()
		.describe('Older blocks could not be compared: at least `lastDepth` were replaced'),
	lastForkNumber: integer.optional().describe('Last block that both branches share'),
	lastAt: time.optional(),
});

export const chainSchema = z.strictObject({
	name: text.optional().describe('Name of the chain, if the node has several'),
	head: blockSchema.optional(),
	safe: blockSchema.optional(),
	finalized: blockSchema.optional(),
	recent: z
		.array(blockSchema)
		.optional()
		.describe('Newest blocks of the chain that the node follows now, oldest first'),
	reorgs: reorgsSchema.optional(),
	upgradeHeight: integer.optional().describe('Height at which the chain waits for an upgrade'),
	upgradeName: text.optional(),
	highestKnown: integer.optional().describe('Highest block that the node knows of'),
	syncing: z.boolean().optional().describe("The node's own flag; false does not prove synced"),
	syncStages: z.record(text, integer).optional(),
	emptyBlocks: z
		.enum(emptyBlocks)
		.optional()
		.describe('Whether it makes blocks without transactions, as configured or as seen'),
	blockIntervalMs: amount.optional().describe('Mean over the blocks seen while watching'),
	txPool: z.strictObject({ pending: integer.optional(), queued: integer.optional() }).optional(),
});

export type Chain = z.infer<typeof chainSchema>;
export type Block = z.infer<typeof blockSchema>;
