import * as z from 'zod';
import { amount, integer, ratio } from '../../domain/scalars.ts';
import { distributionSchema } from '../distribution.ts';

export const performanceSchema = z.strictObject({
	transactions: integer.optional().describe('Transactions committed since the node started'),
	decisions: integer.optional().describe('Consensus decisions; one may commit several blocks'),
	transactionsPerSecond: amount.optional(),
	blocksPerSecond: amount.optional(),
	decisionsPerSecond: amount.optional(),
	confirmationMs: distributionSchema
		.optional()
		.describe('From the arrival of a transaction at the node to the block that contains it'),
	finalizationMs: distributionSchema
		.optional()
		.describe('From the proposal of a block to its commit'),
	endToEndMs: distributionSchema
		.optional()
		.describe('From the arrival of a transaction at the node to its commit'),
	transactionBytes: distributionSchema.optional().describe('Sizes of committed transactions'),
	consensusEfficiencyRatio: ratio.optional().describe('Blocks committed over views passed'),
	networkEfficiencyRatio: ratio.optional().describe('Useful messages over all received'),
	storageEfficiencyRatio: ratio.optional().describe('Bytes of live data over bytes on disk'),
});

export type Performance = z.infer<typeof performanceSchema>;
