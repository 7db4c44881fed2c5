import type { Section } from '../section.ts';
import { fields, joined } from './fields.ts';
import { pollSchema } from './schema.ts';

export const poll = {
	schema: pollSchema,
	fields,
	joined,
	title: 'Poll',
	statusTitle: 'Node Information',
	subject: 'how it was polled',
	rank: 60,
	filledBy: 'nodetop',
	isRequired: true,
	// What is wrong has a panel of its own on screens.
	shownElsewhere: { short: ['error.code', 'error.message', 'error.nextStep'] },
} as const satisfies Section;
