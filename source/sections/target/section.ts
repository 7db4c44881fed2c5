import type { Section } from '../section.ts';
import { fields } from './fields.ts';
import { targetSchema } from './schema.ts';

const inTheTitle = ['name', 'kind'];

export const target = {
	schema: targetSchema,
	fields,
	title: 'Target',
	statusTitle: 'Node Information',
	subject: 'its address',
	rank: 0,
	filledBy: 'nodetop',
	isRequired: true,
	shownElsewhere: { short: inTheTitle, full: inTheTitle },
} as const satisfies Section;
