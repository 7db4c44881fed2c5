import type { Section } from '../section.ts';
import { fields } from './fields.ts';
import { reputationSchema } from './schema.ts';

export const reputation = {
	schema: reputationSchema,
	fields,
	title: 'Reputation',
	statusTitle: 'Reputation',
	subject: 'its reputation',
	rank: 110,
	filledBy: 'node',
} as const satisfies Section;
