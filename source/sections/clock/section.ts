import type { Section } from '../section.ts';
import { fields, joined } from './fields.ts';
import { clockSchema } from './schema.ts';

export const clock = {
	schema: clockSchema,
	fields,
	joined,
	title: 'Clock',
	statusTitle: 'Node Information',
	subject: 'its clock',
	rank: 80,
	filledBy: 'node',
} as const satisfies Section;
