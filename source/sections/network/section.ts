import type { Section } from '../section.ts';
import { fields, joined } from './fields.ts';
import { networkSchema } from './schema.ts';

export const network = {
	schema: networkSchema,
	fields,
	joined,
	distributions: {
		messageBytes: 'bytes',
		processingMs: 'ms',
		propagationMs: 'ms',
		connectionSeconds: 'seconds',
	},
	splits: ['connectionsBy', 'disconnectionsBy', 'connectionFailuresBy'],
	title: 'Network',
	statusTitle: 'Network',
	subject: 'its network',
	rank: 40,
	filledBy: 'node',
} as const satisfies Section;
