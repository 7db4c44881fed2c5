import type { Section } from '../section.ts';
import { fields, joined } from './fields.ts';
import { stateSchema } from './schema.ts';

export const state = {
	schema: stateSchema,
	fields,
	joined,
	distributions: { transitionMs: 'ms', queryMs: 'ms', snapshotMs: 'ms', validationMs: 'ms' },
	splits: ['validationFailuresBy'],
	title: 'State',
	statusTitle: 'Ledger State',
	subject: 'its state',
	rank: 74,
	filledBy: 'node',
} as const satisfies Section;
