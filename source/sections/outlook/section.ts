import type { Section } from '../section.ts';
import { fields } from './fields.ts';
import { outlookSchema } from './schema.ts';

export const outlook = {
	schema: outlookSchema,
	fields,
	title: 'Outlook',
	statusTitle: 'Outlook',
	subject: 'its history',
	rank: 120,
	filledBy: 'nodetop',
} as const satisfies Section;
