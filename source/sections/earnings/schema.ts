import * as z from 'zod';
import { amount, text } from '../../domain/scalars.ts';

/** Whole US dollars with their fractions, as the node reports them: an estimate until it is paid. */
const usd = amount;

export const earningsSchema = z.strictObject({
	monthUsd: usd.optional().describe('Earned since the month began, without what is held back'),
	monthHeldUsd: usd.optional().describe('Held back of it'),
	estimateUsd: usd.optional().describe('What the node expects of the whole month'),
	previousMonthUsd: usd.optional(),
	previousMonthHeldUsd: usd.optional(),
	paidUsd: usd.optional().describe('Paid out for the newest month that is settled'),
	paidFor: text.optional().describe('That month, as 2025-09'),
	monthByCause: z
		.strictObject({
			storageUsd: usd.optional(),
			egressUsd: usd.optional(),
			repairAndAuditUsd: usd.optional(),
		})
		.optional(),
	satellites: z
		.array(
			z.strictObject({
				satellite: text,
				monthUsd: usd.optional(),
				monthHeldUsd: usd.optional(),
				paidUsd: usd.optional().describe('For the month of `paidFor`'),
			}),
		)
		.optional(),
});

export type Earnings = z.infer<typeof earningsSchema>;
