import * as z from 'zod';
import { count, ratio, text, time } from '../../domain/scalars.ts';

const satelliteReputationSchema = z.strictObject({
	satellite: text,
	auditScore: ratio.optional(),
	suspensionScore: ratio.optional(),
	onlineScore: ratio.optional(),
	vettedAt: time.optional(),
	disqualifiedAt: time.optional(),
	suspendedAt: time.optional(),
	failuresLeft: count.optional().describe('Audits that may fail before disqualification'),
});

export const reputationSchema = z.strictObject({ satellites: z.array(satelliteReputationSchema) });

export type Reputation = z.infer<typeof reputationSchema>;
