import type { Section } from '../section.ts';
import { fields } from './fields.ts';
import { processSchema } from './schema.ts';

export const process = {
	schema: processSchema,
	fields,
	title: 'Process',
	statusTitle: 'Process',
	subject: 'its process',
	rank: 90,
	filledBy: 'node',
} as const satisfies Section;
