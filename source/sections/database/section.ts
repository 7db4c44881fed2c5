import type { Section } from '../section.ts';
import { fields, joined } from './fields.ts';
import { databaseSchema } from './schema.ts';

export const database = {
	schema: databaseSchema,
	fields,
	joined,
	distributions: {
		readMs: 'ms',
		writeMs: 'ms',
		deleteMs: 'ms',
		batchMs: 'ms',
		compactionMs: 'ms',
	},
	title: 'Database',
	statusTitle: 'Database',
	subject: 'its database',
	rank: 72,
	filledBy: 'node',
} as const satisfies Section;
