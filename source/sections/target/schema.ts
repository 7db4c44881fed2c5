import * as z from 'zod';
import { kind, text } from '../../domain/scalars.ts';

export const targetSchema = z.strictObject({
	name: text.describe('Name of the node, unique in the profile'),
	kind: kind.describe('Kind of node: evm, qudag, host, …'),
	url: text.describe('Address polled, credentials masked'),
	group: text.optional(),
	tags: z.array(text).optional(),
});
