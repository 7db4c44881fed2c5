import * as z from 'zod';
import { text, time } from '../../domain/scalars.ts';
import { components, healthStatuses, severities } from '../../domain/words.ts';
import { componentHealthSchema } from './component-health.ts';

const issueSchema = z.strictObject({
	code: text.describe('Stable name of the finding'),
	component: z.enum(components),
	severity: z.enum(severities),
	message: text,
	evidence: text.optional(),
	since: time,
	nextStep: text.optional(),
});

export const healthSchema = z.strictObject({
	status: z.enum(healthStatuses),
	issues: z.array(issueSchema),
	components: z.array(componentHealthSchema).optional(),
});

export const selfReportSchema = z.strictObject({
	status: z.enum(healthStatuses),
	reasons: z.array(text),
});

export type Issue = z.infer<typeof issueSchema>;
export type HealthReport = z.infer<typeof healthSchema>;
export type SelfReport = z.infer<typeof selfReportSchema>;
