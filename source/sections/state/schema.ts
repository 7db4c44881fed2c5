import * as z from 'zod';
import { integer, text } from '../../domain/scalars.ts';
import { distributionSchema } from '../distribution.ts';

/** What the committed transactions made: accounts, contracts and what they hold. */
export const stateSchema = z.strictObject({
	sizeBytes: integer.optional(),
	accounts: integer.optional(),
	contracts: integer.optional(),
	transitions: integer.optional().describe('Transactions that were applied'),
	queries: integer.optional(),
	snapshots: integer.optional(),
	transitionMs: distributionSchema.optional(),
	queryMs: distributionSchema.optional(),
	snapshotMs: distributionSchema.optional(),
	validations: integer.optional().describe('Transactions that were validated'),
	validationFailures: integer.optional(),
	validationFailuresBy: z
		.record(text, integer)
		.optional()
		.describe('Validation failures by reason'),
	validationMs: distributionSchema.optional(),
});

export type State = z.infer<typeof stateSchema>;
