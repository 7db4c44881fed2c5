import * as z from 'zod';
import { amount, ratio, text, time } from '../../domain/scalars.ts';

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
	estimateLowUsd: usd.optional().describe('The month as nodetop expects it, lower bound'),
	estimateHighUsd: usd.optional(),
	estimateConfidence: ratio
		.optional()
		.describe('0.5 at the start of the month, 1 at its end: how much of it is known'),
	prices: z
		.strictObject({
			storageUsd: usd,
			egressUsd: usd,
			repairUsd: usd,
			auditUsd: usd,
			from: z.enum(['node', 'profile', 'usual']),
		})
		.optional()
		.describe('For a TB of 10^12 bytes, and a month for storage'),
	heldTotalUsd: usd.optional().describe('Held back in all months that are settled'),
	returnedUsd: usd.optional().describe('Of what was held back, paid out since'),
	accuracyRatio: ratio
		.optional()
		.describe('How near usage at these prices came to what satellites accounted; 1 is exact'),
	nextPayoutAt: time.optional().describe('When the next payout is due, by the days of past ones'),
	egressBytes: amount.optional().describe('Sent this month, to customers, for repair and audits'),
	egressForecastBytes: amount.optional().describe('The same for the whole month, at this pace'),
	days: z
		.array(
			z.strictObject({
				day: text,
				satellite: text,
				basis: z.enum(['reported', 'estimated']),
				storageUsd: usd.optional(),
				egressUsd: usd,
				repairUsd: usd,
				auditUsd: usd,
			}),
		)
		.optional()
		.describe('This month by day and satellite, before anything is held back'),
	months: z
		.array(
			z.strictObject({
				month: text,
				satellite: text,
				estimatedUsd: usd.describe('Its usage at the prices above'),
				owedUsd: usd.optional().describe('Accounted by the satellite, without what it held'),
				heldUsd: usd.optional(),
				returnedUsd: usd.optional(),
				paidUsd: usd.optional(),
				distributedUsd: usd.optional(),
				createdAt: time.optional(),
			}),
		)
		.optional()
		.describe('Months that are settled, newest first'),
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
