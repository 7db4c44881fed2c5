import type { Section } from '../section.ts';
import { fields, joined } from './fields.ts';
import { chainSchema } from './schema.ts';

export const chain = {
	schema: chainSchema,
	fields,
	joined,
	title: 'Chain',
	statusTitle: 'Chain State',
	subject: 'a chain',
	rank: 20,
	filledBy: 'node',
} as const satisfies Section;
