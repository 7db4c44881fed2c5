import * as z from 'zod';
import { amount, count } from '../domain/scalars.ts';

export const distributionSchema = z.strictObject({
	min: amount.optional(),
	avg: amount.optional(),
	p50: amount.optional(),
	p95: amount.optional(),
	p99: amount.optional(),
	max: amount.optional(),
	n: count.optional(),
});

export type Distribution = z.infer<typeof distributionSchema>;
