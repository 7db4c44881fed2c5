import * as z from 'zod';
import { amount } from '../../domain/scalars.ts';

export const clockSchema = z.strictObject({
	offsetMs: z.number().describe("The node's clock minus ours; negative when it is behind"),
	uncertaintyMs: amount.describe('Largest error of the offset, in either direction'),
	source: z.enum(['node', 'httpDate']).describe('Source of the time: the node, or the Date header'),
});

export type Clock = z.infer<typeof clockSchema>;
