import type { Section } from '../section.ts';
import { healthFields, selfReportFields } from './fields.ts';
import { healthSchema, selfReportSchema } from './schema.ts';

/** What nodetop finds. */
export const health = {
	schema: healthSchema,
	fields: healthFields,
	title: 'Health',
	statusTitle: 'Health',
	subject: 'its health',
	rank: 200,
	filledBy: 'nodetop',
	isRequired: true,
	// It has the heading, and the last line of `status`.
	shownElsewhere: { short: ['status'], full: ['status'] },
} as const satisfies Section;

/** The node's own report of its health. */
export const selfReport = {
	schema: selfReportSchema.describe("The node's own verdict on its health"),
	fields: selfReportFields,
	title: 'Own verdict',
	statusTitle: 'Node Information',
	subject: 'its own verdict',
	rank: 120,
	filledBy: 'node',
} as const satisfies Section;
