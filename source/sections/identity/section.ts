import type { Section } from '../section.ts';
import { fields, joined } from './fields.ts';
import { identitySchema } from './schema.ts';

export const identity = {
	schema: identitySchema,
	fields,
	joined,
	title: 'Identity',
	statusTitle: 'Node Information',
	subject: 'who it is',
	rank: 50,
	filledBy: 'node',
} as const satisfies Section;
