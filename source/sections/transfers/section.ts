import type { Section } from '../section.ts';
import { fields } from './fields.ts';
import { transfersSchema } from './schema.ts';

export const transfers = {
	schema: transfersSchema,
	fields,
	title: 'Transfers',
	statusTitle: 'Transfers',
	subject: 'its transfers',
	rank: 115,
	filledBy: 'node',
} as const satisfies Section;
