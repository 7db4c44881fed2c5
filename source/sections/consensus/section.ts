import type { Section } from '../section.ts';
import { fields, joined } from './fields.ts';
import { consensusSchema } from './schema.ts';

export const consensus = {
	schema: consensusSchema,
	fields,
	joined,
	splits: [
		'viewChangeReasons',
		'votesByType',
		'equivocationsBy',
		'safetyViolationsBy',
		'byzantineByType',
	],
	title: 'Consensus',
	statusTitle: 'Consensus State',
	subject: 'its consensus',
	rank: 10,
	filledBy: 'node',
} as const satisfies Section;
