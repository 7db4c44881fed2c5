import * as z from 'zod';
import { amount, integer } from '../../domain/scalars.ts';

/** What waits for a block. How many transactions wait is `chain.txPool.pending`. */
export const mempoolSchema = z.strictObject({
	bytes: integer.optional(),
	oldestSeconds: amount.optional().describe('Age of the transaction that waits longest'),
	received: integer.optional(),
	evicted: integer.optional().describe('Dropped to make room'),
	rejected: integer.optional().describe('Refused: invalid, or no room'),
	expired: integer.optional().describe('Dropped because they waited too long'),
});

export type Mempool = z.infer<typeof mempoolSchema>;
