import type { Section } from '../section.ts';
import { fields, joined } from './fields.ts';
import { performanceSchema } from './schema.ts';

export const performance = {
	schema: performanceSchema,
	fields,
	joined,
	distributions: {
		confirmationMs: 'ms',
		finalizationMs: 'ms',
		endToEndMs: 'ms',
		transactionBytes: 'bytes',
	},
	title: 'Performance',
	statusTitle: 'Performance',
	subject: 'its throughput',
	rank: 12,
	filledBy: 'node',
} as const satisfies Section;
