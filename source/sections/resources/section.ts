import type { Section } from '../section.ts';
import { fields, joined } from './fields.ts';
import { resourcesSchema } from './schema.ts';
import type { Resources } from './schema.ts';

export const resources = {
	schema: resourcesSchema,
	fields,
	joined,
	title: 'Resources',
	statusTitle: 'Resources',
	subject: 'what it uses',
	rank: 70,
	filledBy: 'node',
	statusNote: ({ source }: Resources) => (source === 'host' ? 'of the host' : undefined),
} as const satisfies Section;
