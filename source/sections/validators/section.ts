import type { Section } from '../section.ts';
import { fields } from './fields.ts';
import { validatorsSchema } from './schema.ts';

export const validators = {
	schema: validatorsSchema,
	fields,
	title: 'Validators',
	statusTitle: 'Validators',
	subject: 'its validators',
	rank: 16,
	filledBy: 'node',
} as const satisfies Section;
