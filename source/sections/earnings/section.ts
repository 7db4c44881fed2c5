import type { Section } from '../section.ts';
import { fields } from './fields.ts';
import { earningsSchema } from './schema.ts';

export const earnings = {
	schema: earningsSchema,
	fields,
	title: 'Earnings',
	statusTitle: 'Earnings',
	subject: 'its earnings',
	rank: 120,
	filledBy: 'node',
} as const satisfies Section;
