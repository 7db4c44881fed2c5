import type { Section } from '../section.ts';
import { fields } from './fields.ts';
import { storageSchema } from './schema.ts';

export const storage = {
	schema: storageSchema,
	fields,
	title: 'Storage',
	statusTitle: 'Storage',
	subject: 'its storage',
	rank: 100,
	filledBy: 'node',
} as const satisfies Section;
