import type { Section } from '../section.ts';
import { fields } from './fields.ts';
import { mempoolSchema } from './schema.ts';

export const mempool = {
	schema: mempoolSchema,
	fields,
	title: 'Mempool',
	statusTitle: 'Mempool',
	subject: 'its mempool',
	rank: 14,
	filledBy: 'node',
} as const satisfies Section;
