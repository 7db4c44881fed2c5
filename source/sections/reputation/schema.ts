import * as z from 'zod';
import { count, ratio, text, time } from '../../domain/scalars.ts';

export const trends = ['up', 'steady', 'down'] as const;

const satelliteReputationSchema = z.strictObject({
	satellite: text,
	auditScore: ratio.optional(),
	suspensionScore: ratio.optional(),
	onlineScore: ratio.optional(),
	vettedAt: time.optional(),
	disqualifiedAt: time.optional(),
	suspendedAt: time.optional(),
	auditTrend: z.enum(trends).optional().describe('Over the last day, while watched'),
	suspensionTrend: z.enum(trends).optional(),
	onlineTrend: z.enum(trends).optional(),
	joinedAt: time.optional(),
	vettingRatio: ratio
		.optional()
		.describe('While it vets: of 100 audits and 504 hours, the lesser share'),
	reason: text.optional().describe('Why it disqualified or suspended the node'),
	offlineRatio: ratio.optional().describe('Of the last 30 days, weighted by windows of 12 hours'),
	offlineWindows: z
		.array(z.strictObject({ at: time, missed: count, of: count }))
		.optional()
		.describe('Windows of 12 hours in which the node missed audits, newest first'),
	failuresLeft: count.optional().describe('Audits that may fail before disqualification'),
});

export const reputationSchema = z.strictObject({
	worstAudit: ratio.optional().describe('Of the satellites that have not disqualified the node'),
	worstSuspension: ratio.optional(),
	worstOnline: ratio.optional(),
	satellites: z.array(satelliteReputationSchema),
});

export type Reputation = z.infer<typeof reputationSchema>;
