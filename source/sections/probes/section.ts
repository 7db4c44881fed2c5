import type { Section } from '../section.ts';
import { fields, joined } from './fields.ts';
import { probesSchema } from './schema.ts';

export const probes = {
	schema: probesSchema,
	fields,
	joined,
	title: 'Probes',
	statusTitle: 'Network',
	subject: 'the path to it',
	rank: 45,
	filledBy: 'nodetop',
} as const satisfies Section;
