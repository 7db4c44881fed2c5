import type { Section } from '../section.ts';
import { fields, joined } from './fields.ts';
import { dagSchema } from './schema.ts';

export const dag = {
	schema: dagSchema,
	fields,
	joined,
	title: 'DAG',
	statusTitle: 'DAG Statistics',
	subject: 'a DAG',
	rank: 30,
	filledBy: 'node',
} as const satisfies Section;
